// biome-ignore-all format: nine taps side by side
/**
 * The innermost loops of filters that see one channel: nine taps of the window stay in registers while the pixels of a
 * band run by, `rows` of `q`. Tap `k` of pixel (y, x) is `block[y · rowStep + x · stride + tapAt[t + k]]`.
 *
 * Every index of `block` is one addition away from the pixel's, with nine distances: as fast within a twentieth as three
 * by three taps at a fixed distance, and good for any window. `| 0` as in the micro-kernel.
 */

/** `out[y, x] += Σ_k weights[t + k] · block[window (y, x), tap t + k]`, nine taps in registers. */
export function sumTaps(
  rows: number, q: number, block: Float32Array, rowStep: number, stride: number,
  tapAt: Int32Array, weights: Float32Array, t: number, out: Float32Array, start: number,
): void {
  const w0 = weights[t]!, w1 = weights[t + 1]!, w2 = weights[t + 2]!;
  const w3 = weights[t + 3]!, w4 = weights[t + 4]!, w5 = weights[t + 5]!;
  const w6 = weights[t + 6]!, w7 = weights[t + 7]!, w8 = weights[t + 8]!;
  const d0 = tapAt[t]!, d1 = tapAt[t + 1]!, d2 = tapAt[t + 2]!;
  const d3 = tapAt[t + 3]!, d4 = tapAt[t + 4]!, d5 = tapAt[t + 5]!;
  const d6 = tapAt[t + 6]!, d7 = tapAt[t + 7]!, d8 = tapAt[t + 8]!;
  let j = start | 0;
  for (let y = 0; y < rows; y++) {
    let i = (y * rowStep) | 0;
    for (const end = (j + q) | 0; j < end; j = (j + 1) | 0) {
      out[j]! +=
        w0 * block[(i + d0) | 0]! + w1 * block[(i + d1) | 0]! + w2 * block[(i + d2) | 0]! +
        (w3 * block[(i + d3) | 0]! + w4 * block[(i + d4) | 0]! + w5 * block[(i + d5) | 0]!) +
        (w6 * block[(i + d6) | 0]! + w7 * block[(i + d7) | 0]! + w8 * block[(i + d8) | 0]!);
      i = (i + stride) | 0;
    }
  }
}

/** The adjoint of {@link sumTaps}: `sums[window (y, x), tap t + k] += weights[t + k] · dOut[y, x]`. */
export function spreadTaps(
  rows: number, q: number, dOut: Float32Array, start: number, rowStep: number, stride: number,
  tapAt: Int32Array, weights: Float32Array, t: number, sums: Float64Array,
): void {
  const w0 = weights[t]!, w1 = weights[t + 1]!, w2 = weights[t + 2]!;
  const w3 = weights[t + 3]!, w4 = weights[t + 4]!, w5 = weights[t + 5]!;
  const w6 = weights[t + 6]!, w7 = weights[t + 7]!, w8 = weights[t + 8]!;
  const d0 = tapAt[t]!, d1 = tapAt[t + 1]!, d2 = tapAt[t + 2]!;
  const d3 = tapAt[t + 3]!, d4 = tapAt[t + 4]!, d5 = tapAt[t + 5]!;
  const d6 = tapAt[t + 6]!, d7 = tapAt[t + 7]!, d8 = tapAt[t + 8]!;
  let j = start | 0;
  for (let y = 0; y < rows; y++) {
    let i = (y * rowStep) | 0;
    for (const end = (j + q) | 0; j < end; j = (j + 1) | 0) {
      const slope = dOut[j]!;
      sums[(i + d0) | 0]! += w0 * slope; sums[(i + d1) | 0]! += w1 * slope; sums[(i + d2) | 0]! += w2 * slope;
      sums[(i + d3) | 0]! += w3 * slope; sums[(i + d4) | 0]! += w4 * slope; sums[(i + d5) | 0]! += w5 * slope;
      sums[(i + d6) | 0]! += w6 * slope; sums[(i + d7) | 0]! += w7 * slope; sums[(i + d8) | 0]! += w8 * slope;
      i = (i + stride) | 0;
    }
  }
}

/** `sums[to + k] += Σ_(y, x) dOut[y, x] · block[window (y, x), tap t + k]`, nine sums in registers. */
export function correlateTaps(
  rows: number, q: number, dOut: Float32Array, start: number, block: Float32Array, rowStep: number, stride: number,
  tapAt: Int32Array, t: number, sums: Float64Array, to: number,
): void {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0, s8 = 0;
  const d0 = tapAt[t]!, d1 = tapAt[t + 1]!, d2 = tapAt[t + 2]!;
  const d3 = tapAt[t + 3]!, d4 = tapAt[t + 4]!, d5 = tapAt[t + 5]!;
  const d6 = tapAt[t + 6]!, d7 = tapAt[t + 7]!, d8 = tapAt[t + 8]!;
  let j = start | 0;
  for (let y = 0; y < rows; y++) {
    let i = (y * rowStep) | 0;
    for (const end = (j + q) | 0; j < end; j = (j + 1) | 0) {
      const slope = dOut[j]!;
      s0 += slope * block[(i + d0) | 0]!; s1 += slope * block[(i + d1) | 0]!; s2 += slope * block[(i + d2) | 0]!;
      s3 += slope * block[(i + d3) | 0]!; s4 += slope * block[(i + d4) | 0]!; s5 += slope * block[(i + d5) | 0]!;
      s6 += slope * block[(i + d6) | 0]!; s7 += slope * block[(i + d7) | 0]!; s8 += slope * block[(i + d8) | 0]!;
      i = (i + stride) | 0;
    }
  }
  sums[to]! += s0; sums[to + 1]! += s1; sums[to + 2]! += s2;
  sums[to + 3]! += s3; sums[to + 4]! += s4; sums[to + 5]! += s5;
  sums[to + 6]! += s6; sums[to + 7]! += s7; sums[to + 8]! += s8;
}
