import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { noGrad } from "../../../lib/autograd/apply.ts";
import { alexnet } from "../../../lib/models/alexnet.ts";
import { auxiliaryScores } from "../../../lib/models/auxiliary.ts";
import { densenet } from "../../../lib/models/densenet.ts";
import { googlenet } from "../../../lib/models/googlenet.ts";
import { mobilenetV2 } from "../../../lib/models/mobilenet.ts";
import { resnet } from "../../../lib/models/resnet.ts";
import { squeezenet } from "../../../lib/models/squeezenet.ts";
import type { Module } from "../../../lib/nn/module.ts";
import { wrap } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { root } from "../../package/command.ts";
import { fill, numbers } from "../formula.ts";

const classes = 10;
const heads = { auxiliaryHeads: true, dropout: 0, auxiliaryDropout: 0 };
/** All but VGG, whose hundred million weights are for test/all. */
const networks: Readonly<Record<string, () => Module>> = {
  alexnet: () => alexnet({ classes }),
  googlenet: () => googlenet({ classes, ...heads }),
  resnet18: () => resnet({ depth: 18, classes }),
  resnet50: () => resnet({ depth: 50, classes }),
  squeezenet1_0: () => squeezenet({ classes }),
  squeezenet1_1: () => squeezenet({ version: "1.1", classes }),
  mobilenet_v2: () => mobilenetV2({ classes }),
  densenet121: () => densenet({ classes }),
};

/** What torchvision_formula.py found in float64; the file is beside it. */
type Values = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
const truth = JSON.parse(readFileSync(join(root, "test/golden/torchvision.json"), "utf8")) as Values;

const shape = [2, 3, 64, 64] as const;
const images = numbers("images", 2 * 3 * 64 * 64);

/** The largest difference, as a part of the largest number. */
function difference(actual: Tensor, expected: readonly number[]): number {
  expect(actual.size).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(actual.data[i]! - value))) / largest;
}

describe("torchvision's networks, their weights by a formula", () => {
  test.each(Object.entries(networks))("%s gives torchvision's scores", (name, build) => {
    const network = build().eval();
    fill(network);
    const scores = noGrad(() => network.forward(wrap(Float32Array.from(images), shape) as never));
    // A score is some twenty layers away, each a sum of k products, k at most 25,088: √k·2⁻²⁴ is 1e-5 of the largest.
    expect(difference(scores, truth[name]!.scores!)).toBeLessThan(1e-5);
  });

  test("googlenet gives three scores in training, in float64 to ten digits", () => {
    const network = networks.googlenet!().to("float64");
    fill(network);
    const scores = noGrad(() => network.forward(wrap(images, shape, "float64") as never));
    const [first, second] = auxiliaryScores(scores);
    const { training, aux1, aux2 } = truth.googlenet!;
    expect(difference(scores, training!)).toBeLessThan(1e-10);
    expect(difference(first!, aux1!)).toBeLessThan(1e-10);
    expect(difference(second!, aux2!)).toBeLessThan(1e-10);
  });
});
