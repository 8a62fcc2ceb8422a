// biome-ignore-all format: four columns of sums, laid out as the tile they are
/**
 * The innermost loops: a tile of sums is held in registers while the depth runs by.
 *
 * Sums are doubles because JavaScript's numbers are: asking for float32 sums (Math.fround) costs two to three times
 * the time. `| 0` tells the engine that an index cannot leave 32 bits, which spares an overflow check.
 */

/** The sums of the last tile, row by row. */
export const tile = new Float64Array(16);

/** `tile[r, s] = Σ_k a[4k + r] · b[4k + s]`: both operands packed, `depth` steps from `aStart` and `bStart`. */
export function packedTile(depth: number, a: Float32Array, aStart: number, b: Float32Array, bStart: number): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  let i = aStart | 0;
  let j = bStart | 0;
  for (let k = 0; k < depth; k = (k + 1) | 0) {
    const b0 = b[j]!, b1 = b[(j + 1) | 0]!, b2 = b[(j + 2) | 0]!, b3 = b[(j + 3) | 0]!;
    const a0 = a[i]!;
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    const a1 = a[(i + 1) | 0]!;
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    const a2 = a[(i + 2) | 0]!;
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    const a3 = a[(i + 3) | 0]!;
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
    i = (i + 4) | 0;
    j = (j + 4) | 0;
  }
  tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03;
  tile[4] = c10; tile[5] = c11; tile[6] = c12; tile[7] = c13;
  tile[8] = c20; tile[9] = c21; tile[10] = c22; tile[11] = c23;
  tile[12] = c30; tile[13] = c31; tile[14] = c32; tile[15] = c33;
}

/**
 * `tile[r, s] = Σ_k a[rows · k + r] · b[bStart + columnAt[j + s] + steps[k]]`: `b` is read where it lies. `columnAt` says
 * where the four columns start and `steps` how far along each step of the depth is; convolution comes out of it without
 * copying any window.
 *
 * @param rows 1 to 4; `a` is packed in slivers of {@link sliverRows} rows
 */
export function gatheredTile(
  rows: number, depth: number, a: Float32Array, aStart: number,
  b: Float32Array, bStart: number, steps: Int32Array, columnAt: Int32Array, j: number,
): void {
  const p0 = bStart + columnAt[j]!, p1 = bStart + columnAt[j + 1]!;
  const p2 = bStart + columnAt[j + 2]!, p3 = bStart + columnAt[j + 3]!;
  if (rows > 2) gatherFour(depth, a, aStart, b, steps, p0, p1, p2, p3);
  else if (rows === 2) gatherTwo(depth, a, aStart, b, steps, p0, p1, p2, p3);
  else gatherOne(depth, a, aStart, b, steps, p0, p1, p2, p3);
}

/** Rows of the sliver that `remaining` rows go into: 4, 2 or 1. Six filters are 4 + 2; the fourth of three is dropped. */
export function sliverRows(remaining: number): number {
  return remaining >= 3 ? 4 : remaining;
}

/** Adds the first `columns` sums of a row of the tile to `out[start + columnAt[j]]`, `out[start + columnAt[j + 1]]`, … */
export function addTileRow(
  row: number, columns: number, out: Float32Array, start: number, columnAt: Int32Array, j: number,
): void {
  const t = row * 4;
  out[start + columnAt[j]!]! += tile[t]!;
  if (columns > 1) out[start + columnAt[j + 1]!]! += tile[t + 1]!;
  if (columns > 2) out[start + columnAt[j + 2]!]! += tile[t + 2]!;
  if (columns > 3) out[start + columnAt[j + 3]!]! += tile[t + 3]!;
}

function gatherFour(
  depth: number, a: Float32Array, aStart: number, b: Float32Array, steps: Int32Array,
  p0: number, p1: number, p2: number, p3: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  let i = aStart | 0;
  for (let k = 0; k < depth; k = (k + 1) | 0) {
    const step = steps[k]!;
    const b0 = b[(step + p0) | 0]!, b1 = b[(step + p1) | 0]!, b2 = b[(step + p2) | 0]!, b3 = b[(step + p3) | 0]!;
    const a0 = a[i]!;
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    const a1 = a[(i + 1) | 0]!;
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    const a2 = a[(i + 2) | 0]!;
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    const a3 = a[(i + 3) | 0]!;
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
    i = (i + 4) | 0;
  }
  tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03;
  tile[4] = c10; tile[5] = c11; tile[6] = c12; tile[7] = c13;
  tile[8] = c20; tile[9] = c21; tile[10] = c22; tile[11] = c23;
  tile[12] = c30; tile[13] = c31; tile[14] = c32; tile[15] = c33;
}

function gatherTwo(
  depth: number, a: Float32Array, aStart: number, b: Float32Array, steps: Int32Array,
  p0: number, p1: number, p2: number, p3: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let i = aStart | 0;
  for (let k = 0; k < depth; k = (k + 1) | 0) {
    const step = steps[k]!;
    const b0 = b[(step + p0) | 0]!, b1 = b[(step + p1) | 0]!, b2 = b[(step + p2) | 0]!, b3 = b[(step + p3) | 0]!;
    const a0 = a[i]!;
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    const a1 = a[(i + 1) | 0]!;
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    i = (i + 2) | 0;
  }
  tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03;
  tile[4] = c10; tile[5] = c11; tile[6] = c12; tile[7] = c13;
}

function gatherOne(
  depth: number, a: Float32Array, aStart: number, b: Float32Array, steps: Int32Array,
  p0: number, p1: number, p2: number, p3: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let i = aStart | 0;
  for (let k = 0; k < depth; k = (k + 1) | 0) {
    const step = steps[k]!;
    const b0 = b[(step + p0) | 0]!, b1 = b[(step + p1) | 0]!, b2 = b[(step + p2) | 0]!, b3 = b[(step + p3) | 0]!;
    const a0 = a[i]!;
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    i = (i + 1) | 0;
  }
  tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03;
}
