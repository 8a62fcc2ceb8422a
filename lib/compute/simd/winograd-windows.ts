/**
 * The images' share of Winograd's algorithm: windows of pixels, four at a time, a lane each. A window may reach
 * beyond its image, where it sees zeros; so no image is ever copied with padding around it.
 */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { F32x4, type I32 } from "../../wasm/values.ts";
import { alongBothAxes, transposed } from "./winograd-transforms.ts";

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

/** Windows: how many pixels they have along an axis, and how far apart they are. */
export interface WindowShape {
  readonly extent: number;
  readonly step: number;
}

/**
 * What is noted of a window: where its rows begin (bytes from a channel's plane of the first image), whether it lies
 * inside its image as do all that are noted with it, and for each row masks of eight columns.
 */
const note = { rows: 0, inside: 24, masks: 32, bytes: 256 } as const;

/** Bytes that the notes of so many windows take. */
export function noteBytes(windows: number): number {
  return windows * note.bytes;
}

/**
 * Notes some windows, one after the other.
 *
 * @param notes where
 * @param tileOf the tile of each
 */
export function noteWindows(
  code: Code,
  sizes: WindowSizes,
  { extent, step }: WindowShape,
  notes: I32,
  windows: number,
  tileOf: (window: I32) => I32,
): void {
  const allInside = code.i32(1);
  const at = code.i32(notes);
  const width = code.f32x4(sizes.width.toF32().splat());
  code.count(0, windows, 1, (window) => {
    const tile = code.i32(tileOf(window));
    const rest = code.i32(tile.modulo(sizes.tilesOfImage));
    const y = code.i32(rest.dividedBy(sizes.tilesX).times(step).minus(sizes.padTop));
    const x = code.i32(rest.modulo(sizes.tilesX).times(step).minus(sizes.padLeft));
    const inside = (from: I32, length: I32) => from.isAtLeast(0).and(from.plus(extent - 1).isLess(length));
    code.set(allInside, allInside.and(inside(y, sizes.height)).and(inside(x, sizes.width)));
    // A window that lies beside its image altogether reads nothing of it, only addresses must stay near.
    const column = x.max(1 - extent).min(sizes.width.minus(1));
    const start = code.i32(tile.dividedBy(sizes.tilesOfImage).times(sizes.imageBytes).plus(column.times(4)));
    const first = code.f32x4(x.toF32().splat());
    const masks = [F32x4.lanes(0, 1, 2, 3), F32x4.lanes(4, 5, 6, 7)].slice(0, Math.ceil(extent / 4)).map((lanes) => {
      const columns = code.f32x4(first.plus(lanes));
      return code.f32x4(columns.isGreater(-1).and(width.isGreater(columns)));
    });
    for (let r = 0; r < extent; r++) {
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

/** A lane: which of the noted windows, and the channel's plane of the first image. */
export interface Lane {
  readonly window: number;
  readonly plane: LocalI32;
}

/**
 * Transforms four windows.
 *
 * @param extent pixels of a window along an axis: 6, 4 or 2
 * @param pitch bytes of a row of the images
 * @param notes where {@link noteWindows} noted them
 * @param store takes the 36 points one after the other
 */
export function transformWindows(
  code: Code,
  transform: (values: readonly LocalF32x4[]) => LocalF32x4[],
  extent: number,
  pitch: I32,
  notes: LocalI32,
  lanes: readonly Lane[],
  store: (value: LocalF32x4) => void,
): void {
  const both = (row: (r: number) => LocalF32x4[]) =>
    alongBothAxes(extent, row, transform, (_i, _j, value) => {
      store(value);
    });
  const startOf = ({ window, plane }: Lane, r: number) =>
    code.i32(plane.plus(notes.loadI32(window * note.bytes + note.rows + 4 * r)));
  code.when(
    notes.loadI32(note.inside),
    () => {
      const starts = lanes.map((lane) => startOf(lane, 0));
      both((r) => {
        if (r > 0) for (const start of starts) code.advance(start, pitch);
        return columnsOf(code, extent, starts, (_lane, _half, pixels) => pixels);
      });
    },
    () => {
      both((r) => {
        const starts = lanes.map((lane) => startOf(lane, r));
        return columnsOf(code, extent, starts, (lane, half, pixels) =>
          pixels.and(notes.loadF32x4(lanes[lane]!.window * note.bytes + note.masks + 32 * r + 16 * half)),
        );
      });
    },
  );
}

/** The columns of a row of four windows, a lane each: two, four or six. */
function columnsOf(
  code: Code,
  extent: number,
  starts: readonly LocalI32[],
  masked: (lane: number, half: number, pixels: F32x4) => F32x4,
): LocalF32x4[] {
  const whole = starts.map((start, lane) =>
    code.f32x4(masked(lane, 0, extent === 2 ? start.loadHalf() : start.loadF32x4())),
  );
  if (extent <= 4) return transposed(code, whole, extent);
  const rest = starts.map((start, lane) => code.f32x4(masked(lane, 1, start.loadHalf(16))));
  return [...transposed(code, whole), ...transposed(code, rest, 2)];
}
