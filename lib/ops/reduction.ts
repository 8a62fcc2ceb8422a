/** How the losses of single examples, or numbers, become one: what all losses have in common. */

import { divideBy, multiply, scale } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { sum } from "../compute/reduce.ts";
import { describe, OptionError } from "../errors.ts";

/** `"mean"` or `"sum"` of all losses; `"none"` leaves them as they are. */
export type Reduction = "mean" | "sum" | "none";

/** Which number a loss gives. */
export interface ReductionOptions {
  /** Default `"mean"`. */
  readonly reduction?: Reduction;
}

/** @throws OptionError for another text */
export function checkReduction(operation: string, reduction: Reduction): void {
  if (reduction === "mean" || reduction === "sum" || reduction === "none") return;
  throw new OptionError(operation, `reduction is ${describe(reduction)}`, 'choose "mean", "sum" or "none"');
}

/** The losses as they are, their sum, or that divided by a count or a weight. @param losses may be `out` */
export function reduceLosses(reduction: Reduction, losses: Floats, divisor: number, out: Floats): void {
  if (reduction === "none") {
    if (losses !== out) out.set(losses);
  } else out[0] = reduction === "mean" ? sum(losses) / divisor : sum(losses);
}

/** The gradient of each loss. */
export function lossGradients(reduction: Reduction, dOut: Floats, divisor: number, dLosses: Floats): void {
  if (reduction === "none") dLosses.set(dOut);
  else dLosses.fill(reduction === "mean" ? dOut[0]! / divisor : dOut[0]!);
}

/** Multiplies slopes by the gradients of the losses that they belong to. */
export function timesLossGradients(reduction: Reduction, dOut: Floats, divisor: number, slopes: Floats): void {
  if (reduction === "none") multiply(slopes, dOut, slopes);
  else {
    scale(slopes, dOut[0]!, slopes);
    if (reduction === "mean") divideBy(slopes, divisor, slopes);
  }
}
