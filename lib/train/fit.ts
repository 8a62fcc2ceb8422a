import { backward } from "../autograd/backward.ts";
import { batches, type Dataset } from "../data/batches.ts";
import type { Examples } from "../data/images.ts";
import { checkInteger, checkOptions, describe, InterruptedError, NumericError, OptionError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import type { Module } from "../nn/module.ts";
import { crossEntropy } from "../ops/loss.ts";
import { argmax } from "../ops/search.ts";
import { Optimizer } from "../optim/optimizer.ts";
import { Random } from "../random.ts";
import { peek } from "../tensor/numbers.ts";
import { breathe } from "./breathe.ts";
import { whereNotFinite } from "./diagnose.ts";
import { agreement, checkTask, evaluate, type Loss, lossOf } from "./evaluate.ts";
import { type Epoch, History } from "./history.ts";
import { showLive } from "./live.ts";

/** What a callback is told. */
export interface FitState {
  /** Steps done since training began. */
  readonly step: number;
  /** The epoch that runs, or has just ended; counted from 1. */
  readonly epoch: number;
  readonly history: History;
  readonly network: Module;
  readonly optimizer: Optimizer;
}

/** Called after each step, or each epoch; returning `"stop"` ends training there, in good order. */
export interface FitCallbacks {
  /** After each step, with the weights it left. */
  onStep?(state: FitState): unknown;
  /** After each epoch, when it stands in the history, validation included. */
  onEpoch?(state: FitState): unknown;
}

/** How `fit` trains. */
export interface FitOptions extends FitCallbacks {
  /** Changes the network's parameters after each batch; made from `network.parameters()`. */
  readonly optimizer: Optimizer;
  /** How often to go through the examples; default 1. */
  readonly epochs?: number;
  /** Examples a step; default 64. */
  readonly batchSize?: number;
  /** From scores and labels to one number; default `crossEntropy`. */
  readonly loss?: Loss;
  /** Measured after each epoch. */
  readonly validation?: Dataset<Examples>;
  /** Decides the order of the examples; default 0. */
  readonly seed?: number;
  /** Whether to show the loss curve while it grows; default true. */
  readonly live?: boolean;
}

const known = ["optimizer", "epochs", "batchSize", "loss", "validation", "seed", "live", "onStep", "onEpoch"];

/**
 * Trains a network on examples. One seed gives the same weights on every run. Steps are made in training mode; afterwards,
 * also if it ends early, the network is in evaluation mode, ready for use: before a loop of your own, call `train()`.
 *
 * @returns the losses and accuracies of every step and epoch
 * @throws OptionError for an unknown option, no examples, or an optimiser of another network
 * @throws NumericError at the first loss that is not finite: says the step, and the layer it came from
 * @throws InterruptedError if the notebook's user asks to stop: between two steps, with the weights of the last whole one
 * @example await fit(net, train, { optimizer: new Adam(net.parameters()), epochs: 2, validation: test })
 */
export async function fit(network: Module, examples: Dataset<Examples>, options: FitOptions): Promise<History> {
  checkOptions("fit", options, known);
  const { optimizer, epochs = 1, batchSize = 64, loss = crossEntropy, validation, seed = 0, live = true } = options;
  checkTask("fit", network, examples, loss);
  for (const [name, callback] of Object.entries({ onStep: options.onStep, onEpoch: options.onEpoch })) {
    if (callback === undefined || typeof callback === "function") continue;
    throw new OptionError("fit", `${name} is ${describe(callback)}`, "give a function of the state, or leave it out");
  }
  if (validation !== undefined) checkTask("fit", network, validation, loss);
  checkOptimizer(network, optimizer);
  checkInteger("fit", "epochs", epochs, 1);
  checkInteger("fit", "batchSize", batchSize, 1);
  const loader = batches(examples, { batchSize, shuffle: new Random(seed).fork("shuffle") });
  const history = new History(epochs, epochs * loader.length);
  const picture = live ? showLive(history) : undefined;
  const pause = breathe();
  const state = (epoch: number): FitState => ({ step: history.steps, epoch, history, network, optimizer });
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const begin = performance.now();
      const from = history.steps;
      for (const batch of loader) {
        if (interruptRequested()) throw interrupted(history, epoch);
        try {
          step(network, batch, optimizer, loss, history);
        } catch (error) {
          throw error instanceof InterruptedError ? interrupted(history, epoch) : error;
        }
        if (options.onStep?.(state(epoch)) === "stop") return history;
        picture?.update();
        await pause();
      }
      const seconds = (performance.now() - begin) / 1000;
      const measured = validation ? await evaluate(network, validation, { loss }) : null;
      history.epochs.push({
        epoch,
        steps: history.steps,
        train: history.since(from),
        validation: measured && { loss: measured.loss, accuracy: measured.accuracy },
        seconds,
      } satisfies Epoch);
      if (options.onEpoch?.(state(epoch)) === "stop") return history;
    }
    return history;
  } finally {
    network.eval();
    picture?.close();
  }
}

/** @throws OptionError unless it is an optimiser of this network: another's would run to the end, and teach it nothing */
function checkOptimizer(network: Module, optimizer: Optimizer): void {
  const fix = "give one, e.g. new Adam(network.parameters())";
  if (!optimizer) throw new OptionError("fit", "optimizer is missing", fix);
  if (!(optimizer instanceof Optimizer)) throw new OptionError("fit", `optimizer is ${describe(optimizer)}`, fix);
  const own = new Set(network.parameters());
  if (optimizer.parameters.some((parameter) => own.has(parameter))) return;
  throw new OptionError("fit", "the optimizer changes none of the network's parameters", fix);
}

function step(network: Module, batch: Examples, optimizer: Optimizer, loss: Loss, history: History): void {
  optimizer.zeroGrad();
  network.train(); // at every step: a callback may have used the network
  const scores = network.forward(batch.images);
  const value = lossOf("fit", loss, scores, batch.labels);
  if (!Number.isFinite(value.item())) throw notFinite(network, batch, optimizer, value.item(), history);
  backward(value);
  optimizer.step();
  history.record(value.item(), agreement(peek(argmax(scores)), peek(batch.labels)));
}

function notFinite(
  network: Module,
  batch: Examples,
  { learningRate }: Optimizer,
  value: number,
  history: History,
): NumericError {
  const at = history.steps + 1;
  const { where, fix } = whereNotFinite(network, batch, learningRate);
  const problem = `the loss is ${value} at step ${at} of ${history.plannedSteps}; ${where}`;
  return new NumericError("fit", at, problem, fix);
}

function interrupted({ steps, plannedSteps }: History, epoch: number): InterruptedError {
  return new InterruptedError(
    `fit: stopped after step ${steps} of ${plannedSteps}, in epoch ${epoch}, as you asked; the network keeps that step's weights`,
  );
}
