/** The ways in which the library reaches a tensor's numbers; `.data` is the users' way. */

import type { DataTypes, DType } from "./storage.ts";
import { type AnyTensor, homeOf, type Tensor } from "./tensor.ts";

let watcher: ((x: AnyTensor) => void) | null = null;

/** Has every tensor reported whose `numbers` are asked for, until it is `null` again: `backward` checks its operands so. */
export function watchReads(report: ((x: AnyTensor) => void) | null): void {
  watcher = report;
}

/**
 * The numbers for the operation that `beginOperation` began, to read and to write in place. Later operations may use
 * their place for others, so ask again in each.
 */
export function numbers<D extends DType>(x: Tensor<readonly (number | string)[], D>): DataTypes[D] {
  if (watcher !== null) watcher(x as AnyTensor);
  return homeOf(x).numbers() as DataTypes[D];
}

/** The numbers to read before anything else is computed: for printing, drawing, checks. They stay where they are. */
export function peek<D extends DType>(x: Tensor<readonly (number | string)[], D>): DataTypes[D] {
  return homeOf(x).peek() as DataTypes[D];
}

/** Says that `numbers(x)` are about to be changed in place: before, as code may be broken off between any two calls. */
export function changed(x: AnyTensor): void {
  homeOf(x).changed();
}

/**
 * What tells a tensor's numbers from all others and from what they were before, so that what was computed from them can
 * be used again: an `id`, and a `version` that changes with them; NaN, which equals nothing, where a user has them and may
 * change them unnoticed.
 */
export function sourceOf(x: AnyTensor): { readonly id: number; readonly version: number } {
  return homeOf(x);
}

/**
 * Says that nobody but the graph of `user` has `x`: its numbers are given back as soon as the graph is freed, or at once
 * if there is none.
 */
export function entrust(x: AnyTensor, user: AnyTensor): void {
  if (user.origin === null && x.origin === null) homeOf(x).release();
  else if (x.origin !== null) homeOf(x).entrust();
}
