import { batches, type Dataset } from "../data/batches.ts";
import { checkInteger, checkOptions, describe, InterruptedError, OptionError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import type { Module } from "../nn/module.ts";
import { Optimizer } from "../optim/optimizer.ts";
import { ReduceOnPlateau } from "../optim/plateau.ts";
import type { Schedule } from "../optim/schedules.ts";
import { Random } from "../random.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { breathe } from "./breathe.ts";
import { Checkpointing, type FitCheckpointOptions, type Progress } from "./checkpointing.ts";
import { checkMonitored, EarlyStopping, type EarlyStoppingOptions, monitored } from "./early-stopping.ts";
import { checkTask, type Evaluation, evaluate, type Loss, lossFor, type TrainingBatch } from "./evaluate.ts";
import { type Epoch, History } from "./history.ts";
import { showLive } from "./live.ts";
import { type ClassLabels, checkMetrics, type Metrics } from "./metrics.ts";
import { trainingStep } from "./step.ts";

/** What a callback is told. */
export interface FitState {
  /** Steps done since training began. */
  readonly step: number;
  /** The epoch that runs, or has just ended; counted from 1. */
  readonly epoch: number;
  readonly history: History;
  readonly network: Module;
  readonly optimizer: Optimizer;
  /** How the network did on the validation set after the last epoch; null before, or without one. */
  readonly validation: Evaluation | null;
}

/** Called after each step, or each epoch, and awaited; giving `"stop"` ends training there, in good order. */
export interface FitCallbacks {
  /** After each step, with the weights it left. */
  onStep?(state: FitState): unknown;
  /** After each epoch, when it stands in the history, validation included. */
  onEpoch?(state: FitState): unknown;
}

/** How `fit` trains. */
export interface FitOptions<T extends AnyTensor = ClassLabels> extends FitCallbacks {
  /** Changes the network's parameters after each batch; made from `network.parameters()`. */
  readonly optimizer: Optimizer;
  /** How often to go through the examples; default 1. */
  readonly epochs?: number;
  /** Examples a step; default 64. */
  readonly batchSize?: number;
  /** From scores and labels to one number; default `crossEntropy`. */
  readonly loss?: Loss<T>;
  /** Measured after each epoch. */
  readonly validation?: Dataset<TrainingBatch<T>>;
  /** What to measure beside loss and accuracy, by name, on each step's batch and on the validation set. */
  readonly metrics?: Metrics<T>;
  /**
   * The learning rate of each step, a function of the steps done before: `cosineDecay({ learningRate: 0.1, steps: 1000 })`; or
   * a `ReduceOnPlateau`, which is asked after each epoch. Left out, the rate stays what the optimizer's is.
   */
  readonly schedule?: Schedule | ReduceOnPlateau;
  /** Ends training when nothing gets better any more. */
  readonly earlyStopping?: EarlyStoppingOptions;
  /** Writes checkpoints, and goes on from one. */
  readonly checkpoint?: FitCheckpointOptions;
  /** Decides the order of the examples; default 0. */
  readonly seed?: number;
  /** Whether to show the loss curve while it grows; default true. */
  readonly live?: boolean;
}

const known = [
  ...["optimizer", "epochs", "batchSize", "loss", "validation", "metrics", "schedule", "earlyStopping", "checkpoint"],
  ...["seed", "live", "onStep", "onEpoch"],
];

/**
 * Trains a network on examples. One seed gives the same weights on every run. Steps are made in training mode; afterwards,
 * also if it ends early, the network is in evaluation mode, ready for use: before a loop of your own, call `train()`.
 *
 * @returns the losses and accuracies of every step and epoch
 * @throws OptionError for an unknown option, no examples, or an optimiser of another network
 * @throws NumericError at the first loss that is not finite: says the step, and the layer it came from
 * @throws InterruptedError if the notebook's user asks to stop: between two steps, with the weights of the last whole one
 * @throws DataError if a checkpoint cannot be written, or is of another run
 * @example
 * const net = new Sequential(new Flatten(), new Linear({ inFeatures: 784, outFeatures: 10 }));
 * const { train, test } = digitSets({ count: 200 });
 * await fit(net, train, { optimizer: new Adam(net.parameters()), epochs: 2, validation: test });
 */
export async function fit<T extends AnyTensor = ClassLabels>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: FitOptions<T>,
): Promise<History> {
  check(network, examples, options);
  const { optimizer, epochs = 1, batchSize = 64, validation, metrics = {}, schedule, seed = 0, live = true } = options;
  const task = { network, optimizer, loss: lossFor(options.loss), metrics };
  const stepsAnEpoch = Math.ceil(examples.count / batchSize);
  const history = new History(epochs, epochs * stepsAnEpoch);
  const earlyStopping = options.earlyStopping === undefined ? null : new EarlyStopping(options.earlyStopping);
  for (const watch of [schedule, earlyStopping]) {
    if (watch !== null && typeof watch === "object") checkMonitored(watch.monitor, Object.keys(metrics));
  }
  const order = { seed, batchSize, examples: examples.count };
  const parts = { network, optimizer, history, schedule, earlyStopping, order };
  const keeper = options.checkpoint === undefined ? null : new Checkpointing(options.checkpoint, parts);
  const at: Progress = (await keeper?.resume()) ?? { epoch: 0, step: 0, seconds: 0, over: false };
  if (!at.over) history.stopped = null;
  const start = { epoch: at.epoch, step: at.step };
  const loader = batches(examples, { batchSize, shuffle: new Random(seed).fork("shuffle"), start });
  const picture = live ? showLive(history) : undefined;
  const pause = breathe();
  let measured: Evaluation | null = null;
  const stops = async (callback: ((state: FitState) => unknown) | undefined, epoch: number): Promise<boolean> => {
    const state = { step: history.steps, epoch, history, network, optimizer, validation: measured };
    if ((await callback?.call(options, state)) !== "stop") return false;
    history.stopped = `stopped after step ${history.steps} by a callback`;
    return true;
  };
  try {
    while (at.epoch < epochs && !at.over) {
      const epoch = at.epoch + 1;
      let begin = performance.now() - 1000 * at.seconds;
      for (const batch of loader) {
        if (interruptRequested()) throw interrupted(history, epoch);
        if (typeof schedule === "function") optimizer.learningRate = rateOf(schedule, history.steps);
        try {
          trainingStep(task, batch, history);
        } catch (error) {
          throw error instanceof InterruptedError ? interrupted(history, epoch) : error;
        }
        at.step++;
        at.seconds = (performance.now() - begin) / 1000;
        const stop = await stops(options.onStep, epoch);
        picture?.update();
        if (stop) {
          await keeper?.write(at);
          return history;
        }
        const writing = performance.now();
        await keeper?.afterStep(at);
        begin += performance.now() - writing;
        await pause();
      }
      const train = history.since(history.steps - at.step);
      measured = validation ? await evaluate(network, validation, { loss: task.loss, metrics }) : null;
      const { seconds } = at;
      const score = measured && scoreOf(measured);
      const ended = { epoch, steps: history.steps, train, validation: score, seconds, examples: examples.count };
      history.epochs.push(ended satisfies Epoch);
      Object.assign(at, { epoch, step: 0, seconds: 0 });
      if (schedule instanceof ReduceOnPlateau) {
        optimizer.learningRate = schedule.next(monitored(schedule.monitor, ended), optimizer.learningRate);
      }
      if (earlyStopping !== null) {
        history.stopped = earlyStopping.next(monitored(earlyStopping.monitor, ended), epoch, network);
        at.over = history.stopped !== null;
      }
      const stop = await stops(options.onEpoch, epoch);
      if (stop || at.over || epoch === epochs) await keeper?.write(at);
      else await keeper?.afterEpoch(at);
      if (stop) return history;
    }
    return history;
  } finally {
    network.eval();
    if (earlyStopping?.restoreBest && (at.over || at.epoch === epochs)) earlyStopping.restore(network);
    picture?.close();
  }
}

function check<T extends AnyTensor>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: FitOptions<T>,
): void {
  checkOptions("fit", options, known);
  const { optimizer, epochs = 1, batchSize = 64, validation, metrics = {}, schedule } = options;
  const loss = lossFor(options.loss);
  checkTask("fit", network, examples, loss);
  checkMetrics("fit", metrics);
  for (const [name, callback] of Object.entries({ onStep: options.onStep, onEpoch: options.onEpoch })) {
    if (callback === undefined || typeof callback === "function") continue;
    throw new OptionError("fit", `${name} is ${describe(callback)}`, "give a function of the state, or leave it out");
  }
  if (schedule !== undefined && typeof schedule !== "function" && !(schedule instanceof ReduceOnPlateau)) {
    const fix =
      "give a function of the step, e.g. cosineDecay({ learningRate: 0.1, steps: 1000 }), or a ReduceOnPlateau";
    throw new OptionError("fit", `schedule is ${describe(schedule)}`, fix);
  }
  if (validation !== undefined) checkTask("fit", network, validation, loss);
  checkOptimizer(network, optimizer);
  checkInteger("fit", "epochs", epochs, 1);
  checkInteger("fit", "batchSize", batchSize, 1);
}

/** @throws OptionError unless it is an optimiser of this network: another's would run to the end, and teach it nothing */
export function checkOptimizer(network: Module, optimizer: Optimizer, operation = "fit"): void {
  const fix = "give one, e.g. new Adam(network.parameters())";
  if (!optimizer) throw new OptionError(operation, "optimizer is missing", fix);
  if (!(optimizer instanceof Optimizer)) throw new OptionError(operation, `optimizer is ${describe(optimizer)}`, fix);
  const own = new Set(network.parameters());
  if (optimizer.parameters.some((parameter) => own.has(parameter))) return;
  throw new OptionError(operation, "the optimizer changes none of the network's parameters", fix);
}

/** @throws OptionError if the schedule gives no learning rate */
function rateOf(schedule: Schedule, step: number): number {
  const rate: unknown = schedule(step);
  if (typeof rate === "number" && rate >= 0 && Number.isFinite(rate)) return rate;
  throw new OptionError(
    "fit",
    `the schedule gives ${describe(rate)} at step ${step}`,
    "let it give a number of at least 0",
  );
}

function scoreOf({ loss, accuracy, metrics }: Evaluation): NonNullable<Epoch["validation"]> {
  return Object.keys(metrics).length === 0 ? { loss, accuracy } : { loss, accuracy, metrics };
}

function interrupted({ steps, plannedSteps }: History, epoch: number): InterruptedError {
  return new InterruptedError(
    `fit: stopped after step ${steps} of ${plannedSteps}, in epoch ${epoch}, as you asked; the network keeps that step's weights`,
  );
}
