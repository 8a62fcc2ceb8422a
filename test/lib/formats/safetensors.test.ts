import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../lib/errors.ts";
import { formatSafetensors, parseSafetensors } from "../../../lib/formats/safetensors.ts";
import { loadSafetensors, saveSafetensors } from "../../../lib/formats/safetensors-file.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { temporaryFolder } from "../../package/command.ts";
import { hasShared, readSharedJson, sharedPath } from "../shared.ts";

/** A file of this header, as JSON or as text, and so many bytes of numbers. */
function file(header: object | string, numbers: number | Uint8Array = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const data = typeof numbers === "number" ? new Uint8Array(numbers) : numbers;
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("what is written is read again", () => {
  const tensors = {
    half: tensor([0.5, -0, Number.NaN, Number.POSITIVE_INFINITY], [2, 2]),
    wide: tensor([Math.PI, 5e-324], [2], "float64"),
    whole: tensor([1, -2_147_483_648], [2, 1], "int32"),
    bytes: tensor([0, 255], [2], "uint8"),
    one: tensor(7),
    none: zeros([0, 3]),
  };

  test("bit for bit, with its metadata", () => {
    const metadata = { note: 'سلام "привет" \\ \u0000', empty: "" };
    const read = parseSafetensors(formatSafetensors(tensors, metadata));
    expect(read.metadata).toEqual(metadata);
    expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
      const found = read.tensors[name]!;
      expect([found.shape, found.dtype]).toEqual([shape, dtype]);
      expect(new Uint8Array(found.data.buffer)).toEqual(new Uint8Array(data.slice().buffer));
    }
  });

  test("wider numbers first, and the numbers begin at a multiple of eight bytes", () => {
    const bytes = formatSafetensors({ b: tensor([1]), a: tensor([2], [1], "uint8"), c: tensor([3], [1], "float64") });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as object;
    expect(Object.keys(header)).toEqual(["c", "b", "a"]);
    expect(bytes.length).toBe(8 + length + 8 + 4 + 1);
  });

  test("nothing at all is a file, too", () => {
    expect(parseSafetensors(formatSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });

  test("names that objects have anyway are names like others", () => {
    const { tensors: read } = parseSafetensors(formatSafetensors({ constructor: tensor([1]), toString: tensor([2]) }));
    expect(Object.entries(read).map(([name, { data }]) => [name, data[0]])).toEqual([
      ["constructor", 1],
      ["toString", 2],
    ]);
  });

  test.each([
    [() => formatSafetensors({ __metadata__: tensor([1]) }), /a tensor is called __metadata__/],
    [() => formatSafetensors({ a: [1] as never }), /"a" is a plain array, not a tensor/],
    [() => formatSafetensors({}, { epoch: 3 as never }), /metadata "epoch" is 3/],
    [() => formatSafetensors({}, null as never), /metadata is null/],
    [() => formatSafetensors({}, { a: "\ud800" }), /metadata "a" is the text/],
    [() => formatSafetensors({ "\ud800": tensor([1]) }), /half of a surrogate pair/],
    [() => formatSafetensors(undefined as never), /the tensors are undefined/],
    [() => formatSafetensors(new Map() as never), /the tensors are an object of class Map/],
  ])("and refused where the format has no place for it (%#)", (write, message) => {
    expect(write).toThrow(message);
  });
});

describe("types that tensors do not have become wider ones", () => {
  const read = (dtype: string, bytes: ArrayBuffer, count: number) =>
    parseSafetensors(file({ x: entry(dtype, [count], 0, bytes.byteLength) }, new Uint8Array(bytes))).tensors.x!;

  test.each([
    // one, -2, the largest, the least of all, infinity, NaN: by IEEE 754's table of 16-bit numbers
    ["F16", Uint16Array.of(0x3c00, 0xc000, 0x7bff, 1, 0x7c00, 0x7e00), [1, -2, 65_504, 2 ** -24, Infinity, NaN]],
    ["BF16", Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x3eaa), [1, -2, Infinity, 0.33203125]],
    ["I64", BigInt64Array.of(1n, -2n), [1, -2]],
    ["U64", BigUint64Array.of(2n ** 31n - 1n), [2 ** 31 - 1]],
    ["U32", Uint32Array.of(7), [7]],
    ["I16", Int16Array.of(-7), [-7]],
    ["U16", Uint16Array.of(65_535), [65_535]],
    ["I8", Int8Array.of(-128), [-128]],
    ["BOOL", Uint8Array.of(1, 0), [1, 0]],
    // one, the least, the largest, by the tables of their specifications
    ["F8_E4M3", Uint8Array.of(0x38, 0x81, 0x7e), [1, -(2 ** -9), 448]],
    ["F8_E5M2", Uint8Array.of(0x3c, 0x81, 0x7b, 0xfc), [1, -(2 ** -16), 57_344, -Infinity]],
    ["F8_E4M3FNUZ", Uint8Array.of(0x40, 0x81, 0x7f, 0x80), [1, -(2 ** -10), 240, NaN]],
    ["F8_E5M2FNUZ", Uint8Array.of(0x40, 0x81, 0x7f, 0x80), [1, -(2 ** -17), 57_344, NaN]],
    ["F8_E8M0", Uint8Array.of(127, 0, 254, 255), [1, 2 ** -127, 2 ** 127, NaN]],
  ])("%s", (dtype, numbers, expected) => {
    const found = read(dtype, numbers.buffer as ArrayBuffer, numbers.length);
    expect([...found.data]).toEqual(expected);
    expect(found.dtype).toBe(dtype.includes("F") ? "float32" : dtype === "BOOL" ? "uint8" : "int32");
  });

  test.each([
    [
      "I64",
      BigInt64Array.of(2n ** 31n),
      /whole numbers that int32 holds in tensor "x"\n.*2147483648 at index 0, byte 62/,
    ],
    ["U32", Uint32Array.of(2 ** 32 - 1), /4294967295 at index 0, byte 62/],
    ["BOOL", Uint8Array.of(2), /bytes that are 0 or 1 in tensor "x"\n.*2 at index 0, byte 63/],
  ])("%s that they do not hold are refused", (dtype, numbers, message) => {
    expect(() => read(dtype, numbers.buffer as ArrayBuffer, numbers.length)).toThrow(message);
  });
});

describe("a file that is not what its format says is refused", () => {
  const f32 = (begin: number, end: number) => entry("F32", [(end - begin) / 4], begin, end);

  test.each([
    [new Uint8Array(7), /the length of a header, 8 bytes/],
    [file("{}").fill(255, 0, 8), /a header of at most 2 bytes[\s\S]*one of 18446744073709551615 bytes/],
    [file(" {}"), /a header that begins with \{/],
    [file("\ufeff{}"), /a header that begins with \{/],
    [file("{nope"), /a header in JSON/],
    [file("{}{}"), /a header in JSON/],
    [file({ a: 1 }), /the dtype, shape and two data_offsets of tensor "a"/],
    [file({ a: { ...f32(0, 4), data_offsets: [0, 4, 4] } }, 4), /two data_offsets/],
    [file({ a: entry("F32", "1", 0, 4) }, 4), /the dtype, shape/],
    [file({ a: entry("F32", [0.5, 2], 0, 4) }, 4), /a whole number from 0[\s\S]*0\.5, at byte 37/],
    [file('{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', 4), /1e0, at byte 37/],
    [file({ a: entry("F32", [2 ** 60], 0, 4) }, 4), /a whole number from 0[\s\S]*1152921504606847000, at byte 37/],
    [file({ a: entry("F32", [2 ** 40, 2 ** 40], 0, 4) }, 4), /4\.8\d+e\+24 bytes for tensor "a"/],
    [file({ a: entry("F32", [2 ** 50, 0, 2 ** 50], 0, 4) }, 4), /0 bytes for tensor "a"/],
    [file({ a: f32(0, 4), b: f32(0, 4) }, 4), /tensor "b" at byte 119[\s\S]*it at byte 115/],
    [file({ a: f32(0, 8), b: f32(4, 12) }, 12), /tensor "b" at byte 124[\s\S]*it at byte 120/],
    [file({ a: f32(0, 4), b: f32(8, 12) }, 12), /tensor "b" at byte 120[\s\S]*it at byte 124/],
    [file({ a: f32(4, 8) }, 8), /tensor "a" at byte 62[\s\S]*it at byte 66/],
    [file({ a: f32(0, 4) }, 5), /66 bytes: 4 of numbers behind the header[\s\S]*67 bytes/],
    [file({ a: f32(0, 4) }, 3), /66 bytes: 4 of numbers[\s\S]*65 bytes/],
    [file({}, 1), /10 bytes: 0 of numbers[\s\S]*11 bytes/],
    [file({ a: entry("F33", [1], 0, 4) }, 4), /as the dtype of tensor "a"[\s\S]*F33/],
    [file({ a: entry("constructor", [1], 0, 4) }, 4), /as the dtype of tensor "a"/],
    [file({ a: entry("C64", [1], 0, 8) }, 8), /C64, complex numbers: save/],
    [file({ a: entry("F4", [2], 0, 1) }, 1), /F4, numbers of four bits: convert/],
    [file(`{"a":${"[".repeat(100_000)}`), /at most 8 objects and arrays within each other[\s\S]*at byte 20/],
    [file('{"\\ud800":1}'), /half of a surrogate pair in it, at byte 9/],
    [file('{"نا":x}').map((byte) => (byte === 0x86 ? 0x20 : byte)), /a header in UTF-8[\s\S]*byte 11/],
    [file(""), /an empty header/],
    [file('{"a":1,"\\u0061":2}'), /the key "a" twice/],
    [file('{"__metadata__":{"x":"1","x":"2"}}'), /the key "x" twice/],
    [file('{"__proto__":{}}'), /the key "__proto__"/],
    [file({ __metadata__: { x: 1 } }), /texts in __metadata__/],
    [file({ __metadata__: ["x"] }), /texts in __metadata__/],
  ])("(%#)", (bytes, message) => {
    expect(() => parseSafetensors(bytes, "given")).toThrow(DataError);
    expect(() => parseSafetensors(bytes, "given")).toThrow(message);
  });

  test("and so is each beginning of one, and what is no bytes", () => {
    const whole = formatSafetensors({ a: tensor([1, 2]) }, { x: "y" });
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseSafetensors(whole.subarray(0, length))).toThrow(DataError);
    }
    expect(() => parseSafetensors("{}" as never)).toThrow(/it is given the text "\{\}"/);
  });
});

function messageOf(refused: () => unknown): string {
  try {
    refused();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

const folder = "conformance/format-fixtures";

describe.skipIf(!hasShared(`${folder}/expected.json`))("the samples beside the repository", () => {
  const names = hasShared(`${folder}/expected.json`)
    ? readdirSync(sharedPath(folder)).filter((name) => name.endsWith(".safetensors"))
    : [];
  const bytesOf = (name: string) => readFileSync(join(sharedPath(folder), name));

  test.each(names.filter((name) => name.startsWith("bad")))("%s is refused", (name) => {
    expect(() => parseSafetensors(bytesOf(name), name)).toThrow(DataError);
  });

  test("the good one holds what it should", () => {
    const expected = readSharedJson<Record<string, { shape: number[]; data: (number | boolean)[] }>>(
      `${folder}/expected.json`,
    );
    const { tensors, metadata } = parseSafetensors(bytesOf("ok_mixed.safetensors"));
    expect(metadata.note).toContain("سلام");
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect(tensors[name]!.shape, name).toEqual(shape);
      expect([...tensors[name]!.data], name).toEqual(data.map(Number));
    }
  });
});

describe("a safetensors file", () => {
  test("is written and read", async () => {
    const path = join(temporaryFolder(), "weights.safetensors");
    await saveSafetensors(path, { a: tensor([1, 2]) }, { from: "here" });
    const { tensors, metadata } = await loadSafetensors(path);
    expect([...tensors.a!.data]).toEqual([1, 2]);
    expect(metadata).toEqual({ from: "here" });
  });

  test("is read in parts, and what is wanted alone", async () => {
    const path = join(temporaryFolder(), "weights.safetensors");
    await saveSafetensors(path, { a: tensor([1, 2]), b: tensor([3], [1], "uint8"), c: tensor([4], [1], "float64") });
    expect(Object.keys((await loadSafetensors(path)).tensors).sort()).toEqual(["a", "b", "c"]);
    const { tensors } = await loadSafetensors(path, { names: ["b", "a", "b"] });
    expect(Object.entries(tensors).map(([name, { data }]) => [name, ...data])).toEqual([
      ["b", 3],
      ["a", 1, 2],
    ]);
    expect((await loadSafetensors(path, { names: [] })).tensors).toEqual({});
    await expect(loadSafetensors(path, { names: ["d"] })).rejects.toThrow(/a tensor "d"[\s\S]*"c", "a", "b"/);
    await expect(loadSafetensors(path, { names: "a" as never })).rejects.toThrow(/names is the text "a"/);
  });

  test("that is damaged is refused as its bytes are", async () => {
    const path = join(temporaryFolder(), "weights.safetensors");
    const whole = formatSafetensors({ a: tensor([1, 2]) });
    for (const bytes of [whole.subarray(0, 4), whole.subarray(0, 30), whole.subarray(0, -1), file("{nope")]) {
      writeFileSync(path, bytes);
      const words = messageOf(() => parseSafetensors(bytes, path));
      await expect(loadSafetensors(path)).rejects.toThrow(words);
    }
  });

  test("of which a small part is wanted is read however large it is, beyond what Node reads at once", async () => {
    const path = join(temporaryFolder(), "large.safetensors");
    const large = 2 ** 32;
    const header = file({ large: entry("U8", [large], 0, large), last: entry("F32", [1], large, large + 4) });
    const handle = await open(path, "w");
    await handle.write(header);
    await handle.write(new Uint8Array(Float32Array.of(7).buffer), 0, 4, header.length + large); // the rest is a hole
    await handle.close();
    expect((await loadSafetensors(path, { names: ["last"] })).tensors.last!.item()).toBe(7);
  });

  test("that is not there, or has no name, is an error that says so", async () => {
    await expect(loadSafetensors(join(temporaryFolder(), "none"))).rejects.toThrow(/nothing there/);
    await expect(loadSafetensors("")).rejects.toThrow(/the path is the text ""/);
    await expect(saveSafetensors(undefined as never, {})).rejects.toThrow(/the path is undefined/);
  });
});
