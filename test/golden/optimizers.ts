import { Adam, backward, multiply, type Optimizer, type Parameter, SGD, sum, tensor } from "../../lib/index.ts";
import { difference, type Precision, precisions } from "./compare.ts";
import type { Trace } from "./format.ts";

/** PyTorch's settings that a trace may state, each under its names. */
const spellings = {
  learningRate: ["lr", "learning_rate"],
  momentum: ["momentum"],
  nesterov: ["nesterov"],
  weightDecay: ["weight_decay", "wd"],
  beta1: ["beta1"],
  beta2: ["beta2"],
  epsilon: ["eps", "epsilon"],
} as const;

type Settings = Readonly<Record<string, number | boolean>>;

interface Maker {
  /** The settings that a trace of this name has where it states none. */
  readonly settings: Settings;
  make(parameters: Parameter[], settings: never): Optimizer;
}

const sgd = (settings: Settings): Maker => ({ settings, make: (p, all) => new SGD(p, all) });

// Where a trace does not say otherwise: learning rate 0.1, momentum 0.9, decay 0.01, the rest as PyTorch's defaults.
const makers: Readonly<Record<string, Maker>> = {
  sgd: sgd({}),
  momentum: sgd({ momentum: 0.9 }),
  sgd_momentum: sgd({ momentum: 0.9 }),
  nesterov: sgd({ momentum: 0.9, nesterov: true }),
  sgd_nesterov: sgd({ momentum: 0.9, nesterov: true }),
  sgd_wd: sgd({ weightDecay: 0.01 }),
  adam: { settings: {}, make: (p, all) => new Adam(p, all) },
};

/** What is wrong with the library's trace, in both precisions, a line each; none where all steps agree. */
export function checkTrace(one: Trace): string[] {
  const maker = makers[one.optim];
  if (maker === undefined) return [`there is no optimiser "${one.optim}" in the table of optimisers`];
  return precisions.flatMap((precision) => {
    try {
      return follow(one, maker, precision).map((line) => `${precision.dtype}: ${line}`);
    } catch (error) {
      return [`${precision.dtype}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
    }
  });
}

function follow(one: Trace, maker: Maker, precision: Precision): string[] {
  const { dtype } = precision;
  const p: Parameter = tensor(one.p0, [one.p0.length], dtype);
  p.requiresGrad = true;
  const factors = tensor(factorsOf(one), [one.p0.length], dtype);
  const optimizer = maker.make([p], { learningRate: 0.1, ...maker.settings, ...statedIn(one) } as never);
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
    if (value === null) continue;
    if (name === "betas") {
      [settings.beta1, settings.beta2] = value as [number, number];
      continue;
    }
    const ours = Object.entries(spellings).find(([, names]) => (names as readonly string[]).includes(name));
    if (ours === undefined) throw new Error(`nothing is known about the setting "${name}"`);
    settings[ours[0]] = value as number | boolean;
  }
  return settings;
}
