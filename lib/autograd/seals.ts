/**
 * Whether the numbers that a gradient needs are still those of the forward pass. Changes that the library makes are counted
 * (`Home.version`); those in an array that a user has are seen by a fingerprint, which a home takes when it hands its array
 * out, and an operation when it is given such an array.
 */

import { GradientError } from "../errors.ts";
import { watchReads } from "../tensor/numbers.ts";
import { currentOperation } from "../tensor/residents.ts";
import { type AnyTensor, homeOf, type Origin, type Seal } from "../tensor/tensor.ts";

/** The seal of a tensor now. */
export function seal(x: AnyTensor): Seal {
  const home = homeOf(x);
  return { changes: home.changes, print: home.print() };
}

/** The node whose gradient is computed, and the operation as which it is. */
let node: AnyTensor | null = null;
let origin: Origin | null = null;
let begun = 0;

/** Runs the backward function of a node, and checks each operand whose numbers it reads. */
export function guarded<R>(of: AnyTensor, f: () => R): R {
  node = of;
  origin = of.origin;
  begun = currentOperation();
  watchReads(check);
  try {
    return f();
  } finally {
    unguard();
  }
}

function unguard(): void {
  node = origin = null;
  watchReads(null);
}

function check(x: AnyTensor): void {
  if (origin === null || begun !== currentOperation()) {
    unguard(); // of a backward that was broken off
    return;
  }
  const place = x === node ? -1 : origin.inputs.indexOf(x);
  if (place === -1 && x !== node) return;
  const before = place === -1 ? origin.result : origin.seals[place]!;
  const home = homeOf(x);
  if (before.changes === home.changes && (before.print === 0 ? home.unchanged() : before.print === home.print()))
    return;
  const { operation, inputs } = origin;
  const what = place === -1 ? "its result" : inputs.length === 1 ? "its operand" : `its operand ${place + 1}`;
  throw new GradientError(
    `${operation} needs the numbers of ${what}, [${x.shape.join(", ")}], and they were changed after the forward pass`,
    "change numbers (assign, .data, optimizer.step) only after backward, or run the forward pass again",
  );
}
