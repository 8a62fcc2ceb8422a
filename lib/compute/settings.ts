/** What may be chosen about how numbers are computed; the defaults are the fastest. One set for the process. */

import { bestInstructions, type Instructions } from "../wasm/features.ts";
import { translateWhere, workMemory } from "../wasm/jobs.ts";

/** How exact a result is: `fast` allows Winograd's algorithms, `exact` only sums of the products themselves. */
export type Precision = "fast" | "exact";

/** What a program has asked for. */
export interface ComputeSettings {
  /** The instructions to use at most; the engine may have fewer. */
  instructions: Instructions;
  /** Which algorithms a convolution may use. */
  precision: Precision;
  /** Whether the same bits are asked for on every engine and machine: no fused multiply-add, no Winograd. */
  reproducible: boolean;
}

/** The settings in force, changed in place. */
export const settings: ComputeSettings = { instructions: "fused", precision: "fast", reproducible: false };

/** Whether SIMD is there, and allowed. */
function hasSimd(): boolean {
  return bestInstructions() !== "typescript" && settings.instructions !== "typescript";
}

// The loops in TypeScript sum up in another order and precision: so the same bits take the same jobs, translated.
translateWhere(() => settings.reproducible && !hasSimd());

/**
 * The instructions that a pass uses now.
 *
 * @throws RangeError where reproducible results are asked for, and the memory they need is refused
 */
export function instructions(): Instructions {
  if (!hasSimd() && !settings.reproducible) return "typescript";
  if (workMemory() === null) {
    if (settings.reproducible) throw new RangeError("reproducible: there is no room for the memory that it needs");
    return "typescript";
  }
  const fused = bestInstructions() === "fused" && settings.instructions === "fused" && !settings.reproducible;
  return fused ? "fused" : "simd";
}

/** Whether jobs compute. */
export function usesSimd(): boolean {
  return instructions() !== "typescript";
}
