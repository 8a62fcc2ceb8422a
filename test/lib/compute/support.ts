/** What the compute tests share: seeded numbers, geometries from few words, comparisons, PyTorch's values. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Floats } from "../../../lib/compute/floats.ts";
import type { Conv2dGeometry, Pool2dGeometry } from "../../../lib/compute/geometry.ts";

/** Half a unit in the last place of 1 in float32: the relative error of one rounding. */
export const ROUNDING = 2 ** -24;

/** Draws from [0, 1): mulberry32, so that every run sees the same numbers. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers of [−1, 1). */
export function uniform(length: number, seed: number): Float32Array {
  const draw = generator(seed);
  return Float32Array.from({ length }, () => 2 * draw() - 1);
}

/** The same numbers at double precision. */
export function uniform64(length: number, seed: number): Float64Array {
  const draw = generator(seed);
  return Float64Array.from({ length }, () => 2 * draw() - 1);
}

/** A convolution from the sizes that matter to a case; the rest are 1, padding 0, and `p`, `q` follow. */
export function convolution(given: Partial<Conv2dGeometry>): Conv2dGeometry {
  const g = {
    n: 1,
    c: 1,
    h: 1,
    w: 1,
    f: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    strideY: 1,
    strideX: 1,
    padTop: 0,
    padLeft: 0,
    dilationY: 1,
    dilationX: 1,
    groups: 1,
    ...given,
  };
  const p = Math.floor((g.h + 2 * g.padTop - (g.kernelHeight - 1) * g.dilationY - 1) / g.strideY) + 1;
  const q = Math.floor((g.w + 2 * g.padLeft - (g.kernelWidth - 1) * g.dilationX - 1) / g.strideX) + 1;
  return { p, q, ...g };
}

/** A pooling likewise, padded alike on opposite sides. */
export function pooling(given: Partial<Pool2dGeometry>): Pool2dGeometry {
  const { groups, f, ...g } = convolution(given as Partial<Conv2dGeometry>);
  return { padBottom: g.padTop, padRight: g.padLeft, ...g };
}

/** Lengths of a convolution's arrays. */
export function lengths(g: Conv2dGeometry): { x: number; filters: number; out: number } {
  return {
    x: g.n * g.c * g.h * g.w,
    filters: (g.f * g.c * g.kernelHeight * g.kernelWidth) / g.groups,
    out: g.n * g.f * g.p * g.q,
  };
}

/** Expects `|actual − expected| ≤ tolerance · scale` everywhere. */
export function expectWithin(actual: Floats, expected: ArrayLike<number>, tolerance: number, scale: Floats): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / (scale[i]! || 1);
    worst = Math.max(worst, error); // NaN stays
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Expects a relative error of at most `tolerance`, absolute below 1. */
export function expectClose(actual: Floats, expected: ArrayLike<number>, tolerance: number): void {
  expectWithin(
    actual,
    expected,
    tolerance,
    Float64Array.from(expected, (value) => Math.max(1, Math.abs(value))),
  );
}

interface Operand {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One operation in PyTorch, float64: operands, result, and the gradients that `gradOut` leads to. */
export interface GoldenCase {
  readonly op: string;
  readonly attr: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, Operand>>;
  readonly gradOut: Operand;
  readonly output: Operand;
  readonly grads: Readonly<Record<string, Operand>>;
}

interface Golden {
  readonly cases: readonly GoldenCase[];
  readonly optim: readonly {
    readonly optim: string;
    readonly p0: readonly number[];
    readonly trace: readonly (readonly number[])[];
  }[];
}

const goldenFile = fileURLToPath(new URL("../../../../shared/conformance/torch_golden.json", import.meta.url));

/** PyTorch's values, kept beside the repository; undefined where they are not. */
export const golden: Golden | undefined = existsSync(goldenFile)
  ? (JSON.parse(readFileSync(goldenFile, "utf8")) as Golden)
  : undefined;

/** The cases of one operation; empty without the file. */
export function goldenCases(op: string): readonly GoldenCase[] {
  return golden?.cases.filter((each) => each.op === op) ?? [];
}
