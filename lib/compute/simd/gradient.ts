/** The filter gradient on SIMD: runs a plan. */

import { partJob, wholeJob } from "./gradient-job.ts";
import type { GradientPlan } from "./gradient-plan.ts";
import { Workspace } from "./workspace.ts";

const partialWorkspace = new Workspace();

/** Overwrites `dFilters`. Addresses are those of arrays in the memory of the jobs. */
export function runGradient(plan: GradientPlan, dOut: number, x: number, dFilters: number): void {
  const { g, blocks, vectorTiles } = plan;
  const channels = g.c / g.groups;
  const filters = g.f / g.groups;
  const depth = channels * g.kernelHeight * g.kernelWidth;
  const partBytes = 16 * g.groups * blocks * vectorTiles * plan.rows * plan.vectors;
  const partials = partialWorkspace.atLeast(plan.chunks * partBytes);
  partJob(plan).run(
    {
      x,
      dOut,
      partials,
      vectorAt: plan.vectorAt,
      pixelAt: plan.pixelAt,
      images: g.n,
      chunkImages: plan.chunkImages,
      blockImages: plan.blockImages,
      groups: g.groups,
      shares: plan.shares,
      shareBlocks: plan.shareBlocks,
      blocks,
      vectorTiles,
      channels,
      filters,
      height: g.h,
      width: g.w,
      outputRows: g.p,
      outputColumns: g.q,
      blockRows: plan.blockRows,
      padTop: g.padTop,
      padLeft: g.padLeft,
      strideY: g.strideY,
      rowsAround: (g.kernelHeight - 1) * g.dilationY + 1,
      columns: plan.width,
      planePitch: plan.planePitch,
      imagePitch: plan.imagePitch,
    },
    plan.chunks * g.groups * plan.shares,
    g.n * g.p * g.q * g.f * depth,
    plan.blockImages * plan.imagePitch + 64,
  );
  wholeJob(plan).run(
    {
      partials,
      dFilters,
      tapOf: plan.tapOf,
      parts: plan.chunks,
      partBytes,
      blocks,
      vectorTiles,
      filters,
      depth,
    },
    g.groups * blocks,
    plan.chunks * g.f * depth,
  );
  partialWorkspace.trim();
}
