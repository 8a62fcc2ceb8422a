/** Losses: the mean over a batch, as a number, and the gradient with respect to what the network said. */

import type { Floats } from "./floats.ts";
import { logSumExpOfRow } from "./softmax.ts";

/**
 * The mean over rows of `−ln softmax(logits)[label]`, in nats.
 *
 * @param logits `[rows, columns]`
 * @param labels `[rows]`, each in `0 … columns − 1`
 * @param probabilities `[rows, columns]`, overwritten: the softmax of every row, which the gradient needs
 */
export function softmaxCrossEntropyForward(
  rows: number,
  columns: number,
  logits: Floats,
  labels: Int32Array,
  probabilities: Floats,
): number {
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const logSum = logSumExpOfRow(logits, start, start + columns);
    for (let i = start; i < start + columns; i++) probabilities[i] = Math.exp(logits[i]! - logSum);
    loss += logSum - logits[start + labels[row]!]!;
  }
  return loss / rows;
}

/**
 * `dLogits = (probabilities − one-hot(labels)) · dLoss / rows`.
 *
 * @param dLoss the gradient of what follows the loss, 1 where nothing does
 */
export function softmaxCrossEntropyGradient(
  rows: number,
  columns: number,
  probabilities: Floats,
  labels: Int32Array,
  dLoss: number,
  dLogits: Floats,
): void {
  const weight = dLoss / rows;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const target = start + labels[row]!;
    for (let i = start; i < start + columns; i++) dLogits[i] = (probabilities[i]! - (i === target ? 1 : 0)) * weight;
  }
}

/** The mean of `(x − target)²` over all numbers. */
export function meanSquaredErrorForward(x: Floats, target: Floats): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = x[i]! - target[i]!;
    total += difference * difference;
  }
  return total / x.length;
}

/** `dX = 2 (x − target) · dLoss / length`; the target's gradient is its negative. */
export function meanSquaredErrorGradient(x: Floats, target: Floats, dLoss: number, dX: Floats): void {
  const weight = (2 * dLoss) / x.length;
  for (let i = 0; i < dX.length; i++) dX[i] = (x[i]! - target[i]!) * weight;
}
