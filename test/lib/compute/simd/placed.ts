/** Arrays in the memory that jobs work on, as results of operations are, and ways of running what reads them. */

import { expect } from "vitest";
import { settings } from "../../../../lib/compute/settings.ts";
import { workMemory } from "../../../../lib/wasm/jobs.ts";
import { setThreadCount, threadCount } from "../../../../lib/wasm/threads.ts";

/** Stands before and behind every placed array; a pass that writes past an end changes it. */
const guard = 1234.5;
const guards = 16;

type Numbers = Float32Array | Int32Array;

/** A copy where jobs reach it. Starts off the 16 bytes of a vector, as a part of an array may. */
export function placed<A extends Numbers>(values: A): A {
  const memory = workMemory()!;
  const address = memory.reserve(4 * (values.length + 2 * guards + 1));
  expect(address).toBeGreaterThan(0);
  memory.floats(address, values.length + 2 * guards + 1).fill(guard);
  const at = address + 4 * (guards + 1);
  const copy = values instanceof Int32Array ? memory.ints(at, values.length) : memory.floats(at, values.length);
  copy.set(values);
  return copy as A;
}

/** Expects that what surrounds a placed array is as it was; gives the block back. */
export function release(array: Numbers): void {
  const memory = workMemory()!;
  const before = memory.floats(array.byteOffset - 4 * guards, guards);
  const after = memory.floats(array.byteOffset + array.byteLength, guards);
  const intact = [...before, ...after].every((value) => value === guard);
  memory.release(array.byteOffset - 4 * (guards + 1));
  expect(intact).toBe(true);
}

/** Runs `f` with so many threads. */
export function withThreads<R>(count: number, f: () => R): R {
  const before = threadCount();
  setThreadCount(count);
  try {
    return f();
  } finally {
    setThreadCount(before);
  }
}

/** Runs `f` without WebAssembly. */
export function inJavaScript<R>(f: () => R): R {
  const before = settings.instructions;
  settings.instructions = "typescript";
  try {
    return f();
  } finally {
    settings.instructions = before;
  }
}

/** Expects the same bits, so that NaN equals NaN and −0 is not 0. */
export function expectSameBits(actual: Numbers, expected: Numbers): void {
  const [ours, theirs] = [actual, expected].map((numbers) => new Uint32Array(numbers.slice().buffer));
  const differs = ours!.findIndex((word, i) => word !== theirs![i]);
  expect({ length: actual.length, differs, value: actual[differs] }).toEqual({ length: expected.length, differs: -1 });
}

/**
 * Runs a pass on placed copies of its arrays, with one thread, two and three, and expects the same bits of each.
 *
 * @param arrays what the pass is given; those it writes are changed in the copies alone
 * @returns the copies' contents after the pass, by name
 */
export function onAnyThreads<A extends Record<string, Numbers>>(arrays: A, pass: (arrays: A) => void): A {
  const results = [1, 2, 3].map((threads) => {
    const copies = Object.entries(arrays).map(([name, array]) => [name, placed(array)] as const);
    withThreads(threads, () => pass(Object.fromEntries(copies) as A));
    const contents = Object.fromEntries(copies.map(([name, copy]) => [name, copy.slice()])) as A;
    for (const [, copy] of copies) release(copy);
    return contents;
  });
  const [one, ...others] = results as [A, ...A[]];
  for (const other of others) {
    for (const name in one) expectSameBits(other[name]!, one[name]!);
  }
  return one;
}
