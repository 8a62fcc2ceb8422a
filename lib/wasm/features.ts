/** What this engine can run, found by compiling one instruction, never by timing. */

import { Code } from "./code.ts";
import { moduleBytes } from "./encoding.ts";
import { nodeModule, v8Version, webAssembly } from "./platform.ts";
import { F32x4, I32 } from "./values.ts";

/** The instructions that code may use: fused multiply-add, 128-bit SIMD, none beyond JavaScript's. */
export type Instructions = "fused" | "simd" | "typescript";

function compiles(fused: boolean): boolean {
  const code = new Code(0);
  const address = I32.of(0);
  const numbers = F32x4.of(1);
  code.storeF32x4(address, numbers.timesPlus(numbers, numbers, fused));
  const limits = { initial: 1, maximum: 1, shared: false };
  return webAssembly?.validate(moduleBytes({ parameters: [], locals: code.locals, code: code.bytes }, limits)) ?? false;
}

let best: Instructions | undefined;

/** The best that the engine has as it is now: flags of the command line or {@link allowFused} may add to it. */
export function bestInstructions(): Instructions {
  best ??= compiles(true) ? "fused" : compiles(false) ? "simd" : "typescript";
  return best;
}

/**
 * Asks V8 for relaxed SIMD, whose multiply-add rounds once: the same as its flag on the command line, so for the whole
 * process. Node 20 needs it, Node 22 and later have it without. Also lets V8 skip its quick first compiler for
 * WebAssembly, whose code is several times slower until it is replaced.
 *
 * @returns whether fused multiply-add can be had now
 */
export function allowFused(): boolean {
  const v8 = nodeModule<{ setFlagsFromString(flags: string): void }>("node:v8");
  v8?.setFlagsFromString("--no-liftoff");
  if (!compiles(true)) v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
  best = undefined;
  return bestInstructions() === "fused";
}

/** How many rows and vectors of four columns a micro-tile has. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/**
 * The tile that fills the 16 registers of x86-64 without spilling. V8 before version 13 (Node 24) moves all loads of a
 * loop to its top, so that more than 8 sums no longer fit beside them; it gets 4 × 8. Measured, GFLOP/s fused: Node 20
 * 40.5 with 4 × 8 and less with 6 × 8, Node 24 44.5 with 6 × 8.
 */
export function microTile(): Tile {
  const version = v8Version();
  return version > 0 && version < 13 ? { rows: 4, vectors: 2 } : { rows: 6, vectors: 2 };
}
