import { expect, test } from "vitest";
import { Job, workMemory } from "../../../lib/wasm/jobs.ts";
import { F32x4 } from "../../../lib/wasm/values.ts";
import { F64x2, I32x4 } from "../../../lib/wasm/wide.ts";

const memory = workMemory();

test.runIf(memory)("four integers are added, multiplied, compared and chosen lane by lane", () => {
  const address = memory!.reserve(96);
  memory!.ints(address, 4).set([1, -2, 3, 2 ** 30]);
  const job = new Job({ at: "i32" }, (code, { at }) => {
    const given = code.i32x4(I32x4.load(at));
    const lanes = code.i32x4(I32x4.lanes(0, 1, 2, 3));
    code.storeI32x4(at, given.plus(lanes).minus(1), 16);
    code.storeI32x4(at, given.times(lanes), 32);
    code.storeI32x4(at, given.where(given.equals(3), 7), 48);
    code.storeI32x4(at, given.where(given.isLess(2), I32x4.of(at.plus(0).minus(at))), 64);
    code.set(given, lanes);
    code.storeI32x4(at, given, 80);
  });
  job.run({ at: address }, 1, 1);
  const results = [...memory!.ints(address + 16, 20)];
  expect(results.slice(0, 4)).toEqual([0, -2, 4, 2 ** 30 + 2]);
  expect(results.slice(4, 8)).toEqual([0, -2, 6, 3 * 2 ** 30 - 2 ** 32]); // of 32 bits
  expect(results.slice(8, 12)).toEqual([7, 7, 3, 7]);
  expect(results.slice(12, 16)).toEqual([1, -2, 0, 0]);
  expect(results.slice(16)).toEqual([0, 1, 2, 3]);
  memory!.release(address);
});

test.runIf(memory)("numbers become two of double precision, and single ones again with one rounding", () => {
  const address = memory!.reserve(96);
  memory!.floats(address, 4).set([2 ** 24, 1, 0.1, 3]);
  const job = new Job({ at: "i32" }, (code, { at }) => {
    const given = code.f32x4(at.loadF32x4());
    const low = code.f64x2(F64x2.low(given));
    code.storeF64x2(at, low.plus(low.swapped()), 16);
    const high = code.f64x2(0);
    code.set(high, F64x2.high(given));
    code.storeF64x2(at, high.times(high), 32);
    code.storeF64x2(at, high.dividedBy(F64x2.low(F32x4.of(3))), 48);
    code.storeF32x4(at, high.dividedBy(F64x2.low(F32x4.of(3))).toF32x4(), 64);
  });
  job.run({ at: address }, 1, 1);
  const tenth = Math.fround(0.1);
  expect([...memory!.doubles(address + 16, 6)]).toEqual([2 ** 24 + 1, 2 ** 24 + 1, tenth * tenth, 9, tenth / 3, 1]);
  expect([...memory!.floats(address + 64, 4)]).toEqual([Math.fround(tenth / 3), 1, 0, 0]);
  memory!.release(address);
});

test.runIf(memory)("one number is loaded and stored alone, or into one of four", () => {
  const address = memory!.reserve(64);
  const numbers = memory!.floats(address, 16).fill(9);
  numbers.set([1, -2, Number.NaN]);
  const job = new Job({ at: "i32" }, (code, { at }) => {
    code.storeF32x4(at, at.loadFirst(4), 16);
    code.storeF32x4(at, at.plus(4).loadLane(at.loadFirst(), 2), 32);
    code.storeFirst(at, at.loadSplat(), 48);
    const three = code.f32x4(at.loadF32x4());
    code.storeFirst(at, F32x4.of(5).and(three.isAtMost(1)), 52); // a mask has bits where 1 ≤ 1
    code.storeFirst(at, F32x4.of(5).and(at.loadFirst(8).isAtMost(1)), 56); // and none beside NaN
  });
  job.run({ at: address }, 1, 1);
  expect([...numbers.subarray(4)]).toEqual([-2, 0, 0, 0, 1, 0, -2, 0, 1, 5, 0, 9]);
  memory!.release(address);
});
