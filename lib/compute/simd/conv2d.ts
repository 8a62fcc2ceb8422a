/** The passes of a convolution on SIMD, on arrays wherever they lie. */

import type { Conv2dGeometry } from "../geometry.ts";
import type { Versioned } from "../versioned.ts";
import { isPointwise, planDirect, releaseDirect, runDirect } from "./direct.ts";
import { runGradient } from "./gradient.ts";
import { planGradient, releaseGradient } from "./gradient-plan.ts";
import { phasesOf } from "./input-gradient.ts";
import { keptFilters, trimFilters } from "./kept-filters.ts";
import { type FilterOrder, nameOf, packedBytes, packFilters } from "./packed-filters.ts";
import { Plans } from "./plans.ts";
import { clear, type Places, spread } from "./spread.ts";
import { Staging } from "./staging.ts";
import { Workspace } from "./workspace.ts";

const directPlans = new Plans(planDirect, releaseDirect);
const gradientPlans = new Plans(planGradient, releaseGradient);
const phaseWorkspace = new Workspace();

/** `out = x ⋆ filters + bias`, negative sums as 0 if `relu`. No size is 0. */
export function conv2dForward(
  g: Conv2dGeometry,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
  source: Versioned | null = null,
): void {
  const staging = new Staging();
  const at = () => staging.read(filters);
  const operands = { x: staging.read(x), filters: at, source, bias: bias ? staging.read(bias) : 0, relu };
  direct(g, forwardOrder(g), operands, staging.write(out), {
    rows: g.p,
    columns: g.q,
    planeSize: g.p * g.q,
    start: 0,
    rowStep: g.q,
    columnStep: 1,
  });
  staging.finish();
}

/** The gradient with respect to the input. No size is 0. */
export function conv2dInputGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  filters: Float32Array,
  dX: Float32Array,
  source: Versioned | null = null,
): void {
  const staging = new Staging();
  let address: number | undefined;
  const at = () => (address ??= staging.read(filters));
  const operands = { x: staging.read(dOut), filters: at, source, bias: 0, relu: false };
  const to = staging.write(dX);
  const phases = phasesOf(g);
  if (phases.some(({ convolution }) => convolution === null)) clear(to, dX.length);
  for (const { firstRow, firstColumn, convolution } of phases) {
    if (convolution === null) continue;
    direct(convolution.g, convolution.order, operands, to, {
      rows: convolution.g.p,
      columns: convolution.g.q,
      planeSize: g.h * g.w,
      start: firstRow * g.w + firstColumn,
      rowStep: g.strideY * g.w,
      columnStep: g.strideX,
    });
  }
  staging.finish();
}

/** The gradient with respect to the filters. No size is 0. */
export function conv2dFilterGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  x: Float32Array,
  dFilters: Float32Array,
): void {
  const staging = new Staging();
  runGradient(gradientPlans.of(g), staging.read(dOut), staging.read(x), staging.write(dFilters));
  staging.finish();
}

interface Operands {
  readonly x: number;
  /** Puts the filters where jobs reach them. */
  readonly filters: () => number;
  readonly source: Versioned | null;
  readonly bias: number;
  readonly relu: boolean;
}

/**
 * A direct convolution to `places` of the planes at `to`. Where those are not whole planes, or rows have less than the
 * four pixels of a vector, it goes by planes of its own.
 */
function direct(g: Conv2dGeometry, order: FilterOrder, operands: Operands, to: number, places: Places): void {
  const wide = g.q < 4 && !isPointwise(g) ? { ...g, q: 4 } : g;
  const plan = directPlans.of(wide);
  const whole = wide === g && places.columnStep === 1 && places.rowStep === g.q && places.planeSize === g.p * g.q;
  const out = whole ? to : phaseWorkspace.atLeast(4 * wide.n * wide.f * wide.p * wide.q);
  const { filters } = plan.tile;
  const packed = keptFilters(operands.source, nameOf(order, filters), packedBytes(order, filters), (address) =>
    packFilters(order, filters, operands.filters(), address),
  );
  runDirect(plan, operands.x, packed, operands.bias, operands.relu, out);
  trimFilters();
  if (whole) return;
  spread(g.n * g.f, out, wide.q, wide.p * wide.q, to, places);
  phaseWorkspace.trim();
}

/** Filters as they lie: a row is a filter, the depth its numbers. */
function forwardOrder(g: Conv2dGeometry): FilterOrder {
  const channels = g.c / g.groups;
  const filters = g.f / g.groups;
  const window = g.kernelHeight * g.kernelWidth;
  return {
    start: 0,
    groups: { count: g.groups, stride: filters * channels * window },
    rows: { count: filters, stride: channels * window },
    channels: { count: channels, stride: window },
    windowRows: { count: g.kernelHeight, stride: g.kernelWidth },
    windowColumns: { count: g.kernelWidth, stride: 1 },
  };
}
