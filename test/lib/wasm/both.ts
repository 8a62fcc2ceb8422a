/** Runs code as WebAssembly and as JavaScript. */

import { expect } from "vitest";
import { Code, LocalI32 } from "../../../lib/wasm/code.ts";
import { moduleBytes } from "../../../lib/wasm/encoding.ts";
import { webAssembly } from "../../../lib/wasm/platform.ts";
import { translate } from "../../../lib/wasm/translate.ts";
import type { I32 } from "../../../lib/wasm/values.ts";

/** Where the bits of numbers differ first, −1 if nowhere. All NaN count as one. */
export function firstDifference(a: Float32Array, b: Float32Array): number {
  return a.findIndex((number, i) => !Object.is(number, b[i]));
}

/**
 * Runs code with one parameter on a memory of one page that starts with these numbers, as WebAssembly and translated to
 * JavaScript. Expects both to leave the same bits there, and gives them.
 */
export function run(build: (code: Code, parameter: I32) => void, numbers: readonly number[], parameter = 0) {
  const limits = { initial: 1, maximum: 1, shared: false };
  const code = new Code(1);
  build(code, new LocalI32(0));

  const memory = new webAssembly!.Memory(limits);
  const floats = new Float32Array(memory.buffer);
  floats.set(numbers);
  const bytes = moduleBytes({ parameters: ["i32"], locals: code.locals, code: code.bytes }, limits);
  const { exports } = new webAssembly!.Instance(new webAssembly!.Module(bytes), { env: { memory } });
  (exports.run as (parameter: number) => void)(parameter);

  const buffer = new ArrayBuffer(memory.buffer.byteLength);
  const f32 = new Float32Array(buffer);
  f32.set(numbers);
  const views = { f32, i32: new Int32Array(buffer), f64: new Float64Array(buffer), bytes: new Uint8Array(buffer) };
  translate(1, code.locals, code.bytes)(views, parameter);
  const index = firstDifference(f32, floats);
  expect({ index, value: f32[index] }).toEqual({ index: -1, value: floats[index] });
  return floats;
}
