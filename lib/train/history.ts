import { formatNumber } from "../display/format.ts";
import { lineChart } from "../display/line-chart.ts";
import type { Picture } from "../display/picture.ts";
import { checkOptions, describe, OptionError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { type Pace, paceText } from "./pace.ts";

/** Means over a set of examples. */
export interface Score {
  /** Mean loss, in nats for the cross-entropy. */
  readonly loss: number;
  /** Part of the examples whose largest score is that of their label, 0 to 1; NaN where labels are no class numbers. */
  readonly accuracy: number;
  /** What else was asked for, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a step is recorded with beside loss and accuracy. */
export interface StepRecord {
  /** The learning rate it was made with. */
  readonly learningRate?: number;
  /** The length of all gradients as one vector before it, where `fit` was asked to clip it. */
  readonly gradientNorm?: number;
  /** What else was asked for, measured on its batch, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** One epoch: once through the training set. */
export interface Epoch {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps done at its end, since training began. */
  readonly steps: number;
  /** Means over the epoch's steps, each measured before the step changed the weights. */
  readonly train: Score;
  /** Measured on the validation set after the epoch; null without one. */
  readonly validation: Score | null;
  /** How long its steps took, without validation, in seconds. */
  readonly seconds: number;
  /** Examples it went through. */
  readonly examples?: number;
}

/** Something that was set by hand while training went on. */
export interface SettingChange {
  /** Steps done by then. */
  readonly step: number;
  /** What, in words: `learning rate`. */
  readonly setting: string;
  readonly from: number;
  readonly to: number;
}

/** Weight of the latest step in the smoothed curve: about the last twenty count. */
const SMOOTHING = 0.1;

/** How noisy curves are smoothed. */
export interface ChartSmoothing {
  /** Weight of the latest step in the moving mean, above 0; default 0.1, by which about the last twenty count; 1 smooths nothing. */
  readonly smoothing?: number;
}

/** One value as it went. */
export interface HistoryCurve {
  /** With its unit. */
  readonly label: string;
  readonly scale: "linear" | "log";
  /** Of each step. */
  readonly values: readonly number[];
  /** Of the validation set, at steps; null for what is not measured on it. */
  readonly validation: { readonly steps: readonly number[]; readonly values: readonly number[] } | null;
}

/** The weight that is asked for. */
export function smoothingOf(op: string, options: ChartSmoothing): number {
  checkOptions(op, options, ["smoothing"]);
  const { smoothing = SMOOTHING } = options;
  if (smoothing > 0 && smoothing <= 1) return smoothing;
  throw new OptionError(op, `smoothing is ${describe(smoothing)}`, "give a weight above 0, and 1 at most");
}

/** What happened during training, step by step and epoch by epoch. Draws itself as loss curves. */
export class History {
  /** Mean loss of each step's batch. */
  readonly losses: number[] = [];
  /** Accuracy on each step's batch, before the step. */
  readonly accuracies: number[] = [];
  /** The learning rate of each step. */
  readonly learningRates: number[] = [];
  /** The length of each step's gradients before they were clipped; empty where `fit` was not asked to. */
  readonly gradientNorms: number[] = [];
  /** What else was measured on each step's batch, by name. */
  readonly metrics: Record<string, number[]> = {};
  /** Each epoch that ended. */
  readonly epochs: Epoch[] = [];
  /** Why training ended before its last epoch, in words; null where it did not. */
  stopped: string | null = null;
  /** What was set by hand on the way, in its order: what such a run did, its seed alone does not say. */
  readonly changes: SettingChange[] = [];
  /** How fast training goes, while it does. */
  pace: Pace | null = null;
  /** Epochs that `fit` was asked for. */
  readonly plannedEpochs: number;
  /** Steps in all of them. */
  plannedSteps: number;

  constructor(plannedEpochs: number, plannedSteps: number) {
    this.plannedEpochs = plannedEpochs;
    this.plannedSteps = plannedSteps;
  }

  /** Steps done. */
  get steps(): number {
    return this.losses.length;
  }

  /** Adds a step. */
  record(loss: number, accuracy: number, { learningRate, gradientNorm, metrics = {} }: StepRecord = {}): void {
    this.losses.push(loss);
    this.accuracies.push(accuracy);
    if (learningRate !== undefined) this.learningRates.push(learningRate);
    if (gradientNorm !== undefined) this.gradientNorms.push(gradientNorm);
    for (const [name, value] of Object.entries(metrics)) {
      this.metrics[name] ??= [];
      this.metrics[name].push(value);
    }
  }

  /** Adds a change by hand; several of one setting between two steps are one. */
  change({ step, setting, from, to }: SettingChange): void {
    const last = this.changes.at(-1);
    const again = last?.step === step && last.setting === setting;
    if (again) this.changes.pop();
    const first = again ? last.from : from;
    if (first !== to) this.changes.push({ step, setting, from: first, to });
  }

  /** Means over the steps from the given one (counted from 0) on. */
  since(step: number): Score {
    const mean = (values: readonly number[]) => average(values.slice(step));
    const metrics = Object.entries(this.metrics).map(([name, values]) => [name, mean(values)] as const);
    const means = { loss: mean(this.losses), accuracy: mean(this.accuracies) };
    return metrics.length === 0 ? means : { ...means, metrics: Object.fromEntries(metrics) };
  }

  /** One line: how far, how good; while training goes on also how fast, and how long yet. */
  status(): string {
    return this.#status(this.#pace());
  }

  #pace(): string[] {
    return this.pace === null ? [] : paceText(this.pace);
  }

  #status(pace: readonly string[] = []): string {
    const { steps, plannedSteps, plannedEpochs } = this;
    const epoch = Math.min(this.epochs.length + 1, plannedEpochs);
    const loss = latest(this.losses);
    const parts = [
      `epoch ${epoch} of ${plannedEpochs}`,
      `step ${steps} of ${plannedSteps}`,
      ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
      ...this.#accuracy(),
    ];
    return [...parts, ...pace].join(" · ");
  }

  /** How good: on the validation set where there is one, else on the latest batches. */
  #accuracy(): string[] {
    const validation = this.epochs.at(-1)?.validation;
    const accuracy = validation?.accuracy ?? latest(this.accuracies) ?? Number.NaN;
    return Number.isNaN(accuracy) ? [] : [`${validation ? "validation " : ""}accuracy ${percent(accuracy)}`];
  }

  /**
   * A value of every step, smoothed, and of the validation set after each epoch: the loss, on a logarithmic axis, unless
   * another is asked for.
   *
   * @param of `"loss"` (default), `"accuracy"`, `"learning rate"`, `"gradient norm"`, or the name of a metric
   * @throws OptionError if there is no such curve, or an option is unknown or out of range
   */
  chart(of = "loss", options: ChartSmoothing = {}): Picture {
    const weight = smoothingOf("chart", options);
    const { label, values, scale, validation } = this.curve(of);
    const x = values.map((_, i) => i + 1);
    const raw = { name: "each step", x, y: values };
    const noisy = [
      { ...raw, faint: true },
      { name: "training", x, y: smooth(values, weight) },
    ];
    const curves = validation === null ? [{ ...raw, name: label }] : weight === 1 ? [raw] : noisy;
    const measured = validation === null || validation.values.length === 0 ? [] : [validation];
    const validated = measured.map(({ steps, values: y }) => ({ name: "validation", x: steps, y }));
    return lineChart({
      title: this.#status(), // which has room for no more
      x: { label: ["step", ...this.#pace()].join(" · ") },
      y: { label, scale },
      series: [...curves, ...validated],
    });
  }

  /**
   * A value of every step and of the validation set after each epoch, as numbers: what `chart` draws.
   *
   * @param of as for `chart`
   * @throws OptionError if there is no such curve
   * @internal
   */
  curve(of: string): HistoryCurve {
    const { validated, ...curve } = this.#curve(of);
    if (validated === null) return { ...curve, validation: null };
    const measured = this.epochs.filter(({ validation }) => validation !== null);
    const steps = measured.map((epoch) => epoch.steps);
    return { ...curve, validation: { steps, values: measured.map((epoch) => validated(epoch.validation!)) } };
  }

  #curve(of: string): {
    readonly label: string;
    readonly values: readonly number[];
    readonly scale: "linear" | "log";
    readonly validated: ((score: Score) => number) | null;
  } {
    const { losses, accuracies, learningRates, gradientNorms, metrics } = this;
    const loss = (score: Score): number => score.loss;
    if (of === "loss") return { label: "loss (nats)", values: losses, scale: "log", validated: loss };
    const right = (score: Score): number => score.accuracy;
    if (of === "accuracy")
      return { label: "accuracy (part of 1)", values: accuracies, scale: "linear", validated: right };
    if (of === "learning rate") return { label: of, values: learningRates, scale: "linear", validated: null };
    if (of === "gradient norm") return { label: of, values: gradientNorms, scale: "log", validated: null };
    const values = Object.hasOwn(metrics, of) ? metrics[of] : undefined;
    const validated = (score: Score): number => score.metrics?.[of] ?? Number.NaN;
    if (values !== undefined) return { label: of, values, scale: "linear", validated };
    const names = ["loss", "accuracy", "learning rate", "gradient norm", ...Object.keys(metrics)];
    throw new OptionError("chart", `there is no curve of ${describe(of)}`, `ask for one of ${names.join(", ")}`);
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return { ...this.chart()[display](), "text/plain": this.toString() };
  }

  /** A line for each epoch that ended. */
  epochLines(): string[] {
    return this.epochs.map(({ epoch, train, validation, seconds, examples }) => {
      const rate = examples === undefined ? "" : `, ${(examples / seconds).toFixed(0)} images/s`;
      const checked = validation ? `, validation ${scoreText(validation)}` : "";
      return `epoch ${epoch}: ${scoreText(train)}${checked}, ${seconds.toFixed(1)} s${rate}`;
    });
  }

  /** The status, a line an epoch, what was set by hand, and why it ended early if it did. */
  toString(): string {
    const changes = this.changes.map(
      ({ step, setting, from, to }) =>
        `after step ${step}: ${setting} ${formatNumber(from)} → ${formatNumber(to)}, by hand`,
    );
    return [this.status(), ...this.epochLines(), ...changes, ...(this.stopped === null ? [] : [this.stopped])].join(
      "\n",
    );
  }
}

/** `loss 0.1234, accuracy 98.00 %, top 5 0.9990` */
export function scoreText({ loss, accuracy, metrics = {} }: Score): string {
  const right = Number.isNaN(accuracy) ? [] : [`accuracy ${percent(accuracy)}`];
  const others = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [`loss ${loss.toFixed(4)}`, ...right, ...others].join(", ");
}

/** `98.52 %` */
export function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The end of the smoothed curve; what lies further back weighs less than rounding does: 0.9 to the 400th is 5e-19. */
function latest(values: readonly number[]): number | undefined {
  return smooth(values.slice(-400)).at(-1);
}

/** Exponential moving average, begun at the first value and corrected for it (Kingma and Ba, 2015, section 3). */
export function smooth(values: readonly number[], latest = SMOOTHING): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum += latest * (value - sum);
    weight += latest * (1 - weight);
    return sum / weight;
  });
}
