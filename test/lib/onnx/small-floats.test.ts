import { describe, expect, test } from "vitest";
import { bitsOfSmallFloat, type SmallFloatType, smallFloatOf } from "../../../lib/formats/small-floats.ts";
import { halfToEven, roundToSmallFloat } from "../../../lib/onnx/values/small-floats.ts";
import { Random } from "../../../lib/random.ts";

const types: SmallFloatType[] = [
  "float16",
  "bfloat16",
  "float8e4m3fn",
  "float8e4m3fnuz",
  "float8e5m2",
  "float8e5m2fnuz",
  "float8e8m0",
  "float4e2m1",
];

describe.each(types)("%s", (type) => {
  const codes = Array.from({ length: 2 ** bitsOfSmallFloat(type) }, (_, code) => code);
  const finite = codes.map((code) => smallFloatOf(type, code)).filter(Number.isFinite);

  test("every number it has is itself, rounded", () => {
    const numbers = codes.map((code) => smallFloatOf(type, code)).filter((value) => !Number.isNaN(value));
    expect(numbers.filter((value) => !Object.is(roundToSmallFloat(type, value), value))).toEqual([]);
  });

  test.skipIf(type === "float8e8m0")("numbers between two of them become the nearer one, which a search finds", () => {
    const sorted = [...new Set(finite)].sort((a, b) => a - b);
    const most = sorted.at(-1)!;
    const random = new Random(3);
    const wrong: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const value = (2 * random.uniform() - 1) * most * 2 ** -random.integer(20);
      let [low, high] = [0, sorted.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (sorted[middle]! <= value) low = middle;
        else high = middle;
      }
      const [below, above] = [value - sorted[low]!, sorted[high]! - value];
      if (below === above) continue; // ties: below
      if (roundToSmallFloat(type, value) !== (below < above ? sorted[low]! : sorted[high]!)) wrong.push(value);
    }
    expect(wrong).toEqual([]);
  });
});

test("of two as near, the even one; beyond the largest, what the type has there", () => {
  expect(roundToSmallFloat("float16", 1 + 2 ** -11)).toBe(1);
  expect(roundToSmallFloat("float16", 1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
  expect(roundToSmallFloat("float16", 65519)).toBe(65504);
  expect(roundToSmallFloat("float16", 65520)).toBe(Number.POSITIVE_INFINITY);
  expect(roundToSmallFloat("float8e4m3fn", 1000)).toBeNaN();
  expect(roundToSmallFloat("float8e4m3fn", 1000, true)).toBe(448);
  expect(roundToSmallFloat("float8e5m2", -1e6)).toBe(Number.NEGATIVE_INFINITY);
  expect(Object.is(roundToSmallFloat("float8e4m3fnuz", -1e-9), 0)).toBe(true);
  expect([0.5, 1.5, 2.5, -0.5, -1.5].map(halfToEven)).toEqual([0, 2, 2, -0, -2]);
});
