import { checkBoolean, checkInteger, checkOptions, DataError } from "../errors.ts";
import { checkPath } from "../formats/check.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { ReduceOnPlateau } from "../optim/plateau.ts";
import type { Random } from "../random.ts";
import { part, readCheckpoint, restoreParts, writeCheckpoint } from "./checkpoint.ts";
import type { ByHand } from "./controls.ts";
import type { EarlyStopping, EarlyStoppingState } from "./early-stopping.ts";
import type { History } from "./history.ts";

/** When `fit` writes checkpoints, beside the end and an interrupt, and whether it begins with one. */
export interface FitCheckpointOptions {
  /** The file; each checkpoint takes the place of the one before. */
  readonly path: string;
  /** Epochs between two of them; default 1, and none where `everySteps` is given. */
  readonly everyEpochs?: number;
  /** Steps between two of them; none where it is left out. */
  readonly everySteps?: number;
  /**
   * Whether to go on from the file, where there is one: the result is that of a run that never stopped, bit for bit.
   * Default false: begin anew.
   */
  readonly resume?: boolean;
  /** Streams of random numbers that callbacks, losses or datasets of one's own draw from, by name. */
  readonly generators?: Readonly<Record<string, Random>>;
}

/** Where a run is. */
export interface Progress {
  /** Epochs that are over. */
  epoch: number;
  /** Steps of the next one that are over. */
  step: number;
  /** Examples of it that they have seen. */
  seen: number;
  /** What those took. */
  seconds: number;
  /** Whether the run has come to its own end, which more epochs would not put off. */
  over: boolean;
  /** What was set by hand. */
  byHand: ByHand;
}

/** At the beginning. */
export const beginning = (): Progress => ({ epoch: 0, step: 0, seen: 0, seconds: 0, over: false, byHand: {} });

/** What a run is made of beside network, optimiser and history. */
export interface RunParts {
  readonly network: Module;
  readonly optimizer: Optimizer;
  readonly history: History;
  readonly schedule: unknown;
  readonly earlyStopping: EarlyStopping | null;
  /** What decides which examples a step sees: a run that goes on must have the same. */
  readonly order: { readonly seed: number; readonly batchSize: number; readonly examples: number };
}

/** What is written beside the parts. */
interface Notes {
  readonly progress: Progress;
  readonly order: RunParts["order"];
  readonly plateau: ReturnType<ReduceOnPlateau["state"]> | null;
  readonly earlyStopping: EarlyStoppingState | null;
}

/** Writes the checkpoints of a run of `fit`, and begins with one. */
export class Checkpointing {
  readonly #options: FitCheckpointOptions;
  readonly #parts: RunParts;

  constructor(options: FitCheckpointOptions, parts: RunParts) {
    checkOptions("fit", options, ["path", "everyEpochs", "everySteps", "resume", "generators"]);
    checkPath("fit", options.path);
    const { everyEpochs, everySteps, resume } = options;
    if (everyEpochs !== undefined) checkInteger("fit", "checkpoint.everyEpochs", everyEpochs, 1);
    if (everySteps !== undefined) checkInteger("fit", "checkpoint.everySteps", everySteps, 1);
    if (resume !== undefined) checkBoolean("fit", "checkpoint.resume", resume);
    this.#options = options;
    this.#parts = parts;
  }

  /** Sets all parts to what the checkpoint says. @returns where it is; null if there is none, or it is not asked for */
  async resume(): Promise<Progress | null> {
    const { path, resume = false, generators = {} } = this.#options;
    const found = resume ? await readCheckpoint(path) : null;
    if (found === null) return null;
    const { order, earlyStopping, schedule, ...parts } = this.#parts;
    const notes = (found.notes ?? {}) as Partial<Notes>;
    if (notes.progress === undefined || notes.order === undefined) {
      throw new DataError(path, "a checkpoint that fit has written", "another", "load it with loadCheckpoint");
    }
    for (const name of ["seed", "batchSize", "examples"] as const) {
      if (notes.order[name] === order[name]) continue;
      const fix = "train on as it began, or leave resume out to begin anew";
      throw new DataError(path, `a run with ${name} ${order[name]}`, `one with ${name} ${notes.order[name]}`, fix);
    }
    restoreParts(path, found, { ...parts, generators });
    if (schedule instanceof ReduceOnPlateau && notes.plateau) schedule.load(notes.plateau);
    if (earlyStopping !== null && notes.earlyStopping) {
      earlyStopping.state = notes.earlyStopping;
      earlyStopping.weights = part("extra", found.tensors);
    }
    // Who leaves early stopping out now wants to train on.
    const { progress } = notes;
    const seen = progress.step * order.batchSize; // in files of before it was kept
    const over = progress.over && earlyStopping !== null;
    return Object.assign(beginning(), { seen }, progress, { over });
  }

  /** After a step: writes if it is time. */
  async afterStep(progress: Progress): Promise<void> {
    const { everySteps } = this.#options;
    if (everySteps !== undefined && this.#parts.history.steps % everySteps === 0) await this.write(progress);
  }

  /** After an epoch: writes if it is time. */
  async afterEpoch(progress: Progress): Promise<void> {
    const { everySteps, everyEpochs = everySteps === undefined ? 1 : Number.POSITIVE_INFINITY } = this.#options;
    if (progress.epoch % everyEpochs === 0) await this.write(progress);
  }

  /** Writes now. */
  async write(progress: Progress): Promise<void> {
    const { path, generators = {} } = this.#options;
    const { order, earlyStopping, schedule, ...parts } = this.#parts;
    const plateau = schedule instanceof ReduceOnPlateau ? schedule.state() : null;
    const notes: Notes = { progress, order, plateau, earlyStopping: earlyStopping?.state ?? null };
    await writeCheckpoint(path, { ...parts, generators, notes }, earlyStopping?.weights ?? {});
  }
}
