import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { drawMask, multiplyPlanes } from "../compute/dropout.ts";
import { multiply } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { Random } from "../random.ts";
import { defaultRandom } from "../tensor/default-random.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape, type Sizes } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameDtype, operand } from "./operands.ts";

/** What is dropped, when, and by which random numbers. */
export interface DropoutCallOptions {
  /** How likely each is dropped, 0 to 1; default 0.5. */
  readonly probability?: number;
  /** Whether anything is dropped at all; default true. In evaluation the input comes back as it is. */
  readonly training?: boolean;
  /** Decides what is dropped; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * Sets each number to 0 with a probability, so that no feature can rely on a certain other (Srivastava et al., 2014,
 * section 4). What is left is scaled up at once ("inverted" dropout), so that sums keep their size and evaluation need do
 * nothing:
 *
 *     out = x · (0 with probability p, else 1 / (1 - p))
 *
 * The numbers are drawn one by one, on one thread: one generator gives the same result on any number of threads.
 *
 * @param x any shape
 * @returns the shape of `x`; `x` itself where nothing is dropped
 * @throws OptionError for an unknown option, or a probability out of range
 * @example dropout(ones([4]), { probability: 0.5, random: new Random(1) }) // some 0, the others 2
 */
export function dropout<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: DropoutCallOptions = {},
): Tensor<X, D> {
  checkSameDtype("dropout", [x]);
  return drop("dropout", x, 1, options);
}

/**
 * The same for whole feature maps (Tompson et al., 2015, section 3.2): neighbouring pixels say much the same, so dropping
 * single ones would take little away.
 *
 * @param x `[N, C, ...]`
 * @returns the shape of `x`; `x` itself where nothing is dropped
 * @throws ShapeError if there are no channels; OptionError for an unknown option, or a probability out of range
 * @example dropout2d(ones([1, 8, 4, 4]), { probability: 0.25, random: new Random(1) })
 */
export function dropout2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: DropoutCallOptions = {},
): Tensor<X, D> {
  checkSameDtype("dropout2d", [x]);
  const input = operand("dropout2d", "input", x);
  if (input.shape.length < 3) {
    const fix = "give [N, C, H, W]; for rows of features use dropout";
    throw new ShapeError("dropout2d", "the input has no feature maps", [input], fix);
  }
  return drop("dropout2d", x, elementCount(input.shape.slice(2)), options);
}

/** @throws OptionError for a probability out of range, or what is no generator */
export function checkDropout(op: string, { probability = 0.5, random }: DropoutCallOptions): void {
  if (!(typeof probability === "number" && probability >= 0 && probability <= 1)) {
    throw new OptionError(op, `probability is ${describe(probability)}`, "give a number from 0 to 1");
  }
  if (random === undefined || random instanceof Random) return;
  throw new OptionError(op, `random is ${describe(random)}`, "give a generator: new Random(1)");
}

function drop<X extends Shape, D extends FloatDType>(
  op: string,
  x: Tensor<X, D>,
  plane: number,
  options: DropoutCallOptions,
): Tensor<X, D> {
  checkOptions(op, options, ["probability", "training", "random"]);
  checkDropout(op, options);
  const { probability = 0.5, training = true, random = defaultRandom() } = options;
  if (!training || probability === 0) return x;
  const mask = new Home(x.dtype, plane === 0 ? 0 : x.size / plane);
  const pass = (from: Floats, to: Floats): void => {
    const factors = mask.numbers() as Floats;
    if (plane === 1) multiply(from, factors, to);
    else multiplyPlanes(plane, from, factors, to);
  };
  return apply<X, D>({
    name: op,
    inputs: [x],
    shape: x.shape as Sizes<X>,
    dtype: x.dtype,
    details: { probability },
    kept: [mask],
    forward: (out) => {
      drawMask(probability, random, mask.numbers() as Floats);
      pass(numbers(x), out);
    },
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      pass(dOut, dX);
      return [dX];
    },
  });
}
