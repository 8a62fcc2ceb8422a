import { describe, expect, test } from "vitest";
import {
  backward,
  Linear,
  lenet5,
  Module,
  ones,
  Random,
  Sequential,
  SGD,
  sum,
  summary,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";
import { batch, names, network } from "./small-network.ts";

describe("states", () => {
  test("are copies, which put a network back, also into another of its make", () => {
    const net = network();
    net.forward(batch()); // running statistics move
    const state = net.stateDict();
    const kept = Object.values(state).map(({ data }) => [...data]);
    for (const each of net.parameters()) each.assign(zeros(each.shape as number[]));
    expect(Object.values(state).map(({ data }) => [...data])).toEqual(kept);
    const other = new Sequential({ ...network().layers });
    other.loadStateDict(state);
    net.loadStateDict(state);
    for (const loaded of [net, other]) {
      expect(Object.values(loaded.stateDict()).map(({ data }) => [...data])).toEqual(kept);
    }
  });

  test("of float64 are rounded to the network's type", () => {
    const net = new Linear({ inFeatures: 1, outFeatures: 1, bias: false });
    net.loadStateDict({ weights: tensor([0.1], [1, 1], "float64") });
    expect(net.weights.item()).toBe(Math.fround(0.1));
  });

  test("that do not fit are refused whole, with every name and both shapes", () => {
    const net = network();
    const { "conv.bias": _bias, ...rest } = net.stateDict();
    const before = net.stateDict();
    const wrong = { ...rest, "head.bias": zeros([3]), "fc.bias": zeros([10]), "conv.filters": ones([2, 1, 3, 3]) };
    expect(() => net.loadStateDict(wrong)).toThrow(
      /loadStateDict: the shapes of fc.bias differ; it lacks conv.bias; the network has no head.bias\n +fc.bias +\[3\]\n +in the state \[10\]\n +fix/,
    );
    const { "fc.bias": _wrong, ...others } = wrong;
    expect(() => net.loadStateDict(others)).toThrow(
      /it lacks conv.bias, fc.bias; the network has no head.bias\n.*strict: false/,
    );
    expect(Object.values(net.stateDict()).map(({ data }) => [...data])).toEqual(
      Object.values(before).map(({ data }) => [...data]),
    );
    expect(net.loadStateDict(others, { strict: false })).toEqual({
      missing: ["conv.bias", "fc.bias"],
      unexpected: ["head.bias"],
    });
    expect([...net.layers.conv.filters.data]).toEqual([...ones([18]).data]);
    expect(() => net.loadStateDict(wrong, { strict: false })).toThrow(/the shapes of fc.bias differ/);
  });

  test("that are none are refused", () => {
    expect(() => network().loadStateDict(undefined as never)).toThrow(/the state is undefined/);
    expect(() => network().loadStateDict({ "fc.bias": [1, 2, 3] as never })).toThrow(
      /fc.bias is a plain array, not a tensor/,
    );
    expect(() => network().loadStateDict({}, { strict: 1, loose: 2 } as never)).toThrow(/unknown option "loose"/);
  });

  test("long lists of names are cut, and say so", () => {
    expect(() => lenet5().loadStateDict({})).toThrow(/conv1.filters, .* and 2 more/);
  });
});

describe("tying", () => {
  class Tied extends Module {
    readonly encode = new Linear({ inFeatures: 4, outFeatures: 4, bias: false, random: new Random(3) });
    readonly decode: Linear;
    constructor() {
      super();
      this.decode = new Linear({ inFeatures: 4, outFeatures: 4, bias: false });
      Object.assign(this.decode, { weights: this.encode.weights });
    }
    override forward(x: Tensor): Tensor {
      return this.decode.forward(this.encode.forward(x));
    }
  }

  test("a tensor of two layers is counted, saved and updated once, by the gradients of both uses", () => {
    const net = new Tied();
    expect(names(net)).toEqual(["encode.weights"]);
    expect(Object.keys(net.stateDict())).toEqual(["encode.weights"]);
    expect(summary(net, [4]).parameters).toBe(16);
    const x = normal([2, 4], 4, "float32");
    const before = [...net.encode.weights.data];
    backward(sum(net.forward(x)));
    const gradient = [...net.encode.weights.grad!.data];
    new SGD(net.parameters(), { learningRate: 0.5 }).step();
    net.decode.weights.data.forEach(
      (value, i) => void expect(value).toBe(Math.fround(before[i]! - 0.5 * gradient[i]!)),
    );
  });

  test("a state with the tensor under any of its names is loaded, and stays tied", () => {
    const net = new Tied();
    const weights = normal([4, 4], 5, "float32");
    expect(net.loadStateDict({ "decode.weights": weights })).toEqual({ missing: [], unexpected: [] });
    expect(net.encode.weights.data).toEqual(weights.data);
    net.loadStateDict({ "encode.weights": ones([4, 4]), "decode.weights": ones([4, 4]) });
    expect(net.decode.weights).toBe(net.encode.weights);
    expect(() => net.loadStateDict({})).toThrow(/it lacks encode.weights/);
  });
});
