import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { mnist, mnistPixels } from "../../../lib/data/mnist.ts";
import { DataError } from "../../../lib/errors.ts";
import { hasShared, sharedPath } from "../shared.ts";
import { type Files, folderOf, idx, smallMnist } from "./idx-files.ts";

const small = { train: 20, test: 10 };

async function failure(folder: string, options: object = small): Promise<DataError> {
  const error = await mnist(folder, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

/** The small set with one file replaced, and the error that it gives. */
async function failureOf(name: string, change: (bytes: Buffer, files: Files) => Buffer): Promise<string> {
  const files = smallMnist();
  files[name] = change(files[name]!, files);
  const error = await failure(folderOf(files));
  expect(error.file).toContain(name);
  return error.message;
}

describe("mnist reads the four official files", () => {
  const renamed = (rename: (name: string) => string, write: (bytes: Buffer) => Buffer): Files =>
    Object.fromEntries(Object.entries(smallMnist()).map(([name, bytes]) => [rename(name), write(bytes)]));

  test.each([
    [
      "plain",
      renamed(
        (name) => name,
        (bytes) => bytes,
      ),
    ],
    [
      "gzip",
      renamed(
        (name) => `${name}.gz`,
        (bytes) => gzipSync(bytes),
      ),
    ],
    [
      "gzip, whose names do not say so",
      renamed(
        (name) => name,
        (bytes) => gzipSync(bytes),
      ),
    ],
    [
      "plain, whose names say gzip",
      renamed(
        (name) => `${name}.gz`,
        (bytes) => bytes,
      ),
    ],
    [
      "named with a dot",
      renamed(
        (name) => name.replace("-idx", ".idx"),
        (bytes) => bytes,
      ),
    ],
    [
      "named with a dot, gzip",
      renamed(
        (name) => `${name.replace("-idx", ".idx")}.gz`,
        (bytes) => gzipSync(bytes),
      ),
    ],
    [
      "gzip stored without shrinking",
      renamed(
        (name) => name,
        (bytes) => gzipSync(bytes, { level: 0 }),
      ),
    ],
  ])("%s", async (_, files) => {
    const { train, test } = await mnist(folderOf(files), small);
    expect(train.images.shape).toEqual([20, 1, 28, 28]);
    expect(test.images.shape).toEqual([10, 1, 28, 28]);
    expect([...train.labels.data]).toEqual(Array.from({ length: 20 }, (_, i) => i % 10));
    expect([...test.labels.data]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    // Byte i holds i mod 256; a pixel is that byte over 255, rounded once to float32.
    const pixels = Float32Array.from({ length: 20 * 784 }, (_, i) => (i & 255) / 255);
    expect(train.images.data).toEqual(pixels);
    expect([train.images.data[0], train.images.data[255]]).toEqual([0, 1]);
  });
});

describe("mnist says which file is wrong, what was expected, and what was found", () => {
  test("a missing folder", async () => {
    const { message } = await failure(join(folderOf({}), "nowhere"));
    expect(message).toMatch(/nowhere\n {2}expected a folder.*\n {2}found {4}nothing there\n {2}fix: /);
  });

  test("a file where the folder should be", async () => {
    const folder = folderOf(smallMnist());
    expect((await failure(join(folder, "train-images-idx3-ubyte"))).message).toContain("a file, not a folder");
  });

  test("an empty folder, and a folder of other things", async () => {
    expect((await failure(folderOf({}))).message).toMatch(/train-images-idx3-ubyte.*\n.*an empty folder/);
    const others = Object.fromEntries(["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => [name, Buffer.of(1)]));
    expect((await failure(folderOf(others))).message).toContain("a, b, c, d, e, f and 2 more");
  });

  test.each(Object.keys(smallMnist()))("%s missing", async (name) => {
    const files = smallMnist();
    delete files[name];
    expect((await failure(folderOf(files))).message).toContain(`expected a file ${name}`);
  });

  test("a folder in the place of a file", async () => {
    const files = smallMnist();
    delete files["t10k-labels-idx1-ubyte"];
    const folder = folderOf(files);
    mkdirSync(join(folder, "t10k-labels-idx1-ubyte"));
    expect((await failure(folder)).message).toContain("a folder, not a file");
  });

  test("a file cut short, down to nothing", async () => {
    const message = await failureOf("train-images-idx3-ubyte", (bytes) => bytes.subarray(0, 1000));
    expect(message).toMatch(/expected 15696 bytes.*\n.*1000 bytes, 14696 missing/);
    expect(await failureOf("t10k-labels-idx1-ubyte", () => Buffer.alloc(0))).toContain("0 bytes");
  });

  test("bytes behind the end", async () => {
    const longer = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(5)]);
    expect(await failureOf("train-labels-idx1-ubyte", longer)).toContain("33 bytes, 5 too many");
    expect(await failureOf("train-labels-idx1-ubyte", (bytes) => gzipSync(longer(bytes)))).toContain("5 too many");
  });

  test("gzip cut short, changed, or followed by other bytes", async () => {
    const name = "train-images-idx3-ubyte";
    expect(await failureOf(name, (bytes) => gzipSync(bytes).subarray(0, 200))).toMatch(
      /intact gzip.*\n.*after \d+ bytes/,
    );
    const spoilt = (bytes: Buffer): Buffer => {
      const packed = gzipSync(bytes);
      packed[packed.length - 6]! ^= 1; // in the checksum
      return packed;
    };
    expect(await failureOf(name, spoilt)).toContain("incorrect data check");
    expect(await failureOf(name, (bytes) => Buffer.concat([gzipSync(bytes), Buffer.alloc(3)]))).toContain(
      "3 bytes more",
    );
  });

  test("gzip that would unpack to far more than the set holds", async () => {
    const message = await failureOf("train-images-idx3-ubyte", () => gzipSync(Buffer.alloc(1 << 22)));
    expect(message).toMatch(/at most 15696 bytes\n.*more once unpacked/);
  });

  test("a plain file far larger than the set", async () => {
    expect(await failureOf("train-images-idx3-ubyte", () => Buffer.alloc(1 << 20))).toContain("found    1048576 bytes");
  });

  test("labels where images should be, and images where labels should be", async () => {
    const images = "train-images-idx3-ubyte";
    const labels = "train-labels-idx1-ubyte";
    expect(await failureOf(images, (_, files) => files[labels]!)).toMatch(
      /expected images \(magic number 0x00000803\)\n {2}found {4}labels \(0x00000801\)/,
    );
    expect(await failureOf(labels, () => smallMnist()[images]!)).toMatch(/expected labels .*\n.*images \(0x00000803\)/);
  });

  test("the test files where the training files should be", async () => {
    const files = smallMnist();
    const swapped = Object.fromEntries(
      Object.keys(files).map((name) => [
        name,
        files[name.replace(/^\w+/, (part) => (part === "train" ? "t10k" : "train"))]!,
      ]),
    );
    expect((await failure(folderOf(swapped))).message).toMatch(/expected 20 images\n.*10\n.*changed places/);
  });

  test("a subset that was not announced", async () => {
    const { message } = await failure(folderOf(smallMnist()), {});
    expect(message).toMatch(/expected 60000 images\n.*20\n.*mnist\(folder, \{ train, test \}\)/);
  });

  test("as many labels as there are no images", async () => {
    expect(await failureOf("t10k-labels-idx1-ubyte", () => idx([9], () => 0))).toMatch(/expected 10 labels\n.*9/);
  });

  test("images of another size", async () => {
    const message = await failureOf("train-images-idx3-ubyte", () => idx([20, 8, 8], () => 0));
    expect(message).toMatch(/28 × 28 pixels\n.*8 × 8/);
  });

  test("another format", async () => {
    const message = await failureOf("t10k-images-idx3-ubyte", () => Buffer.from("<!doctype html><title>404</title>"));
    expect(message).toMatch(/magic number.*\n.*0x3c21646f/);
  });

  test("a label beyond 9, and for which image", async () => {
    const message = await failureOf("t10k-labels-idx1-ubyte", () => idx([10], (i) => (i === 7 ? 10 : i)));
    expect(message).toMatch(/labels 0 \.\. 9\n.*10 for image 7/);
  });

  test("an unknown option, and a count that is none", async () => {
    await expect(mnist("anywhere", { limit: 5 } as object)).rejects.toThrow('unknown option "limit"');
    await expect(mnist("anywhere", { train: 0 })).rejects.toThrow("train is 0");
  });

  test("a plain file stands before a packed one of the same name", async () => {
    const folder = folderOf(smallMnist());
    writeFileSync(join(folder, "train-images-idx3-ubyte.gz"), "not read");
    expect((await mnist(folder, small)).train.count).toBe(20);
  });
});

const mnistFolder = sharedPath("data/mnist");
describe.skipIf(!hasShared("data/mnist"))(
  "the real MNIST (skipped where the folder shared/data/mnist is missing)",
  () => {
    test("has its published counts, mean and deviation", { timeout: 60_000 }, async () => {
      const { train, test } = await mnist(mnistFolder);
      expect([train.count, test.count]).toEqual([60_000, 10_000]);
      let sum = 0;
      let squares = 0;
      for (const pixel of train.images.data) {
        sum += pixel;
        squares += pixel * pixel;
      }
      const mean = sum / train.images.size;
      // Published to four places.
      expect(Math.abs(mean - mnistPixels.mean)).toBeLessThan(0.00005);
      const deviation = Math.sqrt(squares / train.images.size - mean ** 2);
      expect(Math.abs(deviation - mnistPixels.deviation)).toBeLessThan(0.00005);
      // The first ten labels, as they are printed in every introduction.
      expect([...train.labels.data.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
      expect([...test.labels.data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    });
  },
);
