// biome-ignore-all format: loops and what each keeps in which cache, side by side
/** The code of the filter gradient: sums of parts of the batch, and their sum. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { I32 } from "../../wasm/values.ts";
import { instructions } from "../settings.ts";
import { copyChannelsLast } from "./channels-last.ts";
import type { GradientPlan } from "./gradient-plan.ts";
import { type TileShape, tileSums } from "./micro-kernel.ts";
import { copyPadded } from "./padded-block.ts";

const partParameters = {
  x: "i32", dOut: "i32", partials: "i32", vectorAt: "i32", pixelAt: "i32",
  images: "i32", chunkImages: "i32", blockImages: "i32", groups: "i32", shares: "i32", shareBlocks: "i32", blocks: "i32",
  vectorTiles: "i32", channels: "i32", filters: "i32", height: "i32", width: "i32", outputRows: "i32",
  outputColumns: "i32", blockRows: "i32", padTop: "i32", padLeft: "i32", strideY: "i32", rowsAround: "i32",
  columns: "i32", planePitch: "i32", imagePitch: "i32",
} as const;

const parts = new Map<string, Job<typeof partParameters>>();

/** The job that sums parts: an item is a part of the images, a group, a share of its filters. */
export function partJob({ rows, vectors, acrossChannels }: GradientPlan): Job<typeof partParameters> {
  const fused = instructions() === "fused";
  const key = `${rows} ${vectors} ${acrossChannels} ${fused}`;
  let job = parts.get(key);
  if (!job) {
    job = partSums({ rows, vectors, fused }, acrossChannels);
    parts.set(key, job);
  }
  return job;
}

function partSums(shape: TileShape, acrossChannels: boolean) {
  const tileBytes = 16 * shape.rows * shape.vectors;
  return new Job(partParameters, (code, p, item, scratch) => {
    const share = code.i32(item.modulo(p.shares));
    const rest = code.i32(item.dividedBy(p.shares)); // part and group
    const group = code.i32(rest.modulo(p.groups));
    const firstImage = code.i32(rest.dividedBy(p.groups).times(p.chunkImages));
    const lastImage = code.i32(firstImage.plus(p.chunkImages).min(p.images));
    const firstBlock = code.i32(share.times(p.shareBlocks));
    const lastBlock = code.i32(firstBlock.plus(p.shareBlocks).min(p.blocks));
    const sumsOfPart = code.i32(p.partials.plus(rest.times(p.blocks).times(p.vectorTiles).times(tileBytes)));
    const inputPlane = code.i32(p.height.times(p.width).shiftedLeft(2));
    const outputPlane = code.i32(p.outputRows.times(p.outputColumns).shiftedLeft(2));
    const first = code.i32(1);
    code.count(firstImage, lastImage, p.blockImages, (n) => {                   // 5: some images,
      const images = code.i32(lastImage.minus(n).min(p.blockImages));
      code.count(0, p.outputRows, p.blockRows, (y) => {                         //    or rows of one; inputs -> L2
        const bandRows = code.i32(p.outputRows.minus(y).min(p.blockRows));
        const pixels = code.i32(bandRows.times(p.outputColumns));
        const rows = code.i32(bandRows.minus(1).times(p.strideY).plus(p.rowsAround));
        const top = code.i32(y.times(p.strideY).minus(p.padTop));
        code.count(0, images, 1, (i) => {
          const plane = code.i32(n.plus(i).times(p.groups).plus(group).times(p.channels));
          const from = code.i32(p.x.plus(plane.times(inputPlane)));
          const to = code.i32(scratch.plus(i.times(p.imagePitch)));
          const { channels, height, width, columns, planePitch } = p;
          if (acrossChannels) copyChannelsLast(code, { from, to, channels, height, width, top, left: p.padLeft, rows, columns });
          else {
            const one = code.i32(1);
            const left = code.i32(p.padLeft.times(-1));
            copyPadded(code, { from, to, channels, height, width, top, left, strideY: one, strideX: one, rows, columns, planePitch }, "vectors");
          }
        });
        code.count(firstBlock, lastBlock, 1, (b) => {                           // 4: some filters
          const f = code.i32(b.times(shape.rows).min(p.filters.minus(shape.rows)));
          const partial = code.i32(sumsOfPart.plus(b.times(p.vectorTiles).times(tileBytes)));
          const vectorAt = code.i32(p.vectorAt);
          code.count(0, p.vectorTiles, 1, () => {                               // 3: tile of sums -> registers
            const sums = tileSums(code, shape, () => 0);
            code.when(first.equals(0), () => eachSum(sums, (sum, i) => code.set(sum, partial.loadF32x4(16 * i))));
            const columns = sums[0]!.map((_, v) => code.i32(scratch.plus(vectorAt.loadI32(4 * v))));
            const plane = code.i32(n.times(p.groups).plus(group).times(p.filters).plus(f));
            const ofFilters = [code.i32(p.dOut.plus(plane.times(outputPlane)).plus(y.times(p.outputColumns).shiftedLeft(2)))];
            for (let r = 1; r < shape.rows; r++) ofFilters.push(code.i32(ofFilters[r - 1]!.plus(outputPlane)));
            code.repeat(images, () => {                                         // 2: image
              sumPixels(code, shape, sums, ofFilters, columns, pixels, p.pixelAt); // 1: depth, pixels
              for (const row of ofFilters) code.advance(row, outputPlane.times(p.groups).times(p.filters));
              for (const column of columns) code.advance(column, p.imagePitch);
            });
            eachSum(sums, (sum, i) => code.storeF32x4(partial, sum, 16 * i));
            code.advance(partial, tileBytes);
            code.advance(vectorAt, 4 * shape.vectors);
          });
        });
        code.set(first, 0);
      });
    });
  });
}

/** `sums[r][v] += Σ_k rows[r][k] · columns[v][steps[k]]`: the rows read where they lie, one number after the other. */
function sumPixels(
  code: Code, shape: TileShape, sums: readonly (readonly LocalF32x4[])[],
  rows: readonly I32[], columns: readonly I32[], depth: I32, steps: I32,
): void {
  const step = code.i32(steps);
  const k = code.i32(0);
  const offset = code.i32(0);
  const factor = code.f32x4(0);
  const vectors = columns.map(() => code.f32x4(0));
  code.repeat(depth, () => {
    code.set(offset, step.loadI32());
    for (const [v, vector] of vectors.entries()) code.set(vector, columns[v]!.plus(offset).loadF32x4());
    for (const [r, ofRow] of sums.entries()) {
      code.set(factor, rows[r]!.plus(k).loadSplat());
      for (const [v, sum] of ofRow.entries()) code.set(sum, vectors[v]!.timesPlus(factor, sum, shape.fused));
    }
    code.advance(step, 4);
    code.advance(k, 4);
  });
}

function eachSum(sums: readonly (readonly LocalF32x4[])[], visit: (sum: LocalF32x4, index: number) => void): void {
  for (const [i, sum] of sums.flat().entries()) visit(sum, i);
}

const wholeParameters = {
  partials: "i32", dFilters: "i32", tapOf: "i32", parts: "i32", partBytes: "i32", blocks: "i32", vectorTiles: "i32",
  filters: "i32", depth: "i32",
} as const;

const wholes = new Map<string, Job<typeof wholeParameters>>();

/** The job that adds the parts up, in their order, and puts each sum in its place: an item is a block of filters. */
export function wholeJob({ rows, vectors }: GradientPlan): Job<typeof wholeParameters> {
  const key = `${rows} ${vectors}`;
  let job = wholes.get(key);
  if (!job) {
    job = new Job(wholeParameters, (code, p, item) => {
      const block = code.i32(item.modulo(p.blocks));
      const f = code.i32(item.dividedBy(p.blocks).times(p.filters).plus(block.times(rows).min(p.filters.minus(rows))));
      const row = code.i32(p.dFilters.plus(f.times(p.depth).shiftedLeft(2)));
      const rowBytes = code.i32(p.depth.shiftedLeft(2));
      const tapOf: LocalI32 = code.i32(p.tapOf);
      const from = code.i32(p.partials.plus(item.times(p.vectorTiles).times(16 * rows * vectors)));
      code.repeat(p.vectorTiles, () => {
        for (let v = 0; v < vectors; v++) {
          const to = code.i32(row);
          for (let r = 0; r < rows; r++) {
            const part = code.i32(from);
            const sum = code.f32x4(0);
            code.repeat(p.parts, () => {
              code.set(sum, sum.plus(part.loadF32x4(16 * (r * vectors + v))));
              code.advance(part, p.partBytes);
            });
            for (let lane = 0; lane < 4; lane++) {
              const tap = code.i32(tapOf.loadI32(4 * (4 * v + lane)));
              code.when(tap.isAtLeast(0), () => code.storeF32(to.plus(tap.shiftedLeft(2)), sum.lane(lane)));
            }
            code.advance(to, rowBytes);
          }
        }
        code.advance(tapOf, 16 * vectors);
        code.advance(from, 16 * rows * vectors);
      });
    });
    wholes.set(key, job);
  }
  return job;
}
