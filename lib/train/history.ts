import { lineChart } from "../display/line-chart.ts";
import type { Picture } from "../display/picture.ts";
import { display, type MimeBundle } from "../mime.ts";

/** Means over a set of examples. */
export interface Score {
  /** Mean loss, in nats for the cross-entropy. */
  readonly loss: number;
  /** Part of the examples whose largest score is that of their label, 0 to 1. */
  readonly accuracy: number;
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
}

/** Weight of the latest step in the smoothed curve: about the last twenty count. */
const SMOOTHING = 0.1;

/** What happened during training, step by step and epoch by epoch. Draws itself as loss curves. */
export class History {
  /** Mean loss of each step's batch. */
  readonly losses: number[] = [];
  /** Accuracy on each step's batch, before the step. */
  readonly accuracies: number[] = [];
  /** Each epoch that ended. */
  readonly epochs: Epoch[] = [];
  /** Epochs that `fit` was asked for. */
  readonly plannedEpochs: number;
  /** Steps in all of them. */
  readonly plannedSteps: number;

  constructor(plannedEpochs: number, plannedSteps: number) {
    this.plannedEpochs = plannedEpochs;
    this.plannedSteps = plannedSteps;
  }

  /** Steps done. */
  get steps(): number {
    return this.losses.length;
  }

  /** Adds a step. */
  record(loss: number, accuracy: number): void {
    this.losses.push(loss);
    this.accuracies.push(accuracy);
  }

  /** Means over the steps from the given one (counted from 0) on. */
  since(step: number): Score {
    return { loss: average(this.losses.slice(step)), accuracy: average(this.accuracies.slice(step)) };
  }

  /** One line: how far, how good. */
  status(): string {
    const { steps, plannedSteps, plannedEpochs } = this;
    const epoch = Math.min(this.epochs.length + 1, plannedEpochs);
    const loss = smooth(this.losses).at(-1);
    const parts = [
      `epoch ${epoch} of ${plannedEpochs}`,
      `step ${steps} of ${plannedSteps}`,
      ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
      ...this.#accuracy(),
    ];
    return parts.join(" · ");
  }

  /** How good: on the validation set where there is one, else on the latest batches. */
  #accuracy(): string[] {
    const validation = this.epochs.at(-1)?.validation;
    if (validation) return [`validation accuracy ${percent(validation.accuracy)}`];
    const accuracy = smooth(this.accuracies).at(-1);
    return accuracy === undefined ? [] : [`accuracy ${percent(accuracy)}`];
  }

  /** The loss of every step, smoothed, and the validation loss after each epoch, on a logarithmic axis. */
  chart(): Picture {
    const validated = this.epochs.filter(({ validation }) => validation !== null);
    const x = this.losses.map((_, i) => i + 1);
    const series = [
      { name: "each step", x, y: this.losses, faint: true },
      { name: "training", x, y: smooth(this.losses) },
    ];
    const validation = {
      name: "validation",
      x: validated.map(({ steps }) => steps),
      y: validated.map((epoch) => epoch.validation?.loss ?? Number.NaN),
    };
    return lineChart({
      title: this.status(),
      x: { label: "step" },
      y: { label: "loss (nats)", scale: "log" },
      series: validated.length > 0 ? [...series, validation] : series,
    });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return { ...this.chart()[display](), "text/plain": this.toString() };
  }

  /** The status, and a line an epoch. */
  toString(): string {
    const lines = this.epochs.map(({ epoch, train, validation, seconds }) => {
      const checked = validation
        ? `, validation loss ${validation.loss.toFixed(4)}, accuracy ${percent(validation.accuracy)}`
        : "";
      return `epoch ${epoch}: loss ${train.loss.toFixed(4)}, accuracy ${percent(train.accuracy)}${checked}, ${seconds.toFixed(1)} s`;
    });
    return [this.status(), ...lines].join("\n");
  }
}

/** `98.52 %` */
export function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Exponential moving average, begun at the first value and corrected for it (Kingma and Ba, 2015, section 3). */
function smooth(values: readonly number[]): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum += SMOOTHING * (value - sum);
    weight += SMOOTHING * (1 - weight);
    return sum / weight;
  });
}
