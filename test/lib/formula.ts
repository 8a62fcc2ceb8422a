/** What test/golden/formula.py gives: numbers that both sides of a comparison compute, instead of a file of them. */

import type { Module } from "../../lib/nn/module.ts";
import { torchNames } from "../../lib/nn/torch-state.ts";

/** Uniform between -1/2 and 1/2, from a tensor's name and the place there. */
export function numbers(name: string, count: number, scale = 1, shift = 0): Float64Array {
  let start = 2166136261;
  for (const byte of new TextEncoder().encode(name)) start = Math.imul(start ^ byte, 16777619);
  const values = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    let mixed = (place + start) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x846ca68b);
    values[place] = (((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 - 0.5) * scale + shift;
  }
  return values;
}

/** Gives every tensor of a network its numbers, by the name that PyTorch has for it. */
export function fill(network: Module): void {
  for (const [name, tensor] of torchNames(network)) {
    const scale = tensor.shape.length > 1 ? Math.sqrt((24 * tensor.shape[0]!) / tensor.size) : 0.5;
    const shift = tensor.shape.length === 1 && /(running_var|weight)$/.test(name) ? 1 : 0;
    tensor.assign(numbers(name, tensor.size, scale, shift));
  }
}
