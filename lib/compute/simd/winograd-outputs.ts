/** The results' share of Winograd's algorithm: sums of products become pixels, four tiles at a time, a lane each. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import type { F32, I32 } from "../../wasm/values.ts";
import { alongBothAxes, points, type Transforms, transposed } from "./winograd-transforms.ts";

/** Where the tiles' pixels go: expressions of one job. */
export interface OutputSizes {
  readonly out: I32;
  readonly height: I32;
  readonly width: I32;
  /** Bytes of a filter's plane, and of an image. */
  readonly planeBytes: I32;
  readonly imageBytes: I32;
  readonly tilesX: I32;
  readonly tilesOfImage: I32;
  /** Tiles of all images. */
  readonly tiles: I32;
}

/** The sums of some filters. */
export interface Sums {
  /** Where the first filter has the first tile's sum at the first point, and bytes to the next filter and point. */
  readonly start: I32;
  readonly filterStride: I32;
  readonly pointStride: I32;
  /** How many filters, at least one, and bytes from the first image's first plane to that of the first of them. */
  readonly filters: I32;
  readonly plane: I32;
  /** Where all filters' biases are, 0 if there are none; which filter the first is. */
  readonly biases: I32;
  readonly firstFilter: I32;
  /** What smaller results are raised to. */
  readonly floor: F32;
}

/** The product of the point 1 on both axes is in every pixel once, and so is what is added to it: the bias. */
const ones = 1 * points + 1;

interface Place {
  readonly start: LocalI32;
  readonly rows: LocalI32;
  readonly columns: LocalI32;
}

/**
 * Writes tiles of `size × size` pixels.
 *
 * @param firstTile the first of the four; those from `sizes.tiles` on are not written
 */
export function writeTiles(
  code: Code,
  { outputs }: Transforms,
  size: number,
  sizes: OutputSizes,
  sums: Sums,
  firstTile: I32,
): void {
  const complete = code.i32(1);
  const places = [0, 1, 2, 3].map((lane): Place => {
    const tile = code.i32(firstTile.plus(lane));
    const rest = code.i32(tile.modulo(sizes.tilesOfImage));
    const y = code.i32(rest.dividedBy(sizes.tilesX).times(size));
    const x = code.i32(rest.modulo(sizes.tilesX).times(size));
    const image = tile.dividedBy(sizes.tilesOfImage).times(sizes.imageBytes);
    const place = {
      start: code.i32(sizes.out.plus(sums.plane).plus(image).plus(y.times(sizes.width).plus(x).times(4))),
      rows: code.i32(sizes.height.minus(y).min(size).times(tile.isLess(sizes.tiles))),
      columns: code.i32(sizes.width.minus(x).min(size)),
    };
    code.set(complete, complete.and(place.rows.equals(size)).and(place.columns.equals(size)));
    return place;
  });
  const from = code.i32(sums.start);
  const bias = code.i32(sums.biases.plus(sums.firstFilter.times(4)));
  const floor = code.f32x4(sums.floor.splat());
  const at = code.i32(0);
  const offset = code.f32x4(0);
  code.repeat(sums.filters, () => {
    code.set(at, from);
    code.when(sums.biases, () => code.set(offset, bias.loadSplat()));
    const pixels: LocalF32x4[][] = Array.from({ length: size }, () => []);
    let point = 0;
    const next = () => {
      const value = code.f32x4(point === ones ? at.loadF32x4().plus(offset) : at.loadF32x4());
      code.advance(at, sums.pointStride);
      point++;
      return value;
    };
    // The points lie column by column, so that rows and columns are exchanged.
    alongBothAxes(
      points,
      () => Array.from({ length: points }, next),
      (values) => outputs(values, size),
      (x, y, value) => {
        pixels[y]![x] = code.f32x4(value.max(floor));
      },
    );
    const rows = pixels.map((row) => rowsOfTiles(code, row));
    code.when(
      complete,
      () => {
        for (const [lane, place] of places.entries()) writeComplete(code, sizes, place, rows, lane);
      },
      () => {
        for (const [lane, place] of places.entries()) writePart(code, sizes, place, rows, lane);
      },
    );
    code.advance(from, sums.filterStride);
    code.advance(bias, 4);
    for (const place of places) code.advance(place.start, sizes.planeBytes);
  });
}

/** One row of four tiles, a vector each; of tiles of two columns in the first two of its lanes. */
function rowsOfTiles(code: Code, columns: readonly LocalF32x4[]): LocalF32x4[] {
  const [a, b] = columns as [LocalF32x4, LocalF32x4];
  return transposed(code, columns.length === 2 ? [a, b, a, b] : columns);
}

function writeComplete(code: Code, sizes: OutputSizes, place: Place, rows: LocalF32x4[][], lane: number): void {
  const at = code.i32(place.start);
  rows.forEach((row, i) => {
    if (i > 0) code.advance(at, sizes.width.times(4));
    if (rows.length === 4) code.storeF32x4(at, row[lane]!);
    else code.storeHalf(at, row[lane]!, 0);
  });
}

/** The pixels of a tile that its image has. */
function writePart(code: Code, sizes: OutputSizes, place: Place, rows: LocalF32x4[][], lane: number): void {
  const at = code.i32(place.start);
  rows.forEach((row, i) => {
    code.when(place.rows.isAtLeast(i + 1), () => {
      if (i > 0) code.advance(at, sizes.width.times(4));
      const pixels = row[lane]!;
      const single = (column: number) => code.storeF32(at, pixels.lane(column), 4 * column);
      code.when(
        place.columns.isAtLeast(4),
        () => code.storeF32x4(at, pixels),
        () =>
          code.when(
            place.columns.isAtLeast(2),
            () => {
              code.storeHalf(at, pixels, 0);
              code.when(place.columns.equals(3), () => single(2));
            },
            () => single(0),
          ),
      );
    });
  });
}
