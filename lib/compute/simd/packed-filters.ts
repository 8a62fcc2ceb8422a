/** Filters in the order in which the micro-kernel reads them: blocks of rows, `[group][block][depth][rows]`. */

import { Job } from "../../wasm/jobs.ts";

/** One way to walk through filters: how many steps, and how many numbers from one to the next. */
export interface Walk {
  readonly count: number;
  readonly stride: number;
}

/** Where the filters of each row and step of the depth lie, in numbers from the first. */
export interface FilterOrder {
  readonly start: number;
  readonly groups: Walk;
  /** Rows of a group. */
  readonly rows: Walk;
  /** The depth: channels of the sum, rows and columns of the window. */
  readonly channels: Walk;
  readonly windowRows: Walk;
  readonly windowColumns: Walk;
}

/** A name for blocks of filters in that order: where two have the same, so have their blocks. */
export function nameOf({ start, groups, rows, channels, windowRows, windowColumns }: FilterOrder, blockRows: number) {
  const outer = `${groups.count} ${groups.stride} ${rows.count} ${rows.stride} ${channels.count} ${channels.stride}`;
  const window = `${windowRows.count} ${windowRows.stride} ${windowColumns.count} ${windowColumns.stride}`;
  return `direct ${blockRows} ${start} ${outer} ${window}`;
}

/** Products in a sum. */
export function depthOf({ channels, windowRows, windowColumns }: FilterOrder): number {
  return channels.count * windowRows.count * windowColumns.count;
}

/** Blocks of a group. The last one begins earlier than it would, rather than having empty rows. */
export function blocksOf(rows: number, blockRows: number): number {
  return Math.ceil(rows / blockRows);
}

/** Bytes of the packed filters. */
export function packedBytes(order: FilterOrder, blockRows: number): number {
  return 4 * order.groups.count * blocksOf(order.rows.count, blockRows) * depthOf(order) * blockRows;
}

const packers = new Map<number, ReturnType<typeof packer>>();

/** Packs filters that lie at `from` into `to`, both in the memory of the jobs. */
export function packFilters(order: FilterOrder, blockRows: number, from: number, to: number): void {
  let job = packers.get(blockRows);
  if (!job) {
    job = packer(blockRows);
    packers.set(blockRows, job);
  }
  const { start, groups, rows, channels, windowRows, windowColumns } = order;
  const blocks = blocksOf(rows.count, blockRows);
  job.run(
    {
      from: from + 4 * start,
      to,
      blocks,
      rows: rows.count,
      channels: channels.count,
      windowRows: windowRows.count,
      windowColumns: windowColumns.count,
      groupStride: 4 * groups.stride,
      rowStride: 4 * rows.stride,
      channelStride: 4 * channels.stride,
      windowRowStride: 4 * windowRows.stride,
      windowColumnStride: 4 * windowColumns.stride,
    },
    groups.count * blocks,
    groups.count * rows.count * depthOf(order),
  );
}

const parameters = {
  from: "i32",
  to: "i32",
  blocks: "i32",
  rows: "i32",
  channels: "i32",
  windowRows: "i32",
  windowColumns: "i32",
  groupStride: "i32",
  rowStride: "i32",
  channelStride: "i32",
  windowRowStride: "i32",
  windowColumnStride: "i32",
} as const;

/** An item is a block of rows. */
function packer(blockRows: number) {
  return new Job(parameters, (code, p, item) => {
    const row = code.i32(item.modulo(p.blocks).times(blockRows).min(p.rows.minus(blockRows)));
    const channel = code.i32(p.from.plus(item.dividedBy(p.blocks).times(p.groupStride)).plus(row.times(p.rowStride)));
    const depth = p.channels.times(p.windowRows).times(p.windowColumns);
    const to = code.i32(p.to.plus(item.times(depth).times(4 * blockRows)));
    const windowRow = code.i32(0);
    const from = code.i32(0);
    const at = code.i32(0);
    code.count(0, p.channels, 1, () => {
      code.set(windowRow, channel);
      code.count(0, p.windowRows, 1, () => {
        code.set(from, windowRow);
        code.count(0, p.windowColumns, 1, () => {
          code.set(at, from);
          for (let r = 0; r < blockRows; r++) {
            code.storeF32(to, at.loadF32(), 4 * r);
            if (r < blockRows - 1) code.advance(at, p.rowStride);
          }
          code.advance(to, 4 * blockRows);
          code.advance(from, p.windowColumnStride);
        });
        code.advance(windowRow, p.windowRowStride);
      });
      code.advance(channel, p.channelStride);
    });
  });
}
