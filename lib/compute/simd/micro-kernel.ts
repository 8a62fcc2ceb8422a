/**
 * The innermost loop of convolutions and matrix products: a tile of sums is held in registers while the depth runs by.
 */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";

/** A tile: rows, each of some vectors of four columns. */
export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
  /** Whether a product and its sum are rounded once. */
  readonly fused: boolean;
}

/** The operands of {@link sumTile}. */
export interface TileOperands {
  /** Steps of the depth, at least one. */
  readonly depth: I32;
  /** Where the rows lie: packed, `[depth][rows]`. */
  readonly rows: I32;
  /** Where each vector of columns has its first step. */
  readonly columns: readonly I32[];
  /** Where the table of steps lies: bytes from a vector's first step. */
  readonly steps: I32;
}

/** The sums of a tile, row by row: `rows × vectors` locals that start as `first(row, vector)`. */
export function tileSums(code: Code, shape: TileShape, first: (row: number, vector: number) => F32x4 | number) {
  return Array.from({ length: shape.rows }, (_, row) =>
    Array.from({ length: shape.vectors }, (_, vector) => code.f32x4(first(row, vector))),
  );
}

/** `sums[r][v] += Σ_k rows[k][r] · columns[v][steps[k]]`. One step a turn: V8 before Node 24 would spill with two. */
export function sumTile(
  code: Code,
  shape: TileShape,
  sums: readonly (readonly LocalF32x4[])[],
  operands: TileOperands,
) {
  const row = code.i32(operands.rows);
  const step = code.i32(operands.steps);
  const columns = operands.columns.map(() => code.f32x4(0));
  const offset = code.i32(0);
  code.repeat(operands.depth, () => {
    code.set(offset, step.loadI32());
    for (const [v, column] of columns.entries()) {
      code.set(column, operands.columns[v]!.plus(offset).loadF32x4());
    }
    multiplyRows(code, shape, sums, row, columns);
    code.advance(row, 4 * shape.rows);
    code.advance(step, 4);
  });
}

/** The same where the columns are packed too, `[depth][vectors][4]`. */
export function sumPackedTile(
  code: Code,
  shape: TileShape,
  sums: readonly (readonly LocalF32x4[])[],
  operands: { readonly depth: I32; readonly rows: I32; readonly columns: I32 },
) {
  const row = code.i32(operands.rows);
  const column = code.i32(operands.columns);
  const columns = Array.from({ length: shape.vectors }, () => code.f32x4(0));
  code.repeat(operands.depth, () => {
    for (const [v, each] of columns.entries()) code.set(each, column.loadF32x4(16 * v));
    multiplyRows(code, shape, sums, row, columns);
    code.advance(row, 4 * shape.rows);
    code.advance(column, 16 * shape.vectors);
  });
}

function multiplyRows(
  code: Code,
  shape: TileShape,
  sums: readonly (readonly LocalF32x4[])[],
  row: LocalI32,
  columns: readonly LocalF32x4[],
): void {
  const factor = code.f32x4(0);
  sums.forEach((ofRow, r) => {
    code.set(factor, row.loadSplat(4 * r));
    for (const [v, sum] of ofRow.entries()) code.set(sum, columns[v]!.timesPlus(factor, sum, shape.fused));
  });
}
