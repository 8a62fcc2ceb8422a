/** The passes of a convolution on SIMD: which algorithm, and the plans of the geometries met so far. */

import type { Conv2dGeometry } from "../geometry.ts";
import { planDirect, releaseDirect, runDirect } from "./direct.ts";
import { runGradient } from "./gradient.ts";
import { planGradient, releaseGradient } from "./gradient-plan.ts";
import type { FilterOrder } from "./packed-filters.ts";
import { Staging } from "./staging.ts";

/** Plans are kept for this many geometries; a network has some dozens. */
const keptPlans = 256;

/** The plans of the geometries met last. A plan has tables in the memory of the jobs, given back when it is forgotten. */
class Plans<P> {
  readonly #plans = new Map<string, P | null>();
  readonly #make: (g: Conv2dGeometry) => P | null;
  readonly #release: (plan: P) => void;

  constructor(make: (g: Conv2dGeometry) => P | null, release: (plan: P) => void) {
    this.#make = make;
    this.#release = release;
  }

  of(g: Conv2dGeometry): P | null {
    const key = Object.values(g).join();
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      plan = this.#make(g);
      const oldest = this.#plans.keys().next();
      if (this.#plans.size >= keptPlans && !oldest.done) this.#forget(oldest.value);
    } else this.#plans.delete(key);
    this.#plans.set(key, plan);
    return plan;
  }

  #forget(key: string): void {
    const plan = this.#plans.get(key);
    this.#plans.delete(key);
    if (plan) this.#release(plan);
  }
}

const directPlans = new Plans(planDirect, releaseDirect);
const gradientPlans = new Plans(planGradient, releaseGradient);

/** `out = x ⋆ filters + bias`, negative sums as 0 if `relu`; false where this path does not serve the geometry. */
export function conv2dForward(
  g: Conv2dGeometry,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
): boolean {
  const plan = directPlans.of(g);
  if (plan === null) return false;
  const staging = new Staging();
  runDirect(
    plan,
    forwardOrder(g),
    staging.read(x),
    staging.read(filters),
    bias === null ? 0 : staging.read(bias),
    relu,
    staging.write(out),
  );
  staging.finish();
  return true;
}

/** The gradient with respect to the input: a convolution of `dOut` with the filters turned by half a turn. */
export function conv2dInputGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  filters: Float32Array,
  dX: Float32Array,
): boolean {
  if (g.strideX !== 1 || g.strideY !== 1) return false;
  const plan = directPlans.of(turned(g));
  if (plan === null) return false;
  const staging = new Staging();
  runDirect(plan, turnedOrder(g), staging.read(dOut), staging.read(filters), 0, false, staging.write(dX));
  staging.finish();
  return true;
}

/** The gradient with respect to the filters. */
export function conv2dFilterGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  x: Float32Array,
  dFilters: Float32Array,
): boolean {
  const plan = gradientPlans.of(g);
  if (plan === null) return false;
  const staging = new Staging();
  runGradient(plan, staging.read(dOut), staging.read(x), staging.write(dFilters));
  staging.finish();
  return true;
}

/** The convolution that takes `dOut` to `dX`, at stride 1: each pixel of dX sums over the windows that saw it. */
function turned(g: Conv2dGeometry): Conv2dGeometry {
  return {
    ...g,
    c: g.f,
    h: g.p,
    w: g.q,
    f: g.c,
    p: g.h,
    q: g.w,
    padTop: (g.kernelHeight - 1) * g.dilationY - g.padTop,
    padLeft: (g.kernelWidth - 1) * g.dilationX - g.padLeft,
  };
}

/** Filters as they lie: a row is a filter, the depth its numbers. */
function forwardOrder(g: Conv2dGeometry): FilterOrder {
  const inner = (g.c / g.groups) * g.kernelHeight * g.kernelWidth;
  const rows = g.f / g.groups;
  return {
    groups: g.groups,
    rows,
    outer: 1,
    inner,
    start: 0,
    groupStride: rows * inner,
    rowStride: inner,
    outerStride: 0,
    innerStride: 1,
  };
}

/** Filters for the way back: a row is an input channel, the depth the filters and their windows from the end. */
function turnedOrder(g: Conv2dGeometry): FilterOrder {
  const window = g.kernelHeight * g.kernelWidth;
  const rows = g.c / g.groups;
  const outer = g.f / g.groups;
  const strides = {
    groupStride: outer * rows * window,
    rowStride: window,
    outerStride: rows * window,
    innerStride: -1,
  };
  return { groups: g.groups, rows, outer, inner: window, start: window - 1, ...strides };
}
