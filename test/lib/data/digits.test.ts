import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { digits, testDigits } from "../../../lib/data/digits.ts";
import { glyphs } from "../../../lib/data/glyphs.ts";
import type { LabelledImages } from "../../../lib/data/images.ts";
import { linearAccuracy } from "./linear-recipe.ts";

const imageOf = (set: LabelledImages, i: number): Float32Array => set.images.data.subarray(i * 784, (i + 1) * 784);
/** Pixels as bytes; they are whole 255ths. */
function bytesOf(pixels: Float32Array): Buffer {
  const bytes = Buffer.alloc(pixels.length);
  for (let i = 0; i < pixels.length; i++) bytes[i] = Math.round(255 * pixels[i]!);
  return bytes;
}

const hashOf = (set: LabelledImages): string =>
  createHash("sha256").update(bytesOf(set.images.data)).digest("hex").slice(0, 16);

const train = digits();
const judged = testDigits();

describe("digits", () => {
  test("are 6,000 and 2,000 grey images of 28 × 28, ink 1 on paper 0, whole 255ths", () => {
    for (const [set, count] of [
      [train, 6000],
      [judged, 2000],
    ] as const) {
      expect(set.images.shape).toEqual([count, 1, 28, 28]);
      expect(set.labels.shape).toEqual([count]);
      const strays = set.images.data.filter(
        (pixel) => !(pixel >= 0 && pixel <= 1 && Math.fround(Math.round(255 * pixel) / 255) === pixel),
      );
      expect(strays.length).toBe(0);
    }
  });

  test("hold every class equally often, each ten in a row once, in changing order", () => {
    const tens = Array.from({ length: 600 }, (_, block) => [
      ...train.labels.data.subarray(10 * block, 10 * block + 10),
    ]);
    for (const ten of tens) expect([...ten].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(tens.map(String)).size).toBeGreaterThan(590);
  });

  test("are the same digits on every run and machine", () => {
    // Printed by this program once: a change of any pixel of the fixed sets shows here, and in everyone's figures.
    expect(hashOf(train)).toBe("4236bb5531c334b0");
    expect(hashOf(judged)).toBe("2929f408aa1cd5ac");
  });

  test("of a longer set begin with those of a shorter one, also where the last ten is cut", () => {
    const few = digits({ count: 13 });
    expect(few.images.data).toEqual(train.images.data.subarray(0, 13 * 784));
    expect(few.labels.data).toEqual(train.labels.data.subarray(0, 13));
  });

  test("differ by seed, and no test digit is among the training digits", () => {
    expect(hashOf(digits({ count: 10, seed: 1 }))).not.toBe(hashOf(digits({ count: 10 })));
    const keys = (set: LabelledImages): string[] =>
      Array.from({ length: set.count }, (_, i) => bytesOf(imageOf(set, i)).toString("latin1"));
    const seen = new Set(keys(train));
    expect(seen.size).toBe(6000);
    expect(keys(judged).filter((key) => seen.has(key))).toEqual([]);
  });

  test("show ink in the middle: a digit's centre of mass lies within the shift's reach", () => {
    for (let i = 0; i < judged.count; i++) {
      const image = imageOf(judged, i);
      let [mass, x, y] = [0, 0, 0];
      for (let p = 0; p < 784; p++) {
        if (image[p]! < 0.3) continue; // paper and its noise
        mass += image[p]!;
        x += image[p]! * (p % 28);
        y += image[p]! * Math.floor(p / 28);
      }
      // A bar of 17 pixels and the thinnest pen inks some 15; the boldest 8 less than a third of the image.
      expect(mass).toBeGreaterThan(12);
      expect(mass).toBeLessThan(784 / 3);
      // Up to 3 of shift, 3 of a lopsided digit such as 4 or 7, 1.5 of elastic bending.
      expect(Math.abs(x / mass - 13.5)).toBeLessThan(7.5);
      expect(Math.abs(y / mass - 13.5)).toBeLessThan(7.5);
    }
  });

  test("come from at least four models of each digit, within their box, corners written twice at most", () => {
    expect(glyphs).toHaveLength(10);
    for (const models of glyphs) {
      expect(models.length).toBeGreaterThanOrEqual(4);
      for (const stroke of models.flat()) {
        expect(stroke.length % 2).toBe(0);
        expect(stroke.every((value) => value >= 0 && value <= 100)).toBe(true);
      }
    }
  });

  test("in a steady hand are their models: all of one model alike but for pen, ink and smoothing", () => {
    const steady = {
      wobble: 0,
      rotation: 0,
      shear: 0,
      stretch: 0,
      shift: 0,
      elastic: 0,
      noise: 0,
      pen: [1.2, 1.2],
    } as const;
    const set = digits({ count: 400, hand: steady });
    const boxes = new Map<number, Set<string>>();
    for (let i = 0; i < set.count; i++) {
      const inked = [...imageOf(set, i).keys()].filter((p) => imageOf(set, i)[p]! > 0.4);
      const rows = inked.map((p) => Math.floor(p / 28));
      const label = set.labels.data[i]!;
      if (!boxes.has(label)) boxes.set(label, new Set());
      boxes.get(label)!.add(`${Math.min(...rows)}-${Math.max(...rows)}`);
      // 20 pixels of path around row 13.5, and a pen of 1.2 at either end; a pixel for soft edges and curves.
      expect(Math.min(...rows)).toBeGreaterThanOrEqual(2);
      expect(Math.max(...rows)).toBeLessThanOrEqual(25);
    }
    for (const [, found] of boxes) expect(found.size).toBeLessThanOrEqual(12);
  });

  test("are as hard as announced: the fixed linear recipe learns them, but stays under 95 %", () => {
    const accuracy = linearAccuracy(train, judged);
    expect(accuracy).toBeGreaterThan(0.85);
    expect(accuracy).toBeLessThan(0.95);
  });

  test.each([
    [{ count: 0 }, "count is 0"],
    [{ count: 2.5 }, "count is 2.5"],
    [{ seed: 0.5 }, "seed is 0.5"],
    [{ cout: 5 }, 'unknown option "cout"'],
    [{ hand: { wobbel: 1 } }, 'unknown option "wobbel"'],
    [{ hand: { shift: -1 } }, "hand.shift is -1"],
    [{ hand: { noise: Number.NaN } }, "hand.noise is NaN"],
    [{ hand: { pen: [1] } }, "hand.pen is 1"],
    [{ hand: { pen: [1, Infinity] } }, "hand.pen is 1,Infinity"],
  ])("refuse %j", (options, message) => {
    expect(() => digits(options as object)).toThrow(message);
  });
});
