import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An idx file written byte by byte from the format's description: magic number, sizes, values. */
export function idx(shape: readonly number[], values: (i: number) => number): Buffer {
  const header = [0x800 + shape.length, ...shape].flatMap((n) => [
    n >>> 24,
    (n >>> 16) & 255,
    (n >>> 8) & 255,
    n & 255,
  ]);
  const size = shape.reduce((a, b) => a * b, 1);
  return Buffer.concat([Buffer.from(header), Buffer.from(Array.from({ length: size }, (_, i) => values(i) & 255))]);
}

export type Files = Record<string, Buffer>;

/** A small set in MNIST's format: 20 images to train, 10 to test, every value known. */
export function smallMnist(): Files {
  return {
    "train-images-idx3-ubyte": idx([20, 28, 28], (i) => i),
    "train-labels-idx1-ubyte": idx([20], (i) => i % 10),
    "t10k-images-idx3-ubyte": idx([10, 28, 28], (i) => 3 * i),
    "t10k-labels-idx1-ubyte": idx([10], (i) => 9 - i),
  };
}

/** A folder with these files, gone when the test ends. */
export function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "stridelab-mnist-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}
