import { scale } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { checkPositive, describe, OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { changed, numbers } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import { type AnyTensor, gradientOf, type Parameter } from "../tensor/tensor.ts";

/**
 * Shortens all gradients together where they are longer than `maxNorm`, so that one batch cannot throw the parameters far
 * off (Pascanu, Mikolov and Bengio, 2013, algorithm 1). Their direction stays. To be called between `backward` and
 * `optimizer.step()`. As PyTorch does it: `g ← g · min(1, maxNorm / (norm + 1e-6))`.
 *
 * @param parameters those without a gradient are passed over
 * @param maxNorm the largest Euclidean length of all gradients as one vector
 * @returns that length before: NaN or Infinity if a gradient holds such, and then every gradient is spoilt
 * @throws OptionError if the length is not positive, or the parameters are none
 * @example clipGradNorm(lenet5().parameters(), 1) // 0: there are no gradients yet
 */
export function clipGradNorm(parameters: Iterable<Parameter>, maxNorm: number): number {
  checkPositive("clipGradNorm", "maxNorm", maxNorm);
  const gradients = gradientsOf("clipGradNorm", parameters);
  let squares = 0;
  for (const gradient of gradients) {
    beginOperation();
    const values = numbers(gradient) as Floats;
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
    squares += sum;
  }
  const norm = Math.sqrt(squares);
  const factor = maxNorm / (norm + 1e-6);
  if (factor >= 1) return norm;
  for (const gradient of gradients) {
    beginOperation();
    const values = numbers(gradient) as Floats;
    scale(values, factor, values);
    changed(gradient);
  }
  return norm;
}

/**
 * Brings each number of the gradients to the nearest one between ±maxValue; NaN stays. Unlike `clipGradNorm` it turns them
 * into another direction.
 *
 * @param parameters those without a gradient are passed over
 * @throws OptionError if the bound is not positive, or the parameters are none
 * @example clipGradValue(lenet5().parameters(), 0.5)
 */
export function clipGradValue(parameters: Iterable<Parameter>, maxValue: number): void {
  checkPositive("clipGradValue", "maxValue", maxValue);
  for (const gradient of gradientsOf("clipGradValue", parameters)) {
    beginOperation();
    const values = numbers(gradient) as Floats;
    for (let i = 0; i < values.length; i++) values[i] = Math.max(-maxValue, Math.min(maxValue, values[i]!));
    changed(gradient);
  }
}

function gradientsOf(op: string, parameters: Iterable<Parameter>): AnyTensor[] {
  if (typeof (parameters as Partial<Iterable<Parameter>> | undefined)?.[Symbol.iterator] !== "function") {
    throw new OptionError(op, `the parameters are ${describe(parameters)}`, "give it network.parameters()");
  }
  const all = [...parameters];
  for (const parameter of all) checkTensor(op, "one of the parameters", parameter);
  return all.map(gradientOf).filter((gradient) => gradient !== null);
}
