/**
 * Losses of classification, example by example. Scores or log-probabilities are `[n, classes, inner]`: one set of classes
 * for each of the `inner` pixels of an example, 1 where there are none. Labels and losses are `[n, inner]`.
 */

import type { Floats } from "./floats.ts";

/** What a loss of labels knows beside labels and log-probabilities. */
export interface ClassLossSizes {
  readonly n: number;
  readonly classes: number;
  readonly inner: number;
  /** The part of each target that is spread over all classes, ε; 0 for labels as they are. */
  readonly smoothing: number;
  /** The label that counts for nothing; NaN, which equals none, where all count. */
  readonly ignored: number;
}

/** `losses = −(1 − ε) w[label] · logp[label] − ε/K Σ w[k] · logp[k]`; 0 where the label is ignored. */
export function labelLosses(
  { n, classes, inner, smoothing, ignored }: ClassLossSizes,
  logProbabilities: Floats,
  labels: Int32Array,
  weights: Floats,
  losses: Floats,
): void {
  for (let image = 0; image < n; image++) {
    for (let pixel = 0; pixel < inner; pixel++) {
      const at = image * inner + pixel;
      const label = labels[at]!;
      losses[at] = 0;
      if (label === ignored) continue;
      const start = image * classes * inner + pixel;
      let loss = (smoothing - 1) * weights[label]! * logProbabilities[start + label * inner]!;
      if (smoothing > 0) {
        let spread = 0;
        for (let k = 0; k < classes; k++) spread += weights[k]! * logProbabilities[start + k * inner]!;
        loss -= (smoothing / classes) * spread;
      }
      losses[at] = loss;
    }
  }
}

/** The gradient of {@link labelLosses}. @param dLosses `[n, inner]` @param dLogProbabilities overwritten */
export function labelLossesGradient(
  { n, classes, inner, smoothing, ignored }: ClassLossSizes,
  labels: Int32Array,
  weights: Floats,
  dLosses: Floats,
  dLogProbabilities: Floats,
): void {
  dLogProbabilities.fill(0);
  for (let image = 0; image < n; image++) {
    for (let pixel = 0; pixel < inner; pixel++) {
      const at = image * inner + pixel;
      const label = labels[at]!;
      if (label === ignored) continue;
      const dLoss = dLosses[at]!;
      const start = image * classes * inner + pixel;
      if (smoothing > 0) {
        const share = (smoothing / classes) * dLoss;
        for (let k = 0; k < classes; k++) dLogProbabilities[start + k * inner] = -share * weights[k]!;
      }
      dLogProbabilities[start + label * inner]! -= (1 - smoothing) * weights[label]! * dLoss;
    }
  }
}

/** The sum of the weights of all labels that count. */
export function weightOfLabels(labels: Int32Array, weights: Floats, ignored: number): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] !== ignored) total += weights[labels[i]!]!;
  return total;
}

/** `losses = −Σ w[k] · ((1 − ε) targets[k] + ε/K) · logp[k]`. @param targets as the log-probabilities, e.g. mixed labels */
export function mixtureLosses(
  { n, classes, inner, smoothing }: ClassLossSizes,
  logProbabilities: Floats,
  targets: Floats,
  weights: Floats,
  losses: Floats,
): void {
  for (let image = 0; image < n; image++) {
    for (let pixel = 0; pixel < inner; pixel++) {
      const start = image * classes * inner + pixel;
      let loss = 0;
      for (let k = 0; k < classes; k++) {
        const i = start + k * inner;
        loss -= weights[k]! * ((1 - smoothing) * targets[i]! + smoothing / classes) * logProbabilities[i]!;
      }
      losses[image * inner + pixel] = loss;
    }
  }
}

/** The gradient of {@link mixtureLosses} with respect to the log-probabilities. @param dLogProbabilities overwritten */
export function mixtureLossesGradient(
  { n, classes, inner, smoothing }: ClassLossSizes,
  targets: Floats,
  weights: Floats,
  dLosses: Floats,
  dLogProbabilities: Floats,
): void {
  for (let image = 0; image < n; image++) {
    for (let k = 0; k < classes; k++) {
      const start = (image * classes + k) * inner;
      for (let pixel = 0; pixel < inner; pixel++) {
        const target = (1 - smoothing) * targets[start + pixel]! + smoothing / classes;
        dLogProbabilities[start + pixel] = -weights[k]! * target * dLosses[image * inner + pixel]!;
      }
    }
  }
}

/** The gradient of {@link mixtureLosses} with respect to the targets. @param dTargets overwritten */
export function mixtureTargetsGradient(
  { n, classes, inner, smoothing }: ClassLossSizes,
  logProbabilities: Floats,
  weights: Floats,
  dLosses: Floats,
  dTargets: Floats,
): void {
  for (let image = 0; image < n; image++) {
    for (let k = 0; k < classes; k++) {
      const start = (image * classes + k) * inner;
      const weight = (smoothing - 1) * weights[k]!;
      for (let pixel = 0; pixel < inner; pixel++) {
        dTargets[start + pixel] = weight * logProbabilities[start + pixel]! * dLosses[image * inner + pixel]!;
      }
    }
  }
}

/** `losses = Σ max(0, scores[k] − scores[label] + margin)` over the classes that are not the label. `inner` is 1. */
export function hingeLosses(
  n: number,
  classes: number,
  scores: Floats,
  labels: Int32Array,
  margin: number,
  losses: Floats,
): void {
  for (let image = 0; image < n; image++) {
    const start = image * classes;
    const label = start + labels[image]!;
    const bound = margin - scores[label]!;
    let loss = 0;
    for (let i = start; i < start + classes; i++) if (i !== label) loss += Math.max(0, scores[i]! + bound);
    losses[image] = loss;
  }
}

/** The gradient of {@link hingeLosses}: `dLoss` of each class within the margin, and minus their sum of the label. */
export function hingeLossesGradient(
  n: number,
  classes: number,
  scores: Floats,
  labels: Int32Array,
  margin: number,
  dLosses: Floats,
  dScores: Floats,
): void {
  for (let image = 0; image < n; image++) {
    const start = image * classes;
    const label = start + labels[image]!;
    const bound = margin - scores[label]!;
    const dLoss = dLosses[image]!;
    let within = 0;
    for (let i = start; i < start + classes; i++) {
      const counts = i !== label && scores[i]! + bound > 0;
      dScores[i] = counts ? dLoss : 0;
      within += Number(counts);
    }
    dScores[label] = -within * dLoss;
  }
}
