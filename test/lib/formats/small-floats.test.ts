import { expect, test } from "vitest";
import { smallFloatOf, toSingle } from "../../../lib/formats/small-floats.ts";

const all16 = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const all8 = Uint8Array.from({ length: 256 }, (_, bits) => bits);

/** By IEEE 754's definition, in double precision, which holds every such number. */
function valueAt(bits: number, exponentBits: number, fractionBits: number, bias = 2 ** (exponentBits - 1) - 1): number {
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}

const same = (found: ArrayLike<number>, expected: (bits: number) => number): number[] =>
  Array.from(found, (value, bits) => (Object.is(value, expected(bits)) ? -1 : bits)).filter((bits) => bits >= 0);

test("all 65,536 numbers of 16 bits are what IEEE 754 says, NaN with their bits", () => {
  const found = toSingle("float16", all16);
  const expected = (bits: number): number => {
    if ((bits & 0x7c00) !== 0x7c00) return valueAt(bits, 5, 10);
    return bits & 0x3ff ? Number.NaN : bits & 0x8000 ? -Infinity : Infinity;
  };
  expect(same(found, expected)).toEqual([]);
  // Sign, quiet bit and payload move up by the 13 bits that single precision has more.
  const bits = new Uint32Array(found.buffer);
  const nan = [...all16].filter((half) => (half & 0x7fff) > 0x7c00);
  expect(
    nan.filter((half) => bits[half] !== (half & 0x8000) * 2 ** 16 + 0x7f800000 + (half & 0x3ff) * 2 ** 13),
  ).toEqual([]);
});

test("all 65,536 numbers of bfloat16 are the upper half of single precision", () => {
  expect(new Uint32Array(toSingle("bfloat16", all16).buffer)).toEqual(
    Uint32Array.from(all16, (half) => half * 2 ** 16),
  );
});

test("all numbers of eight bits are what their specifications say", () => {
  expect(same(toSingle("float8e4m3fn", all8), (bits) => ((bits & 0x7f) === 0x7f ? NaN : valueAt(bits, 4, 3)))).toEqual(
    [],
  );
  expect(
    same(toSingle("float8e5m2", all8), (bits) => {
      if ((bits & 0x7c) !== 0x7c) return valueAt(bits, 5, 2);
      return bits & 3 ? Number.NaN : bits & 0x80 ? -Infinity : Infinity;
    }),
  ).toEqual([]);
  expect(same(toSingle("float8e4m3fnuz", all8), (bits) => (bits === 0x80 ? NaN : valueAt(bits, 4, 3, 8)))).toEqual([]);
  expect(same(toSingle("float8e5m2fnuz", all8), (bits) => (bits === 0x80 ? NaN : valueAt(bits, 5, 2, 16)))).toEqual([]);
  expect(same(toSingle("float8e8m0", all8), (bits) => (bits === 255 ? NaN : 2 ** (bits - 127)))).toEqual([]);
});

test("all numbers of four bits are what their specification says, and one number of 16 bits is what all are", () => {
  const fours = all8.subarray(0, 16);
  expect(
    same(
      Array.from(fours, (bits) => smallFloatOf("float4e2m1", bits)),
      (bits) => valueAt(bits, 2, 1),
    ),
  ).toEqual([]);
  for (const type of ["float16", "bfloat16"] as const) {
    const found = toSingle(type, all16);
    expect(same(found, (bits) => smallFloatOf(type, bits))).toEqual([]);
  }
});
