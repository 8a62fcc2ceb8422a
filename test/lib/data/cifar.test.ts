import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { cifar10, cifar10Classes, cifar10Pixels } from "../../../lib/data/cifar.ts";
import { pixelStatistics } from "../../../lib/data/statistics.ts";
import { DataError } from "../../../lib/errors.ts";
import { hasShared, sharedPath } from "../shared.ts";
import { type Files, folderOf } from "./idx-files.ts";

/** Records of CIFAR-10 with these labels; byte j of the pixels of record i is (i + j) mod 256. */
function records(labels: readonly number[], labelBytes = 1): Buffer {
  const record = labelBytes + 3072;
  const bytes = Buffer.alloc(labels.length * record);
  for (const [i, label] of labels.entries()) {
    bytes[i * record + labelBytes - 1] = label;
    for (let j = 0; j < 3072; j++) bytes[i * record + labelBytes + j] = (i + j) & 255;
  }
  return bytes;
}

const small: Files = {
  "data_batch_1.bin": records([3, 1]),
  "data_batch_2.bin.gz": gzipSync(records([9, 0, 5])),
  "test_batch.bin": records([7]),
  "batches.meta.txt": Buffer.from("airplane\n"),
};

async function failure(files: Files, options: object = { train: 5, test: 1 }): Promise<string> {
  const error = await cifar10(folderOf(files), options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

describe("cifar10", () => {
  test("reads records file by file in the order of the names, packed or not", async () => {
    const { train, test } = await cifar10(folderOf(small), { train: 5, test: 1 });
    expect(train.images.shape).toEqual([5, 3, 32, 32]);
    expect([...train.labels.data]).toEqual([3, 1, 9, 0, 5]);
    expect([...test.labels.data]).toEqual([7]);
    const byte = (i: number): number => (Math.floor(i / 3072) + (i % 3072)) & 255;
    expect(test.images.data).toEqual(Float32Array.from({ length: 3072 }, (_, i) => byte(i) / 255));
    // The first record of the second file, of which the other has two.
    expect(train.images.data[2 * 3072 + 100]).toBe(Math.fround(100 / 255));
    expect(train.classNames).toEqual(cifar10Classes);
    expect(train.gather([4]).classNames?.[5]).toBe("dog");
  });

  test("takes a file once that stands there packed and unpacked", async () => {
    const files = { ...small, "data_batch_1.bin.gz": gzipSync(records([8])) };
    expect((await cifar10(folderOf(files), { train: 5, test: 1 })).train.count).toBe(5);
  });

  test("normalises each channel by its mean and deviation", async () => {
    const { test } = await cifar10(folderOf(small), { train: 5, test: 1, normalize: true });
    const { mean, deviation } = cifar10Pixels;
    expect(test.images.data).toEqual(
      Float32Array.from({ length: 3072 }, (_, i) => {
        const channel = i >> 10;
        return ((i & 255) / 255 - mean[channel]!) / deviation[channel]!;
      }),
    );
    const half = await cifar10(folderOf(small), { train: 5, test: 1, normalize: { mean: 0.5, deviation: 0.5 } });
    expect(half.test.images.data[255]).toBe(1);
  });

  test.each([
    [
      "a file missing",
      { "data_batch_2.bin.gz": undefined },
      /expected 5 training images in data_batch_1\.bin\n.*2\n.*"train"/,
    ],
    ["a file too many", { "data_batch_3.bin": records([1]) }, /5 training images.*\n.*more: 6 with data_batch_3\.bin/],
    [
      "no test file",
      { "test_batch.bin": undefined },
      /files of test images.*\n.*batches\.meta\.txt, data_batch_1\.bin/,
    ],
    [
      "a record cut short",
      { "test_batch.bin": records([7]).subarray(0, 3000) },
      /whole number of records of 3073 bytes\n.*3000 bytes/,
    ],
    ["an empty file", { "test_batch.bin": Buffer.alloc(0) }, /records of 3073 bytes\n.*0 bytes/],
    ["bytes behind the end", { "data_batch_1.bin": Buffer.concat([records([1, 2]), Buffer.of(0)]) }, /6147 bytes/],
    [
      "a label beyond 9",
      { "data_batch_1.bin": records([1, 10]) },
      /data_batch_1\.bin\n.*labels 0 \.\. 9.*\n.*10 in record 1/,
    ],
    ["damaged gzip", { "data_batch_2.bin.gz": gzipSync(records([1])).subarray(0, 100) }, /intact gzip/],
    [
      "gzip that unpacks to far more",
      { "test_batch.bin": gzipSync(Buffer.alloc(1 << 22)) },
      /at most 3073 bytes\n.*more once/,
    ],
  ] as [string, Record<string, Buffer | undefined>, RegExp][])("refuses %s", async (_, changes, message) => {
    const files = Object.fromEntries(
      Object.entries({ ...small, ...changes }).filter(([, bytes]) => bytes !== undefined),
    );
    expect(await failure(files as Files)).toMatch(message);
  });

  test("refuses an empty folder, a subset that was not announced, unknown options and bad statistics", async () => {
    expect(await failure({})).toMatch(/files of training images.*\n.*an empty folder/);
    expect(await failure(small, {})).toMatch(/expected 50000 training images.*\n.*5\n.*subset/);
    await expect(cifar10("x", { limit: 3 } as never)).rejects.toThrow('unknown option "limit"');
    await expect(cifar10(undefined as never)).rejects.toThrow(/folder is undefined\n.*cifar10\("data\/cifar10"\)/);
    await expect(cifar10("x", { normalize: { mean: [1], deviation: 1 } })).rejects.toThrow(
      /mean is \[1\]\n.*3, one a channel/,
    );
    await expect(cifar10("x", { normalize: { mean: 0, deviation: 0 } })).rejects.toThrow(/deviation is 0\n.*above 0/);
  });
});

describe.skipIf(!hasShared("data/cifar10"))(
  "the first 10,000 of CIFAR-10 (skipped where shared/data/cifar10 is missing)",
  () => {
    test("have the counts, labels and statistics of the whole", { timeout: 60_000 }, async () => {
      const { train, test } = await cifar10(sharedPath("data/cifar10"), { train: 10_000, test: 1000 });
      expect([train.count, test.count]).toEqual([10_000, 1000]);
      expect([...train.labels.data.subarray(0, 5)]).toEqual([6, 9, 9, 4, 1]); // frog, truck, truck, deer, automobile
      expect([...test.labels.data.subarray(0, 5)]).toEqual([3, 8, 8, 0, 6]); // cat, ship, ship, airplane, frog
      const counts = new Array<number>(10).fill(0);
      for (const label of train.labels.data) counts[label]!++;
      expect(counts.every((count) => count > 900 && count < 1100)).toBe(true);
      const { mean, deviation } = pixelStatistics(train.images);
      // A fifth of the images: their means scatter by deviation / √10,000 over images, less than 0.003, around the whole's.
      for (let channel = 0; channel < 3; channel++) {
        expect(Math.abs(mean[channel]! - cifar10Pixels.mean[channel]!)).toBeLessThan(0.005);
        expect(Math.abs(deviation[channel]! - cifar10Pixels.deviation[channel]!)).toBeLessThan(0.005);
      }
    });
  },
);
