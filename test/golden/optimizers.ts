import {
  Adadelta,
  Adagrad,
  Adam,
  AdamW,
  backward,
  multiply,
  type Optimizer,
  type Parameter,
  RMSProp,
  SGD,
  sum,
  tensor,
} from "../../lib/index.ts";
import { difference, type Precision, precisions } from "./compare.ts";
import type { Trace } from "./format.ts";

/** Our settings, and how a trace may spell them. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  learningRate: ["lr", "learning_rate"],
  momentum: ["momentum"],
  nesterov: ["nesterov"],
  weightDecay: ["weight_decay", "wd"],
  beta1: ["beta1"],
  beta2: ["beta2"],
  epsilon: ["eps", "epsilon"],
  alpha: ["alpha", "smoothing"],
  centered: ["centered"],
  learningRateDecay: ["lr_decay"],
  initialAccumulator: ["initial_accumulator_value"],
  rho: ["rho"],
};

/** PyTorch's settings of what we have not, where they change nothing. */
const withoutEffect: Readonly<Record<string, unknown>> = { dampening: 0, amsgrad: false, maximize: false };

type Settings = Readonly<Record<string, number | boolean>>;
type Maker = (parameters: Parameter[], settings: never) => Optimizer;

const sgd: Maker = (parameters, settings) => new SGD(parameters, settings);
const adam: Maker = (parameters, settings) => new Adam(parameters, settings);
const adamW: Maker = (parameters, settings) => new AdamW(parameters, settings);
const rmsProp: Maker = (parameters, settings) => new RMSProp(parameters, settings);

/** An optimiser by its name in a trace, and the settings that the name implies where the trace states none. */
const makers: Readonly<Record<string, readonly [Maker, Settings]>> = {
  sgd: [sgd, {}],
  momentum: [sgd, { momentum: 0.9 }],
  sgd_momentum: [sgd, { momentum: 0.9 }],
  nesterov: [sgd, { momentum: 0.9, nesterov: true }],
  sgd_nesterov: [sgd, { momentum: 0.9, nesterov: true }],
  sgd_wd: [sgd, { weightDecay: 0.01 }],
  sgd_momentum_wd: [sgd, { momentum: 0.9, weightDecay: 0.01 }],
  adam: [adam, {}],
  adam_wd: [adam, { weightDecay: 0.01 }],
  adamw: [adamW, {}],
  rmsprop: [rmsProp, {}],
  rmsprop_momentum: [rmsProp, { momentum: 0.9 }],
  rmsprop_centered: [rmsProp, { centered: true }],
  adagrad: [(parameters, settings) => new Adagrad(parameters, settings), {}],
  adadelta: [(parameters, settings) => new Adadelta(parameters, settings), {}],
};

/** What is wrong with the library's trace, in both precisions, a line each; none where all steps agree. */
export function checkTrace(one: Trace): string[] {
  const maker = makers[one.optim.toLowerCase()];
  if (maker === undefined) return [`there is no optimiser "${one.optim}" in the table of optimisers`];
  return precisions.flatMap((precision) => {
    try {
      return follow(one, ...maker, precision).map((line) => `${precision.dtype}: ${line}`);
    } catch (error) {
      return [`${precision.dtype}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
    }
  });
}

function follow(one: Trace, maker: Maker, implied: Settings, precision: Precision): string[] {
  const { dtype } = precision;
  const p: Parameter = tensor(one.p0, [one.p0.length], dtype);
  p.requiresGrad = true;
  const factors = tensor(factorsOf(one), [one.p0.length], dtype);
  // A trace that states no learning rate has 0.1; everything else that it leaves out is PyTorch's default, and ours.
  const optimizer = maker([p], { learningRate: 0.1, ...implied, ...statedIn(one) } as never);
  for (const [step, expected] of one.trace.entries()) {
    optimizer.zeroGrad();
    const scaled = multiply(p, factors);
    backward(sum(multiply(scaled, scaled)));
    optimizer.step();
    const wrong = difference(p.shape, p.data, { shape: [expected.length], data: expected }, precision);
    if (wrong !== null) return [`after step ${step + 1} the parameter's ${wrong}`];
  }
  return [];
}

/** The numbers of `sum((p*[1,2,.5])^2)`. */
function factorsOf({ loss, p0 }: Trace): number[] {
  const form = /^sum\(\(p\*\[([^\]]*)\]\)(?:\^|\*\*)2\)$/.exec(String(loss).replaceAll(/\s/g, ""));
  if (form === null) throw new Error(`the loss "${loss}" has not the form sum((p*[1,2,.5])^2)`);
  const factors = form[1]!.split(",").map(Number);
  if (factors.length === p0.length && !factors.some(Number.isNaN)) return factors;
  throw new Error(`the loss "${loss}" must have a number for each of the ${p0.length} of p0`);
}

/** The settings that a trace states itself. @throws Error for one that is not known: it would be left out */
function statedIn(one: Trace): Settings {
  const { optim: _, p0: _p0, loss: _loss, trace: _trace, ...stated } = one;
  const settings: Record<string, number | boolean> = {};
  for (const [name, value] of Object.entries(stated)) {
    if (value === null || value === withoutEffect[name]) continue;
    if (name === "betas") {
      [settings.beta1, settings.beta2] = value as [number, number];
      continue;
    }
    const ours = Object.keys(spellings).find((each) => spellings[each]!.includes(name));
    if (ours === undefined) throw new Error(`nothing is known about the setting "${name}"`);
    settings[ours] = value as number | boolean;
  }
  return settings;
}
