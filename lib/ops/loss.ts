import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import {
  meanSquaredErrorForward,
  meanSquaredErrorGradient,
  softmaxCrossEntropyForward,
  softmaxCrossEntropyGradient,
} from "../compute/loss.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { Home } from "../tensor/home.ts";
import { numbers, peek } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";

/**
 * Softmax followed by the cross-entropy with the true classes, averaged over the batch, in nats:
 * `-1/N Σₙ log softmax(scores)[n, labels[n]]`.
 *
 * @param scores `[N, K]`, one score a class, before any softmax
 * @param labels `[N]` whole numbers from 0 to K - 1, of type int32
 * @throws ShapeError if there is not one label an example; OptionError if a label is no class
 */
export function crossEntropy<X extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  labels: Tensor<Shape, "int32">,
): Tensor<readonly [], D> {
  const operands = [operand("crossEntropy", "scores", scores, "N K"), operand("crossEntropy", "labels", labels, "N")];
  if (labels.shape.length === 2 && sameShape(labels.shape, scores.shape)) {
    const fix = "give class numbers; argmax(labels) finds them where each row has a single 1";
    throw new ShapeError("crossEntropy", "the labels have one number a class, not one an example", operands, fix);
  }
  checkRank("crossEntropy", operands);
  checkNotEmpty("crossEntropy", operands);
  checkSameDtype("crossEntropy", [scores]);
  const [n, k] = scores.shape as unknown as [number, number];
  if (labels.shape[0] !== n) {
    const fix = `give one label an example: shape [${n}]`;
    throw new ShapeError("crossEntropy", `there are ${n} examples and ${labels.shape[0]} labels`, operands, fix);
  }
  checkLabels(labels, k);
  const probabilities = new Home(scores.dtype, scores.size);
  return apply<readonly [], D>({
    name: "crossEntropy",
    inputs: [scores],
    shape: [],
    dtype: scores.dtype,
    kept: [probabilities],
    forward: (out) => {
      out[0] = softmaxCrossEntropyForward(n, k, numbers(scores), numbers(labels), probabilities.numbers() as Floats);
    },
    backward: (dOut) => {
      const dScores = roomForGradient(scores.dtype, scores.size);
      softmaxCrossEntropyGradient(n, k, probabilities.numbers() as Floats, numbers(labels), dOut[0]!, dScores);
      return [dScores];
    },
  });
}

function checkLabels(labels: Tensor<Shape, "int32">, classes: number): void {
  if (labels.dtype !== "int32") {
    throw new OptionError(
      "crossEntropy",
      `the labels are ${labels.dtype as string}`,
      'give class numbers: cast(labels, "int32"), or tensor([...], [N], "int32")',
    );
  }
  const given = peek(labels);
  const wrong = given.findIndex((label) => label < 0 || label >= classes);
  if (wrong < 0) return;
  const problem = `label ${wrong} is ${given[wrong]}, and the scores have classes 0 to ${classes - 1}`;
  throw new OptionError(
    "crossEntropy",
    problem,
    `give the last layer ${given[wrong]! + 1} outputs or more, or correct the label`,
  );
}

/**
 * The mean of the squared differences, over all elements: `1/M Σ (x - target)²`.
 *
 * @throws ShapeError if the shapes differ
 */
export function meanSquaredError<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Shape, D>,
): Tensor<readonly [], D> {
  const operands = [operand("meanSquaredError", "input", x), operand("meanSquaredError", "target", target)];
  checkSameDtype("meanSquaredError", [x, target]);
  checkNotEmpty("meanSquaredError", operands);
  if (!sameShape(x.shape, target.shape)) {
    throw new ShapeError(
      "meanSquaredError",
      "the shapes differ",
      operands,
      `reshape the target to [${x.shape.join(", ")}]`,
    );
  }
  return apply<readonly [], D>({
    name: "meanSquaredError",
    inputs: [x, target],
    shape: [],
    dtype: x.dtype,
    forward: (out) => {
      out[0] = meanSquaredErrorForward(numbers(x), numbers(target));
    },
    backward: (dOut, [needsX, needsTarget]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dTarget = needsTarget ? roomForGradient(x.dtype, x.size) : null;
      if (dX) meanSquaredErrorGradient(numbers(x), numbers(target), dOut[0]!, dX);
      // The error is symmetric in its operands, so the target's gradient is the input's with the roles exchanged.
      if (dTarget) meanSquaredErrorGradient(numbers(target), numbers(x), dOut[0]!, dTarget);
      return [dX, dTarget];
    },
  });
}
