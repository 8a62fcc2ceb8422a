/** Functions of every number. */
import type { ClipOptions } from "../../ops/functions.ts";
import type { LeakyReluOptions } from "../../ops/rectifiers.ts";
import type { EluOptions, GeluOptions, SoftplusOptions } from "../../ops/smooth-rectifiers.ts";
import { as, type Call, type Exporter } from "./exporter.ts";
import { Fraction } from "./graph.ts";

const square: Exporter = ({ graph, inputs: [x] }) => graph.node("Mul", [x!.name, x!.name]);

const leakyRelu: Exporter<Required<LeakyReluOptions>> = ({ graph, inputs: [x], details }) =>
  graph.node("LeakyRelu", [x!.name], { alpha: new Fraction(details.negativeSlope) });

const elu: Exporter<Required<EluOptions>> = ({ graph, inputs: [x], details }) =>
  graph.node("Elu", [x!.name], { alpha: new Fraction(details.alpha) });

const clip: Exporter<Required<ClipOptions>> = ({ graph, inputs: [x], dtype, details: { min, max } }) => {
  const bound = (role: string, value: number): string | null =>
    Number.isFinite(value) ? graph.scalar(role, value, dtype) : null;
  return graph.node("Clip", [x!.name, bound("min", min), bound("max", max)]);
};

const relu6: Exporter = ({ graph, inputs: [x], dtype }) =>
  graph.node("Clip", [x!.name, graph.scalar("min", 0, dtype), graph.scalar("max", 6, dtype)]);

/** One slope for all, or one a channel: then with axes behind it, so that it is spread over the pixels. */
const prelu: Exporter = ({ graph, inputs: [x, weights] }) => {
  const behind = Math.max(0, x!.shape.length - 2);
  const one = weights!.shape.every((size) => size === 1);
  const to = one ? [1] : [...weights!.shape.filter((size) => size !== 1), ...new Array<number>(behind).fill(1)];
  const slopes = weights!.shape.length === to.length ? weights!.name : graph.reshape(weights!.name, weights!.shape, to);
  return graph.node("PRelu", [x!.name, slopes]);
};

const silu: Exporter = ({ graph, inputs: [x] }) => graph.node("Mul", [x!.name, graph.node("Sigmoid", [x!.name])]);

const gelu: Exporter<Required<GeluOptions>> = (call) => {
  const { graph, inputs, details } = call;
  const x = inputs[0]!.name;
  if (graph.opset >= 20) return graph.node("Gelu", [x], { approximate: details.approximate });
  return details.approximate === "none" ? gaussian(call, x) : approximated(call, x);
};

/** `x · (1 + erf(x / √2)) / 2`. */
function gaussian({ graph, dtype }: Call, x: string): string {
  const error = graph.node("Erf", [graph.node("Div", [x, graph.scalar("root", Math.SQRT2, dtype)])]);
  const twice = graph.node("Add", [error, graph.scalar("one", 1, dtype)]);
  return graph.node("Mul", [graph.node("Mul", [x, twice]), graph.scalar("half", 0.5, dtype)]);
}

/** `x · (1 + tanh(√(2/π) · (x + 0.044715·x³))) / 2`. */
function approximated({ graph, dtype }: Call, x: string): string {
  const number = (role: string, value: number): string => graph.scalar(role, value, dtype);
  const cube = graph.node("Mul", [x, graph.node("Mul", [x, x])]);
  const bent = graph.node("Add", [x, graph.node("Mul", [cube, number("cubic", 0.044715)])]);
  const tanh = graph.node("Tanh", [graph.node("Mul", [bent, number("scale", Math.sqrt(2 / Math.PI))])]);
  const twice = graph.node("Add", [tanh, number("one", 1)]);
  return graph.node("Mul", [graph.node("Mul", [x, twice]), number("half", 0.5)]);
}

/** From here on `ln(1 + eˣ)` is `x` in single precision: `e⁻ˣ` is less than half a step of numbers of that size. */
const straightFrom = 17;

const softplus: Exporter<Required<SoftplusOptions>> = ({ graph, inputs, dtype, details: { beta, threshold } }) => {
  const x = inputs[0]!.name;
  const sharpness = graph.scalar("beta", beta, dtype);
  const scaled = beta === 1 ? x : graph.node("Mul", [x, sharpness]);
  const bent = graph.node("Softplus", [scaled]);
  const result = beta === 1 ? bent : graph.node("Div", [bent, sharpness]);
  if (dtype === "float32" && threshold >= straightFrom) return result;
  const beyond = graph.node("Greater", [scaled, graph.scalar("threshold", threshold, dtype)]);
  return graph.node("Where", [beyond, x, result]);
};

export const elementwise = {
  relu: as("Relu"),
  sigmoid: as("Sigmoid"),
  tanh: as("Tanh"),
  exp: as("Exp"),
  log: as("Log"),
  sqrt: as("Sqrt"),
  abs: as("Abs"),
  sign: as("Sign"),
  sin: as("Sin"),
  cos: as("Cos"),
  negate: as("Neg"),
  square,
  clip,
  relu6,
  leakyRelu,
  prelu,
  elu,
  gelu,
  silu,
  softplus,
};
