import { describe, expect, test } from "vitest";
import { layerMaps } from "../../../lib/display/layer-maps.ts";
import { layerStatistics } from "../../../lib/display/layer-statistics.ts";
import { receptiveFieldMap } from "../../../lib/display/receptive-field-map.ts";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { ReLU, Sigmoid, Tanh } from "../../../lib/nn/activation.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { Random } from "../../../lib/random.ts";
import { full, ones, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "./support.ts";

const noise = (shape: readonly number[], seed = 1): Tensor => {
  const x = zeros(shape);
  const random = new Random(seed);
  for (let i = 0; i < x.data.length; i++) x.data[i] = random.normal();
  return x as Tensor;
};

describe("layerStatistics", () => {
  test("counts the units that are zero everywhere, and the values at a sigmoid's and a tanh's ends", () => {
    const fc = new Linear({ inFeatures: 2, outFeatures: 4 });
    fc.weights.assign([1, 0, 0, 1, -9, -9, 30, 30]);
    fc.bias?.assign([0, 0, 0, 0]);
    const net = new Sequential({ fc, relu: new ReLU(), sigmoid: new Sigmoid(), tanh: new Tanh() });
    const [linear, relu, sigmoid, tanh] = layerStatistics(net, ones([3, 2]) as Tensor).layers;
    expect([linear!.units, linear!.dead, relu!.dead]).toEqual([4, 0, 1]); // of 1, 1, -18 and 60 the third is cut
    expect(relu!.statistics).toMatchObject({ count: 12, zeros: 3, min: 0, max: 60, mean: 15.5 });
    expect([relu!.saturated, sigmoid!.saturated, tanh!.saturated]).toEqual([null, 0.25, 0]);
    expect(relu!.counts).toHaveLength(48);
    expect(relu!.counts.reduce((a, b) => a + b)).toBe(12);
  });

  test("measures the gradients that arrive at the layers, and leaves the network as it was", () => {
    const net = lenet5();
    const before = net.parameters().map(({ grad }) => grad);
    const labels = tensor([3, 1], [2], "int32");
    const { layers } = layerStatistics(net, noise([2, 1, 28, 28]), { loss: (scores) => crossEntropy(scores, labels) });
    // The gradient at the scores is (softmax - one hot) / N, whose rows sum to zero (Bridle, 1990).
    expect(layers.at(-1)?.path).toBe("fc3");
    expect(layers.at(-1)!.statistics.mean).toBeCloseTo(0, 7);
    expect(layers.at(-1)!.statistics.min).toBeLessThan(-0.4);
    expect(net.parameters().map(({ grad }) => grad)).toEqual(before);
    expect(net.training).toBe(true);
  });

  test("draws every layer, says what is not finite, and executes no name", () => {
    const net = new Sequential({ [hostile]: new ReLU(), b: new Tanh() });
    const drawn = layerStatistics(net, tensor([1, Number.NaN, Number.POSITIVE_INFINITY, 0], [2, 2]) as never);
    const bundle = drawn[Symbol.for("Jupyter.display") as never] as () => Record<string, string>;
    const { "image/svg+xml": svg = "", "text/plain": text } = bundle.call(drawn);
    expectWellFormed(svg);
    expectHarmless(svg);
    expect(svg).toContain(">2 not finite</text>");
    expect(text).toContain("2 values not finite");
  });

  test("says in words what is wrong with what it is given", () => {
    expect(() => layerStatistics(5 as never, ones([1]) as never)).toThrow("the network is 5");
    expect(() => layerStatistics(lenet5(), [1] as never)).toThrow("the input is a plain array, not a tensor");
    expect(() => layerStatistics(lenet5(), noise([1, 1, 28, 28]), { los: 1 } as never)).toThrow('unknown option "los"');
    expect(() => layerStatistics(lenet5(), noise([2, 1, 28, 28]), { loss: (x) => x })).toThrow(
      "the loss is not one number",
    );
  });
});

describe("layerMaps", () => {
  const net = lenet5();
  const image = noise([1, 28, 28]);

  test("draws all layers that give maps, or those that are named, of either shape of image", () => {
    const all = layerMaps(net, image).bundle;
    expect(formOf(all, "text/html").match(/<img/g)).toHaveLength(6);
    for (const name of ["conv1", "relu1", "pool1", "conv2"]) expect(all["text/plain"]).toContain(`${name} (`);
    expect(all["text/plain"]).not.toContain("fc1");
    const one = layerMaps(net, noise([1, 1, 28, 28]), { layers: ["conv2"] });
    expect(one.toString()).toMatch(/^conv2 \(Conv2d\): 16 × 10 × 10\. 16 maps/);
  });

  test("draws the gradient at the maps: of the sum of a linear layer's outputs, its weights", () => {
    const linear = new Sequential({ conv: new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: 1, bias: false }) });
    const text = layerMaps(linear, ones([1, 2, 2]) as never, { loss: (x) => sum(x) as Tensor }).toString();
    expect(text).toContain("Gradient of the loss. All values 1");
  });

  test("says which layers there are, and what gives no maps", () => {
    expect(() => layerMaps(net, image, { layers: ["conv9"] })).toThrow(/there is no layer "conv9".*\n.*conv1, relu1/);
    expect(() => layerMaps(net, image, { layers: ["fc1"] })).toThrow("fc1 gives [1, 120], which is no maps");
    expect(() => layerMaps(net, noise([2, 1, 28, 28]))).toThrow("it draws one image");
    expect(() => layerMaps(net, image, { layers: "conv1" as never })).toThrow('layers is the text "conv1"');
    expect(() => layerMaps(net, image, { layers: [] })).toThrow("no layer is named");
  });
});

describe("receptiveFieldMap", () => {
  test("of 3 × 3 filters of ones the field is measured as wide as theory says, and weighs pixels by their ways", () => {
    const conv = () => {
      const layer = new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: 3, padding: 1, bias: false });
      layer.filters.data.fill(1);
      return layer;
    };
    const net = new Sequential({ a: conv(), b: conv() });
    // Two windows of 3 reach 5 pixels; the middle one is reached on 9 ways of 81 that are.
    const text = receptiveFieldMap(net, noise([1, 9, 9]), { at: [4, 4] }).toString();
    expect(text).toContain("Theory: 5 × 5 pixels from row 2, column 2.");
    expect(text).toContain("it depends on 5 × 5 pixels");
    expect(text).toContain("the largest is 9.");
    const svg = formOf(receptiveFieldMap(net, noise([1, 9, 9]), { at: [4, 4] }).bundle, "image/svg+xml");
    for (const words of ["0", "4.5", "9", "row", "column", "8"]) expect(svg).toContain(`>${words}</text>`);
    const corner = receptiveFieldMap(net, noise([1, 9, 9]), { layer: "a", at: [0, 8] });
    expect(corner.toString()).toContain("Theory: 3 × 3 pixels from row -1, column 7, partly in the padding");
    expect(corner.toString()).toContain("it depends on 2 × 2 pixels");
    expectWellFormed(formOf(corner.bundle, "image/svg+xml"));
  });

  test("is never blank: one pixel, dead units, NaN", () => {
    const dead = new Sequential({ relu: new ReLU() });
    const one = (x: number) => receptiveFieldMap(dead, full([1, 1, 1], x) as never, { title: hostile });
    expect(one(-1).toString()).toContain("depends on no pixel");
    expect(one(2).toString()).toContain("it depends on 1 × 1 pixels");
    expectHarmless(formOf(one(Number.NaN).bundle, "image/svg+xml"));
  });

  test("says which layers and places there are", () => {
    expect(() => receptiveFieldMap(lenet5(), noise([1, 28, 28]), { layer: "fc1" })).toThrow(
      "choose one of conv1, relu1",
    );
    expect(() => receptiveFieldMap(lenet5(), noise([1, 28, 28]), { layer: "conv2", at: [10, 0] })).toThrow(
      "10 rows and 10",
    );
    expect(() => receptiveFieldMap(5 as never, noise([1, 28, 28]))).toThrow("the network is 5");
    expect(() => receptiveFieldMap(lenet5(), noise([2, 28, 28]))).toThrow("one image of 1 or 3 channels");
  });
});
