import { describe, expect, test } from "vitest";
import { randomAffine, randomRotation, sineAndCosine } from "../../../../lib/data/augment/affine.ts";
import { remade } from "../../../../lib/data/augment/all.ts";
import type { Augmentation } from "../../../../lib/data/augment/augmentation.ts";
import { augmented } from "../../../../lib/data/augment/augmented.ts";
import { centerCrop, randomCrop, randomShift } from "../../../../lib/data/augment/crop.ts";
import { randomCutout } from "../../../../lib/data/augment/cutout.ts";
import { randomElastic } from "../../../../lib/data/augment/elastic.ts";
import { randomHorizontalFlip, randomVerticalFlip } from "../../../../lib/data/augment/flip.ts";
import { normalize, randomBrightness, randomContrast, randomNoise } from "../../../../lib/data/augment/shade.ts";
import { imagesOf, type LabelledImages } from "../../../../lib/data/images.ts";
import { Random } from "../../../../lib/random.ts";

type Size = readonly [channels: number, height: number, width: number];

const images = (pixels: ArrayLike<number>, size: Size): LabelledImages =>
  imagesOf(Float32Array.from(pixels), new Int32Array(pixels.length / (size[0] * size[1] * size[2])), size);

function run(set: LabelledImages, step: Augmentation, seed = 0): Float32Array {
  const all = Int32Array.from({ length: set.count }, (_, i) => i);
  return augmented(set, [step], { seed }).gather(all).images.data;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const noise = (count: number): Float32Array => {
  const random = new Random(9);
  return Float32Array.from({ length: count }, () => random.uniform());
};

const every: readonly Augmentation[] = [
  centerCrop({ size: 5 }),
  normalize({ mean: [0.5, 0.2], deviation: 2 }),
  randomAffine({ degrees: 20, pixels: 1, scale: [0.8, 1.2], shear: [0, 10], border: "reflect" }),
  randomBrightness({ amount: 0.2 }),
  randomContrast({ amount: [-0.5, 0] }),
  randomCrop({ padding: 2, size: 6, border: "edge" }),
  randomCutout({ size: 3, probability: 0.9, fill: 2 }),
  randomElastic({ strength: 1, smoothness: 2 }),
  randomHorizontalFlip({ probability: 0.4 }),
  randomNoise({ deviation: 0.1 }),
  randomRotation({ degrees: 15 }),
  randomShift({ pixels: 2 }),
  randomVerticalFlip(),
];

describe("every augmentation", () => {
  const set = images(noise(20 * 2 * 7 * 8), [2, 7, 8]);

  test.each(every.map((step) => [step.name, step] as const))(
    "%s gives finite numbers, from its seed alone",
    (_, step) => {
      const once = run(set, step, 4);
      expect(once.every(Number.isFinite)).toBe(true);
      expect(run(set, step, 4)).toEqual(once);
    },
  );

  test.each(every.map((step) => [step.name, step] as const))("%s is the same made again from its data", (_, step) => {
    const again = remade(structuredClone({ name: step.name, settings: step.settings }));
    expect(`${again}`).toBe(`${step}`);
    expect(run(set, again, 5)).toEqual(run(set, step, 5));
  });

  test.each(every.map((step) => [step.name, step] as const))(
    "%s leaves NaN where it is, and makes none elsewhere",
    (_, step) => {
      const spoilt = images(new Float32Array(64).fill(1), [1, 8, 8]);
      if (step.name === "normalize" || step.name === "randomContrast") return; // of two channels; of a mean over all pixels
      spoilt.images.data[27] = Number.NaN;
      expect(run(spoilt, step).filter(Number.isNaN).length).toBeLessThanOrEqual(9);
    },
  );
});

describe("rotations and affine maps", () => {
  const square = images(upTo(18), [2, 3, 3]);

  test.each([
    [0, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [90, [3, 6, 9, 2, 5, 8, 1, 4, 7]],
    [180, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
    [-90, [7, 4, 1, 8, 5, 2, 9, 6, 3]],
    [450, [3, 6, 9, 2, 5, 8, 1, 4, 7]],
  ])("by %i degrees, counter-clockwise, are exact", (degrees, expected) => {
    const turned = run(square, randomRotation({ degrees: [degrees, degrees] }));
    expect([...turned]).toEqual([...expected, ...expected.map((x) => x + 9)]);
  });

  test("by 90 degrees are exact on a square of even side too, and four of them are nothing", () => {
    const even = images(noise(16), [1, 4, 4]);
    const quarter = randomRotation({ degrees: [90, 90] });
    const full = augmented(even, [quarter, quarter, quarter, quarter]).gather(Int32Array.of(0));
    expect(full.images.data).toEqual(even.images.data);
  });

  test("sine and cosine agree with the platform's to the last bits", () => {
    for (let degrees = -400; degrees <= 400; degrees += 0.37) {
      const [sine, cosine] = sineAndCosine(degrees);
      const radians = (degrees * Math.PI) / 180;
      // The argument of the platform's is rounded: by 4e-16 of up to 7.
      expect(Math.abs(sine - Math.sin(radians))).toBeLessThan(2e-15);
      expect(Math.abs(cosine - Math.cos(radians))).toBeLessThan(2e-15);
    }
  });

  test("a shift by whole pixels is exact, by half a pixel the mean of two", () => {
    const row = images([1, 2, 4, 8], [1, 1, 4]);
    const shifted = (pixels: number): number[] => {
      const step = randomAffine({ pixels: [pixels, pixels] });
      const rows = images([0, 0, 0, 0, 1, 2, 4, 8, 0, 0, 0, 0], [1, 3, 4]);
      return [...run(rows, step)];
    };
    expect(shifted(1)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4]);
    expect(shifted(-1)).toEqual([2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    // Half of the weight on each of four, with zeros around: (1 + 2) / 4 and so on.
    expect(shifted(0.5).slice(4, 8)).toEqual([0.25, 0.75, 1.5, 3]);
    expect([...run(row, randomAffine({ scale: [2, 2], border: "edge" }))]).toEqual(
      [1.75, 2.5, 3.5, 5].map((_, i) => {
        // A pixel at x shows what was at 1.5 + (x − 1.5) / 2.
        const place = 1.5 + (i - 1.5) / 2;
        const low = Math.floor(place);
        return [1, 2, 4, 8][low]! * (1 - place + low) + [1, 2, 4, 8][low + 1]! * (place - low);
      }),
    );
  });

  // grid_sample of PyTorch 2 in float64, align_corners, of the same map written as a matrix.
  const torch = {
    zeros: `0 0 0.179153 1.513409 3.344801 0.369853 1.249261 2.625805 4.785341 7.139419
      1.415527 3.886957 6.241036 8.595114 10.949192 2.214911 7.69673 10.050808 12.404886 14.758964`,
    edge: `1.75557 2.555012 3.354453 4.153894 4.953335 1.294013 2.093454 2.892895 4.785341 7.139419
      1.700424 3.886957 6.241036 8.595114 10.949192 5.971754 7.69673 10.050808 12.404886 14.758964`,
    reflect: `9.597807 8.842611 8.087415 7.332219 6.577023 4.864919 4.109723 3.354527 4.785341 7.139419
      1.867969 3.886957 6.241036 8.595114 10.949192 6.600856 7.69673 10.050808 12.404886 14.758964`,
  } as const;
  test.each(["zeros", "edge", "reflect"] as const)(
    "a map of all kinds at once is PyTorch's, with %s beyond the border",
    (border) => {
      const step = randomAffine({ degrees: [20, 20], pixels: [1, 1], scale: [1.1, 1.1], shear: [10, 10], border });
      const mapped = run(images(upTo(20), [1, 4, 5]), step);
      torch[border].split(/\s+/).forEach((value, i) => {
        expect(Math.abs(mapped[i]! - Number(value))).toBeLessThan(2e-6); // six places, and float32 of up to 15
      });
    },
  );

  test("a slant moves the top to the left, the bottom to the right, the middle not", () => {
    const column = images([0, 1, 0, 0, 1, 0, 0, 1, 0], [1, 3, 3]);
    const slanted = run(column, randomAffine({ shear: [45, 45] }));
    [1, 0, 0, 0, 1, 0, 0, 0, 1].forEach((x, i) => {
      expect(slanted[i]).toBeCloseTo(x, 6);
    });
  });

  test("angles are spread evenly over their range", () => {
    // A bright pixel at the right edge of the middle row goes up or down with the angle.
    const count = 400;
    const pixels = new Float32Array(count * 81);
    for (let i = 0; i < count; i++) pixels[i * 81 + 4 * 9 + 8] = 1;
    const turned = run(images(pixels, [1, 9, 9]), randomRotation({ degrees: 10 }));
    let up = 0;
    for (let i = 0; i < count; i++) {
      const at = (row: number): number => turned[i * 81 + row * 9 + 8]!;
      if (at(3) > at(5)) up++;
    }
    expect(Math.abs(up - count / 2)).toBeLessThan(4 * Math.sqrt(count / 4)); // four deviations of a fair coin
  });

  test("refuse ranges that are none", () => {
    expect(() => randomRotation({ degrees: [10, 5] })).toThrow(/degrees is \[10, 5\]\n.*smallest and the largest/);
    expect(() => randomRotation({ degrees: Number.NaN })).toThrow("degrees is NaN");
    expect(() => randomRotation({} as never)).toThrow("degrees is undefined");
    expect(() => randomAffine({ scale: [0, 1] })).toThrow(/scale is \[0, 1\]\n.*above 0/);
    expect(() => randomAffine({ scale: 0.1 as never })).toThrow("scale is 0.1");
    expect(() => randomAffine({ shear: 90 })).toThrow(/shear reaches -90 \.\. 90/);
  });
});

describe("elastic distortion", () => {
  test("moves pixels by the strength that was asked for", () => {
    // In a ramp a pixel's value is its place, so that the difference is the shift; away from the edges.
    const side = 40;
    const count = 60;
    const ramp = Float32Array.from({ length: count * side * side }, (_, i) => i % side);
    const bent = run(images(ramp, [1, side, side]), randomElastic({ strength: 1.5, smoothness: 4, border: "edge" }));
    let squares = 0;
    let counted = 0;
    for (let i = 0; i < bent.length; i++) {
      const x = i % side;
      if (x < 10 || x >= side - 10) continue;
      squares += (bent[i]! - x) ** 2;
      counted++;
    }
    // Sixty smooth fields have some 60 · (40 / (2 · 4))² = 1,500 independent places: a few per cent.
    expect(Math.sqrt(squares / counted)).toBeGreaterThan(1.35);
    expect(Math.sqrt(squares / counted)).toBeLessThan(1.65);
  });

  test("of strength 0 is nothing, also on images that are not square, and smaller than the Gaussian", () => {
    for (const size of [
      [1, 5, 9],
      [2, 2, 2],
      [1, 1, 1],
    ] as const) {
      const set = images(noise(size[0] * size[1] * size[2]), size);
      expect(run(set, randomElastic({ strength: 0 }))).toEqual(set.images.data);
      expect(run(set, randomElastic({ strength: 1 })).every(Number.isFinite)).toBe(true);
    }
    expect(() => randomElastic({ strength: -1 })).toThrow("strength is -1");
    expect(() => randomElastic({ strength: 1, smoothness: 0 })).toThrow("smoothness is 0");
  });
});

describe("cutout", () => {
  test("blanks a square in all channels, whose middle is any pixel", () => {
    const count = 300;
    const set = images(new Float32Array(count * 2 * 36).fill(1), [2, 6, 6]);
    const cut = run(set, randomCutout({ size: 3, fill: -1 }));
    const areas = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const planes = [0, 1].map((c) => [...cut.subarray((i * 2 + c) * 36, (i * 2 + c + 1) * 36)]);
      expect(planes[0]).toEqual(planes[1]);
      const area = planes[0]!.filter((x) => x === -1).length;
      areas.set(area, (areas.get(area) ?? 0) + 1);
    }
    // Whole in 16 of 36 places, at an edge (6 of 9) in 16, in a corner (4 of 9) in 4.
    expect([...areas.keys()].sort((a, b) => a - b)).toEqual([4, 6, 9]);
    for (const [area, places] of [
      [9, 16],
      [6, 16],
      [4, 4],
    ] as const) {
      const p = places / 36;
      expect(Math.abs(areas.get(area)! - count * p)).toBeLessThan(4 * Math.sqrt(count * p * (1 - p)));
    }
  });

  test("refuses a size that is none", () => {
    expect(() => randomCutout({ size: 0 })).toThrow("size is 0");
    expect(() => randomCutout({ size: 2, fill: "0" as never })).toThrow('fill is the text "0"');
  });
});

describe("shades", () => {
  const set = images([0, 0.25, 0.5, 1], [1, 2, 2]);

  test("brightness multiplies, contrast keeps the mean", () => {
    expect([...run(set, randomBrightness({ amount: [0.5, 0.5] }))]).toEqual([0, 0.375, 0.75, 1.5]);
    const mean = 1.75 / 4;
    expect([...run(set, randomContrast({ amount: [1, 1] }))]).toEqual(
      [0, 0.25, 0.5, 1].map((x) => mean + 2 * (x - mean)),
    );
  });

  test("noise has the deviation that was asked for", () => {
    const grey = images(new Float32Array(10_000), [1, 100, 100]);
    const noisy = run(grey, randomNoise({ deviation: 0.2 }));
    const squares = noisy.reduce((sum, x) => sum + x * x, 0);
    // A variance of n draws has the relative deviation √(2 / n); four of them.
    expect(Math.abs(squares / 10_000 / 0.04 - 1)).toBeLessThan(4 * Math.sqrt(2 / 10_000));
  });

  test("normalising takes one number a channel", () => {
    const two = images([1, 2, 3, 4], [2, 1, 2]);
    expect([...run(two, normalize({ mean: [1, 3], deviation: [1, 2] }))]).toEqual([0, 1, 0, 0.5]);
    expect(() => run(set, normalize({ mean: [1, 3], deviation: 1 }))).toThrow(/mean is \[1, 3\]\n.*a list of 1/);
    expect(() => normalize({ mean: 0, deviation: 0 })).toThrow("deviation is 0");
    expect(() => normalize(undefined as never)).toThrow("the options are missing");
  });
});
