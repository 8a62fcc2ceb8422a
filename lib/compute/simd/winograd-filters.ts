/** The filters' share of Winograd's algorithm: transformed, packed for the innermost loop. */

import { Job } from "../../wasm/jobs.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import type { TileShape } from "./micro-kernel.ts";
import { alongBothAxes, apart, transforms, transposed } from "./winograd-transforms.ts";

/** Which filters: how many, and where each has its taps, in floats. */
export interface FilterLayout {
  /** Filters of a group that are rows of the products, and channels that are summed over. */
  readonly rows: number;
  readonly depth: number;
  readonly groups: number;
  /** From one row to the next, one channel to the next, one group to the next. */
  readonly rowStride: number;
  readonly depthStride: number;
  readonly groupStride: number;
}

/** The filters as they are: for the forward pass. */
export function forwardLayout(g: Conv2dGeometry): FilterLayout {
  const taps = g.kernelHeight * g.kernelWidth;
  const depth = g.c / g.groups;
  const rows = g.f / g.groups;
  return {
    rows,
    depth,
    groups: g.groups,
    rowStride: depth * taps,
    depthStride: taps,
    groupStride: rows * depth * taps,
  };
}

/** Filters and channels exchanged: for the input gradient. */
export function gradientLayout(g: Conv2dGeometry): FilterLayout {
  const { rows, depth, rowStride, depthStride, ...rest } = forwardLayout(g);
  return { rows: depth, depth: rows, rowStride: depthStride, depthStride: rowStride, ...rest };
}

/** A name for filters that were transformed so: where two have the same, so have their numbers. */
export function nameOf(layout: FilterLayout, size: number, turned: boolean, { rows, fused }: TileShape): string {
  const strides = `${layout.rowStride} ${layout.depthStride} ${layout.groupStride}`;
  return `Winograd ${size} ${turned} ${rows} ${fused} ${layout.rows} ${layout.depth} ${layout.groups} ${strides}`;
}

/** Blocks of rows of a group: the last may be filled up with copies of the last row. */
export function rowBlocks(layout: FilterLayout, shape: TileShape): number {
  return Math.ceil(layout.rows / shape.rows);
}

/** Bytes from one of the 36 points to the next. */
export function filterStride(layout: FilterLayout, shape: TileShape): number {
  return 4 * layout.groups * rowBlocks(layout, shape) * shape.rows * layout.depth + apart;
}

// biome-ignore format: side by side
const parameters = {
  from: "i32", to: "i32", rows: "i32", depth: "i32", blocks: "i32",
  rowStride: "i32", depthStride: "i32", groupStride: "i32", pointStride: "i32",
} as const;

const jobs = new Map<string, ReturnType<typeof filterJob>>();

/**
 * Transforms filters of `size × size` taps to `[36][group][block of rows][depth][rows]` at `to`.
 *
 * @param turned whether by half a turn
 */
export function transformFilters(
  layout: FilterLayout,
  size: number,
  turned: boolean,
  shape: TileShape,
  from: number,
  to: number,
): void {
  const key = `${size} ${turned} ${shape.rows} ${shape.fused}`;
  const job = jobs.get(key) ?? filterJob(size, turned, shape);
  jobs.set(key, job);
  const blocks = rowBlocks(layout, shape);
  job.run(
    {
      from,
      to,
      rows: layout.rows,
      depth: layout.depth,
      blocks,
      rowStride: 4 * layout.rowStride,
      depthStride: 4 * layout.depthStride,
      groupStride: 4 * layout.groupStride,
      pointStride: filterStride(layout, shape),
    },
    layout.groups * blocks,
    layout.groups * layout.rows * layout.depth * 40,
  );
}

/** An item is a block of rows: four of them at a time, a lane each; where rows are no multiple of four, some twice. */
function filterJob(size: number, turned: boolean, shape: TileShape) {
  return new Job(parameters, (code, given, item) => {
    const { filters } = transforms(code, shape.fused);
    const group = code.i32(given.from.plus(item.dividedBy(given.blocks).times(given.groupStride)));
    const firstRow = code.i32(item.modulo(given.blocks).times(shape.rows));
    const block = code.i32(given.to.plus(item.times(given.depth.times(4 * shape.rows))));
    for (let first = 0; first < shape.rows; first += 4) {
      const row = Math.min(first, shape.rows - 4);
      const lanes = [0, 1, 2, 3].map((lane) =>
        code.i32(
          group.plus(
            firstRow
              .plus(row + lane)
              .min(given.rows.minus(1))
              .times(given.rowStride),
          ),
        ),
      );
      const to = code.i32(block.plus(4 * row));
      const at = code.i32(0);
      code.repeat(given.depth, () => {
        const taps = Array.from({ length: Math.ceil(size ** 2 / 4) }, (_, i) =>
          transposed(
            code,
            lanes.map((lane) => code.f32x4(lane.loadF32x4(16 * i))),
            Math.min(4, size ** 2 - 4 * i),
          ),
        ).flat();
        if (turned) taps.reverse();
        code.set(at, to);
        alongBothAxes(
          size,
          (i) => taps.slice(i * size, (i + 1) * size),
          filters,
          (_i, _j, value) => {
            code.storeF32x4(at, value);
            code.advance(at, given.pointStride);
          },
        );
        for (const lane of lanes) code.advance(lane, given.depthStride);
        code.advance(to, 4 * shape.rows);
      });
    }
  });
}
