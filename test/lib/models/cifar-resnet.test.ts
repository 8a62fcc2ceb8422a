import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { summary } from "../../../lib/display/summary.ts";
import { cifarPlain, cifarResNet } from "../../../lib/models/cifar-resnet.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { Random } from "../../../lib/random.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { normal } from "../random-tensors.ts";

/** What the paper's table in section 4.2 adds up to: filters, two numbers a map of each normalisation, the linear layer. */
function parametersOf(depth: number): number {
  const n = (depth - 2) / 6;
  const stage = (from: number, to: number): number => 9 * from * to + (2 * n - 1) * 9 * to * to + 2 * n * 2 * to;
  return 9 * 3 * 16 + 2 * 16 + stage(16, 16) + stage(16, 32) + stage(32, 64) + 64 * 10 + 10;
}

describe("the residual network for CIFAR-10", () => {
  // He et al., 2016, table 6: 0.27, 0.46, 0.66, 0.85 and 1.7 million.
  test.each([
    [20, 0.27],
    [32, 0.46],
    [44, 0.66],
    [56, 0.85],
    [110, 1.7],
  ])("of %i layers has the %f million parameters of the paper, with and without shortcuts", (depth, millions) => {
    const { parameters } = summary(cifarResNet({ depth }), [3, 32, 32]);
    expect(parameters).toBe(parametersOf(depth));
    expect(Math.abs(parameters / 1e6 - millions)).toBeLessThan(0.05);
    expect(summary(cifarPlain({ depth }), [3, 32, 32]).parameters).toBe(parameters);
  });

  test("multiplies 40.55 million times for an image", () => {
    // 32² · 27 · 16, and of each stage: 18 convolutions of 16² · 9 · 32², those that halve the image half as much
    const stages = 6 * 2304 * 1024 + (4608 * 256 + 5 * 9216 * 256) + (18432 * 64 + 5 * 36864 * 64);
    expect(summary(cifarResNet(), [3, 32, 32]).macs).toBe(1024 * 432 + stages + 640);
  });

  test("passes on what its blocks leave alone, every second pixel, in the middle of the new channels", () => {
    const network = cifarResNet({ depth: 8, width: 2, random: new Random(1) });
    const block = network.layers.stage2block1!;
    for (const [, part] of block.namedModules())
      if (part instanceof Conv2d) part.filters.assign(new Float32Array(part.filters.size));
    const x = tensor(
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15, 16],
      ]
        .flat()
        .concat(Array(16).fill(7)),
      [1, 2, 4, 4],
    );
    const out = block.eval().forward(x);
    expect(out.shape).toEqual([1, 4, 2, 2]);
    expect([...out.data]).toEqual([0, 0, 0, 0, 1, 3, 9, 11, 7, 7, 7, 7, 0, 0, 0, 0]);
  });

  test("gives every parameter a gradient", () => {
    const network = cifarResNet({ depth: 8, width: 4, random: new Random(2) });
    backward(sum(network.forward(normal([4, 3, 8, 8], 3, "float32"))));
    for (const [name, { grad }] of network.namedParameters()) expect(grad, name).not.toBeNull();
  });

  test("takes other images and classes, and refuses a depth that is not 6n + 2", () => {
    expect(cifarResNet({ depth: 8, inChannels: 1, classes: 3 }).forward(zeros([2, 1, 28, 28])).shape).toEqual([2, 3]);
    expect(() => cifarResNet({ depth: 18 })).toThrow("cifarResNet: depth is 18, not 6n + 2\n  fix: give 14 or 20");
    expect(() => cifarPlain({ depht: 20 } as never)).toThrow(/cifarPlain: unknown option "depht"/);
  });
});
