import { describe, expect, test } from "vitest";
import { formatSafetensors, parseSafetensors } from "../../../lib/formats/safetensors.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { BatchNorm1d, BatchNorm2d } from "../../../lib/nn/batch-norm.ts";
import { ConvTranspose1d } from "../../../lib/nn/conv-transpose1d.ts";
import { ConvTranspose2d } from "../../../lib/nn/conv-transpose2d.ts";
import { Conv1d } from "../../../lib/nn/conv1d.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { LocallyConnected2d } from "../../../lib/nn/locally-connected2d.ts";
import { MaskedConv2d } from "../../../lib/nn/masked-conv2d.ts";
import { Module } from "../../../lib/nn/module.ts";
import { GroupNorm, InstanceNorm2d, LayerNorm } from "../../../lib/nn/normalization.ts";
import { parameter } from "../../../lib/nn/parameter.ts";
import { PReLU } from "../../../lib/nn/rectifiers.ts";
import { DepthwiseConv2d, SeparableConv2d } from "../../../lib/nn/separable-conv2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { loadTorchStateDict, torchStateDict } from "../../../lib/nn/torch-state.ts";
import { ones, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";

const sizes = { inChannels: 2, outChannels: 4, kernelSize: 3 };
const pair = () => new Sequential(new Flatten(), new Linear({ inFeatures: 2, outFeatures: 3 }));

describe("states under PyTorch's names", () => {
  const both = ["weight", "bias"];
  const counted = [...both, "running_mean", "running_var", "num_batches_tracked"];

  test.each<[Module, readonly string[]]>([
    [new Conv1d(sizes), both],
    [new Conv2d(sizes), both],
    [new Conv2d({ ...sizes, bias: false }), ["weight"]],
    [new ConvTranspose1d(sizes), both],
    [new ConvTranspose2d(sizes), both],
    [new DepthwiseConv2d({ inChannels: 2, kernelSize: 3 }), both],
    [new MaskedConv2d({ maskType: "A", ...sizes }), [...both, "mask"]],
    [new LocallyConnected2d({ ...sizes, inputSize: 4 }), both],
    [new Linear({ inFeatures: 2, outFeatures: 3 }), both],
    [new LayerNorm({ normalizedShape: 4 }), both],
    [new GroupNorm({ channels: 4, groups: 2 }), both],
    [new InstanceNorm2d({ channels: 4, affine: true }), both],
    [new PReLU(), ["weight"]],
    [new BatchNorm1d({ features: 4 }), counted],
    [new BatchNorm2d({ channels: 4 }), counted],
    [new BatchNorm2d({ channels: 4, affine: false }), counted.slice(2)],
    [new SeparableConv2d(sizes), ["depthwise.weight", "pointwise.weight", "pointwise.bias"]],
  ])("%o has PyTorch's words, and takes its own state back", (layer, names) => {
    const state = torchStateDict(layer);
    expect(Object.keys(state).sort()).toEqual([...names].sort());
    expect(loadTorchStateDict(layer, state)).toEqual({ missing: [], unexpected: [] });
  });

  test("come in PyTorch's order, and are copies", () => {
    const network = new Sequential(new Conv2d(sizes), new BatchNorm2d({ channels: 4 }));
    const state = torchStateDict(network);
    expect(Object.keys(state)).toEqual(["0.weight", "0.bias", ...counted.map((name) => `1.${name}`)]);
    expect(state["1.num_batches_tracked"]).toMatchObject({ shape: [], dtype: "int32" });
    state["0.bias"]!.data.fill(5);
    expect(torchStateDict(network)["0.bias"]!.data).toEqual(new Float32Array(4));
  });

  test("go by the path to a layer; a module of a user's own keeps the names of its fields", () => {
    class Scaled extends Module {
      readonly weights = parameter(ones([1]));
      readonly inner = [new Linear({ inFeatures: 1, outFeatures: 1, bias: false })];
      override forward(x: Tensor): Tensor {
        return this.inner[0]!.forward(x) as Tensor;
      }
    }
    expect(Object.keys(torchStateDict(new Sequential({ body: new Scaled() })))).toEqual([
      "body.weights",
      "body.inner.0.weight",
    ]);
  });

  test("come through a file of safetensors bit for bit", () => {
    const make = () => new Sequential(new Conv2d(sizes), new BatchNorm2d({ channels: 4 }));
    const [network, other] = [make(), make()];
    const { tensors } = parseSafetensors(formatSafetensors(torchStateDict(network)));
    expect(loadTorchStateDict(other, tensors)).toEqual({ missing: [], unexpected: [] });
    for (const [name, { data }] of Object.entries(network.stateDict()))
      expect(other.stateDict()[name]!.data).toEqual(data);
  });

  test("are set in place, converted, with or without the counter of batches", () => {
    const layer = new BatchNorm1d({ features: 2 });
    const { runningMean } = layer;
    const state = { weight: tensor([1, 2]), bias: tensor([3, 4]), running_var: tensor([5, 6]) };
    const mean = tensor([7, 8], [2], "float64");
    loadTorchStateDict(layer, { ...state, running_mean: mean });
    loadTorchStateDict(layer, { ...state, running_mean: mean, num_batches_tracked: tensor([9], [], "int32") });
    expect(layer.runningMean).toBe(runningMean);
    expect([...runningMean.data]).toEqual([7, 8]);
    expect([...layer.runningVariance.data]).toEqual([5, 6]);
  });

  test("a shared tensor is there once, and taken under either name, as PyTorch writes both", () => {
    const shared = new Linear({ inFeatures: 2, outFeatures: 2, bias: false });
    const network = new Sequential({ first: shared, second: shared });
    expect(Object.keys(torchStateDict(network))).toEqual(["first.weight"]);
    const weight = ones([2, 2]);
    loadTorchStateDict(network, { "first.weight": weight, "second.weight": weight });
    loadTorchStateDict(network, { "second.weight": weight });
    expect([...shared.weights.data]).toEqual([1, 1, 1, 1]);
  });

  test("that do not fit are refused by PyTorch's names, and change nothing", () => {
    const network = pair();
    const before = [...(network.layers["1"] as Linear).weights.data];
    const load = (state: Record<string, Tensor<never>>) => () => loadTorchStateDict(network, state);
    expect(load({ "1.weight": ones([3, 2]) as never, "module.bias": zeros([3]) as never })).toThrow(
      "loadTorchStateDict: the state does not fit the network: it lacks 1.bias; the network has no module.bias",
    );
    expect(load({ "1.weight": ones([2, 3]) as never, "1.bias": zeros([3]) as never })).toThrow(
      "loadTorchStateDict: the shapes of 1.weight differ\n  1.weight     [3, 2]\n  in the state [2, 3]",
    );
    expect(load({ "1.weights": ones([3, 2]) as never, "1.bias": zeros([3]) as never })).toThrow(
      "it lacks 1.weight; the network has no 1.weights",
    );
    expect([...(network.layers["1"] as Linear).weights.data]).toEqual(before);
  });

  test("of a network that ran on several devices: the error says what to take off", () => {
    const state = Object.fromEntries(Object.entries(torchStateDict(pair())).map(([name, x]) => [`module.${name}`, x]));
    expect(() => loadTorchStateDict(pair(), state)).toThrow(
      'the network has no module.1.weight, module.1.bias\n  fix: take "module." off the names',
    );
    expect(() => pair().loadStateDict(state)).toThrow("fix: build the network that the state was taken from");
  });

  test("that fit in part are loaded if not strict, and it is told what was not", () => {
    const network = pair();
    const state = { "1.weight": ones([3, 2]), "2.weight": ones([1]) };
    expect(loadTorchStateDict(network, state, { strict: false })).toEqual({
      missing: ["1.bias"],
      unexpected: ["2.weight"],
    });
    expect([...(network.layers["1"] as Linear).weights.data]).toEqual([1, 1, 1, 1, 1, 1]);
    const wrong = { "1.weight": ones([2, 3]) };
    expect(() => loadTorchStateDict(network, wrong, { strict: false })).toThrow("the shapes of 1.weight differ");
  });

  test("what is no state, no network or no option is named", () => {
    const network = pair();
    const file = { tensors: {}, metadata: {} };
    expect(() => loadTorchStateDict(network, file as never)).toThrow(
      "loadTorchStateDict: tensors is a plain object, not a tensor\n  fix: give tensors by PyTorch's names: (await loadSafetensors(path)).tensors",
    );
    expect(() => loadTorchStateDict(network, "weights.safetensors" as never)).toThrow(
      'the state is the text "weights.safetensors"',
    );
    expect(() => loadTorchStateDict({} as never, {})).toThrow("loadTorchStateDict: the network is a plain object");
    expect(() => torchStateDict(undefined as never)).toThrow("torchStateDict: the network is undefined");
    expect(() => loadTorchStateDict(network, {}, { strikt: true } as never)).toThrow('unknown option "strikt"');
  });
});
