import { afterEach, expect, test } from "vitest";
import { choose, type Pass } from "../../../lib/compute/algorithms.ts";
import type { Conv2dGeometry } from "../../../lib/compute/geometry.ts";
import { settings } from "../../../lib/compute/settings.ts";
import { convolution } from "./support.ts";

const initial = { ...settings };
afterEach(() => {
  Object.assign(settings, initial);
});

const [forward, input, filter]: readonly Pass[] = ["forward", "input gradient", "filter gradient"] as const;

function square(n: number, c: number, side: number, f: number, size: number, given: Partial<Conv2dGeometry> = {}) {
  const pad = (size - 1) / 2;
  const windows = { kernelHeight: size, kernelWidth: size, padTop: pad, padLeft: pad };
  return convolution({ n, c, h: side, w: side, f, ...windows, ...given });
}

test.each([
  ["LeNet's second layer", forward, "Winograd F(2×2, 5×5)", square(64, 6, 14, 16, 5, { padTop: 0, padLeft: 0 })],
  ["LeNet's second layer", input, "direct", square(64, 6, 14, 16, 5, { padTop: 0, padLeft: 0 })],
  ["16 to 20 channels", input, "Winograd F(2×2, 5×5)", square(32, 16, 16, 20, 5)],
  ["16 to 20 channels", filter, "Winograd F(2×2, 5×5)", square(32, 16, 16, 20, 5)],
  ["VGG's second layer", forward, "Winograd F(4×4, 3×3)", square(1, 64, 224, 64, 3)],
  ["VGG's last layer", forward, "Winograd F(4×4, 3×3)", square(1, 512, 14, 512, 3)],
  ["VGG's last layer", filter, "Winograd F(4×4, 3×3)", square(1, 512, 14, 512, 3)],
  ["few channels of a small image", forward, "direct", square(1, 8, 7, 8, 3)],
  ["colours to filters", forward, "direct", square(1, 3, 224, 64, 3)],
  ["colours to filters", input, "direct", square(64, 3, 32, 32, 3)],
  ["a depthwise layer", forward, "depthwise", square(1, 128, 56, 128, 3, { groups: 128 })],
  ["a strided layer", forward, "direct", square(1, 64, 56, 64, 3, { strideY: 2, strideX: 2 })],
  ["a dilated layer", forward, "direct", square(1, 64, 56, 64, 3, { dilationY: 2, dilationX: 2 })],
  ["a pointwise layer", forward, "packed 1×1", square(1, 256, 56, 64, 1)],
  ["a pointwise layer", input, "packed 1×1", square(1, 256, 56, 64, 1)],
  ["a pointwise layer", filter, "direct", square(1, 256, 56, 64, 1)],
  ["a pointwise layer in steps of two", forward, "packed 1×1", square(1, 256, 56, 64, 1, { strideY: 2, strideX: 2 })],
  ["a pointwise layer in steps of two", input, "direct", square(1, 256, 56, 64, 1, { strideY: 2, strideX: 2 })],
  ["a pointwise layer of few pixels", forward, "direct", square(1, 256, 2, 64, 1)],
  ["a pointwise layer in groups", forward, "direct", square(1, 256, 56, 64, 1, { groups: 2 })],
] as const)("%s, %s: %s", (_, pass, algorithm, g) => {
  expect(choose(g, pass!, true).algorithm).toBe(algorithm);
});

test("exact and reproducible results keep to sums of the products, in every pass", () => {
  const vgg = square(1, 64, 224, 64, 3);
  for (const change of [{ precision: "exact" }, { reproducible: true }] as const) {
    Object.assign(settings, initial, change);
    for (const pass of [forward, input, filter]) expect(choose(vgg, pass!, true).algorithm).toBe("direct");
  }
});

test("without SIMD the loops are blocked, and float64 is computed by the definition", () => {
  const vgg = square(1, 64, 224, 64, 3);
  expect(choose(vgg, "forward", false).algorithm).toBe("definition");
  settings.instructions = "typescript";
  expect(choose(vgg, "forward", true).algorithm).toBe("blocked loops");
});
