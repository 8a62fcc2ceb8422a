/** The size of one plane of pixels. */
export interface PlaneSize {
  readonly height: number;
  readonly width: number;
}

/** For each place of an axis the sources it is a mean of: `index[first[i] .. first[i + 1] - 1]`, with weights that sum to 1. */
interface Taps {
  readonly first: Int32Array;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/**
 * A plane of pixels at another size. Each axis by itself: made smaller, a pixel is the mean of the stretch of the original
 * that it covers, with parts of pixels at the ends; made larger, it lies between the two nearest, whose centres are taken
 * at half pixels, and is mixed of them (bilinear).
 *
 * @param plane `[from.height, from.width]`
 * @returns `[to.height, to.width]`
 */
export function areaResize(plane: ArrayLike<number>, from: PlaneSize, to: PlaneSize): Float32Array {
  const rows = tapsOf(from.height, to.height);
  const columns = tapsOf(from.width, to.width);
  const lines = new Float64Array(from.height * to.width);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < to.width; x++) {
      let sum = 0;
      for (let t = columns.first[x]!; t < columns.first[x + 1]!; t++) {
        sum += columns.weight[t]! * plane[y * from.width + columns.index[t]!]!;
      }
      lines[y * to.width + x] = sum;
    }
  }
  const result = new Float32Array(to.height * to.width);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      let sum = 0;
      for (let t = rows.first[y]!; t < rows.first[y + 1]!; t++) {
        sum += rows.weight[t]! * lines[rows.index[t]! * to.width + x]!;
      }
      result[y * to.width + x] = sum;
    }
  }
  return result;
}

function tapsOf(from: number, to: number): Taps {
  const first = new Int32Array(to + 1);
  const index: number[] = [];
  const weight: number[] = [];
  const scale = from / to;
  for (let i = 0; i < to; i++) {
    if (scale >= 1) {
      const [begin, end] = [i * scale, Math.min(from, (i + 1) * scale)];
      for (let j = Math.floor(begin); j < end; j++) {
        index.push(j);
        weight.push((Math.min(end, j + 1) - Math.max(begin, j)) / scale);
      }
    } else {
      const place = Math.max(0, Math.min(from - 1, (i + 0.5) * scale - 0.5));
      const low = Math.floor(place);
      index.push(low, Math.min(from - 1, low + 1));
      weight.push(1 - (place - low), place - low);
    }
    first[i + 1] = index.length;
  }
  return { first, index: Int32Array.from(index), weight: Float64Array.from(weight) };
}
