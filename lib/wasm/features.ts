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
  const bytes = moduleBytes({ parameters: [], locals: code.locals, code: code.bytes }, limits);
  if (webAssembly?.validate(bytes) !== true) return false;
  try {
    return new webAssembly.Module(bytes) !== undefined;
  } catch {
    return false; // a page's Content-Security-Policy may refuse what is valid
  }
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
 * WebAssembly, whose code is several times slower until it is replaced; not from Node 26 on, where V8 without it dies
 * when code is broken off above another module's WebAssembly.
 *
 * @returns whether fused multiply-add can be had now
 */
export function allowFused(): boolean {
  const v8 = nodeModule<{ setFlagsFromString(flags: string): void }>("node:v8");
  if (v8Version() < 14) v8?.setFlagsFromString("--no-liftoff");
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
 * Whether a micro-tile's sums stay in registers, beside the numbers that one step of the depth loads. x86-64 has 16
 * vector registers, one of which V8 keeps. V8 before version 13 (Node 24) moves all loads of a step to its top, so that
 * every row's factor needs a register too; later versions need one for all rows. Spilling costs about half of the speed.
 */
export function fitsRegisters({ rows, vectors }: Tile): boolean {
  const version = v8Version();
  const factors = version > 0 && version < 13 ? rows : 1;
  return rows * vectors + vectors + factors <= 15;
}

/** The largest tile of two vectors that fits: 4 × 8 before Node 24, 6 × 8 from it on. 40.5 and 44.5 GFLOP/s fused. */
export function microTile(): Tile {
  const large = { rows: 6, vectors: 2 };
  return fitsRegisters(large) ? large : { rows: 4, vectors: 2 };
}
