import { convertIndexedToRgb, decode, encode } from "fast-png";

/** Pixels of red, green and blue, row by row. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A PNG file's pixels; what is not opaque is taken as it would be without its opacity. */
export function readBitmap(file: Uint8Array): Bitmap {
  const png = decode(file);
  const data = png.palette ? convertIndexedToRgb(png) : png.data;
  const { width, height } = png;
  const channels = data.length / (width * height);
  const at = (i: number) => Number(data[Math.floor(i / 3) * channels + (channels < 3 ? 0 : i % 3)]);
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => at(i)) };
}

export const writeBitmap = ({ width, height, data }: Bitmap): Uint8Array =>
  encode({ width, height, channels: 3, depth: 8, data }, { zlib: { level: 9 } });

/** The same to another width: each pixel is the mean of those that it takes the place of. */
export function shrunk({ width, height, data }: Bitmap, to: number): Bitmap {
  const scale = Math.max(1, width / to);
  const [w, h] = [Math.floor(width / scale), Math.max(1, Math.floor(height / scale))];
  const result = new Uint8Array(3 * w * h);
  const edge = (i: number, most: number) => Math.min(most, Math.round(i * scale));
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [x0, x1, y0, y1] = [edge(x, width), edge(x + 1, width), edge(y, height), edge(y + 1, height)];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let row = y0; row < y1; row++) {
          for (let column = x0; column < x1; column++) sum += data[3 * (row * width + column) + c] as number;
        }
        result[3 * (y * w + x) + c] = Math.round(sum / ((x1 - x0) * (y1 - y0)));
      }
    }
  }
  return { width: w, height: h, data: result };
}

/** Each channel to the nearest of `levels` values: a file of a fraction of the size, which to the eye is the same. */
export function posterized({ data, ...size }: Bitmap, levels: number): Bitmap {
  const step = 255 / (levels - 1);
  return { ...size, data: data.map((value) => Math.round(Math.round(value / step) * step)) };
}

/** One below the other, on white. */
export function stackedBitmaps(bitmaps: readonly Bitmap[]): Bitmap {
  const width = Math.max(...bitmaps.map((one) => one.width));
  const height = bitmaps.reduce((sum, one) => sum + one.height, 0);
  const data = new Uint8Array(3 * width * height).fill(255);
  let top = 0;
  for (const one of bitmaps) {
    for (let row = 0; row < one.height; row++) {
      data.set(one.data.subarray(3 * row * one.width, 3 * (row + 1) * one.width), 3 * (top + row) * width);
    }
    top += one.height;
  }
  return { width, height, data };
}
