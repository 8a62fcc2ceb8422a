/**
 * The input of a direct convolution, copied with its border of zeros: channels of a band of rows, each split into
 * `strideY × strideX` phases. Phase (a, b) holds every strideY-th row from a on and every strideX-th column from b on, so
 * that neighbouring output pixels read neighbouring numbers whatever the stride is.
 */

import type { Code, LocalI32 } from "../../wasm/code.ts";
import { F32x4, I32 } from "../../wasm/values.ts";

/** How columns are copied, see {@link copyPadded}. */
export type ColumnCopy = "vectors" | "shuffles" | "singly";

/** The fastest way to copy columns at a stride. */
export function columnCopy(strideX: number): ColumnCopy {
  return strideX === 1 ? "vectors" : strideX === 2 ? "shuffles" : "singly";
}

/** Which source rows go where; sizes are in numbers, addresses and pitches in bytes. */
export interface PaddedBlock {
  readonly from: I32;
  readonly to: I32;
  readonly channels: I32;
  /** Rows and columns of a source plane. */
  readonly height: I32;
  readonly width: I32;
  /** Source row and column of the block's corner; negative above and left of the image. */
  readonly top: I32;
  readonly left: I32;
  readonly strideY: I32;
  readonly strideX: I32;
  /** Rows and columns of a phase, and the distance of phases. */
  readonly rows: I32;
  readonly columns: I32;
  readonly planePitch: I32;
}

/**
 * Emits the copy. A row may be written up to 3 numbers too far: into what is written next, or the block's margin.
 *
 * @param copy how columns are copied: as vectors (stride 1), by shuffles (stride 2), one by one (any stride)
 */
export function copyPadded(code: Code, block: PaddedBlock, copy: ColumnCopy): void {
  const { channels, strideY, strideX, rows, columns, planePitch } = block;
  const plane = code.i32(block.to);
  const source = code.i32(block.from);
  const row = code.i32(0);
  const to = code.i32(0);
  code.count(0, channels, 1, () => {
    code.count(0, strideY, 1, (a) => {
      code.count(0, strideX, 1, (b) => {
        code.set(to, plane);
        code.count(0, rows, 1, (i) => {
          code.set(row, block.top.plus(a).plus(i.times(strideY)));
          const end = code.i32(to.plus(columns.shiftedLeft(2)));
          const inside = row.isAtLeast(0).and(row.isLess(block.height));
          code.when(inside, () => {
            copyRow(code, block, copy, source.plus(row.times(block.width).shiftedLeft(2)), b, to, end);
          });
          zeros(code, to, end);
          code.set(to, end);
        });
        code.advance(plane, planePitch);
      });
    });
    code.advance(source, block.height.times(block.width).shiftedLeft(2));
  });
}

/** Copies what of one row lies inside the image, zeros before it; `to` ends behind what was written. */
function copyRow(
  code: Code,
  block: PaddedBlock,
  copy: ColumnCopy,
  source: I32,
  phase: I32,
  to: LocalI32,
  end: I32,
): void {
  const { strideX } = block;
  const first = code.i32(block.left.plus(phase)); // source column of the row's first number
  const missing = code.i32(I32.of(0).minus(first).plus(strideX).minus(1).max(0).dividedBy(strideX));
  const begin = code.i32(to.plus(missing.shiftedLeft(2)).min(end));
  zeros(code, to, begin);
  code.set(to, begin);
  code.advance(first, missing.times(strideX));
  const left = code.i32(block.width.minus(first).plus(strideX).minus(1).max(0).dividedBy(strideX));
  const stop = code.i32(to.plus(left.shiftedLeft(2)).min(end));
  const from = code.i32(source.plus(first.shiftedLeft(2)));
  if (copy === "vectors") {
    code.during(to.isLess(stop), () => {
      code.storeF32x4(to, from.loadF32x4());
      code.advance(to, 16);
      code.advance(from, 16);
    });
  } else if (copy === "shuffles") {
    code.during(to.isLess(stop), () => {
      code.storeF32x4(to, from.loadF32x4().shuffled(from.loadF32x4(16), [0, 2, 4, 6]));
      code.advance(to, 16);
      code.advance(from, 32);
    });
  } else {
    code.during(to.isLess(stop), () => {
      code.storeF32(to, from.loadF32());
      code.advance(to, 4);
      code.advance(from, strideX.shiftedLeft(2));
    });
  }
  code.set(to, stop);
}

/** Zeros from `to` up to `end`, which it changes nothing of. */
function zeros(code: Code, to: I32, end: I32): void {
  const at = code.i32(to);
  code.during(at.isLess(end), () => {
    code.storeF32x4(at, F32x4.of(0));
    code.advance(at, 16);
  });
}
