import { describe, expect, test } from "vitest";
import { signed, unsigned } from "../../../lib/wasm/encoding.ts";
import { bestInstructions } from "../../../lib/wasm/features.ts";
import { F32, F32x4, I32 } from "../../../lib/wasm/values.ts";
import { run } from "./both.ts";

test("integers are written in base 128, as the specification's examples are", () => {
  expect(unsigned(0)).toEqual([0]);
  expect(unsigned(127)).toEqual([0x7f]);
  expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26]); // DWARF 4, section 7.6
  expect(unsigned(2 ** 32 - 1)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  expect(signed(-1)).toEqual([0x7f]);
  expect(signed(64)).toEqual([0xc0, 0x00]);
  expect(signed(-123_456)).toEqual([0xc0, 0xbb, 0x78]);
  expect(signed(-(2 ** 31))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
});

const at = (address: number) => I32.of(address);

describe.skipIf(bestInstructions() === "typescript")("expressions compute what their names say", () => {
  const integers: [string, I32, number][] = [
    ["plus", at(7).plus(-3), 4],
    ["minus", at(7).minus(9), -2],
    ["times", at(-7).times(9), -63],
    ["dividedBy", at(17).dividedBy(5), 3],
    ["modulo", at(17).modulo(5), 2],
    ["shiftedLeft", at(5).shiftedLeft(3), 40],
    ["min of signed", at(-5).min(3), -5],
    ["max of signed", at(-5).max(3), 3],
    ["isLess", at(-5).isLess(3), 1],
    ["isAtLeast", at(3).isAtLeast(3), 1],
    ["equals", at(3).equals(4), 0],
    ["and", at(6).and(3), 2],
  ];
  test.each(integers)("%s", (_, value, expected) => {
    expect(run((code) => code.storeF32(at(0), value.toF32()), [])[0]).toBe(expected);
  });

  const numbers: [string, F32, number][] = [
    ["plus", F32.of(1.5).plus(2), 3.5],
    ["minus", F32.of(1.5).minus(2), -0.5],
    ["times", F32.of(1.5).times(-2), -3],
    ["dividedBy", F32.of(1).dividedBy(3), Math.fround(1 / 3)],
    ["max", F32.of(1).max(3), 3],
    ["squareRoot", F32.of(2).squareRoot(), Math.fround(Math.SQRT2)],
  ];
  test.each(numbers)("%s of numbers", (_, value, expected) => {
    expect(run((code) => code.storeF32(at(0), value), [])[0]).toBe(expected);
  });

  const [a, b] = [at(0).loadF32x4(), at(16).loadF32x4()];
  const operands = [1, -2, Number.NaN, 4, 3, -2, 5, -6];
  const vectors: [string, F32x4, number[]][] = [
    ["plus", a.plus(b), [4, -4, Number.NaN, -2]],
    ["times", a.times(b), [3, 4, Number.NaN, -24]],
    ["max, where NaN of the first stays", a.max(F32x4.of(0)), [1, 0, Number.NaN, 4]],
    ["where", a.where(a.isGreater(b), b), [3, -2, 5, 4]],
    ["and with a mask", a.and(a.equals(b)), [0, -2, 0, 0]],
    ["differs, as NaN does from itself", b.and(a.differs(a)), [0, 0, 5, 0]],
    ["shuffled", a.shuffled(b, [0, 4, 1, 7]), [1, 3, -2, -6]],
    ["lane", b.lane(2).splat(), [5, 5, 5, 5]],
    ["loadSplat", at(0).loadSplat(4), [-2, -2, -2, -2]],
    ["timesPlus", b.timesPlus(b, F32x4.of(1), false), [10, 5, 26, 37]],
  ];
  test.each(vectors)("%s of vectors", (_, value, expected) => {
    const memory = run((code) => code.storeF32x4(at(64), value), operands);
    expect([...memory.subarray(16, 20)]).toEqual(expected);
  });
});

describe.skipIf(bestInstructions() === "typescript")("statements", () => {
  test("count runs from, to, by a step, and not at all where there is nothing", () => {
    const sum = (from: number, to: number, step: number) =>
      run((code) => {
        const total = code.i32(0);
        code.count(from, to, step, (i) => code.advance(total, i));
        code.storeF32(at(0), total.toF32());
      }, [])[0];
    expect(sum(0, 5, 1)).toBe(10);
    expect(sum(1, 10, 4)).toBe(1 + 5 + 9);
    expect(sum(5, 5, 1)).toBe(0);
    expect(sum(6, 5, 1)).toBe(0);
  });

  test("repeat runs as often as said, during as long as its condition holds, when takes one of two ways", () => {
    const memory = run(
      (code, parameter) => {
        const times = code.i32(0);
        code.repeat(parameter, () => code.advance(times, 1));
        code.storeF32(at(0), times.toF32());
        const power = code.i32(1);
        code.during(power.isLess(100), () => code.set(power, power.times(2)));
        code.storeF32(at(4), power.toF32());
        code.when(
          parameter.equals(3),
          () => code.storeF32(at(8), 1),
          () => code.storeF32(at(8), 2),
        );
        code.when(parameter.equals(4), () => code.storeF32(at(12), 9));
      },
      [],
      3,
    );
    expect([...memory.subarray(0, 4)]).toEqual([3, 128, 1, 0]);
  });

  test("copy and clear move bytes", () => {
    const memory = run(
      (code) => {
        code.copy(at(16), at(0), at(16));
        code.clear(at(4), at(8));
      },
      [1, 2, 3, 4],
    );
    expect([...memory.subarray(0, 8)]).toEqual([1, 0, 0, 4, 1, 2, 3, 4]);
  });
});
