import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { Attribution, type AttributionParts } from "./attribution.ts";
import { type Baseline, baselineFor } from "./baseline.ts";
import { type QuadratureMethod, quadratures } from "./quadrature.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions } from "./target.ts";

/** How `integratedGradients` walks; every option may be left out. */
export interface IntegratedGradientsOptions extends TargetOptions {
  /** Where the way to each example begins: what says nothing, such as a black image; default 0. */
  readonly baseline?: Baseline;
  /** At how many places of the way the gradient is taken; default 50. */
  readonly steps?: number;
  /** Which places; default `gauss-legendre`. The paper's sum is `riemann-right`. */
  readonly method?: QuadratureMethod;
}

/** What `integratedGradients` gives: attributions, and how far their sum is from what it should be. */
export class IntegratedGradients extends Attribution {
  /**
   * Of each example, the sum of its attributions less the score's rise from the baseline to it. It tends to 0 as `steps` grow; a
   * large one says that there were too few.
   */
  readonly convergenceDelta: readonly number[];

  constructor(parts: AttributionParts, convergenceDelta: readonly number[]) {
    super(parts);
    this.convergenceDelta = convergenceDelta;
  }
}

/**
 * Integrated gradients: the gradient of the score, gathered along the straight way from a baseline to the input, times the way
 * (Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, 2017, eq. 1):
 * `(x - b) · ∫ ∂score(b + α(x - b)) / ∂x dα`. Their sum is the score's rise from baseline to input, up to `convergenceDelta`.
 *
 * The network is asked in evaluation mode; its modes and the gradients of its parameters are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @returns attributions of the inputs' shape, and `convergenceDelta`, one number an example
 * @throws as `saliency`; ShapeError for a baseline of another shape; InterruptedError between two steps if the notebook's user
 *   asks to stop
 * @example integratedGradients(lenet5(), testDigits().take(1).images, { steps: 20 }).convergenceDelta.length // 1
 */
export function integratedGradients(
  network: Module,
  inputs: Tensor,
  options: IntegratedGradientsOptions = {},
): IntegratedGradients {
  const operation = "integratedGradients";
  checkOptions(operation, options, [...targetOptions, "baseline", "steps", "method"]);
  const { steps = 50, method = "gauss-legendre" } = options;
  checkInteger(operation, "steps", steps, 1);
  if (!Object.hasOwn(quadratures, method)) {
    const fix = `choose one of ${Object.keys(quadratures).join(", ")}`;
    throw new OptionError(operation, `method is ${describe(method)}`, fix);
  }
  const subject = new Subject(operation, network, inputs, options);
  const baseline = baselineFor(operation, inputs, options.baseline ?? 0);
  const scores = subject.values();
  const base = subject.values(baseline);
  const [to, from] = [peek(inputs).slice(), peek(baseline).slice()];
  const sum = new Float64Array(inputs.size);
  const { places, weights } = quadratures[method](steps);
  for (const [step, place] of places.entries()) {
    subject.goOn(step, steps);
    const between = allocate(inputs.dtype, inputs.size);
    for (let i = 0; i < between.length; i++) between[i] = from[i]! + place * (to[i]! - from[i]!);
    const gradient = peek(subject.gradients(freshTensor(between, inputs.shape, inputs.dtype)).gradient);
    for (let i = 0; i < sum.length; i++) sum[i]! += weights[step]! * gradient[i]!;
  }
  const attributions = allocate(inputs.dtype, inputs.size);
  for (let i = 0; i < sum.length; i++) attributions[i] = (to[i]! - from[i]!) * sum[i]!;
  const size = inputs.size / subject.count;
  const deltas = Array.from(scores, (score, n) => {
    let total = 0;
    for (let i = n * size; i < (n + 1) * size; i++) total += attributions[i]!;
    return total - (score - base[n]!);
  });
  const meaning = "Orange is what raised the score above the baseline's, blue what lowered it";
  const look = { signed: true, combine: "sum", clip: 0.99, meaning } as const;
  const tensor = freshTensor(attributions, inputs.shape, inputs.dtype);
  return new IntegratedGradients({ ...subject.about, attributions: tensor, scores, ...look }, deltas);
}
