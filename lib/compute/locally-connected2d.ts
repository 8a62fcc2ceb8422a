/**
 * A convolution whose filters are not shared: every window has its own. Each is a small matrix product,
 * whose window is gathered once for all filters. A position's filters stay in the cache for all images.
 */

import type { Floats } from "./floats.ts";
import type { Windows } from "./im2col.ts";

/** `out[n, f, y, x] = bias[f, y, x] + Σ window[n, y, x] · filters[y, x, f]`. Filters `[p, q, f, c·kh·kw]`, bias `[f, p, q]`. */
export function locallyConnected2dForward(
  g: Windows,
  f: number,
  x: Floats,
  filters: Floats,
  bias: Floats | null,
  out: Floats,
): void {
  const taps = g.c * g.kernelHeight * g.kernelWidth;
  const window = new Float64Array(taps);
  const positions = g.p * g.q;
  for (let at = 0; at < positions; at++) {
    for (let n = 0; n < g.n; n++) {
      gather(g, x, n, at, window);
      let w = at * f * taps;
      for (let one = 0; one < f; one++) {
        let sum = bias === null ? 0 : bias[one * positions + at]!;
        for (let t = 0; t < taps; t++, w++) sum += window[t]! * filters[w]!;
        out[(n * f + one) * positions + at] = sum;
      }
    }
  }
}

/** The gradient with respect to the input. Overwrites `dX`. */
export function locallyConnected2dInputGradient(
  g: Windows,
  f: number,
  dOut: Floats,
  filters: Floats,
  dX: Floats,
): void {
  const taps = g.c * g.kernelHeight * g.kernelWidth;
  const window = new Float64Array(taps);
  const positions = g.p * g.q;
  dX.fill(0);
  for (let at = 0; at < positions; at++) {
    for (let n = 0; n < g.n; n++) {
      window.fill(0);
      let w = at * f * taps;
      for (let one = 0; one < f; one++) {
        const share = dOut[(n * f + one) * positions + at]!;
        for (let t = 0; t < taps; t++, w++) window[t]! += share * filters[w]!;
      }
      scatter(g, window, n, at, dX);
    }
  }
}

/** The gradient with respect to the filters, which only one window each adds to. Overwrites `dFilters`. */
export function locallyConnected2dFilterGradient(
  g: Windows,
  f: number,
  dOut: Floats,
  x: Floats,
  dFilters: Floats,
): void {
  const taps = g.c * g.kernelHeight * g.kernelWidth;
  const window = new Float64Array(taps);
  const positions = g.p * g.q;
  dFilters.fill(0);
  for (let at = 0; at < positions; at++) {
    for (let n = 0; n < g.n; n++) {
      gather(g, x, n, at, window);
      let w = at * f * taps;
      for (let one = 0; one < f; one++) {
        const share = dOut[(n * f + one) * positions + at]!;
        for (let t = 0; t < taps; t++, w++) dFilters[w]! += share * window[t]!;
      }
    }
  }
}

/** The numbers of the window at position `at` of image `n`; zeros outside the image. */
function gather(g: Windows, x: Floats, n: number, at: number, window: Float64Array): void {
  const top = Math.floor(at / g.q) * g.strideY - g.padTop;
  const left = (at % g.q) * g.strideX - g.padLeft;
  let t = 0;
  for (let c = 0; c < g.c; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      const row = top + ky * g.dilationY;
      const start = ((n * g.c + c) * g.h + row) * g.w;
      for (let kx = 0; kx < g.kernelWidth; kx++, t++) {
        const column = left + kx * g.dilationX;
        const inside = row >= 0 && row < g.h && column >= 0 && column < g.w;
        window[t] = inside ? x[start + column]! : 0;
      }
    }
  }
}

/** The adjoint: adds a window up where it was gathered from. */
function scatter(g: Windows, window: Float64Array, n: number, at: number, dX: Floats): void {
  const top = Math.floor(at / g.q) * g.strideY - g.padTop;
  const left = (at % g.q) * g.strideX - g.padLeft;
  let t = 0;
  for (let c = 0; c < g.c; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      const row = top + ky * g.dilationY;
      const start = ((n * g.c + c) * g.h + row) * g.w;
      for (let kx = 0; kx < g.kernelWidth; kx++, t++) {
        const column = left + kx * g.dilationX;
        if (row >= 0 && row < g.h && column >= 0 && column < g.w) dX[start + column]! += window[t]!;
      }
    }
  }
}
