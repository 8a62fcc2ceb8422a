/** Max pooling's switches as positions in a plane, and the way back along them. */

import type { Floats } from "./floats.ts";

/** Flat indices into all planes become positions within their own, of `size` numbers; `windows` of them a plane. */
export function withinPlanes(switches: Int32Array, windows: number, size: number): void {
  for (let o = 0; o < switches.length; o++) {
    if (switches[o]! >= 0) switches[o]! -= Math.floor(o / windows) * size;
  }
}

/** The first place of an index that is no position in a plane of `size` numbers; −1 if there is none. */
export function firstOutside(indices: Int32Array, size: number): number {
  for (let o = 0; o < indices.length; o++) if (indices[o]! < 0 || indices[o]! >= size) return o;
  return -1;
}

/** `planes[o's plane][indices[o]] = values[o]`, zero elsewhere; of several for one place the last. */
export function placeAt(values: Floats, indices: Int32Array, windows: number, size: number, planes: Floats): void {
  planes.fill(0);
  for (let o = 0, start = 0; o < values.length; start += size) {
    for (const end = o + windows; o < end; o++) planes[start + indices[o]!] = values[o]!;
  }
}

/** The same, where several for one place add up. */
export function addAt(values: Floats, indices: Int32Array, windows: number, size: number, planes: Floats): void {
  planes.fill(0);
  for (let o = 0, start = 0; o < values.length; start += size) {
    for (const end = o + windows; o < end; o++) if (indices[o]! >= 0) planes[start + indices[o]!]! += values[o]!;
  }
}

/** `values[o] = planes[o's plane][indices[o]]`; −∞ where there is no index. */
export function takeAt(planes: Floats, indices: Int32Array, windows: number, size: number, values: Floats): void {
  for (let o = 0, start = 0; o < values.length; start += size) {
    for (const end = o + windows; o < end; o++) {
      values[o] = indices[o]! < 0 ? Number.NEGATIVE_INFINITY : planes[start + indices[o]!]!;
    }
  }
}
