import {
  abs,
  add,
  clip,
  cos,
  divide,
  exp,
  linear,
  log,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  multiply,
  norm,
  power,
  product,
  reshape,
  sin,
  sqrt,
  square,
  standardDeviation,
  subtract,
  sum,
  variance,
} from "../../lib/index.ts";
import type { Given, Run, T } from "./given.ts";

/** An operation of two tensors, or of one and a number among the attributes. */
const binary =
  (operation: (a: T, b: T | number) => T): Run =>
  (given) =>
    operation(given.x, given.inputs.length > 1 ? given.second : given.number("other"));

const axes = (given: Given) => {
  const axis = given.numbers("axis");
  return { ...(axis === undefined ? {} : { axis }), keepDims: given.flag("keepDims", false) };
};

/** PyTorch divides by one less than there are numbers unless it is told not to. */
const sample = (given: Given) => ({
  ...axes(given),
  correction: given.has("unbiased") ? Number(given.flag("unbiased", true)) : given.number("correction", 1),
});

const product2: Run = (given) => matmul(given.x, given.second);

export const pointwise: Readonly<Record<string, Run>> = {
  add: binary(add),
  sub: binary(subtract),
  subtract: binary(subtract),
  mul: binary(multiply),
  multiply: binary(multiply),
  div: binary(divide),
  divide: binary(divide),
  maximum: binary(maximum),
  minimum: binary(minimum),
  pow: (given) => power(given.x, given.has("exponent") ? given.number("exponent") : given.second),
  exp: ({ x }) => exp(x),
  log: ({ x }) => log(x),
  sqrt: ({ x }) => sqrt(x),
  rsqrt: ({ x }) => power(x, -0.5),
  reciprocal: ({ x }) => power(x, -1),
  square: ({ x }) => square(x),
  abs: ({ x }) => abs(x),
  neg: ({ x }) => multiply(x, -1),
  sin: ({ x }) => sin(x),
  cos: ({ x }) => cos(x),
  tan: ({ x }) => divide(sin(x), cos(x)),
  clamp: bounded,
  clip: bounded,

  linear: (given) => {
    const { x } = given;
    const [weights, bias] = [given.tensor("weight"), given.optional("bias")];
    const [outputs = 1, inputs = 1] = weights.shape as readonly number[];
    if (x.shape.length === 2) return linear(x, weights, bias);
    // The leading axes, however many, are examples.
    const outer = x.shape.slice(0, -1) as readonly number[];
    return reshape(linear(reshape(x, [-1, inputs]), weights, bias), [...outer, outputs]);
  },
  matmul: product2,
  mm: product2,
  bmm: product2,

  sum: (given) => sum(given.x, axes(given)),
  mean: (given) => mean(given.x, axes(given)),
  prod: (given) => product(given.x, axes(given)),
  max: (given) => max(given.x, axes(given)),
  min: (given) => min(given.x, axes(given)),
  amax: (given) => max(given.x, axes(given)),
  amin: (given) => min(given.x, axes(given)),
  var: (given) => variance(given.x, sample(given)),
  std: (given) => standardDeviation(given.x, sample(given)),
  norm: (given) => norm(given.x, { ...axes(given), p: given.number("power", 2) }),
  logsumexp: (given) => logSumExp(given.x, axes(given)),
};

function bounded(given: Given): T {
  return clip(given.x, {
    ...(given.has("least") ? { min: given.number("least") } : {}),
    ...(given.has("most") ? { max: given.number("most") } : {}),
  });
}
