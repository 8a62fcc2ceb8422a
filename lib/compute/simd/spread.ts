/**
 * Copies planes into places that are not theirs row by row: every few rows and columns of larger planes, or a cut-out. And
 * back: every few rows and columns as planes of their own.
 */

import { Job } from "../../wasm/jobs.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { copyRows } from "./plane-copy.ts";

/** Places in larger planes: a first one, and steps from row to row and column to column. Sizes are in numbers. */
export interface Places {
  readonly rows: number;
  readonly columns: number;
  readonly planeSize: number;
  readonly start: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

const job = new Job(
  {
    from: "i32",
    fromPitch: "i32",
    fromPlane: "i32",
    to: "i32",
    toPlane: "i32",
    rows: "i32",
    columns: "i32",
    rowStep: "i32",
    columnStep: "i32",
  },
  (code, p, item) => {
    const from = code.i32(p.from.plus(item.times(p.fromPlane)));
    const to = code.i32(p.to.plus(item.times(p.toPlane)));
    const read = code.i32(0);
    const write = code.i32(0);
    code.count(0, p.rows, 1, () => {
      code.set(read, from);
      code.set(write, to);
      code.count(0, p.columns, 1, () => {
        code.storeF32(write, read.loadF32());
        code.advance(read, 4);
        code.advance(write, p.columnStep);
      });
      code.advance(from, p.fromPitch);
      code.advance(to, p.rowStep);
    });
  },
);

/** Copies `planes` planes from `from`, of rows `fromColumns` apart and planes `fromPlane` apart, to `places` from `to` on. */
export function spread(
  planes: number,
  from: number,
  fromColumns: number,
  fromPlane: number,
  to: number,
  places: Places,
): void {
  const { rows, columns, planeSize, start, rowStep, columnStep } = places;
  job.run(
    {
      from,
      fromPitch: 4 * fromColumns,
      fromPlane: 4 * fromPlane,
      to: to + 4 * start,
      toPlane: 4 * planeSize,
      rows,
      columns,
      rowStep: 4 * rowStep,
      columnStep: 4 * columnStep,
    },
    planes,
    planes * rows * columns,
  );
}

const clearing = new Job({ to: "i32", bytes: "i32" }, (code, p) => code.clear(p.to, p.bytes));

/** Sets `count` numbers to zero. */
export function clear(to: number, count: number): void {
  clearing.run({ to, bytes: 4 * count }, 1, count);
}

// biome-ignore format: side by side
const gathering = {
  from: "i32", fromPlane: "i32", fromPitch: "i32", to: "i32", toPlane: "i32", toPitch: "i32", rows: "i32", columns: "i32",
} as const;

const gatherJobs = ([1, 2] as const).map(
  (stride) =>
    new Job(gathering, (code, p, item) => {
      const from = p.from.plus(item.times(p.fromPlane));
      const to = p.to.plus(item.times(p.toPlane));
      const pitches = { fromPitch: p.fromPitch, toPitch: p.toPitch };
      copyRows(code, { from, to, ...pitches, rows: p.rows, count: p.columns }, stride);
    }),
);

/** The pixels that windows of one tap see, as planes of their own from `to` on. At most every second column is. */
export function gather(g: Conv2dGeometry, from: number, to: number): void {
  const planes = g.n * g.c;
  gatherJobs[g.strideX - 1]!.run(
    {
      from,
      fromPlane: 4 * g.h * g.w,
      fromPitch: 4 * g.strideY * g.w,
      to,
      toPlane: 4 * g.p * g.q,
      toPitch: 4 * g.q,
      rows: g.p,
      columns: g.q,
    },
    planes,
    planes * g.p * g.q,
  );
}
