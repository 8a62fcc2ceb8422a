import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError } from "../../../lib/errors.ts";
import { readParts } from "../../../lib/files/parts.ts";
import { temporaryFolder } from "../../package/command.ts";

test("parts of a file are read, none of it is null, and what is no file is an error", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "some");
  writeFileSync(path, Uint8Array.of(1, 2, 3, 4));
  expect(await readParts(path, async ({ size, read }) => [size, ...(await read(1, 2)), ...(await read(4, 0))])).toEqual(
    [4, 2, 3],
  );
  expect(await readParts(join(folder, "none"), () => Promise.resolve(1))).toBeNull();
  mkdirSync(join(folder, "other"));
  await expect(readParts(join(folder, "other"), () => Promise.resolve(1))).rejects.toThrow(/a file[\s\S]*a folder/);
  await expect(readParts("/dev/null", () => Promise.resolve(1))).rejects.toThrow(/a device/);
});

test("a part beyond the end is an error, and so is what the system refuses; mistakes of the user's stay theirs", async () => {
  const path = join(temporaryFolder(), "some");
  writeFileSync(path, Uint8Array.of(1, 2, 3, 4));
  await expect(readParts(path, ({ read }) => read(3, 2))).rejects.toThrow(/5 bytes[\s\S]*its end at byte 4/);
  await expect(readParts(join(path, "below"), () => Promise.resolve(1))).rejects.toThrow(DataError);
  await expect(readParts(path, () => Promise.reject(new TypeError("mine")))).rejects.toThrow(TypeError);
});
