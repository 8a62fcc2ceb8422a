import { describe, expect, test } from "vitest";
import { cifar100, cifar100Classes, cifar100Pixels } from "../../../lib/data/cifar100.ts";
import { emnist, fashionMnist, kmnist, mnist } from "../../../lib/data/mnist.ts";
import { type Files, folderOf, idx, smallMnist } from "./idx-files.ts";

const small = { train: 20, test: 10 };

/** A small EMNIST split whose labels begin at `first`. */
const smallEmnist = (split: string, first: number): Files => ({
  [`emnist-${split}-train-images-idx3-ubyte`]: idx([3, 28, 28], (i) => i),
  [`emnist-${split}-train-labels-idx1-ubyte`]: idx([3], (i) => first + i),
  [`emnist-${split}-test-images-idx3-ubyte`]: idx([2, 28, 28], (i) => i),
  [`emnist-${split}-test-labels-idx1-ubyte`]: idx([2], () => first),
});

describe("the sets in MNIST's format", () => {
  test("carry the names of their classes", async () => {
    const folder = folderOf(smallMnist());
    const [digits, fashion, letters] = await Promise.all([
      mnist(folder, small),
      fashionMnist(folder, small),
      kmnist(folder, small),
    ]);
    expect(digits.train.classNames?.join("")).toBe("0123456789");
    expect([0, 9].map((i) => fashion.train.classNames?.[i])).toEqual(["T-shirt/top", "ankle boot"]);
    expect(letters.test.classNames?.join("")).toBe("おきすつなはまやれを");
    for (const { train } of [digits, fashion, letters]) expect(train.classNames).toHaveLength(10);
  });

  test("normalise by published numbers, or by those of the training images", async () => {
    const folder = folderOf(smallMnist());
    const { train } = await mnist(folder, { ...small, normalize: true });
    expect(train.images.data[255]).toBe(Math.fround((1 - 0.1307) / 0.3081));
    const own = await kmnist(folder, { ...small, normalize: true });
    const mean = own.train.images.data.reduce((sum, x) => sum + x, 0) / own.train.images.size;
    expect(Math.abs(mean)).toBeLessThan(1e-6); // a mean of 15,680 numbers rounded to 2^-24
  });

  test("say their own names in errors", async () => {
    const folder = folderOf(smallMnist());
    await expect(fashionMnist(folder)).rejects.toThrow(
      /60000 images\n.*20\n.*fashionMnist\(folder, \{ train, test \}\)/,
    );
    await expect(kmnist(folderOf({}))).rejects.toThrow(/Kuzushiji-MNIST's four files/);
    await expect(kmnist(5 as never)).rejects.toThrow(/kmnist: the folder is 5/);
  });

  test("EMNIST is turned upright, and its letters begin at 0", async () => {
    const { train } = await emnist(folderOf(smallEmnist("letters", 1)), { split: "letters", train: 3, test: 2 });
    expect([...train.labels.data]).toEqual([0, 1, 2]);
    expect(train.classNames?.[2]).toBe("C");
    // Byte i of the file, i mod 256, is at row i / 28 and column i mod 28 there, and the other way round here.
    expect(train.images.data[1]).toBe(Math.fround(28 / 255));
    expect(train.images.data[28]).toBe(Math.fround(1 / 255));
  });

  test.each([
    ["byclass", 62, "z"],
    ["bymerge", 47, "t"],
    ["balanced", 47, "t"],
    ["digits", 10, "9"],
  ] as const)("EMNIST %s has %i classes", async (split, count, last) => {
    const { test } = await emnist(folderOf(smallEmnist(split, 0)), { split, train: 3, test: 2 });
    expect([test.classNames?.length, test.classNames?.at(-1)]).toEqual([count, last]);
  });

  test("EMNIST refuses labels of another split, and unknown splits", async () => {
    await expect(emnist(folderOf(smallEmnist("letters", 0)), { split: "letters", train: 3, test: 2 })).rejects.toThrow(
      /labels 1 \.\. 26\n.*0 for image 0/,
    );
    await expect(emnist("x", { split: "all" as never })).rejects.toThrow(/split is the text "all"\n.*byclass, bymerge/);
  });
});

describe("cifar100", () => {
  /** Records of a coarse and a fine label, and pixels that are all 51. */
  const records = (labels: [number, number][]): Buffer =>
    Buffer.concat(labels.map((pair) => Buffer.from([...pair, ...new Array<number>(3072).fill(51)])));
  const files = {
    "train.bin": records([
      [11, 19],
      [15, 29],
    ]),
    "test.bin": records([[10, 49]]),
  };

  test("reads fine and coarse labels", async () => {
    const folder = folderOf(files);
    const fine = await cifar100(folder, { train: 2, test: 1 });
    expect([...fine.train.labels.data]).toEqual([19, 29]);
    expect([...fine.train.labels.data].map((label) => fine.train.classNames?.[label])).toEqual(["cattle", "dinosaur"]);
    const coarse = await cifar100(folder, { train: 2, test: 1, labels: "coarse" });
    expect(coarse.test.classNames?.[coarse.test.labels.data[0]!]).toBe("large natural outdoor scenes");
    expect(fine.test.images.data[3071]).toBe(Math.fround(0.2));
    expect([cifar100Classes.fine.length, cifar100Classes.coarse.length]).toEqual([100, 20]);
    const { test } = await cifar100(folder, { train: 2, test: 1, normalize: true });
    expect(test.images.data[0]).toBe(Math.fround((0.2 - cifar100Pixels.mean[0]) / cifar100Pixels.deviation[0]));
  });

  test("refuses labels beyond the classes, in either byte, and other words than fine and coarse", async () => {
    const failing = (bytes: Buffer) => cifar100(folderOf({ ...files, "test.bin": bytes }), { train: 2, test: 1 });
    await expect(failing(records([[20, 1]]))).rejects.toThrow(/labels 0 \.\. 19 in byte 0.*\n.*20 in record 0/);
    await expect(failing(records([[1, 100]]))).rejects.toThrow(/labels 0 \.\. 99 in byte 1.*\n.*100 in record 0/);
    await expect(failing(records([[1, 1]]).subarray(1))).rejects.toThrow(/records of 3074 bytes\n.*3073 bytes/);
    await expect(cifar100("x", { labels: "both" as never })).rejects.toThrow(/labels is the text "both"/);
  });
});
