import { erf } from "../../compute/error-function.ts";
import { relu, sigmoid, tanh } from "../../ops/activation.ts";
import { negate } from "../../ops/arithmetic.ts";
import { fromInput } from "../../ops/elementwise.ts";
import { abs, cos, exp, log, sign, sin, sqrt } from "../../ops/functions.ts";
import { power } from "../../ops/powers.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Operator } from "../call.ts";
import { map } from "../values/broadcast.ts";
import { halfToEven } from "../values/small-floats.ts";
import { isFloat, isWide } from "../values/value.ts";

type Function = (x: Tensor) => Tensor;

/** A function of each number by its formula and its derivative's. */
export function scalar(name: string, f: (x: number) => number, derivative: (x: number) => number): Function {
  return (x) =>
    fromInput(
      name,
      x,
      (from, out) => {
        for (let i = 0; i < out.length; i++) out[i] = f(from[i]!);
      },
      (dOut, from, dX) => {
        for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * derivative(from[i]!);
      },
    );
}

/** An operator that is a function of each fraction. */
export const elementwise = (f: Function): Operator => ({ run: (call) => call.like(f(call.tensor(0))) });

/** One that takes integers too. */
const numeric = (floats: Function, integers: (x: number) => number, wide: (x: bigint) => bigint): Operator => ({
  run(call) {
    const x = call.value(0);
    if (isFloat(x.type)) return call.like(floats(x.tensor));
    if (x.type === "string" || x.type === "bool") throw call.unknownType(x.type);
    return isWide(x.type) ? map<bigint>(x.type, x, wide) : map<number>(x.type, x, integers);
  },
});

/** One whose steps have no slope. */
const steps = (name: string, f: (x: number) => number): Operator => elementwise(scalar(name, f, () => 0));

/** Functions of each element. */
export const functions: Readonly<Record<string, Operator>> = {
  Abs: numeric(abs, Math.abs, (x) => (x < 0n ? -x : x)),
  Neg: numeric(
    negate,
    (x) => -x,
    (x) => -x,
  ),
  Sign: numeric(sign, Math.sign, (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n)),
  Relu: numeric(
    relu,
    (x) => Math.max(0, x),
    (x) => (x < 0n ? 0n : x),
  ),
  Exp: elementwise(exp),
  Log: elementwise(log),
  Sqrt: elementwise(sqrt),
  Reciprocal: elementwise((x) => power(x, -1) as Tensor),
  Sigmoid: elementwise(sigmoid),
  Tanh: elementwise(tanh),
  Sin: elementwise(sin),
  Cos: elementwise(cos),
  Tan: elementwise(scalar("tan", Math.tan, (x) => 1 + Math.tan(x) ** 2)),
  Asin: elementwise(scalar("asin", Math.asin, (x) => 1 / Math.sqrt(1 - x * x))),
  Acos: elementwise(scalar("acos", Math.acos, (x) => -1 / Math.sqrt(1 - x * x))),
  Atan: elementwise(scalar("atan", Math.atan, (x) => 1 / (1 + x * x))),
  Sinh: elementwise(scalar("sinh", Math.sinh, Math.cosh)),
  Cosh: elementwise(scalar("cosh", Math.cosh, Math.sinh)),
  Asinh: elementwise(scalar("asinh", Math.asinh, (x) => 1 / Math.sqrt(x * x + 1))),
  Acosh: elementwise(scalar("acosh", Math.acosh, (x) => 1 / Math.sqrt(x * x - 1))),
  Atanh: elementwise(scalar("atanh", Math.atanh, (x) => 1 / (1 - x * x))),
  Erf: { ...elementwise(scalar("erf", erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x))), since: 9 },
  Ceil: steps("ceil", Math.ceil),
  Floor: steps("floor", Math.floor),
  Round: { ...steps("round", halfToEven), since: 11 },
};
