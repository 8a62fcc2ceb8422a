import { beforeEach, describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import * as lib from "../../../lib/index.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { normal } from "../random-tensors.ts";
import { values } from "./torch-tensors.ts";

type T = lib.Tensor<lib.Shape, "float64">;
type Run = (a: T, b: T) => T;
/** A shape and what kind of numbers it holds: any, positive ones, or probabilities. */
type Input = readonly number[] | readonly [shape: readonly number[], kind: "+" | "p"] | "edge";

/** The numbers of an input, the same as in torch-tensors.py. */
const at = (i: number, seed: number): number => ((((i + 1) * 37 + seed * 11) % 59) - 29) / 16;
const edge = [-40, -3, -0.5, -0, 0, 0.5, 3, 6, 40, Infinity, -Infinity, Number.NaN];
const kinds = { any: (x: number) => x, "+": (x: number) => Math.abs(x) + 0.25, p: (x: number) => (x + 2) / 4 };

function shapeOf(input: Exclude<Input, "edge">): { shape: readonly number[]; kind: keyof typeof kinds } {
  const named = Array.isArray(input[0]);
  return { shape: (named ? input[0] : input) as readonly number[], kind: named ? (input[1] as "+" | "p") : "any" };
}

function numbersOf(input: Input, seed: number): { shape: readonly number[]; data: number[] } {
  if (input === "edge") return { shape: [edge.length], data: edge };
  const { shape, kind } = shapeOf(input);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Array.from({ length: size }, (_, i) => kinds[kind](at(i, seed))) };
}

/** Constants of the type that is computed in. */
const like = (x: T, data: number[]): T => lib.tensor(data, [data.length], x.dtype);

const A = [2, 3, 2];
const S = [3, 4];
const P = [2, 3, 2, 2];
const cases: Record<string, [inputs: Input[], run: Run]> = {
  add: [[A, [3, 1]], lib.add],
  subtract: [[A, [2]], lib.subtract],
  "subtract from a number": [[A], (a) => lib.subtract(1.5, a)],
  multiply: [
    [
      [2, 1, 2],
      [3, 1],
    ],
    lib.multiply,
  ],
  divide: [[A, [[2], "+"]], lib.divide],
  "divide a number": [[[A, "+"]], (a) => lib.divide(2, a)],
  power: [[[A, "+"], [2]], lib.power],
  "power of a number": [[A], (a) => lib.power(2, a)],
  "power, cubed": [[A], (a) => lib.power(a, 3)],
  "power, a root": [[[A, "+"]], (a) => lib.power(a, 0.5)],
  "power, a fraction": [[[A, "+"]], (a) => lib.power(a, -1.7)],
  maximum: [[A, [1, 2]], lib.maximum],
  "maximum, ties": [[A], (a) => lib.maximum(a, a)],
  minimum: [[A, [1, 2]], lib.minimum],
  negate: [[A], lib.negate],
  exp: [[A], lib.exp],
  abs: [[A], lib.abs],
  sin: [[A], lib.sin],
  cos: [[A], lib.cos],
  square: [[A], lib.square],
  log: [[[A, "+"]], lib.log],
  sqrt: [[[A, "+"]], lib.sqrt],
  clip: [[A], (a) => lib.clip(a, { min: -0.5, max: 1.0625 })],
  "clip from below": [[A], (a) => lib.clip(a, { min: 0.25 })],
  where: [[A, [2]], (a, b) => lib.where(lib.greater(a, 0), a, b)],
  "variance, uncorrected": [[A], (a) => lib.variance(a, { axis: -1, correction: 0 })],
  "max, axis 1": [[A], (a) => lib.max(a, { axis: 1 })],
  "min, axis 0": [[A], (a) => lib.min(a, { axis: 0 })],
  max: [[A], (a) => lib.max(a)],
  product: [[A], (a) => lib.product(a)],
  "product, axis 1": [[A], (a) => lib.product(a, { axis: 1 })],
  "product of zeros": [[[3]], (a) => lib.product(lib.multiply(a, like(a, [0, 1, 0])))],
  "product of one zero": [[[3]], (a) => lib.product(lib.multiply(a, like(a, [0, 1, 1])))],
  "cumulativeSum, axis 1": [[A], (a) => lib.cumulativeSum(a, { axis: 1 })],
  transpose: [[A], (a) => lib.transpose(a)],
  "transpose, in an order": [[A], (a) => lib.transpose(a, [1, 2, 0])],
  concat: [[A, [2, 2, 2]], (a, b) => lib.concat([a, b], { axis: 1 })],
  stack: [[A, A], (a, b) => lib.stack([a, b], { axis: -1 })],
  slice: [[A], (a) => lib.slice(a, 0, 3, { axis: 1, step: 2 })],
  take: [[A], (a) => lib.take(a, [2, 0, 2], { axis: 1 })],
  gather: [[A], (a) => lib.gather(a, lib.tensor([0, 1, 2, 2], [2, 1, 2], "int32"), { axis: 1 })],
  flip: [[A], (a) => lib.flip(a, [0, 2])],
  tile: [[A], (a) => lib.tile(a, [2, 1, 2])],
  repeat: [[A], (a) => lib.repeat(a, 3, { axis: 1 })],
  broadcastTo: [[[3, 1]], (a) => lib.broadcastTo(a, [2, 3, 2])],
  matmul: [
    [
      [3, 4],
      [4, 2],
    ],
    lib.matmul,
  ],
  "matmul, batches": [
    [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    lib.matmul,
  ],
  "matmul, a batch with one matrix": [
    [
      [2, 3, 4],
      [4, 5],
    ],
    lib.matmul,
  ],
  "matmul, one matrix with a batch": [
    [
      [3, 4],
      [2, 4, 5],
    ],
    lib.matmul,
  ],
  "matmul, vectors": [[[4], [4]], lib.matmul],
  "matmul, a vector on the right": [[[2, 3, 4], [4]], lib.matmul],
  "matmul, a vector on the left": [[[4], [2, 4, 3]], lib.matmul],
  "softmax, axis 1": [[A], (a) => lib.softmax(a, { axis: 1 })],
  "logSoftmax, axis 0": [[A], (a) => lib.logSoftmax(a, { axis: 0 })],
  "power, cubed, at the edges": [["edge"], (a) => lib.power(a, 3)],
  "clip at the edges": [["edge"], (a) => lib.clip(a, { min: -3, max: 6 })],
  "logSumExp at the edges": [["edge"], (a) => lib.logSumExp(lib.stack([a, lib.multiply(a, 0.5)]), { axis: 0 })],
  "max at the edges": [["edge"], (a) => lib.max(a, { axis: 0 })],
  prelu: [[A, [1]], lib.prelu],
  "prelu, a channel each": [[A, [3]], lib.prelu],
};

const axes: Record<string, lib.ReduceOptions> = {
  "": {},
  ", axis 1": { axis: 1 },
  ", axes 0 and 2, kept": { axis: [0, 2], keepDims: true },
};
for (const [name, options] of Object.entries(axes)) {
  cases[`sum${name}`] = [[A], (a) => lib.sum(a, options)];
  cases[`mean${name}`] = [[A], (a) => lib.mean(a, options)];
  cases[`variance${name}`] = [[A], (a) => lib.variance(a, options)];
  cases[`standardDeviation${name}`] = [[A], (a) => lib.standardDeviation(a, options)];
  cases[`logSumExp${name}`] = [[A], (a) => lib.logSumExp(a, options)];
  for (const p of [1, 2, 3, Infinity]) cases[`norm ${p}${name}`] = [[A], (a) => lib.norm(a, { ...options, p })];
}

const functions: Record<string, (a: T) => T> = {
  relu: lib.relu,
  relu6: lib.relu6,
  sigmoid: lib.sigmoid,
  tanh: lib.tanh,
  leakyRelu: (a) => lib.leakyRelu(a),
  "leakyRelu, 0.2": (a) => lib.leakyRelu(a, { negativeSlope: 0.2 }),
  elu: (a) => lib.elu(a),
  "elu, 0.5": (a) => lib.elu(a, { alpha: 0.5 }),
  gelu: (a) => lib.gelu(a),
  "gelu, tanh": (a) => lib.gelu(a, { approximate: "tanh" }),
  silu: lib.silu,
  softplus: (a) => lib.softplus(a),
  "softplus, sharp": (a) => lib.softplus(a, { beta: 3, threshold: 5 }),
  exp: lib.exp,
  log: lib.log,
  sqrt: lib.sqrt,
  abs: lib.abs,
};
for (const [name, f] of Object.entries(functions)) {
  cases[name] ??= [[A], f];
  cases[`${name} at the edges`] = [["edge"], f];
}

const labels = lib.tensor([1, 0, 3], [3], "int32");
const pixels = lib.tensor([0, 1, 2, 2, 1, 0, 0, 2], [2, 2, 2], "int32");
const classWeights = [0.5, 1, 2, 1.5];
for (const reduction of ["mean", "sum", "none"] as const) {
  const losses: Record<string, [Input[], Run]> = {
    crossEntropy: [[S], (x) => lib.crossEntropy(x, labels, { reduction })],
    "crossEntropy, weighted": [[S], (x) => lib.crossEntropy(x, labels, { classWeights, reduction })],
    "crossEntropy, smoothed, weighted": [
      [S],
      (x) => lib.crossEntropy(x, labels, { classWeights: like(x, classWeights), labelSmoothing: 0.2, reduction }),
    ],
    "crossEntropy, one ignored": [
      [S],
      (x) => lib.crossEntropy(x, labels, { classWeights, labelSmoothing: 0.1, ignoreIndex: 0, reduction }),
    ],
    "crossEntropy, probabilities": [[S, [S, "p"]], (x, t) => lib.crossEntropy(x, t, { reduction })],
    "crossEntropy, probabilities, smoothed, weighted": [
      [S, [S, "p"]],
      (x, t) => lib.crossEntropy(x, t, { classWeights, labelSmoothing: 0.3, reduction }),
    ],
    "negativeLogLikelihood, weighted": [[S], (x) => lib.negativeLogLikelihood(x, labels, { classWeights, reduction })],
    meanSquaredError: [[S, S], (x, t) => lib.meanSquaredError(x, t, { reduction })],
    meanAbsoluteError: [[S, S], (x, t) => lib.meanAbsoluteError(x, t, { reduction })],
    huberLoss: [[S, S], (x, t) => lib.huberLoss(x, t, { delta: 0.7, reduction })],
    binaryCrossEntropy: [
      [
        [S, "p"],
        [S, "p"],
      ],
      (x, t) => lib.binaryCrossEntropy(x, t, { reduction }),
    ],
    binaryCrossEntropyWithLogits: [[S, [S, "p"]], (x, t) => lib.binaryCrossEntropyWithLogits(x, t, { reduction })],
    "binaryCrossEntropyWithLogits, weighted": [
      [S, [S, "p"]],
      (x, t) => lib.binaryCrossEntropyWithLogits(x, t, { positiveWeights: like(x, classWeights), reduction }),
    ],
    hingeLoss: [[S], (x) => lib.hingeLoss(x, labels, { margin: 1.25, reduction })],
    "crossEntropy of pixels": [[P], (x) => lib.crossEntropy(x, pixels, { reduction })],
    "crossEntropy of pixels, weighted, smoothed, some ignored": [
      [P],
      (x) => lib.crossEntropy(x, pixels, { classWeights: [0.5, 1, 2], labelSmoothing: 0.2, ignoreIndex: 2, reduction }),
    ],
  };
  for (const [name, each] of Object.entries(losses)) cases[`${name}, ${reduction}`] = each;
}
cases["crossEntropy of smoothed labels"] = [[S], (x) => lib.crossEntropy(x, labels, { labelSmoothing: 0.1 })];
cases["crossEntropy of pixels, probabilities"] = [
  [P, [P, "p"]],
  (x, t) => lib.crossEntropy(x, t, { classWeights: [0.5, 1, 2], labelSmoothing: 0.2 }),
];
cases["negativeLogLikelihood of pixels"] = [[P], (x) => lib.negativeLogLikelihood(x, pixels)];
cases["binaryCrossEntropy of the certain"] = [
  [[3]],
  (x) => lib.binaryCrossEntropy(lib.add(lib.multiply(x, 0), like(x, [0, 1, 1])), lib.tensor([1, 0, 1], [3], "uint8")),
];

beforeEach(() => spoilFreeMemory());

/** Equal where either is not finite; else close, relative to the value, or to 1 where that is smaller. */
function expectClose(found: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    const same = Number.isFinite(value)
      ? Math.abs(found[i]! - value) <= tolerance * Math.max(1, Math.abs(value))
      : false;
    if (!same)
      expect(found[i], `number ${i} of [${Array.from(found).join(", ")}], not ${wanted.join(", ")}`).toBe(value);
  }
}

// The values have eleven digits; float32 has seven, and sums of a few products of them are compared.
describe.each([
  ["float64", 1e-9],
  ["float32", 1e-5],
] as const)("PyTorch's values and gradients, in %s", (dtype, tolerance) => {
  test.each(Object.keys(values))("%s", (name) => {
    const { shape, out, grads } = values[name]!;
    const [inputs, run] = cases[name]!;
    const tensors = inputs.map((input, seed) => {
      const { shape: size, data } = numbersOf(input, seed);
      return Object.assign(lib.tensor(data, size, dtype), { requiresGrad: true }) as unknown as T;
    });
    const result = run(tensors[0]!, tensors[1]!);
    expect(result.shape).toEqual(shape);
    expectClose(result.data, out, tolerance);
    const dOut = lib.tensor(
      out.map((_, i) => at(i, 9)),
      shape,
      dtype,
    );
    backward(result, dOut);
    for (const [i, x] of tensors.entries()) expectClose(x.grad?.data ?? grads[i]!.map(() => 0), grads[i]!, tolerance);
  });
});

// Standard normal numbers keep clear of corners by far more than the step of 1e-5: the seeds pass.
describe("the gradient equals the central difference", () => {
  const smooth = Object.keys(cases).filter((name) => !/edges|ties|certain/.test(name));
  test.each(smooth)("of %s", (name) => {
    const [inputs, run] = cases[name]!;
    const tensors = inputs.map((input, i) => {
      const { shape, kind } = shapeOf(input as Exclude<Input, "edge">);
      const x = normal(shape, 50 + i);
      // For probabilities, the logistic function of a quarter.
      const of = { any: (v: number) => v, "+": (v: number) => Math.abs(v) + 0.25, p: (v: number) => 1 / (1 + 2 ** -v) };
      return lib.tensor(x.data.map(of[kind]), shape, "float64");
    });
    const { passed, worst } = lib.gradCheck((a, b) => {
      const y = run(a!, b!);
      return lib.sum(lib.multiply(y, normal(y.shape, 99)));
    }, tensors);
    expect(passed, JSON.stringify(worst)).toBe(true);
  });
});
