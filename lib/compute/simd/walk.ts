/** The loop of all passes that go through arrays from their first number to their last. */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";

/** Arrays that a loop goes through side by side: where their first numbers are. */
export interface Walked {
  readonly reads: readonly I32[];
  readonly writes: readonly I32[];
  /** Numbers of each. */
  readonly length: I32;
}

/**
 * Goes through arrays four numbers at a time: `step` is given four of each that is read, and gives four for each that is
 * written. Of the last three or fewer, nothing beyond the end is read: there `step` is given zeros, and what it gives is
 * not written. `turn` counts the vectors that a turn of the loop does, `lanes` says how many of the four are numbers.
 *
 * An array that is read may be written too, at the same places.
 */
export function walk(
  code: Code,
  arrays: Walked,
  step: (numbers: readonly LocalF32x4[], turn: number, lanes: 4 | 2 | 1) => readonly F32x4[],
): void {
  const reads = arrays.reads.map((address) => code.i32(address));
  const writes = arrays.writes.map((address) => code.i32(address));
  const left = code.i32(arrays.length);
  const advance = (numbers: number) => {
    for (const address of [...reads, ...writes]) code.advance(address, 4 * numbers);
    code.advance(left, -numbers);
  };
  // Four vectors a turn, two where three arrays or more are read: so many loads that the registers suffice for them.
  for (const vectors of [reads.length > 2 ? 2 : 4, 1]) {
    code.during(left.isAtLeast(4 * vectors), () => {
      for (let turn = 0; turn < vectors; turn++) {
        const numbers = reads.map((read) => code.f32x4(read.loadF32x4(16 * turn)));
        for (const [i, result] of step(numbers, turn, 4).entries()) code.storeF32x4(writes[i]!, result, 16 * turn);
      }
      advance(4 * vectors);
    });
  }
  code.when(left.and(2), () => {
    const numbers = reads.map((read) => code.f32x4(read.loadHalf()));
    for (const [i, result] of step(numbers, 0, 2).entries()) code.storeHalf(writes[i]!, result, 0);
    advance(2);
  });
  code.when(left.and(1), () => {
    const numbers = reads.map((read) => code.f32x4(read.loadFirst()));
    for (const [i, result] of step(numbers, 0, 1).entries()) code.storeFirst(writes[i]!, result);
  });
}
