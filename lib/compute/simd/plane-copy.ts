/** Rows of one plane copied to where a pass wants them: into the middle of a padded plane, or out of one. */

import type { Code, LocalI32 } from "../../wasm/code.ts";
import type { I32 } from "../../wasm/values.ts";

/** Which rows; pitches are in bytes, counts in numbers. Nothing is copied where a count is not positive. */
export interface Rows {
  readonly from: I32;
  readonly fromPitch: I32;
  readonly to: I32;
  readonly toPitch: I32;
  readonly rows: I32;
  readonly count: I32;
}

/**
 * Emits the copy. Vectors at a row's end overlap the ones before, so that nothing beyond it is written.
 *
 * @param step takes every number or every second one of the source
 */
export function copyRows(code: Code, { from, fromPitch, to, toPitch, rows, count }: Rows, step: 1 | 2): void {
  const source = code.i32(from);
  const target = code.i32(to);
  const last = code.i32(count.minus(4).shiftedLeft(2)); // bytes to a row's last vector
  const copy = (offset: LocalI32) => {
    const at = code.i32(source.plus(offset.times(step)));
    const four = step === 1 ? at.loadF32x4() : at.loadF32x4().shuffled(at.loadF32x4(16), [0, 2, 4, 6]);
    code.storeF32x4(target.plus(offset), four);
  };
  code.count(0, rows, 1, () => {
    code.when(
      last.isAtLeast(0),
      () => {
        code.count(0, last, 16, copy);
        copy(last);
      },
      () => {
        code.count(0, count.shiftedLeft(2), 4, (offset) => {
          code.storeF32(target.plus(offset), source.plus(offset.times(step)).loadF32());
        });
      },
    );
    code.advance(source, fromPitch);
    code.advance(target, toPitch);
  });
}
