/** What is given to a loss of classification: scores, and labels that fit them. */

import { type Operand, OptionError, ShapeError } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import { elementCount, type Shape, sameShape } from "../tensor/shape.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";

/** Sizes of scores `[N, K, ...]`. */
export interface ClassTask {
  readonly n: number;
  readonly classes: number;
  /** How many pixels an example has; 1 where it has none. */
  readonly inner: number;
  /** Of labels, `[N, ...]`. */
  readonly labelShape: readonly number[];
}

/** Letters of scores with so many axes. */
const letters = ["", "N", "N K", "N K L", "N K H W", "N K D H W"];

/**
 * Sizes of scores and the labels that belong to them.
 *
 * @param name what the scores are, as errors say it
 * @param ignored the label that counts for nothing; NaN for none
 * @throws ShapeError if they do not fit each other; OptionError if a label is no class
 */
export function classTask(
  operation: string,
  name: string,
  scores: AnyTensor,
  labels: Tensor<Shape, "int32">,
  ignored = Number.NaN,
): ClassTask {
  const given = operand(operation, name, scores);
  const axes = letters[Math.max(2, given.shape.length)] ?? "";
  const labelAxes = axes.replace(" K", "");
  const operands = [withAxes(given, axes), withAxes(operand(operation, "labels", labels), labelAxes)];
  if (labels.dtype !== "int32" && labels.shape.length > 0 && given.shape.length === labels.shape.length + 1) {
    refuseType(operation, labels);
  }
  if (labels.shape.length > 1 && sameShape(labels.shape, scores.shape)) {
    const rows = labels.dtype === "int32" || labels.dtype === "uint8" ? 'cast(labels, "float32")' : "labels";
    const fix = `give class numbers; argmax(${rows}) finds them where each row has a single 1`;
    throw new ShapeError(operation, "the labels have one number a class, not one an example", operands, fix);
  }
  checkRank(
    operation,
    operands.filter((each) => each.axes !== undefined),
  );
  checkNotEmpty(operation, operands);
  checkSameDtype(operation, [scores]);
  refuseType(operation, labels);
  const task = sizesOf(given.shape);
  checkLabelShape(operation, task, operands);
  checkLabels(operation, name, labels, task.classes, ignored);
  return task;
}

function withAxes(given: Operand, axes: string): Operand {
  return axes === "" ? given : { ...given, axes };
}

/** The sizes of scores that were checked. */
export function sizesOf(shape: readonly number[]): ClassTask {
  const [n, classes, ...pixels] = shape as readonly [number, number, ...number[]];
  return { n, classes, inner: elementCount(pixels), labelShape: [n, ...pixels] };
}

/** @throws OptionError unless the labels are class numbers */
function refuseType(operation: string, labels: AnyTensor): void {
  if (labels.dtype === "int32") return;
  const fix = 'give class numbers: cast(labels, "int32"), or tensor([...], [N], "int32")';
  throw new OptionError(operation, `the labels are ${labels.dtype}`, fix);
}

function checkLabelShape(operation: string, { n, labelShape }: ClassTask, operands: readonly Operand[]): void {
  const found = operands[1]!.shape;
  if (sameShape(found, labelShape)) return;
  const fix = `give one label ${labelShape.length > 1 ? "a pixel" : "an example"}: shape [${labelShape.join(", ")}]`;
  const problem =
    found[0] === n ? "the labels have not the scores' pixels" : `there are ${n} examples and ${found[0]} labels`;
  throw new ShapeError(operation, problem, operands, fix);
}

/** @throws OptionError naming the first label that is no class */
function checkLabels(
  operation: string,
  name: string,
  labels: Tensor<Shape, "int32">,
  classes: number,
  ignored: number,
): void {
  const given = peek(labels);
  const wrong = given.findIndex((label) => (label < 0 || label >= classes) && label !== ignored);
  if (wrong < 0) return;
  const label = given[wrong]!;
  const problem = `label ${wrong} is ${label}, and the ${name} have classes 0 to ${classes - 1}`;
  const fix = label < 0 ? "" : `give the last layer ${label + 1} outputs or more, or `;
  throw new OptionError(operation, problem, `${fix}correct the label`);
}

/** What is given as the weights of classes. */
export type GivenWeights = Tensor<Shape, "float32" | "float64"> | readonly number[];

/** @throws OptionError unless there is one for each class */
export function checkClassWeights(operation: string, weights: GivenWeights, classes: number): void {
  const count = weights instanceof Tensor ? weights.size : Array.isArray(weights) ? weights.length : Number.NaN;
  if (count === classes) return;
  const problem = Number.isNaN(count) ? "classWeights are no list" : `${count} classWeights for ${classes} classes`;
  throw new OptionError(operation, problem, `give ${classes} numbers in an array, or a tensor of shape [${classes}]`);
}
