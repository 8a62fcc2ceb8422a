import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import {
  type LocalResponseNormSizes,
  localResponseNormForward,
  localResponseNormGradient,
} from "../compute/local-response-norm.ts";
import { checkInteger, checkOptions, checkPositive, checkRange, ShapeError } from "../errors.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape, type Sizes } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";

/** How strongly neighbouring channels hold each other down. */
export interface LocalResponseNormSettings {
  /** How many channels a channel sees, itself included. */
  readonly size: number;
  /** The strength, α; divided by `size`. Default 1e-4. */
  readonly alpha?: number;
  /** The exponent, β; default 0.75. */
  readonly beta?: number;
  /** What holds where all neighbours are 0; default 1. */
  readonly k?: number;
}

/**
 * Divides each number by what its neighbours in the channels around it amount to: a large response keeps the others down
 * (Krizhevsky, Sutskever and Hinton, 2012, section 3.3). As PyTorch defines it:
 *
 *     out[c] = x[c] / (k + alpha / size · Σ x[i]²)^beta,  i from c - ⌊size / 2⌋ to c + ⌊(size - 1) / 2⌋, as far as there are such
 *
 * AlexNet's paper writes it without the division by `size`: n = 5, its α = 1e-4, k = 2, β = 0.75 are
 * `{ size: 5, alpha: 5e-4, beta: 0.75, k: 2 }` here.
 *
 * @param x `[N, C, ...]`, with at least one axis behind the channels
 * @returns the shape of `x`
 * @throws ShapeError if the input has fewer axes, or is empty; OptionError for an unknown option, or one out of range
 * @example localResponseNorm(ones([1, 8, 4, 4]), { size: 5, alpha: 5e-4, k: 2 }).shape // [1, 8, 4, 4]
 */
export function localResponseNorm<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  settings: LocalResponseNormSettings,
): Tensor<X, D> {
  const op = "localResponseNorm";
  checkLocalResponseNorm(op, settings);
  const input = operand(op, "input", x);
  const [n, c, ...pixels] = x.shape as readonly number[];
  if (n === undefined || c === undefined || pixels.length === 0) {
    throw new ShapeError(op, "the input is no batch of maps", [input], "give [N, C, H, W], or [N, C, L]");
  }
  checkNotEmpty(op, [{ ...input, axes: ["N", "C", "H", "W"].slice(0, x.shape.length).join(" ") }]);
  checkSameDtype(op, [x]);
  const { size, alpha = 1e-4, beta = 0.75, k = 1 } = settings;
  const window = { before: Math.floor(size / 2), after: Math.floor((size - 1) / 2) };
  const sizes: LocalResponseNormSizes = { n, c, plane: elementCount(pixels), ...window, share: alpha / size, beta, k };
  const scales = new Home(x.dtype, x.size);
  return apply<X, D>({
    name: op,
    inputs: [x],
    shape: x.shape as Sizes<X>,
    dtype: x.dtype,
    details: { size, alpha, beta, k } satisfies Required<LocalResponseNormSettings>,
    kept: [scales],
    forward: (out) => localResponseNormForward(sizes, numbers(x), scales.numbers() as Floats, out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      const terms = allocate(x.dtype, x.size);
      localResponseNormGradient(sizes, dOut, numbers(x), scales.numbers() as Floats, terms, dX);
      return [dX];
    },
  });
}

/** @throws OptionError for an unknown option, or one out of range */
export function checkLocalResponseNorm(op: string, settings: LocalResponseNormSettings): void {
  checkOptions(op, settings, ["size", "alpha", "beta", "k"]);
  const { size, alpha = 1e-4, beta = 0.75, k = 1 } = settings;
  checkInteger(op, "size", size, 1);
  checkRange(op, "alpha", alpha, Number.POSITIVE_INFINITY);
  checkRange(op, "beta", beta, Number.POSITIVE_INFINITY);
  checkPositive(op, "k", k);
}
