import { afterEach, expect, test } from "vitest";
import { settings } from "../../../lib/compute/settings.ts";
import { Conv2d, ConvTranspose2d, explain, Flatten, Linear, ReLU, Sequential } from "../../../lib/index.ts";

const before = { ...settings };
afterEach(() => {
  Object.assign(settings, before);
});

const net = () =>
  new Sequential({
    first: new Conv2d({ inChannels: 3, outChannels: 32, kernelSize: 3, padding: 1 }),
    relu: new ReLU(),
    second: new Conv2d({ inChannels: 32, outChannels: 32, kernelSize: 3, padding: 1 }),
    depthwise: new Conv2d({ inChannels: 32, outChannels: 32, kernelSize: 3, groups: 32 }),
    up: new ConvTranspose2d({ inChannels: 32, outChannels: 8, kernelSize: 2, stride: 2 }),
    flatten: new Flatten(),
    out: new Linear({ inFeatures: 8 * 28 * 28, outFeatures: 2 }),
  });

const algorithms = () =>
  explain(net(), [3, 16, 16], 8).passes.map(({ path, pass, algorithm }) => [path, pass, algorithm]);

test("every pass of every convolution has its algorithm, the linear layers none", () => {
  settings.instructions = "simd";
  expect(algorithms()).toEqual([
    ["first", "forward", "direct"],
    ["first", "input gradient", "direct"],
    ["first", "filter gradient", "direct"],
    ["second", "forward", "Winograd F(4×4, 3×3)"],
    ["second", "input gradient", "Winograd F(4×4, 3×3)"],
    ["second", "filter gradient", expect.any(String)],
    ["depthwise", "forward", "depthwise"],
    ["depthwise", "input gradient", "depthwise"],
    ["depthwise", "filter gradient", "depthwise"],
    ["up", "forward", "direct"],
    ["up", "input gradient", "direct"],
    ["up", "filter gradient", "direct"],
  ]);
});

test("precision exact and reproducible keep to sums of the products", () => {
  settings.instructions = "simd";
  for (const change of [{ precision: "exact" }, { reproducible: true }] as const) {
    Object.assign(settings, { precision: "fast", reproducible: false }, change);
    expect(algorithms().filter(([, , algorithm]) => String(algorithm).startsWith("Winograd"))).toEqual([]);
  }
});

test("without SIMD all is blocked loops", () => {
  settings.instructions = "typescript";
  expect(new Set(algorithms().map(([, , algorithm]) => algorithm))).toEqual(new Set(["blocked loops"]));
});

test("the table says why, with the instructions and threads in use", () => {
  settings.instructions = "simd";
  const text = explain(net(), [3, 16, 16]).toString();
  expect(text).toContain("36 products for 144");
  expect(text).toMatch(/instructions: simd, \d+ threads?/);
});
