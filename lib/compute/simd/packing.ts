/** Packing as code: a block of an operand is copied into slivers, which the micro-kernel reads front to back. */

import type { Code, LocalI32 } from "../../wasm/code.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";

/** A block to pack. Strides are in bytes. */
export interface Block {
  readonly from: I32;
  /** From one element of a sliver to the next. */
  readonly stride: I32;
  /** From one step of the depth to the next. */
  readonly depthStride: I32;
  /** Elements across all slivers, at least one. */
  readonly length: I32;
  /** Steps of the depth, at least one. */
  readonly depth: I32;
  /** Where the slivers go, without gaps. */
  readonly to: I32;
}

/**
 * Copies a block into slivers of `width`, `[sliver][depth][width]`. What a last sliver has beyond the block's length is
 * unspecified: its sums are not stored.
 *
 * @param width 4 or more; vectors overlap where it is not a multiple of 4
 */
export function packSlivers(code: Code, width: number, block: Block): void {
  const sliverBytes = code.i32(block.depth.times(4 * width));
  code.when(
    block.stride.equals(4),
    () => packAlongRows(code, width, block, sliverBytes),
    () => {
      const to = code.i32(block.to);
      code.count(0, block.length, width, (first) => {
        packAcrossRows(code, width, block, first, to);
        code.advance(to, sliverBytes);
      });
    },
  );
}

/** A sliver's elements are neighbours: whole rows of the block are read, so that every line is fetched once. */
function packAlongRows(code: Code, width: number, block: Block, sliverBytes: I32): void {
  const from = code.i32(block.from);
  const to = code.i32(block.to);
  const at = code.i32(0);
  const target = code.i32(0);
  code.repeat(block.depth, () => {
    code.set(at, from);
    code.set(target, to);
    code.count(0, block.length, width, () => {
      for (const lane of vectorStarts(width)) code.storeF32x4(target, at.loadF32x4(4 * lane), 4 * lane);
      code.advance(at, 4 * width);
      code.advance(target, sliverBytes);
    });
    code.advance(from, block.depthStride);
    code.advance(to, 4 * width);
  });
}

/** One sliver from rows apart: transposed by four where the depth has no gaps, else number by number. */
function packAcrossRows(code: Code, width: number, block: Block, first: LocalI32, start: I32): void {
  const rows = Array.from({ length: width }, (_, r) =>
    code.i32(block.from.plus(first.plus(r).min(block.length.minus(1)).times(block.stride))),
  );
  const to = code.i32(start);
  const left = code.i32(block.depth);
  const offset = code.i32(0);
  code.when(block.depthStride.equals(4), () => {
    code.during(left.isAtLeast(4), () => {
      for (const lane of vectorStarts(width)) {
        const four = rows.slice(lane, lane + 4).map((row) => row.plus(offset).loadF32x4());
        for (const [step, vector] of transposed(code, four).entries()) {
          code.storeF32x4(to, vector, 4 * (width * step + lane));
        }
      }
      code.advance(offset, 16);
      code.advance(to, 16 * width);
      code.advance(left, -4);
    });
  });
  code.during(left.isAtLeast(1), () => {
    for (const [r, row] of rows.entries()) code.storeF32(to, row.plus(offset).loadF32(), 4 * r);
    code.advance(offset, block.depthStride);
    code.advance(to, 4 * width);
    code.advance(left, -1);
  });
}

/** Where vectors start that cover `width` numbers: the last one ends with them. */
function vectorStarts(width: number): number[] {
  return Array.from({ length: Math.ceil(width / 4) }, (_, i) => Math.min(4 * i, width - 4));
}

/** Four vectors read as the rows of a matrix; its columns, as locals. */
export function transposed(code: Code, rows: readonly F32x4[]): F32x4[] {
  const [a, b, c, d] = [code.f32x4(rows[0]!), code.f32x4(rows[1]!), code.f32x4(rows[2]!), code.f32x4(rows[3]!)];
  const low = [code.f32x4(a.shuffled(b, [0, 4, 1, 5])), code.f32x4(c.shuffled(d, [0, 4, 1, 5]))] as const;
  const high = [code.f32x4(a.shuffled(b, [2, 6, 3, 7])), code.f32x4(c.shuffled(d, [2, 6, 3, 7]))] as const;
  return [low, high].flatMap(([left, right]) => [
    code.f32x4(left.shuffled(right, [0, 1, 4, 5])),
    code.f32x4(left.shuffled(right, [2, 3, 6, 7])),
  ]);
}
