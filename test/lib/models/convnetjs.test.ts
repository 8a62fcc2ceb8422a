import { describe, expect, test } from "vitest";
import { summary } from "../../../lib/display/summary.ts";
import { convnetjsCifar10, convnetjsMnist } from "../../../lib/models/convnetjs.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import type { Sequential } from "../../../lib/nn/sequential.ts";
import { Random } from "../../../lib/random.ts";
import { zeros } from "../../../lib/tensor/create.ts";

describe("the networks of ConvNetJS's demonstrations", () => {
  // CIFAR-10: 16·76 + 20·401 + 20·501 + 10·321; MNIST: 8·26 + 16·201 + 10·257
  test.each<[string, Sequential, readonly number[], number]>([
    ["CIFAR-10", convnetjsCifar10(), [3, 32, 32], 22_466],
    ["MNIST", convnetjsMnist(), [1, 24, 24], 5_994],
  ])("%s: as many parameters as there", (_name, network, shape, parameters) => {
    expect(summary(network, shape).parameters).toBe(parameters);
    expect(network.forward(zeros([2, ...shape])).shape).toEqual([2, 10]);
  });

  test("weights begin with deviation √(1 / fanIn), biases of filters at 0.1, those of the scores at 0", () => {
    const { layers } = convnetjsCifar10({ random: new Random(1) });
    const conv = layers.conv2 as Conv2d;
    const mean = conv.filters.data.reduce((sum, w) => sum + w * w, 0) / conv.filters.size;
    // 8,000 squares of deviation √2 / 400 each: their mean is within four of its deviations, 6 %
    expect(Math.abs(mean * 400 - 1)).toBeLessThan(0.06);
    for (const layer of Object.values(layers)) {
      if (layer instanceof Conv2d) expect(new Set(layer.bias?.data)).toEqual(new Set([Math.fround(0.1)]));
    }
    expect(new Set((layers.fc as unknown as Conv2d).bias?.data)).toEqual(new Set([0]));
  });

  test("an unknown option is refused", () => {
    expect(() => convnetjsMnist({ seed: 1 } as never)).toThrow(/convnetjsMnist: unknown option "seed"/);
  });
});
