import { eluForward, eluGradient } from "../compute/rectifiers.ts";
import * as compute from "../compute/smooth-rectifiers.ts";
import { checkOptions, checkPositive, describe, OptionError } from "../errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fromInput } from "./elementwise.ts";
import { checkFinite } from "./operands.ts";

/** What an exponential linear unit tends to. */
export interface EluOptions {
  /** Minus the limit for x to -Infinity; default 1, at which there is no kink at 0. */
  readonly alpha?: number;
}

/** The settings, checked, with defaults filled in. @throws OptionError */
export function eluSettings(operation: string, options: EluOptions): Required<EluOptions> {
  checkOptions(operation, options, ["alpha"]);
  const { alpha = 1 } = options;
  checkFinite(operation, "alpha", alpha);
  return { alpha };
}

/**
 * The exponential linear unit: `x` above 0, `alpha · (eˣ - 1)` elsewhere (Clevert et al., 2016).
 *
 * @param options alpha: default 1
 * @throws OptionError for an unknown option
 * @example elu(tensor([-1, 2])).data // [-0.632..., 2]
 */
export function elu<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D>,
  options: EluOptions = {},
): Tensor<S, D> {
  const { alpha } = eluSettings("elu", options);
  return fromInput(
    "elu",
    x,
    (from, out) => eluForward(from, alpha, out),
    (dOut, from, dX) => eluGradient(dOut, from, alpha, dX),
    { alpha } satisfies Required<EluOptions>,
  );
}

/** How a Gaussian error linear unit is computed. */
export interface GeluOptions {
  /** `"none"` (default) for the normal distribution itself, `"tanh"` for the approximation that GPT-2 uses. */
  readonly approximate?: "none" | "tanh";
}

/** The settings, checked, with defaults filled in. @throws OptionError */
export function geluSettings(operation: string, options: GeluOptions): Required<GeluOptions> {
  checkOptions(operation, options, ["approximate"]);
  const { approximate = "none" } = options;
  if (approximate === "none" || approximate === "tanh") return { approximate };
  throw new OptionError(operation, `approximate is ${describe(approximate)}`, 'choose "none" or "tanh"');
}

/**
 * The Gaussian error linear unit: `x · Φ(x)`, where Φ is the normal distribution, `½ (1 + erf(x / √2))`; approximated,
 * `½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))` (Hendrycks and Gimpel, 2016, section 2).
 *
 * @param options approximate: `"none"` (default) or `"tanh"`
 * @throws OptionError for an unknown option or value
 * @example gelu(tensor([-1, 0, 1])).data // [-0.158..., 0, 0.841...]
 */
export function gelu<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D>,
  options: GeluOptions = {},
): Tensor<S, D> {
  const settings = geluSettings("gelu", options);
  return settings.approximate === "none"
    ? fromInput("gelu", x, compute.geluForward, compute.geluGradient, settings)
    : fromInput("gelu", x, compute.tanhGeluForward, compute.tanhGeluGradient, settings);
}

/** The sigmoid linear unit, `x / (1 + e⁻ˣ)`, also called swish (Elfwing et al., 2018, eq. 5). @example silu(tensor([0, 1])).data // [0, 0.731...] */
export function silu<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("silu", x, compute.siluForward, compute.siluGradient);
}

/** How sharply softplus bends. */
export interface SoftplusOptions {
  /** The sharpness β; default 1. The larger, the nearer to the rectifier. */
  readonly beta?: number;
  /** Where `beta · x` is above it, the result is `x` itself; default 20. */
  readonly threshold?: number;
}

/** The settings, checked, with defaults filled in. @throws OptionError */
export function softplusSettings(operation: string, options: SoftplusOptions): Required<SoftplusOptions> {
  checkOptions(operation, options, ["beta", "threshold"]);
  const { beta = 1, threshold = 20 } = options;
  checkPositive(operation, "beta", beta);
  checkFinite(operation, "threshold", threshold);
  return { beta, threshold };
}

/**
 * The smooth rectifier `log(1 + e^(beta · x)) / beta`; `x` itself where `beta · x` is above the threshold, where the two
 * differ by less than rounding (as PyTorch's).
 *
 * @param options beta: default 1; threshold: default 20
 * @throws OptionError for an unknown option, or a beta that is not positive
 * @example softplus(tensor([0])).item() // 0.693...
 */
export function softplus<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D>,
  options: SoftplusOptions = {},
): Tensor<S, D> {
  const { beta, threshold } = softplusSettings("softplus", options);
  return fromInput(
    "softplus",
    x,
    (from, out) => compute.softplusForward(from, beta, threshold, out),
    (dOut, from, dX) => compute.softplusGradient(dOut, from, beta, threshold, dX),
    { beta, threshold } satisfies Required<SoftplusOptions>,
  );
}
