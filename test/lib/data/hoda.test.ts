import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCdb } from "../../../lib/data/cdb.ts";
import { hoda } from "../../../lib/data/hoda.ts";
import { DataError } from "../../../lib/errors.ts";
import { hasShared, sharedPath } from "../shared.ts";
import { folderOf } from "./idx-files.ts";

/** A digit as it is drawn: `#` is ink. */
interface Drawn {
  readonly label: number;
  readonly rows: readonly string[];
}

const seven: Drawn = { label: 7, rows: ["#..#", "#..#", ".##."] };
const one: Drawn = { label: 1, rows: ["#", "#", "#", "#", "#"] };

/** A .cdb file written byte by byte from the format's description. */
function cdb(digits: readonly Drawn[], change: (header: Buffer) => void = () => {}): Buffer {
  const header = Buffer.alloc(1024);
  header.writeUInt16LE(2005, 0);
  header.writeUInt32LE(digits.length, 6);
  for (const { label } of digits) header.writeUInt32LE(header.readUInt32LE(10 + 4 * label) + 1, 10 + 4 * label);
  change(header);
  const records = digits.map(({ label, rows }) => {
    const runs = rows.flatMap((row) => {
      const lengths = row.match(/\.+|#+/g)!.map((run) => run.length);
      return row.startsWith("#") ? [0, ...lengths] : lengths;
    });
    return Buffer.from([0xff, label, rows[0]!.length, rows.length, runs.length & 255, runs.length >> 8, ...runs]);
  });
  return Buffer.concat([header, ...records]);
}

const drawn = (pixels: ArrayLike<number>, width: number): string[] =>
  Array.from({ length: pixels.length / width }, (_, y) =>
    Array.from({ length: width }, (_, x) => (pixels[y * width + x]! > 0.5 ? "#" : ".")).join(""),
  );

const fileOf = (bytes: Buffer): string => join(folderOf({ "digits.cdb": bytes }), "digits.cdb");

describe("parseCdb", () => {
  test("gives every digit as it was drawn", () => {
    const images = parseCdb(cdb([seven, one]), "x");
    expect(images.map(({ label, height, width }) => [label, height, width])).toEqual([
      [7, 3, 4],
      [1, 5, 1],
    ]);
    expect(drawn(images[0]!.data, 4)).toEqual(seven.rows);
    expect(new Set(images[0]!.data)).toEqual(new Set([0, 255]));
    expect(parseCdb(cdb([seven, one]), "x", 1)).toHaveLength(1);
  });

  test("takes the size of all images from the header where it stands there", () => {
    const bytes = cdb([one, one], (header) => {
      header[4] = 1;
      header[5] = 5;
    });
    const records = [...bytes.subarray(1024)].filter((_, i) => ![2, 3].includes(i % 16));
    expect(parseCdb(Buffer.concat([bytes.subarray(0, 1024), Buffer.from(records)]), "x")).toHaveLength(2);
  });

  const good = cdb([seven, one]);
  const spoilt = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes[at] = value;
    return bytes;
  };
  test.each([
    ["another format", Buffer.from("<!doctype html>"), /header of 1024 bytes\n.*15 bytes/],
    ["an empty header", Buffer.alloc(2000), /whose counts add up\n.*0 records/],
    ["a count that no file could hold", spoilt(9, 0x7f), /counts add up\n.*2130706434 records/],
    ["grey images", spoilt(522, 1), /black and white.*\n.*grey/],
    ["a record that does not begin as one", spoilt(1024, 0), /0xff.* in record 0\n.*0x00/],
    ["a label beyond 9", spoilt(1025, 10), /label 0 \.\. 9 in record 0\n.*10/],
    ["an image without a column", spoilt(1026, 0), /one pixel or more in record 0\n.*3 × 0/],
    ["a run past the end of its row", spoilt(1031, 9), /runs of 4 pixels together in row 0 in record 0\n.*9/],
    ["more runs than announced", spoilt(1028, 2), /2 bytes of runs in record 0\n.*more, in row 0/],
    ["fewer runs than announced", spoilt(1028, 12), /12 bytes of runs in record 0\n.*11/],
    ["a file cut short", good.subarray(0, good.length - 1), /runs of row 4 in record 1\n.*end of the file/],
    ["bytes behind the end", Buffer.concat([good, Buffer.of(1, 2)]), /end of the file after 2 records\n.*2 bytes more/],
    [
      "classes that are not those of the header",
      cdb([seven, one], (header) => {
        header.writeUInt32LE(2, 10 + 4 * 7);
        header.writeUInt32LE(0, 10 + 4);
      }),
      /0 of class 1, as the header says\n.*1/,
    ],
  ] as [string, Buffer, RegExp][])("refuses %s", (_, bytes, message) => {
    expect(() => parseCdb(bytes, "digits.cdb")).toThrow(DataError);
    expect(() => parseCdb(bytes, "digits.cdb")).toThrow(message);
  });
});

describe("hoda", () => {
  test("puts a digit's box into the middle", async () => {
    const { images, labels, classNames } = await hoda(fileOf(cdb([seven, one])), { size: 6 });
    expect(images.shape).toEqual([2, 1, 6, 6]);
    expect([...labels.data]).toEqual([7, 1]);
    expect(classNames?.[7]).toBe("۷");
    expect(drawn(images.data.subarray(0, 36), 6)).toEqual(["......", ".#..#.", ".#..#.", "..##..", "......", "......"]);
  });

  test("puts the centre of mass into the middle, as far as all ink stays inside", async () => {
    const heavy: Drawn = { label: 2, rows: ["####", "#...", "#..."] };
    const { images } = await hoda(fileOf(cdb([heavy])), { size: 6, center: "mass" });
    // Mass 6, at row 3 / 6 and column 6 / 6: from (0.5, 1) to (2.5, 2.5).
    expect(drawn(images.data, 6)).toEqual(["......", "......", "..####", "..#...", "..#...", "......"]);
  });

  test("makes digits larger or smaller, keeping their shape", async () => {
    const block: Drawn = { label: 5, rows: new Array<string>(8).fill("####") };
    const [shrunk, grown] = await Promise.all([
      hoda(fileOf(cdb([block])), { size: 4 }),
      hoda(fileOf(cdb([one])), { size: 12, digit: 10 }),
    ]);
    expect(drawn(shrunk.images.data, 4)).toEqual([".##.", ".##.", ".##.", ".##."]);
    expect(drawn(grown.images.data, 12).filter((row) => row === ".....##.....")).toHaveLength(10);
  });

  test("refuses a missing file, wrong options and what is no path", async () => {
    await expect(hoda("nowhere/at all.cdb")).rejects.toThrow(/a file that can be read\n.*nothing there/);
    await expect(hoda("x", { sise: 3 } as never)).rejects.toThrow('unknown option "sise"');
    await expect(hoda("x", { size: 20, digit: 24 })).rejects.toThrow(/digit is 24, more than the size, 20/);
    await expect(hoda("x", { center: "middle" as never })).rejects.toThrow(/center is the text "middle"/);
    await expect(hoda(3 as never)).rejects.toThrow(/the file is 3\n/);
  });
});

const real = "data/hoda-persian-digits";
describe.skipIf(!hasShared(real))("the real Hoda digits (skipped where shared/data is missing)", () => {
  test("the 20,000 test digits are 2,000 of each", { timeout: 60_000 }, async () => {
    const path = sharedPath(`${real}/Test 20000.cdb`);
    const { images, labels } = await hoda(path, { center: "mass" });
    expect(images.shape).toEqual([20_000, 1, 32, 32]);
    for (let digit = 0; digit < 10; digit++) expect(labels.data.filter((label) => label === digit)).toHaveLength(2000);
    // The first digit's rows, read off the file by hand: 6 2 8, 3 10 3, 2 12 2, 1 14 1, ...
    const [first] = parseCdb(readFileSync(path), path, 1);
    expect(drawn(first!.data, 16).slice(0, 4)).toEqual([
      "......##........",
      "...##########...",
      "..############..",
      ".##############.",
    ]);
  });

  test("the remaining samples have the counts of their header", async () => {
    const path = sharedPath(`${real}/RemainingSamples.cdb`);
    const images = parseCdb(readFileSync(path), path);
    expect(images).toHaveLength(22_352);
    expect(images.filter(({ label }) => label === 9)).toHaveLength(2371);
  });
});
