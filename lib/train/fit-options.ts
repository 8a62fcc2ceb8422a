import type { Dataset } from "../data/batches.ts";
import type { Displayable } from "../mime.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { ReduceOnPlateau } from "../optim/plateau.ts";
import type { Schedule } from "../optim/schedule.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { FitCheckpointOptions } from "./checkpointing.ts";
import type { EarlyStoppingOptions } from "./early-stopping.ts";
import type { Evaluation, Loss, TrainingBatch } from "./evaluate.ts";
import type { History } from "./history.ts";
import type { ClassLabels, Metrics } from "./metrics.ts";

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
  /**
   * The largest length of all gradients as one vector: longer ones are shortened to it before the step, by `clipGradNorm`, and
   * the history records what they were. Left out, gradients stay as they are.
   */
  readonly clipNorm?: number;
  /** Ends training when nothing gets better any more. */
  readonly earlyStopping?: EarlyStoppingOptions;
  /** Writes checkpoints, and goes on from one. */
  readonly checkpoint?: FitCheckpointOptions;
  /** Decides the order of the examples; default 0. */
  readonly seed?: number;
  /**
   * Whether to show how it goes; default true. In a notebook the loss curve grows, in a terminal one line is rewritten, in a
   * log there is a line an epoch.
   */
  readonly live?: boolean;
  /**
   * What a notebook shows below the curve while training goes on, such as filters and what the network makes of a few images:
   * functions that draw a picture, called between two steps with the network in evaluation. Each has its place, and a
   * fiftieth of the time at most.
   */
  readonly pictures?: readonly (() => Displayable)[];
  /**
   * Whether to show controls in the notebook: pause, single steps, learning rate, batch size, and the momentum of `SGD` and
   * `RMSProp`; default false. They work where Jupyter has anywidget (`pip install anywidget`); elsewhere training goes on
   * without. What is set by hand holds from the next step on, also against a schedule, and stands in the history and in
   * checkpoints; a run on which nothing is set has the same bits as one without controls.
   */
  readonly panel?: boolean;
}
