/**
 * The images' share of Winograd's algorithm: windows of 6 × 6 pixels, four at a time, a lane each. A window may reach
 * beyond its image, where it sees zeros; so no image is ever copied with padding around it.
 */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { F32x4, type I32 } from "../../wasm/values.ts";
import { alongBothAxes, points, type Transforms, transposed } from "./winograd-transforms.ts";

/** The sizes that tell where windows lie: expressions of one job. */
export interface WindowSizes {
  readonly height: I32;
  readonly width: I32;
  readonly padTop: I32;
  readonly padLeft: I32;
  /** Bytes of an image, all channels of it. */
  readonly imageBytes: I32;
  /** Tiles side by side in an image, and all of an image. */
  readonly tilesX: I32;
  readonly tilesOfImage: I32;
}

/**
 * What is noted of each window: where its six rows begin (bytes from a channel's plane of the first image), for the
 * first of four windows whether all of them lie inside their images, and masks of eight columns for each row.
 */
const note = { rows: 0, inside: 24, masks: 32, bytes: 256 } as const;

/** Bytes that the notes of so many windows take. */
export function noteBytes(windows: number): number {
  return windows * note.bytes;
}

/**
 * Notes four windows.
 *
 * @param notes where
 * @param size outputs of a tile along an axis: the distance of windows
 * @param tileOf the index of the tile of each lane
 */
export function noteWindows(
  code: Code,
  sizes: WindowSizes,
  size: number,
  notes: I32,
  tileOf: (lane: I32) => I32,
): void {
  const allInside = code.i32(1);
  const at = code.i32(notes);
  code.count(0, 4, 1, (lane) => {
    const tile = code.i32(tileOf(lane));
    const rest = code.i32(tile.modulo(sizes.tilesOfImage));
    const y = code.i32(rest.dividedBy(sizes.tilesX).times(size).minus(sizes.padTop));
    const x = code.i32(rest.modulo(sizes.tilesX).times(size).minus(sizes.padLeft));
    const inside = (from: I32, length: I32) => from.isAtLeast(0).and(from.plus(points - 1).isLess(length));
    code.set(allInside, allInside.and(inside(y, sizes.height)).and(inside(x, sizes.width)));
    // A window that lies beside its image altogether reads nothing of it, only addresses must stay near.
    const column = x.max(1 - points).min(sizes.width.minus(1));
    const start = code.i32(tile.dividedBy(sizes.tilesOfImage).times(sizes.imageBytes).plus(column.times(4)));
    const width = code.f32x4(sizes.width.toF32().splat());
    const masks = [0, 4].map((first) => {
      const columns = code.f32x4(
        x
          .toF32()
          .splat()
          .plus(F32x4.lanes(first, first + 1, first + 2, first + 3)),
      );
      return code.f32x4(columns.isGreater(-1).and(width.isGreater(columns)));
    });
    for (let r = 0; r < points; r++) {
      const row = code.i32(y.plus(r));
      const there = row.isAtLeast(0).and(row.isLess(sizes.height));
      const near = code.i32(row.max(0).min(sizes.height.minus(1)));
      code.storeI32(at, start.plus(near.times(sizes.width).times(4)), note.rows + 4 * r);
      masks.forEach((mask, half) => {
        code.storeF32x4(at, mask.and(there.mask()), note.masks + 32 * r + 16 * half);
      });
    }
    code.advance(at, note.bytes);
  });
  code.storeI32(notes, allInside, note.inside);
}

/**
 * Transforms four windows of one channel.
 *
 * @param notes where {@link noteWindows} noted them
 * @param plane the channel's plane of the first image
 * @param store takes the 36 points one after the other
 */
export function transformWindows(
  code: Code,
  { inputs }: Transforms,
  sizes: WindowSizes,
  notes: LocalI32,
  plane: LocalI32,
  store: (value: LocalF32x4) => void,
): void {
  const both = (row: (r: number) => LocalF32x4[]) =>
    alongBothAxes(points, row, inputs, (_i, _j, value) => {
      store(value);
    });
  const start = (lane: number, r: number) => code.i32(plane.plus(notes.loadI32(lane * note.bytes + note.rows + 4 * r)));
  const lanes = [0, 1, 2, 3];
  code.when(
    notes.loadI32(note.inside),
    () => {
      const starts = lanes.map((lane) => start(lane, 0));
      both((r) => {
        if (r > 0) for (const each of starts) code.advance(each, sizes.width.times(4));
        return columnsOf(
          code,
          starts.map((each) => code.f32x4(each.loadF32x4())),
          starts.map((each) => code.f32x4(each.loadHalf(16))),
        );
      });
    },
    () => {
      both((r) => {
        const starts = lanes.map((lane) => start(lane, r));
        const mask = (lane: number, half: number) =>
          notes.loadF32x4(lane * note.bytes + note.masks + 32 * r + 16 * half);
        return columnsOf(
          code,
          starts.map((each, lane) => code.f32x4(each.loadF32x4().and(mask(lane, 0)))),
          starts.map((each, lane) => code.f32x4(each.loadHalf(16).and(mask(lane, 1)))),
        );
      });
    },
  );
}

/** Six columns, a lane a window, from each window's first four and last two. */
function columnsOf(code: Code, four: readonly LocalF32x4[], two: readonly LocalF32x4[]): LocalF32x4[] {
  return [...transposed(code, four), ...transposed(code, two, 2)];
}
