/**
 * The definition: plain loops that say what every faster path must compute. Tests compare against them, lectures
 * quote them, and Float64Array runs on them.
 *
 * Sums are kept in double precision and rounded once, at the end. So for Float32Array the reference is right to
 * half a unit in the last place, and the difference to a faster path is that path's own error.
 */

import type { Floats } from "./floats.ts";
import type { Conv2dGeometry } from "./geometry.ts";

/** Images surrounded by the zeros that windows reach, so that every window lies inside. */
interface PaddedImages {
  readonly data: Float64Array;
  readonly height: number;
  readonly width: number;
}

/**
 * A convolution is one sum of products, `out[o] += x[i] · filters[t]`, and its gradients are the same sum read the
 * other two ways: the same triples `(o, i, t)`, with the product of two going to the third.
 *
 * Visits every triple once, as flat indices: `o` into the output, `i` into the padded images, `t` into the filters.
 */
function eachProduct(
  g: Conv2dGeometry,
  height: number,
  width: number,
  visit: (o: number, i: number, t: number) => void,
) {
  const channels = g.c / g.groups;
  const filtersPerGroup = g.f / g.groups;
  let o = 0;
  for (let n = 0; n < g.n; n++) {
    for (let f = 0; f < g.f; f++) {
      const firstChannel = Math.floor(f / filtersPerGroup) * channels;
      for (let y = 0; y < g.p; y++) {
        for (let x = 0; x < g.q; x++, o++) {
          let t = f * channels * g.kernelHeight * g.kernelWidth;
          for (let c = 0; c < channels; c++) {
            const plane = (n * g.c + firstChannel + c) * height;
            for (let ky = 0; ky < g.kernelHeight; ky++) {
              const row = (plane + y * g.strideY + ky * g.dilationY) * width;
              for (let kx = 0; kx < g.kernelWidth; kx++, t++) {
                visit(o, row + x * g.strideX + kx * g.dilationX, t);
              }
            }
          }
        }
      }
    }
  }
}

/** `out = x ⋆ filters + bias`: shapes as in {@link Conv2dGeometry}, `bias` `[f]` or null. */
export function conv2dForward(g: Conv2dGeometry, x: Floats, filters: Floats, bias: Floats | null, out: Floats): void {
  const padded = pad(g, x);
  const sums = new Float64Array(out.length);
  if (bias !== null) for (let o = 0; o < sums.length; o++) sums[o] = bias[Math.floor(o / (g.p * g.q)) % g.f]!;
  eachProduct(g, padded.height, padded.width, (o, i, t) => {
    sums[o]! += padded.data[i]! * filters[t]!;
  });
  out.set(sums);
}

/** The gradient of a loss with respect to the input: `dX[i] += dOut[o] · filters[t]`. Overwrites `dX`. */
export function conv2dInputGradient(g: Conv2dGeometry, dOut: Floats, filters: Floats, dX: Floats): void {
  const sums = paddedZeros(g);
  eachProduct(g, sums.height, sums.width, (o, i, t) => {
    sums.data[i]! += dOut[o]! * filters[t]!;
  });
  eachPixel(g, sums, (inside, i) => {
    dX[inside] = sums.data[i]!;
  });
}

/** The gradient of a loss with respect to the filters: `dFilters[t] += dOut[o] · x[i]`. Overwrites `dFilters`. */
export function conv2dFilterGradient(g: Conv2dGeometry, dOut: Floats, x: Floats, dFilters: Floats): void {
  const padded = pad(g, x);
  const sums = new Float64Array(dFilters.length);
  eachProduct(g, padded.height, padded.width, (o, i, t) => {
    sums[t]! += dOut[o]! * padded.data[i]!;
  });
  dFilters.set(sums);
}

/** `c = a · b`, or `c += a · b`: `a` `[m, k]` and `b` `[k, n]` by their strides, `c` `[m, n]` row by row. */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: Floats,
  aRowStride: number,
  aColumnStride: number,
  b: Floats,
  bRowStride: number,
  bColumnStride: number,
  c: Floats,
  accumulate: boolean,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = accumulate ? c[i * n + j]! : 0;
      for (let d = 0; d < k; d++)
        sum += a[i * aRowStride + d * aColumnStride]! * b[d * bRowStride + j * bColumnStride]!;
      c[i * n + j] = sum;
    }
  }
}

function paddedZeros(g: Conv2dGeometry): PaddedImages {
  const reachY = (g.p - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const reachX = (g.q - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1;
  const height = Math.max(reachY, g.padTop + g.h);
  const width = Math.max(reachX, g.padLeft + g.w);
  return { data: new Float64Array(g.n * g.c * height * width), height, width };
}

function pad(g: Conv2dGeometry, x: Floats): PaddedImages {
  const padded = paddedZeros(g);
  eachPixel(g, padded, (inside, i) => {
    padded.data[i] = x[inside]!;
  });
  return padded;
}

/** Visits every pixel of the images once: its flat index without and with padding. */
function eachPixel(g: Conv2dGeometry, padded: PaddedImages, visit: (inside: number, i: number) => void) {
  let inside = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.h; y++) {
      const row = (plane * padded.height + g.padTop + y) * padded.width + g.padLeft;
      for (let x = 0; x < g.w; x++, inside++) visit(inside, row + x);
    }
  }
}
