import { expect } from "vitest";
import {
  type FloatDType,
  type Module,
  outputSize,
  Random,
  type Shape,
  summary,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";

/**
 * `computed`: the slide's number is found. `erratum`: the slide slips, and the right number is found. `concept`: there is no
 * number to compare. `source lost`: it was in a picture, and our own numbers show it. `quoted`: measured by others.
 */
export type State = "computed" | "erratum" | "concept" | "source lost" | "quoted";

export interface Topic {
  readonly state: State;
  readonly what: string;
  readonly check: () => void;
}

export type T = Tensor<Shape, FloatDType>;
export type Rows = readonly (readonly number[])[];

/** A picture as a batch of one with one channel, or a filter as a bank of one. */
export const image = (rows: Rows): Tensor<readonly [1, 1, number, number], "float64"> =>
  tensor(rows.flat(), [1, 1, rows.length, rows[0]!.length], "float64") as never;

export const parameter = <P extends T>(x: P): P => Object.assign(x, { requiresGrad: true });

export const shows = (x: T, expected: readonly number[] | Rows, tolerance = 1e-12): void => {
  const numbers = expected.flat();
  expect(x.size).toBe(numbers.length);
  for (const [i, value] of numbers.entries()) {
    expect(Math.abs(x.data[i]! - value), `number ${i}: ${x.data[i]}, expected ${value}`).toBeLessThanOrEqual(tolerance);
  }
};

export const normal = (seed: number, shape: readonly number[]): T => {
  const random = new Random(seed);
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Array.from({ length: count }, () => random.normal()),
    shape,
    "float64",
  );
};

/** Parameters of a network that is described and never filled with numbers. */
export const parametersOf = (network: () => Module, inputShape: readonly number[]): number =>
  summary(network, inputShape).parameters;

/** Sides of the maps by windows of F at stride S with padding P. */
export const sides = (size: number, F: number, S: number, P: number): number =>
  outputSize(size, { kernelSize: F, stride: S, padding: P, stridePolicy: "strict" });
