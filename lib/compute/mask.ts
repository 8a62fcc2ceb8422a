/** A tensor multiplied by a mask that is repeated over its leading axes. */

import type { Floats } from "./floats.ts";

/** The numbers of a mask, of any type. */
export type MaskNumbers = Floats | Int32Array | Uint8Array;

/** `out[i] = x[i] · mask[i mod its length]`. */
export function applyMask(x: Floats, mask: MaskNumbers, out: Floats): void {
  for (let i = 0; i < x.length; ) for (let j = 0; j < mask.length; i++, j++) out[i] = x[i]! * mask[j]!;
}
