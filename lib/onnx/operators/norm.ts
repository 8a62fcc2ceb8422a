import { add, divide, multiply, subtract } from "../../ops/arithmetic.ts";
import { batchNorm2d } from "../../ops/batch-norm.ts";
import { abs, sqrt, square } from "../../ops/functions.ts";
import { groupNorm, layerNorm } from "../../ops/group-norm.ts";
import { localResponseNorm } from "../../ops/local-response-norm.ts";
import { flip } from "../../ops/permute.ts";
import { power } from "../../ops/powers.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { elementCount, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { rowsAlong } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { Value } from "../values/value.ts";

/**
 * By running statistics, or in training mode (version 14 of the operators) by the batch's own, which the running ones then
 * move towards. Before version 9, `spatial` 0 has statistics for each place of each channel.
 */
function batchNorm(call: Call): Value[] {
  const x = Value.ofTensor(call.tensor(0));
  const [n = 0, c = 0, ...pixels] = x.shape;
  const perPlace = call.opset < 9 && !call.flag("spatial", true);
  const images = perPlace ? [n, c * elementCount(pixels), 1, 1] : [n, c, elementCount(pixels), 1];
  const plain = pixels.length === 2 && !perPlace;
  const [weights, bias] = [flat(call.tensor(1)), flat(call.tensor(2))];
  const [runningMean, runningVariance] = [flat(call.tensor(3)), flat(call.tensor(4))];
  const epsilon = call.float("epsilon", 1e-5);
  const training = call.flag("training_mode");
  const statistics = training ? {} : { runningMean, runningVariance };
  const out = batchNorm2d(plain ? x.tensor : x.as(images).tensor, { weights, bias, ...statistics, epsilon, training });
  const result = Value.rounded(call.value(0).type, plain ? out : Value.ofTensor(out).as(x.shape).tensor);
  if (!training) return [result];
  const momentum = call.float("momentum", 0.9);
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const [means, variances] = momentsOf(x, axes);
  const moved = (index: number, now: Float64Array): Value => {
    const old = call.value(index);
    const from = old.elements as ArrayLike<number>;
    return convert(
      Value.of(
        "float64",
        old.shape,
        now.map((each, i) => momentum * from[i]! + (1 - momentum) * each),
      ),
      old.type,
    );
  };
  return [result, moved(3, means), moved(4, variances)];
}

function flat(x: Tensor): Tensor {
  return x.shape.length === 1 ? x : Value.ofTensor(x).as([x.size]).tensor;
}

/** The mean and the variance along some axes, for each place along the others. */
function momentsOf(x: Value, axes: readonly number[]): [mean: Float64Array, variance: Float64Array] {
  const { starts, offsets } = rowsAlong(x.shape, axes);
  const from = x.elements as unknown as Float32Array;
  const means = new Float64Array(starts.length);
  const variances = new Float64Array(starts.length);
  for (const [i, start] of starts.entries()) {
    let total = 0;
    for (const offset of offsets) total += from[start + offset]!;
    const middle = total / offsets.length;
    let squares = 0;
    for (const offset of offsets) squares += (from[start + offset]! - middle) ** 2;
    means[i] = middle;
    variances[i] = squares / offsets.length;
  }
  return [means, variances];
}

function instanceNorm(call: Call): Value {
  const x = call.tensor(0);
  const options = { weights: call.tensor(1), bias: call.tensor(2), epsilon: call.float("epsilon", 1e-5) };
  return call.like(groupNorm(x, x.shape[1] ?? 1, options));
}

/** Scale and bias are those of groups before version 21 of the operators, then of channels. */
function groupNormNode(call: Call): Value {
  const x = call.tensor(0);
  const groups = call.int("num_groups", 1);
  const [, channels = 0] = x.shape;
  const perChannel = (index: number): Tensor => {
    const value = Value.ofTensor(call.tensor(index));
    if (value.size === channels) return value.tensor;
    const places = Int32Array.from({ length: channels }, (_, c) => Math.floor((c * groups) / channels));
    return pick("perChannel", value, [channels], places).tensor;
  };
  const options = { weights: perChannel(1), bias: perChannel(2), epsilon: call.float("epsilon", 1e-5) };
  return call.like(groupNorm(x, groups, options));
}

/** The last axes, from one on. */
function lastAxes(call: Call, x: Tensor, otherwise: number): number[] {
  const from = call.axis(call.int("axis", otherwise), x.shape.length);
  return x.shape.map((_, axis) => axis).filter((axis) => axis >= from);
}

/** By the library's own operation, unless mean and deviation are asked for, or what is learned has another shape. */
function layerNormNode(call: Call): Value[] {
  const x = call.tensor(0);
  const axis = lastAxes(call, x, -1);
  const [weights, bias, epsilon] = [call.tensor(1), call.maybeTensor(2), call.float("epsilon", 1e-5)];
  const last = x.shape.slice(axis[0]);
  const usual = sameShape(weights.shape, last) && (bias === null || sameShape(bias.shape, last));
  if (usual && x.size > 0 && !call.wants(1) && !call.wants(2)) {
    return [call.like(layerNorm(x, last, { weights, bias, epsilon }))];
  }
  const middle = mean(x, { axis, keepDims: true }) as Tensor;
  const centred = subtract(x, middle) as Tensor;
  const variance = mean(square(centred), { axis, keepDims: true }) as Tensor;
  const inverse = power(add(variance, epsilon), -0.5) as Tensor;
  const scaled = multiply(multiply(centred, inverse), weights) as Tensor;
  const out = bias === null ? scaled : (add(scaled, bias) as Tensor);
  return [call.like(out), Value.ofTensor(middle), Value.ofTensor(inverse)];
}

/** By the root of the mean square (Zhang and Sennrich, 2019). */
function rootMeanSquareNorm(call: Call): Value {
  const x = call.tensor(0);
  const squares = mean(square(x), { axis: lastAxes(call, x, -1), keepDims: true }) as Tensor;
  const inverse = power(add(squares, call.float("epsilon", 1e-5)), -0.5);
  return call.like(multiply(multiply(x, inverse), call.tensor(1)) as Tensor);
}

function lpNorm(call: Call): Value {
  const x = call.tensor(0);
  const options = { axis: call.axis(call.int("axis", -1), x.shape.length), keepDims: true };
  const norm = call.int("p", 2) === 1 ? sum(abs(x), options) : sqrt(sum(square(x), options) as Tensor);
  return call.like(divide(x, norm as Tensor) as Tensor);
}

/** Of an even number of neighbours, ONNX has the larger half behind, the library before: so channels are turned around. */
function localNorm(call: Call): Value {
  const x = call.tensor(0);
  const size = call.int("size", 1);
  const settings = { size, alpha: call.float("alpha", 1e-4), beta: call.float("beta", 0.75), k: call.float("bias", 1) };
  if (size % 2 === 1) return call.like(localResponseNorm(x, settings));
  const turned = flip(x, 1);
  return call.like(flip(localResponseNorm(turned, settings), 1) as Tensor);
}

function meanVarianceNorm(call: Call): Value {
  const x = call.tensor(0);
  const options = {
    axis: (call.ints("axes") ?? [0, 2, 3]).map((axis) => call.axis(axis, x.shape.length)),
    keepDims: true,
  };
  const centred = subtract(x, mean(x, options) as Tensor) as Tensor;
  const deviation = sqrt(mean(square(centred), options) as Tensor);
  return call.like(divide(centred, add(deviation, 1e-9)) as Tensor);
}

/** What normalises. */
export const norms: Readonly<Record<string, Operator>> = {
  BatchNormalization: { learned: [1, 2], run: batchNorm },
  GroupNormalization: { since: 18, learned: [1, 2], run: groupNormNode },
  InstanceNormalization: { learned: [1, 2], run: instanceNorm },
  LayerNormalization: { since: 17, learned: [1, 2], run: layerNormNode },
  LpNormalization: { run: lpNorm },
  LRN: { run: localNorm },
  MeanVarianceNormalization: { since: 9, run: meanVarianceNorm },
  RMSNormalization: { since: 23, learned: [1], run: rootMeanSquareNorm },
};
