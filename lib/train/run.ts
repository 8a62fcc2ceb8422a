import type { Dataset } from "../data/batches.ts";
import { InterruptedError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import type { Module } from "../nn/module.ts";
import { ReduceOnPlateau } from "../optim/plateau.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { breathe } from "./breathe.ts";
import { beginning, Checkpointing, type Progress } from "./checkpointing.ts";
import { Controls } from "./controls.ts";
import { checkMonitored, EarlyStopping, monitored } from "./early-stopping.ts";
import { type Evaluation, evaluate, lossFor, type TrainingBatch } from "./evaluate.ts";
import { Feed } from "./feed.ts";
import type { FitOptions, FitState } from "./fit-options.ts";
import { type Epoch, History } from "./history.ts";
import { type Live, livePicture, showLive } from "./live.ts";
import { Pacer } from "./pace.ts";
import { Panel } from "./panel.ts";
import { type Task, trainingStep } from "./step.ts";
import { Watched } from "./watched.ts";

/** A run of `fit`: where it is, and how it goes on. */
export class Run<T extends AnyTensor> {
  readonly history: History;
  readonly #task: Task<T>;
  readonly #options: FitOptions<T>;
  readonly #examples: number;
  readonly #epochs: number;
  readonly #feed: Feed<TrainingBatch<T>>;
  readonly #controls: Controls;
  readonly #earlyStopping: EarlyStopping | null;
  readonly #checkpointing: Checkpointing | null;
  readonly #panel: Panel | null;
  readonly #shown: readonly Live[];
  readonly #pacer = new Pacer();
  readonly #pause = breathe();
  readonly #at: Progress;
  #validation: Evaluation | null = null;
  #isStopped = false;
  /** Whether no step has begun that is not at its end: what a layer remembers moves before the weights do. */
  #isWhole = true;

  /** Begins a run, or goes on with one from its checkpoint. */
  static async begin<T extends AnyTensor>(
    network: Module,
    examples: Dataset<TrainingBatch<T>>,
    options: FitOptions<T>,
  ): Promise<Run<T>> {
    const { optimizer, epochs = 1, batchSize = 64, metrics = {}, schedule, seed = 0 } = options;
    const history = new History(epochs, epochs * Math.ceil(examples.count / batchSize));
    const earlyStopping = options.earlyStopping === undefined ? null : new EarlyStopping(options.earlyStopping);
    if (earlyStopping !== null) checkMonitored(earlyStopping.monitor, Object.keys(metrics));
    const order = { seed, batchSize, examples: examples.count };
    const parts = { network, optimizer, history, schedule, earlyStopping, order };
    const checkpointing = options.checkpoint === undefined ? null : new Checkpointing(options.checkpoint, parts);
    const at = (await checkpointing?.resume()) ?? beginning();
    return new Run(network, examples, options, history, earlyStopping, checkpointing, at);
  }

  private constructor(
    network: Module,
    examples: Dataset<TrainingBatch<T>>,
    options: FitOptions<T>,
    history: History,
    earlyStopping: EarlyStopping | null,
    checkpointing: Checkpointing | null,
    at: Progress,
  ) {
    const { optimizer, epochs = 1, batchSize = 64, metrics = {}, schedule, seed = 0 } = options;
    const { live = true, pictures = [], panel = false } = options;
    this.history = history;
    this.#task = { network, optimizer, loss: lossFor(options.loss), metrics, clipNorm: options.clipNorm ?? null };
    this.#options = options;
    this.#examples = examples.count;
    this.#epochs = epochs;
    // Each epoch's order follows from the seed and its number, so the middle of a run is found again.
    this.#feed = new Feed(examples, seed);
    this.#controls = new Controls(history, { optimizer, schedule, batchSize, examples: examples.count }, at.byHand);
    this.#earlyStopping = earlyStopping;
    this.#checkpointing = checkpointing;
    this.#at = at;
    if (!at.over) history.stopped = null;
    this.#plan();
    this.#panel = panel ? Panel.open(this.#controls, history) : null;
    this.#shown = [
      ...(live ? [showLive(history)] : []), // above the others
      ...pictures.flatMap((draw) => livePicture(new Watched(network, draw)) ?? []),
    ];
  }

  /** Whether it is at its end, or a callback has stopped it on the way. */
  get isOver(): boolean {
    return this.#isStopped || this.#isAtEnd;
  }

  get #isAtEnd(): boolean {
    return this.#at.over || this.#at.epoch >= this.#epochs;
  }

  /** Goes through the examples once, or through those that are left of an epoch. */
  async epoch(): Promise<void> {
    const at = this.#at;
    const feed = this.#feed;
    feed.begin(at.epoch, at.seen);
    let begin = performance.now() - 1000 * at.seconds;
    while (!feed.isEmpty) {
      if (this.#panel?.standsStill) begin += await this.#standStill(this.#panel);
      this.#step(feed.next(this.#controls.batchSize));
      const [images, before] = [feed.seen - at.seen, at.seconds];
      at.step++;
      at.seen = feed.seen;
      at.seconds = (performance.now() - begin) / 1000;
      this.#pacer.step(images, at.seconds - before);
      this.#plan();
      await this.#tell(this.#options.onStep, at.epoch + 1);
      for (const picture of this.#shown) picture.update();
      this.#panel?.update();
      const written = performance.now();
      if (this.#isStopped) return this.#checkpointing?.write(at);
      await this.#checkpointing?.afterStep(at);
      begin += performance.now() - written;
      await this.#pause();
    }
    const over = performance.now();
    const ended = await this.#endOfEpoch();
    this.history.epochs.push(ended);
    Object.assign(at, { epoch: ended.epoch, step: 0, seen: 0, seconds: 0 });
    this.#judge(ended);
    await this.#tell(this.#options.onEpoch, ended.epoch);
    if (this.isOver) await this.#checkpointing?.write(at);
    else await this.#checkpointing?.afterEpoch(at);
    this.#pacer.between((performance.now() - over) / 1000);
  }

  /** Waits with the pictures of where it stands. @returns the milliseconds that it took */
  async #standStill(panel: Panel): Promise<number> {
    const begin = performance.now();
    for (const picture of this.#shown) picture.redraw?.();
    await panel.whenItGoesOn();
    return performance.now() - begin;
  }

  /** What is still to come, of the batches as they are now. */
  #plan(): void {
    const { history } = this;
    const { batchSize } = this.#controls;
    const { epoch, seen } = this.#at;
    const stepsFor = (examples: number): number => Math.ceil(examples / batchSize);
    const later = Math.max(0, this.#epochs - epoch - 1);
    const [left, each] = [epoch < this.#epochs ? this.#examples - seen : 0, this.#examples];
    history.plannedSteps = history.steps + stepsFor(left) + later * stepsFor(each);
    if (history.steps > 0) history.pace = this.#pacer.pace(left + later * each, later + 1);
  }

  #step(batch: TrainingBatch<T>): void {
    if (interruptRequested()) throw this.#interrupted();
    this.#controls.schedule();
    this.#isWhole = false;
    try {
      trainingStep(this.#task, batch, this.history);
      this.#isWhole = true;
    } catch (error) {
      throw error instanceof InterruptedError ? this.#interrupted() : error;
    }
  }

  async #endOfEpoch(): Promise<Epoch> {
    const { history } = this;
    const { network, loss, metrics } = this.#task;
    const { validation } = this.#options;
    const { epoch, step, seconds } = this.#at;
    const train = history.since(history.steps - step);
    this.#validation = validation ? await evaluate(network, validation, { loss, metrics }) : null;
    const score = this.#validation && scoreOf(this.#validation);
    return { epoch: epoch + 1, steps: history.steps, train, validation: score, seconds, examples: this.#examples };
  }

  /** What follows from how an epoch went: another learning rate, or the end. */
  #judge(ended: Epoch): void {
    const { schedule, optimizer } = this.#options;
    if (schedule instanceof ReduceOnPlateau) {
      optimizer.learningRate = schedule.next(monitored(schedule.monitor, ended), optimizer.learningRate);
    }
    const watch = this.#earlyStopping;
    if (watch === null) return;
    this.history.stopped = watch.next(monitored(watch.monitor, ended), ended.epoch, this.#task.network);
    this.#at.over = this.history.stopped !== null;
  }

  /** Asks a callback whether to go on. */
  async #tell(callback: ((state: FitState) => unknown) | undefined, epoch: number): Promise<void> {
    if (callback === undefined) return;
    const { history } = this;
    const { network, optimizer } = this.#task;
    const state = { step: history.steps, epoch, history, network, optimizer, validation: this.#validation };
    if ((await callback.call(this.#options, state)) !== "stop") return;
    this.#isStopped = true;
    history.stopped ??= `stopped after step ${history.steps} by a callback`;
  }

  #interrupted(): InterruptedError {
    const { steps, plannedSteps } = this.history;
    const where = `after step ${steps} of ${plannedSteps}, in epoch ${this.#at.epoch + 1}`;
    return new InterruptedError(`fit: stopped ${where}, as you asked; the network keeps that step's weights`);
  }

  /** After an interrupt: writes a checkpoint, if the run asks for them and is between two steps. */
  async keep(): Promise<void> {
    if (this.#isWhole) await this.#checkpointing?.write(this.#at);
  }

  /** Leaves the network ready for use, also after an error; at its end, if it was asked to, with its best weights. */
  end(): void {
    const { network } = this.#task;
    network.eval();
    if (this.#earlyStopping?.restoreBest && this.#isAtEnd) this.#earlyStopping.restore(network);
    this.history.pace = null;
    for (const picture of this.#shown) picture.close();
    this.#panel?.close();
  }
}

function scoreOf({ loss, accuracy, metrics }: Evaluation): NonNullable<Epoch["validation"]> {
  return Object.keys(metrics).length === 0 ? { loss, accuracy } : { loss, accuracy, metrics };
}
