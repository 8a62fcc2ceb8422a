import { divide, multiply } from "../../ops/arithmetic.ts";
import { sum } from "../../ops/reduce.ts";
import { logSoftmax } from "../../ops/softmax.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { pick } from "../values/pick.ts";
import { room, Value } from "../values/value.ts";

/**
 * Of each place the negative logarithm of its class' probability, `-weight[class] · x[n, class, ...]`: as they are, summed, or
 * summed and divided by the weights' sum.
 */
function negativeLogLikelihood(call: Call, x: Value): Value {
  const targets = call.value(1);
  const weights = call.maybe(2);
  const ignored = call.has("ignore_index") ? call.int("ignore_index", 0) : null;
  const [, classes = 0, ...pixels] = x.shape;
  const plane = elementCount(pixels);
  const labels = targets.list;
  const type = x.type === "float64" ? "float64" : "float32";
  const factors = room(type, labels.length);
  const given = weights?.elements as unknown as Float32Array | undefined;
  let total = 0;
  const places = Int32Array.from(labels, (label, i) => {
    if (label === ignored) return -1;
    if (label < 0 || label >= classes) throw call.wrong(`class ${label} of ${classes}`, `give 0 to ${classes - 1}`);
    const weight = given?.[label] ?? 1;
    factors[i] = -weight;
    total += weight;
    return (Math.floor(i / plane) * classes + label) * plane + (i % plane);
  });
  const picked = pick("negativeLogLikelihood", x, targets.shape, places);
  const losses = multiply(picked.tensor, Value.of(type, targets.shape, factors).tensor) as Tensor;
  const reduction = call.text("reduction", "mean");
  if (reduction === "none") return call.like(losses);
  const summed = sum(losses) as unknown as Tensor;
  return call.like(reduction === "sum" ? summed : (divide(summed, total) as Tensor));
}

function crossEntropy(call: Call): Value[] {
  const probabilities = Value.ofTensor(logSoftmax(call.tensor(0), { axis: 1 }) as Tensor);
  return [negativeLogLikelihood(call, probabilities), call.like(probabilities.tensor)];
}

/** What classification minimises. */
export const losses: Readonly<Record<string, Operator>> = {
  NegativeLogLikelihoodLoss: { since: 12, run: (call) => negativeLogLikelihood(call, Value.ofTensor(call.tensor(0))) },
  SoftmaxCrossEntropyLoss: { since: 12, run: crossEntropy },
};
