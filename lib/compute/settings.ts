/** What may be chosen about how numbers are computed; the defaults are the fastest. One set for the process. */

import { bestInstructions, type Instructions } from "../wasm/features.ts";
import { workMemory } from "../wasm/jobs.ts";

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

/** The instructions that a pass uses now. */
export function instructions(): Instructions {
  const best = bestInstructions();
  if (best === "typescript" || settings.instructions === "typescript" || workMemory() === null) return "typescript";
  return best === "fused" && settings.instructions === "fused" && !settings.reproducible ? "fused" : "simd";
}

/** Whether WebAssembly computes. */
export function usesSimd(): boolean {
  return instructions() !== "typescript";
}
