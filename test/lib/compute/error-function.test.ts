import { describe, expect, test } from "vitest";
import { erf, erfc } from "../../../lib/compute/error-function.ts";

describe("the error function", () => {
  // Python's math.erf and math.erfc; the first ten digits as in Abramowitz and Stegun, tables 7.1 and 7.3.
  test.each([
    [0.1, 0.1124629160182849, 0.8875370839817152],
    [0.46875, 0.4926134732179379, 0.5073865267820621],
    [0.5, 0.5204998778130465, 0.4795001221869535],
    [1, 0.8427007929497149, 0.15729920705028513],
    [2, 0.9953222650189527, 0.004677734981047266],
    [3.999, 0.9999999844552505, 1.554474949099499e-8],
    [4, 0.9999999845827421, 1.541725790028002e-8],
    [6, 1, 2.1519736712498913e-17],
    [10, 1, 2.088487583762545e-45],
    [26.5, 1, 2.2109076642637343e-307],
  ])("of %d and its negative are right to the last digits, and so is the complement", (x, value, complement) => {
    expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(2 ** -52);
    expect(erf(-x)).toBe(-erf(x));
    expect(Math.abs(erfc(x) / complement - 1)).toBeLessThan(1e-15);
    expect(Math.abs(erfc(-x) - (2 - complement))).toBeLessThanOrEqual(2 ** -51);
  });

  test("keeps to its limits, 0 and NaN", () => {
    expect([erf(0), erf(-0), erf(Infinity), erf(-Infinity), erf(Number.NaN)]).toEqual([0, -0, 1, -1, Number.NaN]);
    expect([erfc(0), erfc(Infinity), erfc(-Infinity), erfc(30), erfc(Number.NaN)]).toEqual([1, 0, 2, 0, Number.NaN]);
  });

  test("rises without a step where one formula follows another", () => {
    for (const edge of [0.46875, 4]) {
      const near = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((i) => erf(edge + i * 2 ** -40));
      for (let i = 1; i < near.length; i++) expect(near[i]! - near[i - 1]!).toBeGreaterThanOrEqual(0);
      expect(near[8]! - near[0]!).toBeLessThan(2 ** -36);
    }
  });
});
