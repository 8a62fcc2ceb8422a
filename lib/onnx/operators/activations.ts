import { add, multiply } from "../../ops/arithmetic.ts";
import { maximum, minimum } from "../../ops/powers.ts";
import { leakyRelu, prelu } from "../../ops/rectifiers.ts";
import { elu, gelu, softplus } from "../../ops/smooth-rectifiers.ts";
import { logSoftmax, softmax } from "../../ops/softmax.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { map, rowsAlong } from "../values/broadcast.ts";
import { isFloat, isWide, room, Value } from "../values/value.ts";
import { elementwise, scalar } from "./functions.ts";

/** An activation whose shape its attributes decide. */
const activation = (f: (x: Tensor, call: Call) => Tensor): Operator => ({
  run: (call) => call.like(f(call.tensor(0), call)),
});

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** `scale · (x above 0, alpha · (eˣ - 1) below)` (Klambauer et al., 2017, eq. 2). */
const selu = activation((x, call) => {
  const alpha = call.float("alpha", 1.6732631921768188);
  const scale = call.float("gamma", 1.0507010221481323);
  return multiply(elu(x, { alpha }), scale) as Tensor;
});

/** `x` above 0, `alpha · (exp(x / alpha) - 1)` below (Barron, 2017). */
const celu = activation((x, call) => {
  const alpha = call.float("alpha", 1);
  const f = (v: number): number => (v > 0 ? v : alpha * Math.expm1(v / alpha));
  return scalar("celu", f, (v) => (v > 0 ? 1 : Math.exp(v / alpha)))(x);
});

const hardSigmoid = activation((x, call) => {
  const [alpha, beta] = [call.float("alpha", 0.2), call.float("beta", 0.5)];
  const line = (v: number): number => alpha * v + beta;
  const inside = (v: number): boolean => line(v) > 0 && line(v) < 1;
  return scalar(
    "hardSigmoid",
    (v) => Math.max(0, Math.min(1, line(v))),
    (v) => (inside(v) ? alpha : 0),
  )(x);
});

/** `x · max(0, min(1, x / 6 + 1/2))` (Howard et al., 2019, section 5.2). */
const hardSwish = scalar(
  "hardSwish",
  (v) => v * Math.max(0, Math.min(1, v / 6 + 0.5)),
  (v) => (v <= -3 ? 0 : v >= 3 ? 1 : v / 3 + 0.5),
);

/** `x · tanh(softplus(x))` (Misra, 2019). */
const mish = scalar(
  "mish",
  (v) => v * Math.tanh(softplusOf(v)),
  (v) => {
    const t = Math.tanh(softplusOf(v));
    return t + v * (1 - t * t) * logistic(v);
  },
);

function softplusOf(v: number): number {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}

const softsign = scalar(
  "softsign",
  (v) => v / (1 + Math.abs(v)),
  (v) => 1 / (1 + Math.abs(v)) ** 2,
);

const thresholded = activation((x, call) => {
  const alpha = call.float("alpha", 1);
  return scalar(
    "thresholdedRelu",
    (v) => (v > alpha ? v : 0),
    (v) => (v > alpha ? 1 : 0),
  )(x);
});

/** `x · sigmoid(alpha · x)` (Ramachandran, Zoph and Le, 2017). */
const swish = activation((x, call) => {
  const alpha = call.float("alpha", 1);
  const slope = (v: number): number => {
    const s = logistic(alpha * v);
    return s + alpha * v * s * (1 - s);
  };
  return scalar("swish", (v) => v * logistic(alpha * v), slope)(x);
});

/** Towards 0 by `bias`, and 0 between `-lambd` and `lambd`. */
const shrink: Operator = {
  since: 9,
  run(call) {
    const x = call.value(0);
    const [bias, lambda] = [call.float("bias", 0), call.float("lambd", 0.5)];
    const f = (v: number): number => (v < -lambda ? v + bias : v > lambda ? v - bias : 0);
    if (isFloat(x.type)) return call.like(scalar("shrink", f, (v) => (Math.abs(v) > lambda ? 1 : 0))(x.tensor));
    return isWide(x.type) ? map<bigint>(x.type, x, (v) => BigInt(f(Number(v)))) : map<number>(x.type, x, f);
  },
};

/** Bounds are attributes before version 11 of the operators, then inputs; where they cross, the upper one holds. */
const clip: Operator = {
  run(call) {
    const x = call.value(0);
    const bound = (name: string, index: number): Value["elements"][number] | null => {
      if (call.opset < 11) return call.has(name) ? call.float(name, 0) : null;
      return call.maybe(index)?.elements[0] ?? null;
    };
    const [least, most] = [bound("min", 1), bound("max", 2)];
    if (isFloat(x.type)) {
      const raised = least === null ? x.tensor : maximum(x.tensor, Number(least));
      return call.like((most === null ? raised : minimum(raised, Number(most))) as Tensor);
    }
    return map(x.type, x, (v) => {
      const raised = least !== null && v < least ? least : v;
      return most !== null && raised > most ? most : raised;
    });
  },
};

/** Before version 13 of the operators, the axes from `axis` on count as one. */
function alongAxis(call: Call, f: (x: Tensor, axis: number) => Tensor): Tensor {
  const x = call.tensor(0);
  const { shape } = x;
  if (call.opset >= 13) return f(x, call.axis(call.int("axis", -1), shape.length));
  const given = call.int("axis", 1);
  const axis = given < 0 ? given + shape.length : given;
  const value = Value.ofTensor(x);
  const rows = value.as([elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
  return Value.ofTensor(f(rows.tensor, 1)).as(shape).tensor;
}

/** 1 for the first of the largest, 0 for all others. */
function hardmax(x: Tensor, axis: number): Tensor {
  const value = Value.ofTensor(x);
  const { starts, offsets } = rowsAlong(value.shape, [axis]);
  const from = value.elements as unknown as Float32Array;
  const out = room(value.type, from.length);
  for (const start of starts) {
    let best = start;
    for (const offset of offsets) if (from[start + offset]! > from[best]!) best = start + offset;
    out[best] = 1;
  }
  return Value.of(value.type, value.shape, out).tensor;
}

/** Activations, and what they are made of. */
export const activations: Readonly<Record<string, Operator>> = {
  Celu: { ...celu, since: 12 },
  Clip: clip,
  Elu: activation((x, call) => elu(x, { alpha: call.float("alpha", 1) })),
  Gelu: {
    since: 20,
    ...activation((x, call) => gelu(x, { approximate: call.text("approximate", "none") as "none" | "tanh" })),
  },
  HardSigmoid: hardSigmoid,
  HardSwish: { ...elementwise(hardSwish), since: 14 },
  Hardmax: activation((_, call) => alongAxis(call, hardmax)),
  LeakyRelu: activation((x, call) => leakyRelu(x, { negativeSlope: call.float("alpha", 0.01) })),
  LogSoftmax: activation((_, call) => alongAxis(call, (x, axis) => logSoftmax(x, { axis }))),
  Mish: { ...elementwise(mish), since: 18 },
  PRelu: {
    learned: [1],
    ...activation((x, call) => {
      const slope = call.value(1);
      const [, channels] = x.shape;
      // one slope a channel: of an axis for each behind the channels, too, or before version 7 of the operators without them
      const axes = call.opset < 7 ? 1 : x.shape.length - 1;
      const perChannel = slope.size === channels && slope.shape.at(-axes) === channels;
      if (slope.size === 1 || perChannel) return prelu(x, slope.as([slope.size]).tensor);
      return add(maximum(x, 0), multiply(slope.tensor, minimum(x, 0))) as Tensor;
    }),
  },
  Selu: selu,
  Shrink: shrink,
  Softmax: activation((_, call) => alongAxis(call, (x, axis) => softmax(x, { axis }))),
  Softplus: activation((x) => softplus(x)),
  Softsign: elementwise(softsign),
  Swish: { ...swish, since: 24 },
  ThresholdedRelu: { ...thresholded, since: 10 },
};
