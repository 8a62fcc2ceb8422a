import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError } from "../../../lib/errors.ts";
import { readWhole, writeWhole } from "../../../lib/files/whole.ts";
import { temporaryFolder } from "../../package/command.ts";

const bytes = Uint8Array.of(1, 2, 3);

test("a file is replaced, and nothing else is left in its folder", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "some");
  await writeWhole(path, Uint8Array.of(9, 9, 9, 9, 9));
  await writeWhole(path, bytes);
  expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  expect(readdirSync(folder)).toEqual(["some"]);
});

test("what a killed process left is removed, what a running one writes is not, nor anything else", async () => {
  const folder = temporaryFolder();
  const gone = 2 ** 30; // above every system's largest number of a process
  const names = [
    `some.${gone}.0.partial`,
    `some.${process.pid}.9999.partial`,
    `other.${gone}.0.partial`,
    "some.partial",
  ];
  for (const name of names) writeFileSync(join(folder, name), "");
  await writeWhole(join(folder, "some"), bytes);
  expect(readdirSync(folder).sort()).toEqual([...names.slice(1), "some"].sort());
});

test("two writers at a time leave one of both files whole", async () => {
  const path = join(temporaryFolder(), "some");
  const [ones, twos] = [new Uint8Array(1_000_000).fill(1), new Uint8Array(500_000).fill(2)];
  await Promise.all([writeWhole(path, ones), writeWhole(path, twos)]);
  const found = new Uint8Array(readFileSync(path));
  expect(found.every((value) => value === found[0])).toBe(true);
  expect(found.length).toBe(found[0] === 1 ? ones.length : twos.length);
});

test("a file that cannot be written is an error that says why, and leaves nothing", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "taken"));
  await expect(writeWhole(join(folder, "none", "some"), bytes)).rejects.toThrow(DataError);
  await expect(writeWhole(join(folder, "none", "some"), bytes)).rejects.toThrow(/no such folder/);
  await expect(writeWhole(join(folder, "taken"), bytes)).rejects.toThrow(/a folder of this name/);
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("a file is read, and none or a folder is an error", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "some"), bytes);
  expect(new Uint8Array(await readWhole(join(folder, "some"), "some file"))).toEqual(bytes);
  await expect(readWhole(join(folder, "none"), "some file")).rejects.toThrow(/some file\n.*nothing there/);
  await expect(readWhole(folder, "some file")).rejects.toThrow(/a folder of this name/);
});
