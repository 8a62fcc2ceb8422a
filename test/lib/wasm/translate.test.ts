import { describe, expect, test, vi } from "vitest";
import { Code } from "../../../lib/wasm/code.ts";
import { bestInstructions } from "../../../lib/wasm/features.ts";
import { translate } from "../../../lib/wasm/translate.ts";
import { F32, F32x4, I32 } from "../../../lib/wasm/values.ts";
import { F64x2, I32x4 } from "../../../lib/wasm/wide.ts";
import { run } from "./both.ts";

const at = (address: number) => I32.of(address);

// What rounds, overflows, vanishes, has no order or a sign of its own: each with each.
const numbers = [0, -0, 1, -1, 1 / 3, 16_777_215, -3e38, 1e-45, 2e-38, Infinity, -Infinity, Number.NaN];
const rotations = numbers.map((_, i) => [...numbers.slice(i), ...numbers.slice(0, i)]);

describe.skipIf(bestInstructions() === "typescript")("in JavaScript there are the same bits as in WebAssembly", () => {
  const [a, b] = [at(0).loadF32x4(), at(48).loadF32x4()];
  const vectors: Record<string, F32x4> = {
    plus: a.plus(b),
    minus: a.minus(b),
    times: a.times(b),
    dividedBy: a.dividedBy(b),
    squareRoot: a.squareRoot(),
    max: a.max(b),
    "and isGreater": a.and(a.isGreater(b)),
    "andNot isAtMost": a.andNot(a.isAtMost(b)),
    "where equals or differs": a.where(a.equals(b).or(a.differs(a)), b),
    "where of loads and constants": a.where(b.isGreater(0), F32x4.lanes(1, -0, Number.NaN, 4)),
    "and of masks": a.and(a.isGreater(b).and(b.differs(1))),
    timesPlus: a.timesPlus(b, a, false),
    "shuffled sums": a.plus(b).shuffled(b.minus(a), [3, 4, 0, 7]),
    "lane and splat": a.lane(1).dividedBy(b.lane(2)).splat(),
    "max of a lane": a.lane(1).max(b.lane(2)).splat(),
    "root of a lane": a.lane(3).squareRoot().minus(b.lane(0)).splat(),
    loadHalf: at(52).loadHalf(),
    loadFirst: at(52).loadFirst(),
    loadLane: at(4).loadLane(b, 2, 8),
    loadSplat: at(4).loadSplat(8),
    "mask of a condition": a.and(at(3).isLess(4).mask()),
    "double precision": F64x2.low(a).times(F64x2.high(b)).plus(F64x2.low(b)).dividedBy(F64x2.of(0)).toF32x4(),
    "sums of double precision": F64x2.low(a).plus(F64x2.low(b)).swapped().toF32x4(),
    "a mask of integers": a.and(
      I32x4.load(at(0))
        .minus(3)
        .times(I32x4.lanes(1, 2, 3, -4))
        .isLess(0),
    ),
    "a mask of equal integers": a.and(
      I32x4.load(at(0))
        .plus(1)
        .equals(I32x4.load(at(48)).where(b.equals(a), 7)),
    ),
  };
  test.each(Object.entries(vectors))("%s", (_, value) => {
    for (const second of rotations) {
      run((code) => code.storeF32x4(at(128), value), [...numbers, ...second]);
      run(
        (code) => code.storeF32x4(at(0), code.f32x4(value)),
        [...numbers.slice(5), ...numbers.slice(0, 5), ...second],
      );
    }
  });

  test("a local may be a mask, integers or numbers of double precision", () => {
    const memory = run(
      (code) => {
        const mask = code.f32x4(a.isGreater(0));
        const integers = code.i32x4(I32x4.lanes(1, -2, 3, -4));
        code.set(integers, integers.times(integers).where(mask, -1));
        code.storeI32x4(at(64), integers);
        const doubles = code.f64x2(0);
        code.set(doubles, doubles.plus(F64x2.low(a)));
        code.storeF64x2(at(96), doubles);
      },
      [5, -5, 5, -5],
    );
    expect([...new Int32Array(memory.buffer, 64, 4)]).toEqual([1, -1, 9, -1]);
    expect([...new Float64Array(memory.buffer, 96, 2)]).toEqual([5, -5]);
  });

  test("a vector is read before a part of it is overwritten", () => {
    const memory = run(
      (code) => {
        code.storeF32x4(at(4), at(0).loadF32x4());
        const local = code.f32x4(at(0).loadF32x4());
        code.set(local, local.shuffled(local, [3, 2, 1, 0]));
        code.storeF32x4(at(32), local);
        code.storeHalf(at(64), local, 1);
        code.storeFirst(at(80), local);
      },
      [1, 2, 3, 4],
    );
    expect([...memory.subarray(0, 5)]).toEqual([1, 1, 2, 3, 4]);
    expect([...memory.subarray(8, 12)]).toEqual([3, 2, 1, 1]);
    expect([...memory.subarray(16, 21)]).toEqual([1, 1, 0, 0, 3]);
  });

  test("integers wrap at 32 bits, and divide as unsigned ones", () => {
    const memory = run((code) => {
      const large = code.i32(0x7fffffff);
      const results = [large.plus(1), large.times(large), large.times(2).dividedBy(3), large.plus(2).modulo(10)];
      results.forEach((value, i) => {
        code.storeI32(at(0), value, 4 * i);
      });
    }, []);
    expect([...new Int32Array(memory.buffer, 0, 4)]).toEqual([-(2 ** 31), 1, Math.floor((2 ** 32 - 2) / 3), 9]);
  });
});

test("what is no code of ours is refused by name", () => {
  expect(() => translate(0, [], [0x00])).toThrow("operation 0x0 has no translation");
  expect(() => translate(0, [], [0xfd, 0x85, 0x02])).toThrow("operation 0x105 has no translation"); // fused
  const code = new Code(0);
  code.f32x4(F32.of(1).splat());
  code.storeF32x4(at(0), code.f32x4(0).and(F32.of(1).splat()));
  expect(() => translate(0, code.locals, code.bytes)).toThrow("floats where integers belong");
});

test("where code may not be made from text, the error names the setting and the policy", () => {
  vi.stubGlobal("Function", function refuse() {
    throw new EvalError("Code generation from strings disallowed for this context");
  });
  try {
    expect(() => translate(0, [], [])).toThrow(/^reproducible: .*Content-Security-Policy.*set reproducible to false$/);
  } finally {
    vi.unstubAllGlobals();
  }
});
