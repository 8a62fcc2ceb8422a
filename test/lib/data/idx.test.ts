import { describe, expect, test } from "vitest";
import { parseIdx } from "../../../lib/data/idx.ts";
import { DataError } from "../../../lib/errors.ts";
import { idx } from "./idx-files.ts";

const failure = (bytes: Uint8Array): string => {
  try {
    parseIdx(bytes, "some-file");
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toBe("some-file");
    return (error as DataError).message;
  }
  throw new Error("nothing was thrown");
};

describe("parseIdx", () => {
  test("reads labels, 0x00000801", () => {
    const { shape, data } = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9), "labels");
    expect(shape).toEqual([3]);
    expect([...data]).toEqual([7, 0, 9]);
  });

  test("reads images, 0x00000803, sizes with the big end first", () => {
    const { shape, data } = parseIdx(
      idx([2, 3, 300], (i) => i % 251),
      "images",
    );
    expect(shape).toEqual([2, 3, 300]);
    expect(data.length).toBe(1800);
    expect(data[1799]).toBe(1799 % 251);
  });

  test("reads from the middle of a buffer, where a small file of Node's lies, without copying", () => {
    const buffer = Buffer.concat([Buffer.from([1, 2, 3, 4, 5]), idx([2], (i) => i + 4)]);
    const { data } = parseIdx(buffer.subarray(5), "labels");
    expect([...data]).toEqual([4, 5]);
    expect(data.buffer).toBe(buffer.buffer);
  });

  test("reads an empty array", () => {
    expect(
      parseIdx(
        idx([0], () => 0),
        "labels",
      ).shape,
    ).toEqual([0]);
  });

  test("refuses fewer bytes than the header has, saying how many there are", () => {
    expect(failure(new Uint8Array(0))).toContain("0 bytes");
    expect(failure(Uint8Array.of(0, 0, 8))).toContain("3 bytes");
    expect(failure(idx([2, 28, 28], () => 0).subarray(0, 15))).toMatch(/header of 16 bytes\n.*15 bytes/);
  });

  test("refuses a byte too few and a byte too many, and says which", () => {
    const bytes = idx([2, 28, 28], () => 1);
    expect(failure(bytes.subarray(0, -1))).toMatch(/expected 1584 bytes.*16 \+ 2 × 28 × 28\)\n.*1583 bytes, 1 missing/);
    expect(failure(Buffer.concat([bytes, Buffer.of(0)]))).toMatch(/1585 bytes, 1 too many/);
  });

  test("refuses sizes whose product no memory holds, without allocating", () => {
    const bytes = Uint8Array.of(0, 0, 8, 3, ...new Array<number>(12).fill(255));
    expect(failure(bytes)).toMatch(/16 bytes, 7\.9\d+e\+28 missing/);
  });

  // Other idx types (13: float32), little end first, text, and a gzip file that nobody unpacked.
  test.each([
    ["0x00000d03", [0, 0, 13, 3]],
    ["0x01080000", [1, 8, 0, 0]],
    ["0x3c68746d", [0x3c, 0x68, 0x74, 0x6d]],
    ["0x00000800", [0, 0, 8, 0]],
    ["0x1f8b0800, which begins a gzip file", [0x1f, 0x8b, 8, 0]],
    ["0xff000803", [255, 0, 8, 3]],
  ])("refuses the magic number %s", (found, bytes) => {
    expect(failure(Uint8Array.of(...bytes, 0, 0, 0, 0))).toContain(`found    ${found}`);
  });
});
