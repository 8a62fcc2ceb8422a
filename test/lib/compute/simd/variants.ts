/** The ways that SIMD can run here: what tests of one go through. */

import { afterAll, describe, expect } from "vitest";
import { settings } from "../../../../lib/compute/settings.ts";
import { allowFused, bestInstructions, type Instructions } from "../../../../lib/wasm/features.ts";
import { setThreadCount, threadCount } from "../../../../lib/wasm/threads.ts";

allowFused();

const available: Instructions[] = bestInstructions() === "fused" ? ["simd", "fused"] : ["simd"];

/** Declares tests once for each set of instructions that the engine has. Skipped where it has no SIMD. */
export function describeInstructions(declare: (instructions: Instructions) => void): void {
  describe.skipIf(bestInstructions() === "typescript").each(available)("with %s instructions", (instructions) => {
    const before = settings.instructions;
    afterAll(() => {
      settings.instructions = before;
    });
    declare(instructions);
  });
}

/** What `compute` returns, by instructions and number of threads. */
export function withThreads<T>(instructions: Instructions, threads: number, compute: () => T): T {
  const before = threadCount();
  settings.instructions = instructions;
  setThreadCount(threads);
  try {
    return compute();
  } finally {
    setThreadCount(before);
  }
}

/** Expects the same numbers bit for bit; much faster than `toEqual` on long arrays. */
export function expectSameBits(actual: Float32Array, expected: Float32Array): void {
  const [bits, wanted] = [actual, expected].map((a) => new Uint32Array(a.buffer, a.byteOffset, a.length));
  expect(bits!.length).toBe(wanted!.length);
  expect(bits!.findIndex((value, i) => value !== wanted![i])).toBe(-1);
}
