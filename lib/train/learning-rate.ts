import { batches, type Dataset } from "../data/batches.ts";
import { lineChart } from "../display/line-chart.ts";
import type { Picture } from "../display/picture.ts";
import { checkInteger, checkOptions, checkPositive, InterruptedError, NumericError, OptionError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { display, type MimeBundle } from "../mime.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { Random } from "../random.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { breathe } from "./breathe.ts";
import { checkTask, type Loss, lossFor, type TrainingBatch } from "./evaluate.ts";
import { checkOptimizer } from "./fit.ts";
import { History } from "./history.ts";
import type { ClassLabels } from "./metrics.ts";
import { trainingStep } from "./step.ts";

/** How `findLearningRate` searches. */
export interface FindLearningRateOptions<T extends AnyTensor = ClassLabels> {
  /** What the network is to be trained with; made from `network.parameters()`. */
  readonly optimizer: Optimizer;
  /** The first rate; default 1e-6. */
  readonly from?: number;
  /** The last one; default 1. */
  readonly to?: number;
  /** Steps on the way; default 100. */
  readonly steps?: number;
  /** Examples a step; default 64. */
  readonly batchSize?: number;
  /** From scores and labels to one number; default `crossEntropy`. */
  readonly loss?: Loss<T>;
  /** Decides the order of the examples; default 0. */
  readonly seed?: number;
}

/** A loss that is so many times the least so far ends the search. */
const BLOWN_UP = 4;

/** How the loss went as the learning rate rose. Draws itself as a curve with the suggestion on it. */
export class LearningRateSearch {
  /** Of each step, rising by the same factor. */
  readonly learningRates: readonly number[];
  /** Each step's loss, before the step changed the weights. */
  readonly losses: readonly number[];
  /** The mean of the losses about each step: a tenth of all steps count. */
  readonly smoothed: readonly number[];
  /** Where the smoothed loss falls fastest: a good rate to begin with. NaN if it fell nowhere. */
  readonly suggestion: number;

  constructor(learningRates: readonly number[], losses: readonly number[], steps: number) {
    const radius = Math.max(1, Math.round(steps / 20));
    this.learningRates = learningRates;
    this.losses = losses;
    this.smoothed = losses.map((_, i) => mean(losses.slice(Math.max(0, i - radius), i + radius + 1)));
    // The slope by the logarithm of the rate, whose steps are of one size; nothing beyond the least loss counts.
    const least = this.smoothed.indexOf(Math.min(...this.smoothed));
    let [steepest, at] = [0, -1];
    for (let i = 1; i < least; i++) {
      const slope = this.smoothed[i + 1]! - this.smoothed[i - 1]!;
      if (slope < steepest) [steepest, at] = [slope, i];
    }
    this.suggestion = learningRates[at] ?? Number.NaN;
  }

  /** The losses by learning rate, on a logarithmic axis. */
  chart(): Picture {
    const { learningRates: x, losses, smoothed, suggestion } = this;
    const point = { name: "suggestion", x: [suggestion], y: [smoothed[x.indexOf(suggestion)] ?? Number.NaN] };
    return lineChart({
      title: `${this}`,
      x: { label: "learning rate", scale: "log" },
      y: { label: "loss (nats)" },
      series: [
        { name: "each step", x, y: losses, faint: true },
        { name: "smoothed", x, y: smoothed },
        ...(Number.isNaN(suggestion) ? [] : [point]),
      ],
    });
  }

  [display](): MimeBundle {
    return this.chart()[display]();
  }

  /** The suggestion, in words. */
  toString(): string {
    const [first, last] = [this.learningRates[0], this.learningRates.at(-1)].map((rate) => rate?.toExponential(1));
    const tried = `learning rates from ${first} to ${last}`;
    if (Number.isNaN(this.suggestion)) return `the loss fell nowhere at ${tried}`;
    return `suggested learning rate ${this.suggestion.toPrecision(2)}: of ${tried} the loss falls fastest there`;
  }
}

/**
 * Finds a learning rate by training at rates that rise from step to step until the loss blows up (Smith, 2017, section 3.3):
 * `from · (to / from)^(i / (steps - 1))` at step i. Afterwards network, streams of random numbers and optimiser are exactly
 * as they were.
 *
 * @throws OptionError for an unknown option or one out of range, no examples, or an optimiser of another network
 * @throws InterruptedError if the notebook's user asks to stop
 * @example
 * const net = lenet5();
 * const optimizer = new SGD(net.parameters(), { learningRate: 0.1, momentum: 0.9 });
 * const search = await findLearningRate(net, digits({ count: 64 }), { optimizer, steps: 20 });
 * if (search.suggestion > 0) optimizer.learningRate = search.suggestion;
 */
export async function findLearningRate<T extends AnyTensor = ClassLabels>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: FindLearningRateOptions<T>,
): Promise<LearningRateSearch> {
  const name = "findLearningRate";
  checkOptions(name, options, ["optimizer", "from", "to", "steps", "batchSize", "loss", "seed"]);
  const { optimizer, from = 1e-6, to = 1, steps = 100, batchSize = 64, seed = 0 } = options;
  const loss = lossFor(options.loss);
  checkTask(name, network, examples, loss);
  checkOptimizer(network, optimizer, name);
  checkPositive(name, "from", from);
  checkPositive(name, "to", to);
  if (to <= from) throw new OptionError(name, `to is ${to}, from is ${from}`, "let the rate rise: give a larger to");
  checkInteger(name, "steps", steps, 10);
  checkInteger(name, "batchSize", batchSize, 1);
  const loader = batches(examples, { batchSize, shuffle: new Random(seed).fork("shuffle") });
  const history = new History(1, steps);
  const restore = keepAsIs(network, optimizer);
  const pause = breathe();
  try {
    while (history.steps < steps) {
      for (const batch of loader) {
        if (interruptRequested())
          throw new InterruptedError(`${name}: stopped after step ${history.steps} of ${steps}`);
        optimizer.learningRate = from * (to / from) ** (history.steps / (steps - 1));
        const finite = tryStep(() =>
          trainingStep({ network, optimizer, loss, metrics: {}, clipNorm: null }, batch, history),
        );
        const blownUp = !finite || history.losses.at(-1)! > BLOWN_UP * Math.min(...history.losses);
        if (blownUp || history.steps === steps) {
          return new LearningRateSearch(history.learningRates, history.losses, steps);
        }
        await pause();
      }
    }
    throw new OptionError(name, "the examples give no batch", "give a dataset whose gather returns batches");
  } finally {
    restore();
  }
}

/** @returns whether the loss was finite */
function tryStep(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (error instanceof NumericError) return false;
    throw error;
  }
}

/** What sets a network, its parts' modes and streams, and its optimiser to what they are now. */
function keepAsIs(network: Module, optimizer: Optimizer): () => void {
  const weights = network.stateDict();
  const modes = network.namedModules().map(([, part]) => [part, part.training] as const);
  const streams = network.namedGenerators().map(([, random]) => [random, random.state] as const);
  const state = optimizer.state();
  return () => {
    network.loadStateDict(weights);
    for (const [part, training] of modes) part.training = training;
    for (const [random, was] of streams) random.restore(was);
    optimizer.load(state);
    optimizer.zeroGrad();
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
