import {
  abs,
  add,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  clip,
  crossEntropy,
  divide,
  hingeLoss,
  mean,
  meanAbsoluteError,
  meanSquaredError,
  multiply,
  negativeLogLikelihood,
  oneHot,
  power,
  type Reduction,
  relu,
  subtract,
  sum,
} from "../../lib/index.ts";
import type { Given, Run, T } from "./given.ts";

const reduction = (given: Given) => ({ reduction: given.text("reduction", "mean") as Reduction });

const reduced = (losses: T, { reduction }: { reduction: Reduction }): T =>
  reduction === "none" ? losses : reduction === "sum" ? sum(losses) : mean(losses);

const classes = (given: Given) => {
  const classWeights = given.optional("weight");
  return {
    ...reduction(given),
    ...(classWeights === null ? {} : { classWeights }),
    ...(given.has("ignore_index") ? { ignoreIndex: given.number("ignore_index") } : {}),
  };
};

/** Huber, 1964: half the square up to δ, from there on straight; with `q = min(|d|, δ)` it is `q · (|d| - q / 2)`. */
const huber = (given: Given, delta: number): T => {
  const distance = abs(subtract(given.x, given.tensor("target")));
  const short = clip(distance, { max: delta });
  return multiply(short, subtract(distance, multiply(short, 0.5)));
};

export const losses: Readonly<Record<string, Run>> = {
  cross_entropy: (given) => {
    const options = { ...classes(given), labelSmoothing: given.number("label_smoothing", 0) };
    const probabilities = given.has("target") ? null : given.tensor("target");
    // A target of the scores' shape gives each class its probability.
    if (probabilities?.shape.join() === given.x.shape.join()) return crossEntropy(given.x, probabilities, options);
    return crossEntropy(given.x, given.integers("target"), options);
  },
  nll: (given) => negativeLogLikelihood(given.x, given.integers("target"), classes(given)),
  mse: (given) => meanSquaredError(given.x, given.tensor("target"), reduction(given)),
  l1: (given) => meanAbsoluteError(given.x, given.tensor("target"), reduction(given)),
  huber: (given) => reduced(huber(given, given.number("delta", 1)), reduction(given)),
  smooth_l1: (given) => {
    const beta = given.number("beta", 1);
    return reduced(divide(huber(given, beta), beta), reduction(given));
  },
  bce: (given) => binaryCrossEntropy(given.x, given.tensor("target"), reduction(given)),
  binary_cross_entropy: (given) => binaryCrossEntropy(given.x, given.tensor("target"), reduction(given)),
  bce_with_logits: withLogits,
  binary_cross_entropy_with_logits: withLogits,
  hinge: (given) => hingeLoss(given.x, given.integers("target"), margin(given)),
  multi_margin: multiMargin,
};

function withLogits(given: Given): T {
  const positiveWeights = given.optional("pos_weight") ?? 1;
  return binaryCrossEntropyWithLogits(given.x, given.tensor("target"), { ...reduction(given), positiveWeights });
}

function margin(given: Given): { margin: number; reduction: Reduction } {
  return { ...reduction(given), margin: given.number("margin", 1) };
}

/** PyTorch divides by the number of classes, where the literature adds up, and has a power of each excess. */
function multiMargin(given: Given): T {
  const { x } = given;
  const labels = given.integers("target");
  const classes = Number(x.shape[1]);
  const { margin: least, reduction } = margin(given);
  const exponent = given.number("power", 1);
  if (exponent === 1) return divide(hingeLoss(x, labels, { margin: least, reduction }), classes);
  const label = oneHot(labels, classes, given.dtype);
  const right = sum(multiply(x, label), { axis: 1, keepDims: true });
  const excess = multiply(relu(add(subtract(x, right), least)), subtract(1, label));
  return reduced(mean(power(excess, exponent), { axis: 1 }), { reduction });
}
