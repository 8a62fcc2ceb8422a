/** Filters in the order in which the micro-kernel reads them: blocks of rows, `[group][block][depth][rows]`. */

import { Job } from "../../wasm/jobs.ts";

/** Where the filters of each row and step of the depth lie, in numbers from the first. */
export interface FilterOrder {
  readonly groups: number;
  /** Rows of a group. */
  readonly rows: number;
  /** The depth is an outer and an inner count. */
  readonly outer: number;
  readonly inner: number;
  readonly start: number;
  readonly groupStride: number;
  readonly rowStride: number;
  readonly outerStride: number;
  readonly innerStride: number;
}

/** Blocks of a group. The last one begins earlier than it would, rather than having empty rows. */
export function blocksOf(rows: number, blockRows: number): number {
  return Math.ceil(rows / blockRows);
}

/** Bytes of the packed filters. */
export function packedBytes(order: FilterOrder, blockRows: number): number {
  return 4 * order.groups * blocksOf(order.rows, blockRows) * order.outer * order.inner * blockRows;
}

const packers = new Map<number, ReturnType<typeof packer>>();

/** Packs filters that lie at `from` into `to`, both in the memory of the jobs. */
export function packFilters(order: FilterOrder, blockRows: number, from: number, to: number): void {
  let job = packers.get(blockRows);
  if (!job) {
    job = packer(blockRows);
    packers.set(blockRows, job);
  }
  const { groups, rows, outer, inner, start, groupStride, rowStride, outerStride, innerStride } = order;
  const blocks = blocksOf(rows, blockRows);
  const strides = { groupStride, rowStride, outerStride, innerStride };
  job.run(
    { from: from + 4 * start, to, blocks, rows, outer, inner, ...strides },
    groups * blocks,
    groups * rows * outer * inner,
  );
}

function packer(blockRows: number) {
  return new Job(
    {
      from: "i32",
      to: "i32",
      blocks: "i32",
      rows: "i32",
      outer: "i32",
      inner: "i32",
      groupStride: "i32",
      rowStride: "i32",
      outerStride: "i32",
      innerStride: "i32",
    },
    (code, p, item) => {
      const row = code.i32(item.modulo(p.blocks).times(blockRows).min(p.rows.minus(blockRows)));
      const first = code.i32(item.dividedBy(p.blocks).times(p.groupStride).plus(row.times(p.rowStride)));
      const outerFrom = code.i32(p.from.plus(first.shiftedLeft(2)));
      const to = code.i32(
        p.to.plus(
          item
            .times(p.outer)
            .times(p.inner)
            .times(4 * blockRows),
        ),
      );
      const rowBytes = code.i32(p.rowStride.shiftedLeft(2));
      const innerBytes = code.i32(p.innerStride.shiftedLeft(2));
      const from = code.i32(0);
      const at = code.i32(0);
      code.count(0, p.outer, 1, () => {
        code.set(from, outerFrom);
        code.count(0, p.inner, 1, () => {
          code.set(at, from);
          for (let r = 0; r < blockRows; r++) {
            code.storeF32(to, at.loadF32(), 4 * r);
            code.advance(at, rowBytes);
          }
          code.advance(to, 4 * blockRows);
          code.advance(from, innerBytes);
        });
        code.advance(outerFrom, p.outerStride.shiftedLeft(2));
      });
    },
  );
}
