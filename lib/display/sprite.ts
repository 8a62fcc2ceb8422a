import { type ColourMap, groundColour, lineColour, marked } from "./colours.ts";
import { type Images, imageAt } from "./images.ts";
import { type Layout, placeOf } from "./layout.ts";
import { enlarge, type Raster } from "./png.ts";
import { GROUND, LINE, levelOf, paletteOf, type Range } from "./shades.ts";

/**
 * Draws all images into one raster.
 *
 * @param ranges one an image
 * @param map for images of one channel
 * @param step how many of its shades are taken as one
 */
export function paintSprite(
  images: Images,
  layout: Layout,
  ranges: readonly Range[],
  map: ColourMap,
  step = 1,
): Raster {
  const { channels } = images;
  const { width, height, frame } = layout;
  const line = channels === 1 ? [LINE] : lineColour;
  const ground = channels === 1 ? [GROUND] : groundColour;
  const sprite: Raster = { width, height, channels, data: new Uint8Array(width * height * channels) };
  fill(sprite, 0, 0, width, height, layout.framed ? ground : line);
  for (let i = 0; i < images.count; i++) {
    const cell = enlarge(paintImage(images, i, layout.shrink, ranges[i] as Range, step), layout.scale);
    const { x, y } = placeOf(layout, i);
    if (frame > 0) fill(sprite, x - frame, y - frame, cell.width + 2 * frame, cell.height + 2 * frame, line);
    copy(sprite, x, y, cell);
  }
  return channels === 1 ? { ...sprite, palette: paletteOf(map) } : sprite;
}

function fill(sprite: Raster, x: number, y: number, width: number, height: number, colour: readonly number[]): void {
  const { channels, data } = sprite;
  for (let row = y; row < y + height; row++) {
    const start = (row * sprite.width + x) * channels;
    for (let i = 0; i < width * channels; i++) data[start + i] = colour[i % channels] as number;
  }
}

function copy(sprite: Raster, x: number, y: number, cell: Raster): void {
  const line = cell.width * cell.channels;
  for (let row = 0; row < cell.height; row++) {
    const from = cell.data.subarray(row * line, (row + 1) * line);
    sprite.data.set(from, ((y + row) * sprite.width + x) * sprite.channels);
  }
}

/** One image: palette levels where it has one channel, colours where it has three. */
function paintImage(images: Images, index: number, shrink: number, [low, high]: Range, step: number): Raster {
  const { channels } = images;
  const [height, width] = [Math.ceil(images.height / shrink), Math.ceil(images.width / shrink)];
  const values = shrink === 1 ? imageAt(images, index) : shrunk(images, index, shrink);
  const size = height * width;
  const data = new Uint8Array(size * channels);
  for (let i = 0; i < size; i++) {
    if (channels === 1) {
      data[i] = levelOf(values[i] as number, low, high, step);
      continue;
    }
    const [r, g, b] = [values[i] as number, values[size + i] as number, values[2 * size + i] as number];
    const isColour = Number.isFinite(r) && Number.isFinite(g) && Number.isFinite(b);
    data[3 * i] = isColour ? byteOf(r, low, high) : marked[0];
    data[3 * i + 1] = isColour ? byteOf(g, low, high) : marked[1];
    data[3 * i + 2] = isColour ? byteOf(b, low, high) : marked[2];
  }
  return { width, height, channels, data };
}

function byteOf(value: number, low: number, high: number): number {
  if (high === low) return low === 0 ? 0 : 128;
  return Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/** Means of squares of pixels; NaN and infinities stay visible, as a mean with one of them is not finite. */
function shrunk(images: Images, index: number, side: number): Float64Array {
  const [height, width] = [Math.ceil(images.height / side), Math.ceil(images.width / side)];
  const values = imageAt(images, index);
  const means = new Float64Array(images.channels * height * width);
  for (let c = 0; c < images.channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [y1, x1] = [Math.min((y + 1) * side, images.height), Math.min((x + 1) * side, images.width)];
        let sum = 0;
        for (let yy = y * side; yy < y1; yy++) {
          for (let xx = x * side; xx < x1; xx++) sum += values[(c * images.height + yy) * images.width + xx] as number;
        }
        means[(c * height + y) * width + x] = sum / ((y1 - y * side) * (x1 - x * side));
      }
    }
  }
  return means;
}
