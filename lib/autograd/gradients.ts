/**
 * Gradients on their way through the graph. Each is on loan from the moment an operation makes room for it until all
 * that it flows to have read it; then its memory serves the next.
 */

import type { Floats } from "../compute/floats.ts";
import { terminations } from "../interrupt.ts";
import { borrow, giveBack } from "../tensor/borrowed.ts";
import { Home } from "../tensor/home.ts";
import { sweep } from "../tensor/residents.ts";
import { allocate, type DataTypes, type FloatDType } from "../tensor/storage.ts";

/** A gradient on its way, and how many still read it; only where one alone does may it be changed, or be kept. */
export interface Gradient {
  readonly values: Floats;
  readers: number;
}

/** What is on loan, with its address. */
const loans = new Map<Floats, number>();

/** Room for the gradient of an operand, to be overwritten: its numbers are unspecified before. */
export function roomForGradient<D extends FloatDType>(dtype: D, length: number): DataTypes[D] {
  const loan = dtype === "float32" ? borrow(length) : null;
  if (loan === null) return allocate(dtype, length);
  loans.set(loan.array, loan.address);
  return loan.array as DataTypes[D];
}

/** How often code had been broken off when the memory was last put in order. */
let sweptAfter = 0;

/** Ends all loans of a `backward` that was left without an end: by an error, or by a kernel that broke its cell off. */
export function endLoans(): void {
  for (const [array, address] of loans) {
    loans.delete(array);
    giveBack(address, array.length);
  }
  if (terminations() === sweptAfter) return;
  sweptAfter = terminations();
  sweep();
}

/** Runs `f`, which may differentiate on its own account: to it, what is on loan now is not, so that it ends none of it. */
export function apartFromLoans<R>(f: () => R): R {
  const ours = [...loans];
  loans.clear();
  try {
    return f();
  } finally {
    endLoans();
    for (const [values, address] of ours) loans.set(values, address);
  }
}

/** Says that one reader less needs a gradient. */
export function finish(gradient: Gradient): void {
  gradient.readers--;
  if (gradient.readers === 0) giveUp(gradient.values);
}

/** Says that nobody needs what `roomForGradient` gave. */
export function giveUp(values: Floats): void {
  const address = loans.get(values);
  if (address === undefined) return;
  loans.delete(values);
  giveBack(address, values.length);
}

/** Makes a gradient that no one else reads the home of a tensor's numbers. */
export function settleDown({ values }: Gradient, dtype: FloatDType): Home {
  const address = loans.get(values);
  if (address === undefined) return Home.of(values, dtype);
  loans.delete(values);
  return Home.at(address, values as Float32Array, dtype);
}

/** A copy of its own for somebody who wants to change it, or to keep it. */
export function copyOf({ values }: Gradient, dtype: FloatDType): Gradient {
  const copy = roomForGradient(dtype, values.length);
  copy.set(values);
  return { values: copy, readers: 1 };
}
