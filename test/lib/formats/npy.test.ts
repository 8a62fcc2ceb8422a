import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError, OptionError } from "../../../lib/errors.ts";
import { formatNpy, parseNpy } from "../../../lib/formats/npy.ts";
import { loadNpy, saveNpy } from "../../../lib/formats/npy-file.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { temporaryFolder } from "../../package/command.ts";
import { hasShared, readSharedJson, sharedPath } from "../shared.ts";

/** A file of this header, as it stands, and these numbers. */
function file(header: string, numbers: ArrayLike<number> = [], [major, minor] = [1, 0]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = [0x93, ...new TextEncoder().encode("NUMPY"), major!, minor!, text.length & 255, text.length >> 8];
  if (major !== 1) bytes.push(0, 0);
  return Uint8Array.from([...bytes, ...text, ...Array.from(numbers)]);
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const bytesOf = (numbers: ArrayBufferView): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

describe("what is written is read again", () => {
  const odd = new Float32Array(Uint32Array.of(0x7fc12345, 0x80000000, 1, 0x7f800000).buffer);

  test.each([
    ["NaN with its bits, -0, the least number, infinity", tensor([0, 0, 0, 0], [2, 2]), odd],
    ["float64", tensor([Math.PI, 5e-324], [2], "float64"), undefined],
    ["int32", tensor([1, -2_147_483_648], [2, 1], "int32"), undefined],
    ["uint8", tensor([0, 255], [2], "uint8"), undefined],
    ["one number without axes", tensor(7), undefined],
    ["no numbers", zeros([0, 3]), undefined],
    ["many axes", zeros(new Array<number>(64).fill(1)), undefined],
  ])("bit for bit: %s", (_what, x, data) => {
    if (data !== undefined) bytesOf(x.data).set(bytesOf(data));
    const read = parseNpy(formatNpy(x));
    expect([read.shape, read.dtype]).toEqual([x.shape, x.dtype]);
    expect(bytesOf(read.data)).toEqual(bytesOf(x.data));
  });

  test("with a header of NumPy's words, and the numbers at a multiple of 64 bytes", () => {
    const bytes = formatNpy(tensor([1, 2, 3]));
    const begin = 10 + new DataView(bytes.buffer).getUint16(8, true);
    const text = new TextDecoder("latin1").decode(bytes.subarray(10, begin));
    expect(text.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }");
    expect([begin % 64, text.endsWith(" \n"), bytes.length - begin]).toEqual([0, true, 12]);
  });

  test("and refused where NumPy has no place for it", () => {
    expect(() => formatNpy(zeros(new Array<number>(65).fill(1)))).toThrow(/the tensor has 65 axes/);
    expect(() => formatNpy([1] as never)).toThrow(OptionError);
  });
});

describe("arrays as others write them are read", () => {
  test.each([
    ["'<f8'", Float64Array.of(1.5, -2), "float64"],
    ["'<f4'", Float32Array.of(1.5, -2), "float32"],
    ["'<i8'", BigInt64Array.of(1n, -(2n ** 31n)), "int32"],
    ["'<u8'", BigUint64Array.of(1n, 2n ** 31n - 1n), "int32"],
    ["'<i4'", Int32Array.of(1, -2), "int32"],
    ["'<u4'", Uint32Array.of(1, 2 ** 31 - 1), "int32"],
    ["'<i2'", Int16Array.of(1, -32_768), "int32"],
    ["'<u2'", Uint16Array.of(1, 65_535), "int32"],
    ["'|i1'", Int8Array.of(1, -128), "int32"],
    ["'|u1'", Uint8Array.of(1, 255), "uint8"],
    ["'|b1'", Uint8Array.of(1, 0), "uint8"],
  ])("%s in either order of bytes", (descr, numbers, dtype) => {
    const little = bytesOf(numbers);
    const big = little.slice();
    const width = numbers.BYTES_PER_ELEMENT;
    for (let i = 0; i < big.length; i += width) big.subarray(i, i + width).reverse();
    for (const [order, bytes] of [
      [descr, little],
      [descr.replace(/[<|]/, ">"), big],
    ] as const) {
      const read = parseNpy(file(header(order, "(2,)"), bytes));
      expect([read.dtype, ...read.data]).toEqual([dtype, ...Array.from(numbers as Int32Array, Number)]);
    }
  });

  test("float16, whose every number float32 holds", () => {
    const numbers = Uint16Array.of(0x3c00, 0xc000, 1, 0x7c00); // by IEEE 754's table: 1, -2, 2^-24, infinity
    expect([...parseNpy(file(header("'<f2'", "(4,)"), bytesOf(numbers))).data]).toEqual([1, -2, 2 ** -24, Infinity]);
    expect(parseNpy(file(header("'>f2'", "(1,)"), [0x3c, 0])).data[0]).toBe(1);
  });

  test("in Fortran's order: the first axis lies together", () => {
    const numbers = Float64Array.from({ length: 24 }, (_, i) => i);
    const { shape, data } = parseNpy(file(header("'<f8'", "(2, 3, 4)", "True"), bytesOf(numbers)));
    expect(shape).toEqual([2, 3, 4]);
    for (let i = 0, at = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) expect(data[at++]).toBe(i + 2 * j + 6 * k);
    }
    expect([...parseNpy(file(header("'>i2'", "(2, 2)", "True"), [0, 1, 0, 2, 0, 3, 0, 4])).data]).toEqual([1, 3, 2, 4]);
    expect(parseNpy(file(header("'<f4'", "()", "True"), [0, 0, 128, 63])).item()).toBe(1);
  });

  test.each(["'<f4'", "'<f8'"])("in Fortran's order a signalling NaN of %s keeps its bits", (descr) => {
    const width = Number(descr[3]);
    const bytes = new Uint8Array(4 * width).fill(0xff);
    for (let last = width - 1; last < bytes.length; last += width)
      bytes.set(width === 4 ? [0x80, 0x7f] : [0xf0, 0x7f], last - 1);
    const { data } = parseNpy(file(header(descr, "(2, 2)", "True"), bytes));
    expect(bytesOf(data)).toEqual(bytes);
  });

  test.each([
    ["version 2.0", file(header("'|u1'", "(2,)"), [1, 2], [2, 0])],
    ["version 3.0", file(header("'|u1'", "(2,)"), [1, 2], [3, 0])],
    ["another order of entries", file("{'shape': (2,), 'fortran_order': False, 'descr': '|u1'}", [1, 2])],
    ["double quotes and no spaces", file('{"descr":"|u1","fortran_order":False,"shape":(2,)}', [1, 2])],
    ["sizes as Python 2 wrote them", file(header("'|u1'", "(2L,)"), [1, 2])],
    ["a tuple that ends with a comma", file(header("'|u1'", "(2, 1,)"), [1, 2])],
  ])("with %s", (_what, bytes) => {
    expect([...parseNpy(bytes).data]).toEqual([1, 2]);
  });
});

describe("a file that is not what its format says is refused", () => {
  const u1 = (shape: string) => header("'|u1'", shape);

  test.each([
    [file(u1("(2,)"), [1, 2]).subarray(0, 5), /begins with 93 4e 55 4d 50 59[\s\S]*93 4e 55 4d 50$/],
    [new Uint8Array(0), /no bytes/],
    [file(u1("(2,)")).subarray(0, 7), /a version, 2 bytes at byte 6/],
    [file(u1("(2,)"), [1, 2], [4, 0]), /version 1\.0, 2\.0 or 3\.0 of the format, at byte 6[\s\S]*4\.0/],
    [file(u1("(2,)"), [1, 2], [1, 1]), /1\.1/],
    [file(u1("(2,)")).subarray(0, 9), /a header's length at byte 8/],
    [file(u1("(2,)")).subarray(0, 20), /a header of at most 10 bytes, its length at byte 8[\s\S]*one of 58 bytes/],
    [file(u1("(2,)"), [1]), /2 bytes of numbers behind byte 68, of shape \[2\][\s\S]*1/],
    [file(u1("(2,)"), [1, 2, 3]), /2 bytes of numbers behind byte 68[\s\S]*3/],
    [file(u1("(1099511627776, 1099511627776)"), [1]), /1\.2\d+e\+24 bytes of numbers/],
    [file(u1("(9007199254740992,)"), [1]), /up to 2\^53 as shape/],
    [file(u1("(-1,)"), [1]), /a Python literal in the header[\s\S]*at byte 61/],
    [file(u1("(1.5,)"), [1]), /a Python literal/],
    [file(u1("(01,)"), [1]), /a Python literal/],
    [file(u1("(1)"), [1]), /a tuple of whole numbers/],
    [file(u1("[1]"), [1]), /a tuple of whole numbers/],
    [file(u1("(True,)"), [1]), /a tuple of whole numbers/],
    [file(u1("(,)"), [1]), /a value in the header/],
    [file(u1("(1,,)"), [1]), /a value in the header/],
    [file(u1("(1 2)"), [1]), /"," or "\)" in the header/],
    [file(u1("(1,)".repeat(2)), [1]), /"," or "}" in the header/],
    [file(header("'|u1'", "(1,)", "false"), [1]), /a Python literal/],
    [file(header("'|u1'", "(1,)", "1"), [1]), /True or False as fortran_order/],
    [file(`${u1("(1,)")}x`, [1]), /a Python literal/],
    [file(`${u1("(1,)")}()`, [1]), /the end in the header/],
    [file("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': ()}", [1]), /each key once/],
    [file("{'descr': '|u1', 'shape': ()}", [1]), /descr, fortran_order and shape[\s\S]*descr, shape/],
    [file("{'descr': '|u1', 'fortran_order': False, 'shape': (), 'x': 1}", [1]), /descr, fortran_order, shape, x/],
    [file("{'__proto__': 1}", [1]), /descr, fortran_order and shape[\s\S]*__proto__/],
    [file("", [1]), /a value in the header[\s\S]*the end/],
    [file("7", [1]), /a dictionary of descr/],
    [file(`${"(".repeat(100)}`, [1]), /fewer brackets within each other/],
    [file("{'descr': '\u00e9'}").map((byte) => (byte === 0xc3 ? 0xff : byte)), /a header in ASCII/],
    [file("__import__('os').system('true')"), /a Python literal in the header[\s\S]*"__import__/],
    [file(header("'f4'", "()")), /a type of number as descr/],
    [file(header("'|f4'", "()")), /a type of number as descr/],
    [file(header("'=f4'", "()")), /a type of number as descr/],
    [file(header("'<f4x'", "()")), /a type of number as descr/],
    [file(header("'<constructor'", "()")), /a type of number as descr/],
    [file(header("3", "()")), /a type of number as descr/],
    [file(header("'|b1'", "(1,)"), [2]), /bytes that are 0 or 1 in the array[\s\S]*2 at index 0, byte 68/],
  ])("(%#)", (bytes, message) => {
    expect(() => parseNpy(bytes, "given")).toThrow(DataError);
    expect(() => parseNpy(bytes, "given")).toThrow(message);
  });

  test.each([
    ["'|O'", /Python objects, pickled[\s\S]*allow_pickle=True/],
    ["'<c8'", /complex numbers[\s\S]*array\.real/],
    ["'<U5'", /texts/],
    ["'|S5'", /texts/],
    ["'|V2'", /bfloat16[\s\S]*astype\("float32"\)/],
    ["'<M8[ns]'", /dates/],
    ["'<m8[s]'", /durations/],
    ["'<f16'", /of another size[\s\S]*astype\("float64"\)/],
    ["[('a', '<f4'), ('b', '<i8', (2, 3))]", /a structured type[\s\S]*a\.dtype\.names/],
  ])("and the error says what %s is, and how Python converts it", (descr, message) => {
    expect(() => parseNpy(file(header(descr, "(1,)"), [0, 0]))).toThrow(message);
  });

  test.each([
    ["'<i8'", bytesOf(BigInt64Array.of(0n, 2n ** 31n)), "2147483648"],
    ["'<i8'", bytesOf(BigInt64Array.of(0n, -(2n ** 31n) - 1n)), "-2147483649"],
    ["'<i8'", bytesOf(BigInt64Array.of(0n, 2n ** 53n + 1n)), "9007199254740993"],
    ["'<u8'", bytesOf(BigUint64Array.of(0n, 2n ** 64n - 1n)), "18446744073709551615"],
    ["'<u8'", bytesOf(BigUint64Array.of(0n, 2n ** 31n)), "2147483648"],
  ])("whole numbers of %s that int32 does not hold, with index and place", (descr, numbers, value) => {
    const place = new RegExp(`${value} at index 1, byte 76\\n`);
    expect(() => parseNpy(file(header(descr, "(2,)"), numbers))).toThrow(place);
    expect(() => parseNpy(file(header(descr, "(2,)"), numbers))).toThrow(/astype\("float64"\)/);
  });

  test("and so is each beginning of one, and what is no bytes", () => {
    const whole = formatNpy(tensor([1, 2]));
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseNpy(whole.subarray(0, length))).toThrow(DataError);
    }
    expect(() => parseNpy("x" as never)).toThrow(/it is given the text "x"/);
  });
});

const folder = "conformance/format-fixtures";

describe.skipIf(!hasShared(`${folder}/expected.json`))("the samples beside the repository", () => {
  const shared = hasShared(`${folder}/expected.json`);
  const names = shared ? readdirSync(sharedPath(folder)).filter((name) => name.endsWith(".npy")) : [];
  const expected = shared
    ? readSharedJson<Record<string, { shape: number[]; data: (number | boolean)[] }>>(`${folder}/expected.json`)
    : {};
  const bytes = (name: string) => readFileSync(join(sharedPath(folder), name));

  test.each(names)("%s holds what it should, or is refused", (name) => {
    if (name.includes("bad")) {
      expect(() => parseNpy(bytes(name), name)).toThrow(DataError);
      return;
    }
    const read = parseNpy(bytes(name), name);
    const key = Object.keys(expected).find((each) => name === `npy_${each.replace(".", "_")}.npy`);
    if (key === undefined) {
      // Those that the table has not: whole numbers from 0 on, in the array's own order.
      expect([...read.data]).toEqual(Array.from({ length: read.size }, (_, i) => i));
      return;
    }
    expect(read.shape).toEqual(expected[key]!.shape);
    expect([...read.data]).toEqual(expected[key]!.data.map(Number));
  });
});

describe("an npy file", () => {
  test("is written and read", async () => {
    const path = join(temporaryFolder(), "a.npy");
    await saveNpy(path, tensor([1, 2], [2], "int32"));
    expect([...(await loadNpy(path)).data]).toEqual([1, 2]);
  });

  test("that is not there, or has no name, is an error that says so", async () => {
    await expect(loadNpy(join(temporaryFolder(), "none"))).rejects.toThrow(/an npy file[\s\S]*nothing there/);
    await expect(loadNpy("")).rejects.toThrow(/the path is the text ""/);
    await expect(saveNpy(undefined as never, tensor(1))).rejects.toThrow(/the path is undefined/);
  });
});
