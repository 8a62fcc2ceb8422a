/** Operations on vectors that do not go lane by lane: loads, stores, and what moves lanes. */

import type { ByteReader } from "./encoding.ts";
import { type Kind, laneOperations, literal, maskOperations } from "./translate-operations.ts";
import type { Stack } from "./translate-stack.ts";

const four = [0, 1, 2, 3] as const;

/** Translates the operation of this code behind 0xfd. @returns whether it is known */
export function translateVector(operation: number, code: ByteReader, stack: Stack): boolean {
  const lane = laneOperations.get(operation);
  const other = others.get(operation);
  const masked = maskOperations.get(operation);
  if (lane) stack.apply(lane.operands, lane.result, lane.text);
  else if (masked) {
    const mask = stack.pop("integers");
    stack.combine(masked.length - 1, (a, b = a) => a.map((_, i) => masked(mask[i]!, a[i]!, b[i]!)));
  } else if (other) other(stack, code);
  return Boolean(lane ?? masked ?? other);
}

const others: ReadonlyMap<number, (stack: Stack, code: ByteReader) => void> = new Map<
  number,
  (stack: Stack, code: ByteReader) => void
>([
  [0x00, loadVector],
  [0x5d, (stack) => loadFirst(stack, 2)],
  [0x5c, (stack) => loadFirst(stack, 1)],
  [0x56, loadLane],
  [0x09, (stack) => splat(stack, stack.keep(`f32[${stack.place(2)}]`), "floats")],
  [0x11, (stack) => splat(stack, stack.keep(stack.popOne("i32")), "integers")],
  [0x13, (stack) => splat(stack, stack.keep(stack.popOne("f32")), "floats")],
  [0x0b, storeVector],
  [0x5b, (stack, code) => storeLanes(stack, code, 2)],
  [0x5a, (stack, code) => storeLanes(stack, code, 1)],
  [0x0c, constant],
  [0x0d, shuffle],
  [0x1f, (stack, code) => stack.push("f32", stack.pop("floats")[code.byte()]!)],
  [0x5f, (stack) => stack.push("doubles", ...stack.pop("floats").slice(0, 2))],
  [0x5e, (stack) => stack.push("floats", ...stack.pop("doubles").map((lane) => `f(${lane})`), "0", "0")],
]);

function loadVector(stack: Stack): void {
  const at = stack.keep(stack.place(2));
  stack.pushBits((kind) => four.map((i) => `${kind === "integers" ? "i32" : "f32"}[${at} + ${i}]`));
}

/** Some numbers from an address on, then zeros. */
function loadFirst(stack: Stack, count: number): void {
  const at = stack.keep(stack.place(2));
  stack.push("floats", ...four.map((i) => (i < count ? `f32[${at} + ${i}]` : "0")));
}

function loadLane(stack: Stack, code: ByteReader): void {
  const lanes = [...stack.pop("floats")];
  const number = stack.keep(`f32[${stack.place(2)}]`);
  lanes[code.byte()] = number;
  stack.push("floats", ...lanes);
}

function splat(stack: Stack, lane: string, kind: Kind): void {
  stack.push(kind, lane, lane, lane, lane);
}

/** All lanes are computed before the first is stored: what they read may lie there. */
function storeVector(stack: Stack): void {
  const kind = stack.kind === "bits" ? "integers" : (stack.kind as Kind); // integers keep the bits of any number
  const lanes = stack.pop(kind).map((lane) => stack.keep(lane));
  const view = kind === "doubles" ? "f64" : kind === "floats" ? "f32" : "i32";
  const at = stack.keep(stack.place(kind === "doubles" ? 3 : 2));
  stack.lines.push(lanes.map((lane, i) => `${view}[${at} + ${i}] = ${lane};`).join(" "));
}

/** Stores lanes 0 to `count` − 1, or as many further ones. */
function storeLanes(stack: Stack, code: ByteReader, count: number): void {
  const value = stack.pop("floats");
  const at = stack.keep(stack.place(2));
  const first = code.byte() * count;
  for (let i = 0; i < count; i++) stack.lines.push(`f32[${at} + ${i}] = ${value[first + i]};`);
}

function constant(stack: Stack, code: ByteReader): void {
  const integers = Int32Array.from(four, () => code.word());
  const { buffer } = integers;
  const numbers = { integers, floats: new Float32Array(buffer), doubles: new Float64Array(buffer) };
  stack.pushBits((kind) => Array.from(numbers[kind as keyof typeof numbers], literal));
}

function shuffle(stack: Stack, code: ByteReader): void {
  const words = four.map(() => (code.word() & 0xff) / 4); // the first byte of each lane says which it is
  stack.combine(2, (first, second) => {
    const both = [...first, ...second];
    const lanes = first.length === 2 ? [words[0]! / 2, words[2]! / 2] : words; // doubles: both words of each
    return lanes.map((lane) => stack.keep(both[lane]!));
  });
}
