import { describe, expect, test } from "vitest";
import { augmented } from "../../../lib/data/augment/augmented.ts";
import { randomShift } from "../../../lib/data/augment/crop.ts";
import { batches, type Dataset } from "../../../lib/data/batches.ts";
import { balancedIndices, mapped, subset } from "../../../lib/data/choose.ts";
import { imagesOf, type LabelledImages } from "../../../lib/data/images.ts";

/** One pixel an image: its number. */
const numbered = (labels: readonly number[], classNames?: readonly string[]): LabelledImages =>
  imagesOf(
    Float32Array.from(labels, (_, i) => i),
    Int32Array.from(labels),
    [1, 1, 1],
    classNames,
  );

describe("a split", () => {
  // 60, 30 and 10 of a class.
  const labels = Array.from({ length: 100 }, (_, i) => (i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2));
  const set = numbered(labels, ["a", "b", "c"]);

  test("has every image on one side, in the set's order, and each class in proportion", () => {
    const { train, validation } = set.split({ validation: 0.2 });
    const places = [...train.images.data, ...validation.images.data];
    expect([...places].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
    for (const { images, labels: own } of [train, validation]) {
      expect([...images.data]).toEqual([...images.data].sort((a, b) => a - b));
      own.data.forEach((label, i) => {
        expect(label).toBe(labels[images.data[i]!]);
      });
    }
    expect(validation.classCounts()).toEqual([12, 6, 2]);
    expect(train.classCounts()).toEqual([48, 24, 8]);
    expect(train.classNames).toEqual(["a", "b", "c"]);
  });

  test.each([1, 7, 33, 99])("puts exactly %i aside, within one of each class's share", (validation) => {
    const counts = set.split({ validation }).validation.classCounts();
    expect(counts.reduce((a, b) => a + b, 0)).toBe(validation);
    counts.forEach((count, label) => {
      expect(Math.abs(count - validation * [0.6, 0.3, 0.1][label]!)).toBeLessThan(1);
    });
  });

  test("goes by its seed", () => {
    const chosen = (seed: number): string => set.split({ validation: 10, seed }).validation.images.data.join();
    expect(chosen(1)).toBe(chosen(1));
    expect(chosen(2)).not.toBe(chosen(1));
    expect(set.split({ validation: 50, stratified: false }).validation.count).toBe(50);
  });

  test.each([0, 100, -1, 1.5, Number.NaN, 0.001])("refuses to put %d aside", (validation) => {
    expect(() => set.split({ validation })).toThrow(/split: validation is .*of 100 examples\n.*0\.1.*1 \.\. 99/);
  });
});

describe("sets of images", () => {
  const set = numbered([2, 0, 1, 1], ["x", "y", "z"]);

  test("are taken, shuffled, counted and joined", () => {
    expect([...set.take(2).images.data]).toEqual([0, 1]);
    expect([...set.shuffled(3).images.data.sort()]).toEqual([0, 1, 2, 3]);
    expect(set.shuffled(3).images.data).toEqual(set.shuffled(3).images.data);
    expect(set.classCounts()).toEqual([1, 2, 1]);
    expect(numbered([3, 0]).classCounts()).toEqual([1, 0, 0, 1]);
    const joined = set.concat(set.take(1), set);
    expect([...joined.labels.data]).toEqual([2, 0, 1, 1, 2, 2, 0, 1, 1]);
    expect(joined.classNames).toEqual(["x", "y", "z"]);
  });

  test("refuse to be joined with others", () => {
    expect(() => set.concat(imagesOf(new Float32Array(4), Int32Array.of(0), [1, 2, 2]))).toThrow(
      /differ in size\n.*N=4, C=1, H=1, W=1.*\n.*N=1, C=1, H=2, W=2/,
    );
    expect(() => set.concat(numbered([0], ["p"]))).toThrow(/set 0 names its classes otherwise/);
    expect(() => set.concat([1] as never)).toThrow(/set 0 is a plain array/);
    expect(() => set.take(5)).toThrow("index 4 at place 4");
  });
});

describe("subsets and maps of any dataset", () => {
  const letters: Dataset<string> = { count: 4, gather: (indices) => [...indices].map((i) => "abcd"[i]).join("") };

  test("pick in the order asked for, also twice, and change each batch", () => {
    const some = subset(letters, [3, 1, 3]);
    expect([...batches(some, { batchSize: 2 })]).toEqual(["db", "d"]);
    expect([
      ...batches(
        mapped(some, (text) => text.toUpperCase()),
        { batchSize: 3 },
      ),
    ]).toEqual(["DBD"]);
  });

  test("leave an augmented example what it is in the whole", () => {
    const whole = augmented(
      imagesOf(
        Float32Array.from({ length: 90 }, (_, i) => i),
        new Int32Array(10),
        [1, 3, 3],
      ),
      [randomShift({ pixels: 1 })],
    );
    const [direct, through] = [whole.gather(Int32Array.of(7), 2), subset(whole, [2, 7]).gather(Int32Array.of(1), 2)];
    expect(through.images.data).toEqual(direct.images.data);
  });

  test("refuse numbers that are not there, and what is no list or function", () => {
    expect(() => subset(letters, [0, 4])).toThrow(/index 4 at place 1\n.*0 \.\. 3/);
    expect(() => subset(letters, [0.5])).toThrow("index 0.5 at place 0");
    expect(() => subset(letters, 3 as never)).toThrow("the indices are 3");
    expect(() => mapped(letters, null as never)).toThrow("the change is null");
    expect(() => subset([] as never, [])).toThrow("not a dataset");
  });

  test("balanced numbers give rare classes their share", () => {
    const labels = [...new Array<number>(90).fill(0), ...new Array<number>(10).fill(1)];
    const drawn = balancedIndices(labels, { count: 1000, seed: 4 });
    const rare = drawn.filter((i) => labels[i] === 1).length;
    expect(Math.abs(rare - 500)).toBeLessThan(4 * Math.sqrt(250)); // four deviations of a fair coin
    expect(new Set(drawn.filter((i) => i >= 90)).size).toBe(10);
    expect(() => balancedIndices([])).toThrow(/the labels are a plain array\n.*one or more/);
  });
});
