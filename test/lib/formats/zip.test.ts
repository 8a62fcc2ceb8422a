import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../lib/errors.ts";
import { contentOf } from "../../../lib/formats/unzip.ts";
import { zipMembers } from "../../../lib/formats/zip.ts";
import { archive, wideSizes } from "../../fuzz/formats/archive.mjs";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const some = { name: "some", content: text("what some say") };
const long = { name: "long", content: text("again and ".repeat(10_000)), deflate: true };

const read = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(
    zipMembers(bytes, "given").map((member) => [
      member.name,
      new TextDecoder().decode(contentOf(bytes, member, "given")),
    ]),
  );

describe("an archive is read", () => {
  const both = { some: "what some say", long: "again and ".repeat(10_000) };

  test.each([
    ["of stored and deflated members", archive([some, long])],
    ["with sizes of 64 bits before the contents, as NumPy writes them", archive([{ ...some, wide: true }, long])],
    ["with sizes behind the contents, as a stream writes them", archive([some, { ...long, behind: true }])],
    ["with an end record of 64 bits", archive([some, long], { zip64: true })],
    ["with a comment", archive([some, long], { end: { commentLength: 3, comment: text("yes") } })],
    ["with something before it", archive([some, long], { before: text("#!/bin/sh\n") })],
  ])("%s", (_what, bytes) => {
    expect(read(bytes)).toEqual(both);
  });

  test("with sizes and a place of 64 bits in the directory", () => {
    const extra = wideSizes([some.content.length, some.content.length, 0]);
    const fields = { size: 0xffffffff, packed: 0xffffffff, at: 0xffffffff, extra, extraLength: extra.length };
    expect(read(archive([{ ...some, central: fields }]))).toEqual({ some: "what some say" });
  });

  test("with names in any letters, and with no members at all", () => {
    expect(read(archive([{ name: "نام/ж", content: text("x") }]))).toEqual({ "نام/ж": "x" });
    expect(zipMembers(archive([]), "given")).toEqual([]);
  });

  test("where it lies within a larger buffer", () => {
    const bytes = archive([some, long]);
    const larger = new Uint8Array(bytes.length + 50);
    larger.set(bytes, 7);
    expect(read(larger.subarray(7, 7 + bytes.length))).toEqual(both);
  });
});

describe("an archive is refused", () => {
  const other = { ...some, name: "other" };
  const bomb = { name: "bomb", content: new Uint8Array(5_000_000), deflate: true };
  const bombPacked = deflateRawSync(bomb.content);
  /** Its content is a member itself, as that stands in an archive. */
  const outer = { name: "outr", content: archive([other]).subarray(0, 35 + other.content.length) };

  test.each([
    ["without an end", archive([some]).subarray(0, -1), /the end record of a zip archive/],
    ["with something behind its end", Uint8Array.of(...archive([some]), 0), /the end record/],
    ["split into files", archive([some], { end: { disk: 1 } }), /a part of a split one/],
    ["whose directory is elsewhere", archive([some], { end: { at: 5 } }), /the directory before byte \d+/],
    ["that states more members", archive([some], { end: { count: 2 } }), /at most 1 members[\s\S]*2/],
    ["that states fewer members", archive([some, other], { end: { count: 1 } }), /1 members[\s\S]*bytes behind them/],
    ["of two ends that differ", archive([some], { zip64: true, end: { count: 2 } }), /end records that say the same/],
    ["without its end of 64 bits", archive([some], { zip64: true, locator: { at: 3 } }), /a zip64 end record/],
    [
      "with an end of 64 bits far away",
      archive([some], { zip64: true, locator: { at: 2 ** 60 } }),
      /a zip64 end record/,
    ],
    [
      "with a directory of huge size",
      archive([some], { zip64: true, end64: { size: 2 ** 60 } }),
      /the directory before/,
    ],
    ["with huge counts", archive([some], { zip64: true, end64: { count: 2 ** 60 } }), /at most 1 members/],
    ["with a name twice", archive([some, some]), /each name once[\s\S]*"some" twice/],
    ["encrypted", archive([{ ...some, central: { flags: 1 } }]), /"some" as anybody can read it/],
    ["with a masked header", archive([{ ...some, central: { flags: 0x2000 } }]), /encrypted/],
    ["compressed by other means", archive([{ ...some, central: { method: 12 } }]), /method 12 of compression/],
    ["with another method in a header", archive([{ ...some, local: { method: 8 } }]), /another method in its header/],
    ["with another name in a header", archive([{ ...some, local: { name: text("somE") } }]), /another name/],
    ["with another size in a header", archive([{ ...some, local: { size: 5 } }]), /others in its own header/],
    ["with another packed size in a header", archive([{ ...some, local: { packed: 5 } }]), /others in its own header/],
    ["with another checksum in a header", archive([{ ...some, local: { crc: 5 } }]), /others in its own header/],
    [
      "with a stored member of two sizes",
      archive([{ ...some, central: { size: 5 }, behind: true }]),
      /bytes stored can/,
    ],
    [
      "with a size that deflate cannot reach",
      archive([{ ...long, central: { size: 2 ** 30 }, behind: true }]),
      /deflated can/,
    ],
    [
      "with members beyond its directory",
      archive([{ ...some, central: { packed: 999, size: 999 } }]),
      /before byte 47/,
    ],
    ["with a member that is elsewhere", archive([{ ...some, central: { at: 3 } }]), /the header of "some"/],
    ["with a member far away", archive([{ ...some, central: { at: 2 ** 31 } }]), /the header of "some"/],
    [
      "with a member inside another",
      archive([outer, { ...other, central: { at: 34 } }]),
      /"other" behind "outr"[\s\S]*within that/,
    ],
    [
      "with a name in an unknown code",
      archive([{ name: "é", content: text("x"), central: { flags: 0 } }]),
      /in ASCII, or in UTF-8/,
    ],
    [
      "with a name in damaged UTF-8",
      archive([{ name: "a", content: text("x"), central: { name: Uint8Array.of(0xff), flags: 0x800 } }]),
      /in ASCII, or in UTF-8/,
    ],
    ["with sizes of 64 bits nowhere", archive([{ ...some, central: { size: 0xffffffff } }]), /sizes of 64 bits/],
    [
      "with half an extra field",
      archive([{ ...some, central: { size: 0xffffffff, extra: wideSizes([1]).subarray(0, 8), extraLength: 8 } }]),
      /64 bits/,
    ],
    ["with an entry that is none", archive([{ ...some, central: { signature: 7 } }]), /an entry of the directory/],
    [
      "with an entry beyond the directory",
      archive([{ ...some, central: { commentLength: 9 } }]),
      /an entry that ends before/,
    ],
    [
      "with a checksum that is wrong",
      archive([{ ...some, local: { crc: 1 }, central: { crc: 1 } }]),
      /the checksum 00000001/,
    ],
    [
      "damaged within deflated content",
      archive([
        { ...long, packed: Uint8Array.of(7, 1, 2, 3), central: { size: 9, packed: 4 }, local: { size: 9, packed: 4 } },
      ]),
      /as deflate packs it[\s\S]*between bytes 34 and 38/,
    ],
    [
      "cut within deflated content",
      archive([{ ...bomb, packed: bombPacked.subarray(0, 4_000), behind: true }]),
      /as deflate packs it|5000000 bytes/,
    ],
    [
      "that unpacks to more than it states",
      archive([{ ...bomb, packed: bombPacked, central: { size: 1000 }, behind: true }]),
      /1000 bytes of "bomb"[\s\S]*more/,
    ],
    [
      "that unpacks to less than it states",
      archive([{ ...long, central: { size: 100_001 }, behind: true }]),
      /100001 bytes of "long"[\s\S]*100000/,
    ],
  ])("%s", (_what, bytes, message) => {
    expect(() => read(bytes)).toThrow(DataError);
    expect(() => read(bytes)).toThrow(message);
  });

  test("and so is each beginning of one", () => {
    const bytes = archive([some, { ...long, content: long.content.subarray(0, 200) }]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(DataError);
    }
  });
});
