import { describe, expect, expectTypeOf, test } from "vitest";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { seed } from "../../../lib/nn/init.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { summarize } from "../../../lib/nn/summary.ts";
import { relu } from "../../../lib/ops/activation.ts";
import { add } from "../../../lib/ops/arithmetic.ts";
import { linear } from "../../../lib/ops/linear.ts";
import { Random } from "../../../lib/random.ts";
import { zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";

class Residual extends Module {
  readonly conv = new Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 3, padding: 1 });
  readonly blocks = [new ReLU(), new Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 1, bias: false })];
  override forward(x: Tensor): Tensor {
    return relu(
      add(
        this.blocks.reduce((y: Tensor, block) => block.forward(y), this.conv.forward(x)),
        x,
      ),
    );
  }
}

describe("modules", () => {
  test("parameters are found in fields, parts and arrays, under their paths", () => {
    expect(new Residual().namedParameters().map(([name]) => name)).toEqual([
      "conv.filters",
      "conv.bias",
      "blocks.1.filters",
    ]);
  });

  test("a part used twice gives its parameters once", () => {
    const shared = new Linear({ inFeatures: 3, outFeatures: 3 });
    expect(new Sequential(shared, new ReLU(), shared).parameters()).toHaveLength(2);
  });

  test("layers of a Sequential have names, given or counted, also as types", () => {
    const conv1 = new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 });
    const net = new Sequential({ conv1, flat: new Flatten() });
    expectTypeOf(net.layers.conv1.filters).toEqualTypeOf<Tensor<readonly [6, 1, 5, 5]>>();
    expectTypeOf(lenet5().layers.fc3.weights).toEqualTypeOf<Tensor<readonly [10, 84]>>();
    expect(net.namedModules().map(([path]) => path)).toEqual(["", "conv1", "flat"]);
    expect(new Sequential(new ReLU(), new Flatten()).children().map(([name]) => name)).toEqual(["0", "1"]);
  });

  test("what is no layer is refused by its name", () => {
    expect(() => new Sequential()).toThrow(/there are no layers/);
    expect(() => new Sequential({ relu: relu as never })).toThrow(
      /layer "relu" is the function relu, not a Module[\s\S]*new ReLU\(\)/,
    );
  });
});

describe("first weights", () => {
  test("come from the seed: the same for the same, others for another", () => {
    const draw = (value: number): number[] => {
      seed(value);
      return [...new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 }).filters.data];
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  test("have the deviation that He et al. ask for", () => {
    const { weights } = new Linear({ inFeatures: 200, outFeatures: 500, random: new Random(1) });
    const square = weights.data.reduce((sum, w) => sum + w * w, 0) / weights.size;
    // 100,000 draws: the variance's own deviation is √(2 / 100,000) = 0.45 %; five times that is 2.3 %
    expect(Math.abs(square / (2 / 200) - 1)).toBeLessThan(0.023);
  });

  test("unknown and impossible options are refused", () => {
    expect(() => new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: 3, strides: 2 } as never)).toThrow(
      /unknown option "strides"/,
    );
    expect(() => new Conv2d({ inChannels: 3, outChannels: 4, kernelSize: 3, groups: 2 as number })).toThrow(
      /2 groups do not divide/,
    );
    expect(() => new Linear({ inFeatures: 0, outFeatures: 4 })).toThrow(/inFeatures is 0/);
    expect(() => new Linear({ inFeatures: 4, outFeatures: 4, units: 4 } as never)).toThrow(/unknown option "units"/);
  });
});

describe("the summary", () => {
  test("of LeNet-5 has the shapes, parameters and multiplications that can be worked out by hand", () => {
    const rows = summarize(lenet5(), [1, 28, 28]).filter(({ parameters }) => parameters > 0);
    expect(
      rows.map(({ path, outputShape, parameters, macs }) => [path, outputShape.join("×"), parameters, macs]),
    ).toEqual([
      ["conv1", "6×28×28", 6 * 25 + 6, 28 * 28 * 6 * 25],
      ["conv2", "16×10×10", 16 * 6 * 25 + 16, 10 * 10 * 16 * 6 * 25],
      ["fc1", "120", 400 * 120 + 120, 400 * 120],
      ["fc2", "84", 120 * 84 + 84, 120 * 84],
      ["fc3", "10", 84 * 10 + 10, 84 * 10],
    ]);
    expect(rows.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(61_706);
  });

  test("follows any module, computes nothing, and leaves the layers as they were", () => {
    const net = new Residual();
    expect(summarize(net, [4, 1000, 1000]).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      "conv Conv2d",
      "blocks.0 ReLU",
      "blocks.1 Conv2d",
    ]);
    expect(Object.hasOwn(net.conv, "forward")).toBe(false);
    expect(net.forward(zeros([1, 4, 2, 2])).data).toHaveLength(16);
  });

  test("counts what is in no layer: tensors of the network's own, and operations written out in forward", () => {
    class Mixed extends Module {
      readonly weights = Object.assign(zeros([5, 4]), { requiresGrad: true });
      readonly first = new Linear({ inFeatures: 3, outFeatures: 4 });
      override forward(x: Tensor): Tensor {
        return linear(this.first.forward(x), this.weights);
      }
    }
    expect(summarize(new Mixed(), [3]).map(({ path, parameters, macs }) => [path, parameters, macs])).toEqual([
      ["first", 3 * 4 + 4, 3 * 4],
      ["(rest)", 5 * 4, 5 * 4],
    ]);
  });

  test("of a network that does not fit says which operation refuses", () => {
    expect(() => summarize(lenet5(), [3, 28, 28])).toThrow(/conv2d: the input has 3 channels, the filters 1/);
    expect(() => summarize(lenet5(), [1, 32, 32])).toThrow(/linear: the input has 576 features, the weights 400/);
  });
});
