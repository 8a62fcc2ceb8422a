import { describe, expect, test } from "vitest";
import type { Augmentation } from "../../../../lib/data/augment/augmentation.ts";
import { augmented } from "../../../../lib/data/augment/augmented.ts";
import { centerCrop, randomCrop, randomShift } from "../../../../lib/data/augment/crop.ts";
import { randomHorizontalFlip, randomVerticalFlip } from "../../../../lib/data/augment/flip.ts";
import { batches } from "../../../../lib/data/batches.ts";
import { type Examples, imagesOf, type LabelledImages } from "../../../../lib/data/images.ts";
import { Random } from "../../../../lib/random.ts";

/** Images whose every pixel has another value, `1 .. N·C·H·W`; image i has label i. */
function distinct(count: number, channels: number, height: number, width: number): LabelledImages {
  const pixels = Float32Array.from({ length: count * channels * height * width }, (_, i) => i + 1);
  return imagesOf(
    pixels,
    Int32Array.from({ length: count }, (_, i) => i),
    [channels, height, width],
  );
}

const all = (set: LabelledImages): Int32Array => Int32Array.from({ length: set.count }, (_, i) => i);
const run = (set: LabelledImages, steps: Augmentation[], epoch = 0, seed = 0): Examples =>
  augmented(set, steps, { seed }).gather(all(set), epoch);

describe("an augmented dataset", () => {
  const set = distinct(40, 2, 6, 5);
  const steps = [randomHorizontalFlip(), randomCrop({ padding: 2 })];

  /** The pixels of every image by its label, over the epochs of a loader. */
  function shown(batchSize: number, shuffle: Random | undefined, epochs: number): Map<string, string> {
    const loader = batches(augmented(set, steps, { seed: 5 }), { batchSize, ...(shuffle && { shuffle }) });
    const found = new Map<string, string>();
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { images, labels } of loader) {
        labels.data.forEach((label, i) => {
          found.set(`${epoch} ${label}`, images.data.subarray(i * 60, (i + 1) * 60).join());
        });
      }
    }
    return found;
  }

  test("shows an example by seed, epoch and number alone, whatever the batch size and the order", () => {
    const one = shown(1, undefined, 2);
    expect(shown(7, new Random(3), 2)).toEqual(one);
    expect(shown(40, new Random(4), 2)).toEqual(one);
    expect(one.size).toBe(80);
  });

  test("shows other changes in another epoch, and for another seed", () => {
    const pixels = (epoch: number, seed: number): string => run(set, steps, epoch, seed).images.data.join();
    expect(pixels(0, 1)).toBe(pixels(0, 1));
    expect(pixels(1, 1)).not.toBe(pixels(0, 1));
    expect(pixels(0, 2)).not.toBe(pixels(0, 1));
  });

  test("goes on in the middle as if the batches before had been taken", () => {
    const loader = (start?: { epoch: number; step: number }) =>
      batches(augmented(set, steps), { batchSize: 9, shuffle: new Random(6), ...(start && { start }) });
    const whole = loader();
    const texts = (from: Iterable<Examples>): string[] => Array.from(from, ({ images }) => images.data.join());
    const epochs = [0, 1, 2, 3].map(() => texts(whole));
    const resumed = loader({ epoch: 2, step: 3 });
    expect(texts(resumed)).toEqual(epochs[2]!.slice(3));
    expect(texts(resumed)).toEqual(epochs[3]);
    expect(resumed.length).toBe(5);
  });

  test("leaves the dataset and its labels as they were", () => {
    const before = set.images.data.join();
    expect([...run(set, steps).labels.data]).toEqual([...set.labels.data]);
    expect(set.images.data.join()).toBe(before);
  });

  test("runs functions among the augmentations, which get the image and its stream", () => {
    const step = (image: { data: Float32Array; width: number }, random: Random): void => {
      image.data.fill(random.uniform(), 0, image.width);
    };
    const { images } = augmented(set, [step]).gather(Int32Array.of(3), 2);
    const expected = new Random(0).fork("augment").fork(2).fork(3).uniform();
    expect([...images.data.subarray(0, 6)]).toEqual([...new Array<number>(5).fill(expected), 3 * 60 + 6]);
  });

  test("refuses what is no dataset and what is no augmentation, and says what would do", () => {
    expect(() => augmented([] as never, [])).toThrow(/augmented: .*plain array, not a dataset/);
    expect(() => augmented(set, randomCrop({ padding: 1 }) as never)).toThrow(
      /augmentations are .*Augmentation\n.*list/,
    );
    expect(() => augmented(set, [randomHorizontalFlip as never])).toThrow(/call it: randomHorizontalFlip\(/);
    expect(() => augmented(set, ["flip" as never])).toThrow(/augmentation 0 is the text "flip"/);
    expect(() => augmented(set, [], { sed: 1 } as never)).toThrow('unknown option "sed"');
  });
});

describe("flips", () => {
  const set = distinct(3, 2, 3, 4);

  test.each([
    ["horizontal", randomHorizontalFlip({ probability: 1 }), (y: number, x: number) => [y, 3 - x]],
    ["vertical", randomVerticalFlip({ probability: 1 }), (y: number, x: number) => [2 - y, x]],
  ])("%s: each pixel goes where the formula says, and twice is nothing", (_, step, from) => {
    const { images } = run(set, [step]);
    images.data.forEach((value, i) => {
      const [y, x] = from(Math.floor(i / 4) % 3, i % 4) as [number, number];
      expect(value).toBe(set.images.data[i - (i % 12) + y * 4 + x]);
    });
    expect(run(set, [step, step]).images.data).toEqual(set.images.data);
  });

  test("happen as often as the probability says", () => {
    const many = distinct(1000, 1, 1, 2);
    for (const probability of [0, 0.3, 1]) {
      const { images } = run(many, [randomHorizontalFlip({ probability })]);
      let flipped = 0;
      for (let i = 0; i < 1000; i++) if (images.data[2 * i]! > images.data[2 * i + 1]!) flipped++;
      // Four deviations of a binomial count, √(1000 p (1 − p)).
      expect(Math.abs(flipped - 1000 * probability)).toBeLessThanOrEqual(
        4 * Math.sqrt(1000 * probability * (1 - probability)),
      );
    }
  });

  test("refuse a probability beyond 0 .. 1", () => {
    expect(() => randomHorizontalFlip({ probability: 1.5 })).toThrow(/probability is 1.5\n.*0 \.\. 1/);
    expect(() => randomVerticalFlip({ p: 1 } as never)).toThrow('unknown option "p"');
  });
});

describe("crops and shifts", () => {
  const set = distinct(60, 2, 5, 5);

  /** The shifts under which an image is found in the augmented one, with zeros elsewhere. */
  function shiftsOf(pixels: Float32Array, original: Float32Array, most: number): [number, number][] {
    const found: [number, number][] = [];
    for (let down = -most; down <= most; down++) {
      for (let right = -most; right <= most; right++) {
        const fits = pixels.every((value, i) => {
          const [c, y, x] = [Math.floor(i / 25), Math.floor((i % 25) / 5) - down, (i % 5) - right];
          const inside = y >= 0 && y < 5 && x >= 0 && x < 5;
          return value === (inside ? original[c * 25 + y * 5 + x] : 0);
        });
        if (fits) found.push([down, right]);
      }
    }
    return found;
  }

  test.each([
    ["a padded crop", randomCrop({ padding: 2 })],
    ["a shift", randomShift({ pixels: 2 })],
  ])("%s moves every channel by one and the same whole shift; each comes up", (_, step) => {
    const { images } = run(set, [step], 0, 3);
    const shifts = Array.from({ length: 60 }, (_, i) => {
      const cut = (all: Float32Array): Float32Array => all.subarray(i * 50, (i + 1) * 50);
      const found = shiftsOf(cut(images.data), cut(set.images.data), 2);
      expect(found).toHaveLength(1);
      return found[0]!;
    });
    for (const axis of [0, 1])
      expect([...new Set(shifts.map((shift) => shift[axis]))].sort((a, b) => a! - b!)).toEqual([-2, -1, 0, 1, 2]);
  });

  test("a mirrored border does not repeat the edge pixel; an edge border does", () => {
    const row = imagesOf(Float32Array.of(1, 2, 3), Int32Array.of(0), [1, 1, 3]);
    const rows = (border: "reflect" | "edge"): Set<string> =>
      new Set(
        Array.from({ length: 40 }, (_, epoch) =>
          augmented(row, [randomShift({ pixels: 4, border })])
            .gather(Int32Array.of(0), epoch)
            .images.data.join(),
        ),
      );
    expect([...rows("reflect")].sort()).toEqual(["1,2,3", "2,1,2", "2,3,2", "3,2,1"]);
    expect([...rows("edge")].sort()).toEqual(["1,1,1", "1,1,2", "1,2,3", "2,3,3", "3,3,3"]);
  });

  test("a smaller size cuts a piece out of the image, the centre crop the middle one", () => {
    const pieces = run(set, [randomCrop({ size: 3 })]).images;
    expect(pieces.shape).toEqual([60, 2, 3, 3]);
    const first = pieces.data.subarray(0, 18);
    const corner = first[0]!;
    expect([...first]).toEqual(
      [0, 25].flatMap((c) => [0, 5, 10].flatMap((y) => [0, 1, 2].map((x) => corner + c + y + x))),
    );
    const middle = run(set, [centerCrop({ size: 3 })]).images.data;
    expect([...middle.subarray(0, 9)]).toEqual([7, 8, 9, 12, 13, 14, 17, 18, 19]);
  });

  test("an augmentation after a crop sees the smaller image", () => {
    const flipped = run(set, [centerCrop({ size: 3 }), randomHorizontalFlip({ probability: 1 })]).images.data;
    expect([...flipped.subarray(0, 9)]).toEqual([9, 8, 7, 14, 13, 12, 19, 18, 17]);
  });

  test("refuse what cannot be cut", () => {
    expect(() => randomCrop({})).toThrow(/neither padding nor a size\n.*padding: 4/);
    expect(() => randomCrop({ padding: -1 })).toThrow("padding is -1");
    expect(() => randomCrop({ padding: 1, border: "mirror" as never })).toThrow(
      /border is the text "mirror"\n.*"reflect"/,
    );
    expect(() => randomShift({ pixels: 1.5 })).toThrow("pixels is 1.5");
    expect(() => run(set, [centerCrop({ size: 6 })])).toThrow(/6 × 6 does not fit into images of 5 × 5\n.*at most 5/);
    expect(() => run(set, [randomCrop({ size: 6, padding: 2 })])).toThrow(/6 × 6 does not fit/);
  });
});
