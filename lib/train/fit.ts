import type { Dataset } from "../data/batches.ts";
import {
  checkBoolean,
  checkInteger,
  checkOptions,
  checkPositive,
  describe,
  InterruptedError,
  OptionError,
} from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { Optimizer } from "../optim/optimizer.ts";
import { ReduceOnPlateau } from "../optim/plateau.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkMonitored } from "./early-stopping.ts";
import { checkTask, lossFor, type TrainingBatch } from "./evaluate.ts";
import type { FitOptions } from "./fit-options.ts";
import type { History } from "./history.ts";
import { type ClassLabels, checkMetrics } from "./metrics.ts";
import { Run } from "./run.ts";

const known = [
  ...["optimizer", "epochs", "batchSize", "loss", "validation", "metrics", "schedule", "clipNorm"],
  ...["earlyStopping", "checkpoint", "seed", "live", "pictures", "panel", "onStep", "onEpoch"],
];

/**
 * Trains a network on examples. One seed gives the same weights on every run. Steps are made in training mode; afterwards,
 * also if it ends early, the network is in evaluation mode, ready for use: before a loop of your own, call `train()`.
 *
 * @returns the losses and accuracies of every step and epoch
 * @throws OptionError for an unknown option, no examples, or an optimiser of another network
 * @throws NumericError at the first loss that is not finite: says the step, and the layer it came from
 * @throws InterruptedError if the notebook's user asks to stop: between two steps, with the weights of the last whole one
 *   (with checkpoints, one is written then)
 * @throws DataError if a checkpoint cannot be written, or is of another run
 * @example
 * const net = new Sequential(new Flatten(), new Linear({ inFeatures: 784, outFeatures: 10 }));
 * const { train, test } = digitSets({ count: 200 });
 * await fit(net, train, { optimizer: new Adam(net.parameters()), epochs: 2, validation: test });
 * @example
 * const conv = new Conv2d({ inChannels: 1, outChannels: 8, kernelSize: 5 });
 * const net = new Sequential(conv, new GlobalAveragePool2d(), new Flatten(), new Linear({ inFeatures: 8, outFeatures: 10 }));
 * const pictures = [() => filterGrid(conv.filters)]; // which change as one looks
 * await fit(net, digits({ count: 64 }), { optimizer: new Adam(net.parameters()), pictures, panel: true });
 * @example
 * const schedule = cosineDecay({ learningRate: 0.05, steps: 2 * 3 }); // 2 epochs of 3 steps
 * const net = lenet5();
 * const optimizer = new SGD(net.parameters(), { learningRate: 0.05, momentum: 0.9 });
 * const options = { epochs: 2, batchSize: 32, metrics: { "top 3": topKAccuracy(3) }, clipNorm: 5 };
 * await fit(net, digits({ count: 96 }), { optimizer, schedule, ...options })
 * @example
 * const goOn = (net: Module, optimizer: Optimizer) =>
 *   fit(net, digits(), { optimizer, epochs: 20, checkpoint: { path: "run.safetensors", everySteps: 500, resume: true } });
 */
export async function fit<T extends AnyTensor = ClassLabels>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: FitOptions<T>,
): Promise<History> {
  check(network, examples, options);
  const run = await Run.begin(network, examples, options);
  try {
    while (!run.isOver) await run.epoch();
    return run.history;
  } catch (error) {
    if (error instanceof InterruptedError) await run.keep();
    throw error;
  } finally {
    run.end();
  }
}

function check<T extends AnyTensor>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: FitOptions<T>,
): void {
  checkOptions("fit", options, known);
  const {
    optimizer,
    epochs = 1,
    batchSize = 64,
    validation,
    metrics = {},
    schedule,
    live = true,
    panel = false,
  } = options;
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
  if (schedule instanceof ReduceOnPlateau) checkMonitored(schedule.monitor, Object.keys(metrics));
  if (validation !== undefined) checkTask("fit", network, validation, loss);
  checkOptimizer(network, optimizer);
  if (options.clipNorm !== undefined) checkPositive("fit", "clipNorm", options.clipNorm);
  checkBoolean("fit", "live", live);
  checkBoolean("fit", "panel", panel);
  checkPictures(options.pictures);
  checkInteger("fit", "epochs", epochs, 1);
  checkInteger("fit", "batchSize", batchSize, 1);
}

function checkPictures(pictures: FitOptions["pictures"]): void {
  if (pictures === undefined) return;
  const wrong: unknown = Array.isArray(pictures) ? pictures.find((draw) => typeof draw !== "function") : pictures;
  if (wrong === undefined) return;
  const fix = "give functions that draw: [() => filterGrid(network.parameters()[0])]";
  throw new OptionError(
    "fit",
    `${wrong === pictures ? "pictures is" : "one of the pictures is"} ${describe(wrong)}`,
    fix,
  );
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
