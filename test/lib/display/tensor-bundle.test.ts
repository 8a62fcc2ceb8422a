import { expect, test } from "vitest";
import { tensorBundle } from "../../../lib/display/tensor-bundle.ts";
import { full, tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectWellFormed, formOf, pngOf } from "./support.ts";

const waves = (shape: readonly number[]) => {
  const x = zeros(shape);
  for (let i = 0; i < x.data.length; i++) x.data[i] = Math.sin(i);
  return x;
};

test.each([[[]], [[3]], [[12, 12]], [[1, 1]]])("a tensor %j is a table of its numbers", (shape) => {
  expect(tensorBundle(waves(shape))["text/html"]).toContain("<table");
});

test.each([[[13, 13]], [[2, 1, 8, 8]], [[2, 3, 8, 8]], [[5, 8, 8]], [[28, 28]]])(
  "a tensor %j is drawn as images",
  (shape) => {
    const bundle = tensorBundle(waves(shape));
    expect(pngOf(bundle).width).toBeGreaterThan(0);
    expect(bundle["text/html"]).toContain("mean");
  },
);

test.each([[[13]], [[13, 7]], [[1, 16, 8, 8]], [[2, 1, 7, 8]], [[2, 2, 2, 2, 2]]])(
  "a tensor %j is drawn as statistics with a curve or histogram",
  (shape) => {
    const bundle = tensorBundle(waves(shape));
    expectWellFormed(formOf(bundle, "image/svg+xml"));
    expect(bundle["text/html"]).toMatch(/standard%20deviation|standard deviation/);
  },
);

test("the text is the tensor's own, whatever is drawn", () => {
  for (const shape of [[], [3], [0, 2], [20, 20], [1, 16, 8, 8]]) {
    const x = waves(shape);
    expect(tensorBundle(x)["text/plain"]).toBe(x.toString());
  }
});

test("shape and type stand above the picture", () => {
  expect(tensorBundle(tensor([[1, 2]], undefined, "int32"))["text/html"]).toContain("Tensor int32 [1, 2]");
});

test("a large batch shows its first 32 images, and statistics of all", () => {
  const x = full([64, 1, 28, 28], 1);
  x.data.set([Number.NaN, 7], 63 * 784);
  const html = formOf(tensorBundle(x), "text/html");
  expect(html).toContain("The first 32 of 64 images.");
  expect(html).toMatch(/All 50,176 values: min 1, max 7, mean 1[^<]*1 value is NaN/);
});

test("NaN in a tensor is drawn, counted and never blank", () => {
  for (const shape of [[2], [20, 20], [50], [1, 16, 8, 8]]) {
    expect(tensorBundle(full(shape, Number.NaN))["text/html"]).toContain("NaN");
  }
});
