/**
 * Depthwise convolutions on SIMD: a group for each channel, steps of one or two, no dilation, small windows. Which
 * geometries go here is decided in `algorithms.ts`.
 */

import type { Conv2dGeometry } from "../geometry.ts";
import { instructions } from "../settings.ts";
import { filterGradientJob } from "./depthwise-filter-gradient.ts";
import { type DepthwiseWindow, forwardJob } from "./depthwise-forward.ts";
import { inputGradientJob } from "./depthwise-input-gradient.ts";
import { planePadded } from "./depthwise-plane.ts";
import { Staging } from "./staging.ts";

/** Items a pass is cut into at most: enough for a few threads to end together. */
const mostItems = 64;

/** Bytes that copying may write behind a plane. */
const margin = 64;

const forwardJobs = new Map<string, ReturnType<typeof forwardJob>>();
const inputGradientJobs = new Map<string, ReturnType<typeof inputGradientJob>>();
const filterGradientJobs = new Map<string, ReturnType<typeof filterGradientJob>>();

/** `out = x ⋆ filters + bias`, negative sums as 0 if `relu`. */
export function conv2dForward(
  g: Conv2dGeometry,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
): void {
  const staging = new Staging();
  const biases = bias === null ? 0 : staging.read(bias);
  const order = { filterStart: 0, filterStep: 4 };
  runForward(g, staging.read(x), staging.read(filters), order, biases, relu, staging.write(out));
  staging.finish();
}

/** The gradient with respect to the input, for one filter a channel. */
export function conv2dInputGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  filters: Float32Array,
  dX: Float32Array,
): void {
  const staging = new Staging();
  runInputGradient(g, staging.read(dOut), staging.read(filters), staging.write(dX));
  staging.finish();
}

/** The gradient with respect to the filters. */
export function conv2dFilterGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  x: Float32Array,
  dFilters: Float32Array,
): void {
  const staging = new Staging();
  runFilterGradient(g, staging.read(dOut), staging.read(x), staging.write(dFilters));
  staging.finish();
}

function runInputGradient(g: Conv2dGeometry, dOut: number, filters: number, dX: number): void {
  if (g.strideX === 1 && g.strideY === 1) {
    // A convolution of `dOut` with the filters turned by half a turn.
    const [padTop, padLeft] = [g.kernelHeight - 1 - g.padTop, g.kernelWidth - 1 - g.padLeft];
    const turned = { ...g, h: g.p, w: g.q, p: g.h, q: g.w, padTop, padLeft };
    const last = 4 * (g.kernelHeight * g.kernelWidth - 1);
    runForward(turned, dOut, filters, { filterStart: last, filterStep: -4 }, 0, false, dX);
    return;
  }
  const above = Math.floor((g.kernelHeight - 1) / g.strideY);
  const before = Math.floor((g.kernelWidth - 1) / g.strideX);
  const phaseRows = Math.ceil((g.padTop + g.h) / g.strideY);
  const phaseColumns = Math.ceil((g.padLeft + g.w) / g.strideX / 4) * 4;
  const rowPitch = 4 * (before + phaseColumns);
  const wovenAt = (above + phaseRows) * rowPitch;
  const wovenPitch = 4 * g.strideX * phaseColumns;
  const { items, planesPerItem } = share(g.n * g.c);
  jobOf(inputGradientJobs, inputGradientJob, g).run(
    {
      dOut,
      filters,
      dX,
      planes: g.n * g.c,
      planesPerItem,
      channels: g.c,
      outputRows: g.p,
      outputColumns: g.q,
      readRows: Math.min(g.p, phaseRows),
      readColumns: Math.min(g.q, phaseColumns),
      borderBytes: above * rowPitch + 4 * before,
      rowPitch,
      phaseRows,
      phaseColumns,
      wovenAt,
      wovenPitch,
      inputAt: g.padTop * wovenPitch + 4 * g.padLeft,
      height: g.h,
      width: g.w,
    },
    items,
    work(g),
    wovenAt + phaseRows * g.strideY * wovenPitch + margin,
  );
}

function runFilterGradient(g: Conv2dGeometry, dOut: number, x: number, dFilters: number): void {
  const plane = planePadded(g);
  jobOf(filterGradientJobs, filterGradientJob, g).run(
    {
      ...plane,
      x,
      dOut,
      dFilters,
      images: g.n,
      channels: g.c,
      multiplier: g.f / g.c,
      inputBytes: 4 * g.h * g.w,
      outputRows: g.p,
      outputColumns: g.q,
    },
    g.f,
    work(g),
    16 * g.kernelHeight * g.kernelWidth + plane.planeBytes + margin,
  );
}

function runForward(
  g: Conv2dGeometry,
  x: number,
  filters: number,
  order: { readonly filterStart: number; readonly filterStep: number },
  bias: number,
  relu: boolean,
  out: number,
): void {
  const plane = planePadded(g);
  const { items, planesPerItem } = share(g.n * g.c);
  jobOf(forwardJobs, forwardJob, g).run(
    {
      ...plane,
      ...order,
      x,
      filters,
      bias,
      relu: Number(relu),
      out,
      planes: g.n * g.c,
      planesPerItem,
      channels: g.c,
      multiplier: g.f / g.c,
      inputBytes: 4 * g.h * g.w,
      outputRows: g.p,
      outputColumns: g.q,
    },
    items,
    work(g),
    plane.planeBytes + margin,
  );
}

/** How planes are shared out. Depends on their number alone, never on the threads. */
function share(planes: number): { items: number; planesPerItem: number } {
  const planesPerItem = Math.ceil(planes / mostItems);
  return { items: Math.ceil(planes / planesPerItem), planesPerItem };
}

function work(g: Conv2dGeometry): number {
  return g.n * g.f * g.p * g.q * g.kernelHeight * g.kernelWidth;
}

function jobOf<J>(jobs: Map<string, J>, build: (window: DepthwiseWindow) => J, g: Conv2dGeometry): J {
  const { kernelHeight, kernelWidth, strideY } = g;
  const window = { kernelHeight, kernelWidth, strideY, strideX: g.strideX as 1 | 2, fused: instructions() === "fused" };
  const key = Object.values(window).join();
  let job = jobs.get(key);
  if (job === undefined) {
    job = build(window);
    jobs.set(key, job);
  }
  return job;
}
