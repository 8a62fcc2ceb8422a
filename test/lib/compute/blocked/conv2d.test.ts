import { describe, expect, test } from "vitest";
import { DEPTH, PIXELS, PLANE_PIXELS, RUN_DEPTH, RUN_FILTERS, TAPS } from "../../../../lib/compute/blocked/blocking.ts";
import * as blocked from "../../../../lib/compute/blocked/conv2d.ts";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { convolution, expectWithin, generator, lengths, ROUNDING, uniform } from "../support.ts";

/**
 * Blocked against definition, all three passes. Sums are exact to double precision inside a block and rounded once per
 * block; no partial sum exceeds the sum of absolute products. So the error is at most `stores` roundings of that sum,
 * one more for the definition's own.
 */
function expectTheDefinition(g: Conv2dGeometry): void {
  const size = lengths(g);
  const x = uniform(size.x, 1);
  const filters = uniform(size.filters, 2);
  const bias = uniform(g.f, 3);
  const dOut = uniform(size.out, 4);
  const abs = (numbers: Float32Array) => numbers.map(Math.abs);
  const check = (
    stores: number,
    length: number,
    run: (m: typeof blocked, absolute: boolean, out: Float32Array) => void,
  ) => {
    const actual = new Float32Array(length).fill(Number.NaN); // every pass overwrites its target
    const expected = new Float32Array(length);
    const scale = new Float32Array(length);
    run(blocked, false, actual);
    run(reference, false, expected);
    run(reference, true, scale);
    expectWithin(actual, expected, (stores + 1) * ROUNDING, scale);
  };
  const window = g.kernelHeight * g.kernelWidth;
  // Blocks are whole channels, over half full; filters that see one channel go by runs of nine taps.
  const depthBlocks = Math.max(Math.ceil(((g.c / g.groups) * window) / DEPTH) * 2, Math.ceil(window / TAPS));
  check(1 + depthBlocks, size.out, (m, absolute, out) =>
    absolute ? m.conv2dForward(g, abs(x), abs(filters), abs(bias), out) : m.conv2dForward(g, x, filters, bias, out),
  );
  check(2 * window * Math.ceil(g.f / DEPTH), size.x, (m, absolute, out) =>
    absolute ? m.conv2dInputGradient(g, abs(dOut), abs(filters), out) : m.conv2dInputGradient(g, dOut, filters, out),
  );
  check(
    g.n * g.p,
    size.filters,
    (
      m,
      absolute,
      out, // a block has one row of one image at least
    ) => (absolute ? m.conv2dFilterGradient(g, abs(dOut), abs(x), out) : m.conv2dFilterGradient(g, dOut, x, out)),
  );
}

describe("the blocked passes equal the definition", () => {
  // Tiles are 4×4: filters and pixels of one less, equal and one more, and slivers of 1, 2 and 3 rows.
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("with %i filters", (f) => {
    expectTheDefinition(
      convolution({ n: 2, c: 3, h: 6, w: 7, f, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 }),
    );
  });
  test.each([1, 2, 3, 4, 5, 7, 8, 9])("with %i output pixels", (w) => {
    expectTheDefinition(convolution({ c: 2, h: 2, w: w + 1, f: 5, kernelHeight: 2, kernelWidth: 2 }));
  });
  test.each([PIXELS - 1, PIXELS, PIXELS + 1, 2 * PIXELS + 1])("with %i output pixels in one row", (w) => {
    expectTheDefinition(convolution({ c: 2, h: 1, w, f: 3, kernelWidth: 3, padLeft: 1 }));
  });
  test.each([15, 16, 17, 33])("with %i rows of 16 output pixels, whole images or bands", (h) => {
    expectTheDefinition(
      convolution({ n: 3, c: 2, h, w: 16, f: 5, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 }),
    );
  });
  test.each([63, 64, 65, 130])("with %i images of 4 output pixels, many in a block", (n) => {
    expectTheDefinition(convolution({ n, c: 2, h: 3, w: 3, f: 3, kernelHeight: 2, kernelWidth: 2 }));
  });
  test.each([DEPTH - 1, DEPTH, DEPTH + 1])("with %i input channels of one tap", (c) => {
    expectTheDefinition(convolution({ c, h: 2, w: 3, f: 3 }));
  });
  test.each([56, 57, 113])("with %i input channels of nine taps", (c) => {
    expectTheDefinition(convolution({ c, h: 4, w: 3, f: 3, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 }));
  });
  test.each([DEPTH - 1, DEPTH, DEPTH + 1])("with %i filters, the input gradient's depth", (f) => {
    expectTheDefinition(convolution({ c: 2, h: 2, w: 3, f, kernelHeight: 2, kernelWidth: 2 }));
  });
  test("with a window larger than a block is deep", () => {
    expectTheDefinition(convolution({ c: 2, h: 25, w: 26, f: 3, kernelHeight: 24, kernelWidth: 23 }));
  });
  test("with a padding beyond the window, where windows see zeros alone", () => {
    expectTheDefinition(
      convolution({ c: 2, h: 2, w: 2, f: 3, kernelHeight: 2, kernelWidth: 2, padTop: 4, padLeft: 5, strideY: 3 }),
    );
  });
  test("depthwise, and depthwise with three filters a channel", () => {
    const g = { n: 2, c: 6, h: 9, w: 8, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1, groups: 6 };
    expectTheDefinition(convolution({ ...g, f: 6 }));
    expectTheDefinition(convolution({ ...g, f: 18, strideY: 2, strideX: 2 }));
  });
  test.each([1, TAPS - 1, TAPS, TAPS + 1, 2 * TAPS, 2 * TAPS + 1])("depthwise with windows of %i taps", (taps) => {
    const g = { n: 2, c: 3, h: 22, w: 22, f: 3, padTop: 2, padLeft: 2, groups: 3 };
    expectTheDefinition(convolution({ ...g, kernelWidth: taps }));
    expectTheDefinition(convolution({ ...g, kernelHeight: taps, strideX: 3 }));
  });
  test.each([PLANE_PIXELS / 64 - 1, PLANE_PIXELS / 64, PLANE_PIXELS / 64 + 1, PLANE_PIXELS / 32 + 1])(
    "depthwise with planes of %i rows of 64 pixels, in one band or more",
    (h) => {
      const g = { c: 2, h, w: 64, f: 2, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1, groups: 2 };
      expectTheDefinition(convolution(g));
    },
  );
  test.each([RUN_FILTERS, RUN_FILTERS + 1])("with %i filters on one channel", (f) => {
    expectTheDefinition(convolution({ n: 2, h: 6, w: 5, f, kernelHeight: 3, kernelWidth: 4, padTop: 1 }));
  });
  test.each([RUN_DEPTH, RUN_DEPTH + 1])("with %i filters in each of two groups", (filters) => {
    const g = { n: 2, c: 6, h: 6, w: 5, padTop: 1, padLeft: 2, strideX: 2, groups: 2, f: 2 * filters };
    expectTheDefinition(convolution({ ...g, kernelHeight: 2, kernelWidth: 2 })); // less than half of a run
    expectTheDefinition(convolution({ ...g, kernelHeight: 3, kernelWidth: 4 }));
  });
  test("depthwise with rows longer than a band", () => {
    expectTheDefinition(convolution({ h: 3, w: PLANE_PIXELS + 3, kernelHeight: 2, kernelWidth: 2 }));
  });
  test("in 300 random geometries of stride, padding, dilation, groups and window", () => {
    const draw = generator(7);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let checked = 0; checked < 300; ) {
      const groups = whole(1, 3);
      const g = convolution({
        n: whole(1, 4),
        c: groups * whole(1, 5),
        h: whole(1, 10),
        w: whole(1, 10),
        f: groups * whole(1, 7),
        kernelHeight: whole(1, 4),
        kernelWidth: whole(1, 4),
        strideY: whole(1, 3),
        strideX: whole(1, 3),
        padTop: whole(0, 3),
        padLeft: whole(0, 3),
        dilationY: whole(1, 3),
        dilationX: whole(1, 3),
        groups,
      });
      if (g.p < 1 || g.q < 1) continue;
      expectTheDefinition(g);
      checked++;
    }
  });
  test("when a small call follows a large one, whose numbers are left in the workspaces", () => {
    expectTheDefinition(convolution({ n: 2, c: 20, h: 20, w: 20, f: 20, kernelHeight: 5, kernelWidth: 5 }));
    expectTheDefinition(
      convolution({ c: 1, h: 4, w: 4, f: 1, kernelHeight: 3, kernelWidth: 3, padTop: 2, padLeft: 2 }),
    );
  });
});

test("an empty batch gives nothing forward and filters no gradient", () => {
  const g = convolution({ n: 0, c: 2, h: 4, w: 4, f: 3, kernelHeight: 3, kernelWidth: 3 });
  const none = new Float32Array(0);
  const filters = uniform(54, 1);
  const dFilters = uniform(54, 2);
  blocked.conv2dForward(g, none, filters, null, none);
  blocked.conv2dInputGradient(g, none, filters, none);
  blocked.conv2dFilterGradient(g, none, none, dFilters);
  expect([...dFilters]).toEqual(new Array(54).fill(0));
});

const border = { n: 2, h: 6, w: 5, padTop: 1, padLeft: 1, strideX: 2 };
describe.each([
  { of: "a layer", ...border, c: 3, f: RUN_DEPTH + 2, kernelHeight: 3, kernelWidth: 3 },
  { of: "a layer with few filters", ...border, c: 3, f: 6, kernelHeight: 3, kernelWidth: 3 },
  { of: "a depthwise layer", ...border, c: 3, f: 6, groups: 3, kernelHeight: 3, kernelWidth: 3 },
  { of: "a depthwise layer whose taps fill no run", ...border, c: 3, f: 3, groups: 3, kernelHeight: 4, kernelWidth: 3 },
])("in $of", ({ of: _, ...sizes }) => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "%d reaches exactly what the definition says",
    (value) => {
      const g = convolution(sizes);
      const size = lengths(g);
      for (const place of ["x", "filters", "dOut"] as const) {
        const operands = { x: uniform(size.x, 1), filters: uniform(size.filters, 2), dOut: uniform(size.out, 3) };
        operands[place][7] = value;
        const { x, filters, dOut } = operands;
        const passes = (m: typeof blocked) => {
          const out = new Float32Array(size.out);
          const dX = new Float32Array(size.x);
          const dFilters = new Float32Array(size.filters);
          m.conv2dForward(g, x, filters, null, out);
          m.conv2dInputGradient(g, dOut, filters, dX);
          m.conv2dFilterGradient(g, dOut, x, dFilters);
          return [out, dX, dFilters].map((numbers) => Array.from(numbers, (v) => (Number.isFinite(v) ? "finite" : v)));
        };
        expect(passes(blocked)).toEqual(passes(reference));
      }
    },
  );
});
