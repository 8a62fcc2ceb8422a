import { convolutions } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import type { Exporter } from "./exporter.ts";
import { movement } from "./movement.ts";
import { normalizations } from "./normalization.ts";
import { paddings } from "./padding.ts";
import { pairs } from "./pairs.ts";
import { poolings } from "./pooling.ts";
import { reductions } from "./reduce.ts";
import { windows } from "./windows.ts";

/** Why an operation is not written, and what to do. */
export interface Refusal {
  readonly problem: string;
  readonly fix: string;
}

const random: Refusal = {
  problem: "it draws random numbers, and a graph gives the same for the same input",
  fix: "let it do nothing in evaluation: dropout(x, { training: this.training })",
};
const loss: Refusal = {
  problem: "a loss compares with labels, which are no input of a network",
  fix: "end forward with the scores, and compute the loss outside",
};

/** How each operation of the library is written in ONNX, or why it is not, by the name under which it is applied. */
export const exporters = {
  ...convolutions,
  ...poolings,
  ...elementwise,
  ...pairs,
  ...reductions,
  ...movement,
  ...normalizations,
  ...paddings,
  ...windows,
};

/** The operations that are not written. */
export const refusals: Readonly<Record<string, Refusal>> = {
  dropout: random,
  dropout2d: random,
  crossEntropy: loss,
  negativeLogLikelihood: loss,
  hingeLoss: loss,
  binaryCrossEntropy: loss,
  binaryCrossEntropyWithLogits: loss,
  meanSquaredError: loss,
  halfSquaredError: loss,
  meanAbsoluteError: loss,
  huberLoss: loss,
};

/** The exporter of an operation; undefined for one that has none. */
export function exporterOf(operation: string): Exporter | undefined {
  return Object.hasOwn(exporters, operation) ? (exporters as Record<string, Exporter>)[operation] : undefined;
}
