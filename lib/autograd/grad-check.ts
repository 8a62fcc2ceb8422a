import { checkOptions, checkPositive, checkRange, describe, OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { noGrad } from "./apply.ts";
import { backward } from "./backward.ts";

/** The element at which the gradient differs most from the central difference. */
export interface GradientDifference {
  /** Which of the inputs, counted from 0. */
  readonly input: number;
  /** What it is called: `input 0`; of a module, `the input` or a parameter's path, `conv1.filters`. */
  readonly name: string;
  /** One index an axis. */
  readonly index: readonly number[];
  /** What `backward` gave. */
  readonly analytic: number;
  /** The central difference. */
  readonly numeric: number;
  /** `|analytic - numeric| / max(1, |analytic|, |numeric|)` */
  readonly error: number;
}

/** How far the gradient of one input was off, element by element. */
export interface GradientErrors {
  /** As in `GradientDifference`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** `|analytic - numeric| / max(1, |analytic|, |numeric|)` of each element, in row-major order. */
  readonly errors: Float64Array;
}

/** What a gradient check found. Its text says it in words, and it draws itself as maps of the errors. */
export class GradientCheck {
  /** Whether the worst error is within the tolerance. */
  readonly passed: boolean;
  /** How many elements were compared. */
  readonly checked: number;
  /** Where the two differ most; its `error` is -1 where the inputs have no elements. */
  readonly worst: GradientDifference;
  /** The largest error that passes. */
  readonly tolerance: number;
  /** The error of every element, input by input. */
  readonly inputs: readonly GradientErrors[];

  constructor(checked: number, worst: GradientDifference, tolerance: number, inputs: readonly GradientErrors[]) {
    this.inputs = inputs;
    this.passed = worst.error <= tolerance;
    this.checked = checked;
    this.worst = worst;
    this.tolerance = tolerance;
  }

  /** In words: whether it passed, and the worst element with its index and both values. */
  toString(): string {
    const { passed, checked, worst, tolerance } = this;
    if (checked === 0) return "gradient check: there was nothing to compare";
    const elements = checked === 1 ? "1 element" : `${checked} elements`;
    const place = `${worst.name}[${worst.index.join(", ")}]`;
    return [
      `gradient check ${passed ? "passed" : "FAILED"}: ${elements}, tolerance ${tolerance}`,
      `  worst at ${place}: error ${Number(worst.error.toPrecision(3))}`,
      `  backward gives     ${worst.analytic}`,
      `  central difference ${worst.numeric}`,
    ].join("\n");
  }
}

/** How `gradCheck` compares. */
export interface GradientCheckOptions {
  /**
   * How far each element is moved, `h`; default 1e-5: near the cube root of float64's precision, where truncation and
   * rounding errors meet (Press et al., Numerical Recipes, section 5.7).
   */
  readonly step?: number;
  /** The largest error that passes; default 1e-6. */
  readonly tolerance?: number;
}

/** A float64 tensor of any shape: what gradients are checked in. */
export type Float64Tensor = Tensor<Shape, "float64">;

/**
 * Compares `backward`'s gradient with central differences, `(f(x + h) - f(x - h)) / 2h`, element by element. For the
 * parameters of a layer there is `gradCheckModule`.
 *
 * @param f from the inputs to a scalar; must not change them
 * @param inputs float64 tensors: in float32 the rounding of `f` alone would drown the difference
 * @returns whether all elements passed, and the worst of them with its index and both values; as text, in words
 * @throws OptionError if an input is not float64; ShapeError if `f` gives more than one number
 * @example gradCheck((x) => sum(multiply(x, x)), [tensor([1, 2, 3], [3], "float64")]).passed // true
 */
export function gradCheck(
  f: (...inputs: Float64Tensor[]) => Float64Tensor,
  inputs: readonly Float64Tensor[],
  options: GradientCheckOptions = {},
): GradientCheck {
  checkGradientOptions("gradCheck", options);
  checkInputs(inputs);
  const named = inputs.map((tensor, i) => ({ name: `input ${i}`, tensor }));
  return compareGradients("gradCheck", () => f(...inputs), named, options);
}

/** @throws OptionError for an unknown option, or one out of range */
export function checkGradientOptions(op: string, options: GradientCheckOptions): void {
  checkOptions(op, options, ["step", "tolerance"]);
  const { step = 1e-5, tolerance = 1e-6 } = options;
  checkPositive(op, "step", step);
  checkRange(op, "tolerance", tolerance, Number.POSITIVE_INFINITY);
}

/** The same for a function of tensors that it holds itself. */
export function compareGradients(
  op: string,
  f: () => Float64Tensor,
  inputs: readonly { readonly name: string; readonly tensor: Float64Tensor }[],
  { step = 1e-5, tolerance = 1e-6 }: GradientCheckOptions,
): GradientCheck {
  const tensors = inputs.map(({ tensor }) => tensor);
  const analytic = analyticGradients(op, f, tensors);
  const value = (): number => noGrad(f).item();
  let worst: GradientDifference = { input: 0, name: "", index: [], analytic: 0, numeric: 0, error: -1 };
  let checked = 0;
  const compared = inputs.map(({ name, tensor }) => ({
    name,
    shape: tensor.shape,
    errors: new Float64Array(tensor.size),
  }));
  tensors.forEach((x, input) => {
    const { data } = x;
    const { errors } = compared[input]!;
    for (let i = 0; i < data.length; i++, checked++) {
      const kept = data[i]!;
      data[i] = kept + step;
      const above = value();
      data[i] = kept - step;
      const below = value();
      data[i] = kept;
      const numeric = (above - below) / (2 * step);
      const a = analytic[input]![i]!;
      const difference = Math.abs(a - numeric) / Math.max(1, Math.abs(a), Math.abs(numeric));
      const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      errors[i] = error;
      if (error <= worst.error) continue;
      worst = { input, name: inputs[input]!.name, index: indexOf(i, x.shape), analytic: a, numeric, error };
    }
  });
  return new GradientCheck(checked, worst, tolerance, compared);
}

function checkInputs(inputs: readonly Float64Tensor[]): void {
  if (!Array.isArray(inputs)) {
    throw new OptionError("gradCheck", `the inputs are ${describe(inputs)}`, "give them in an array: [x]");
  }
  inputs.forEach((x: AnyTensor, i) => {
    checkTensor("gradCheck", `input ${i}`, x);
    if (x.dtype === "float64") return;
    throw new OptionError("gradCheck", `input ${i} is ${x.dtype}`, 'rounding would drown it: give cast(x, "float64")');
  });
}

function analyticGradients(op: string, f: () => Float64Tensor, inputs: readonly Float64Tensor[]): Float64Array[] {
  const before = inputs.map(({ requiresGrad, grad }) => ({ requiresGrad, grad }));
  for (const x of inputs) Object.assign(x, { requiresGrad: true, grad: null });
  try {
    const y = f();
    checkTensor(op, "the function's value", y);
    if (y.size !== 1) throw notScalar(op, y);
    backward(y);
    return inputs.map((x) => x.grad?.data.slice() ?? new Float64Array(x.size));
  } finally {
    inputs.forEach((x, i) => void Object.assign(x, before[i]));
  }
}

function notScalar(op: string, y: AnyTensor): ShapeError {
  const operands = [{ name: "f(inputs)", shape: y.shape }];
  return new ShapeError(
    op,
    "the function's value is not one number",
    operands,
    "end the function with sum() or mean()",
  );
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
