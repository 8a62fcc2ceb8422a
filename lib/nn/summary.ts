import { shapesOnly } from "../autograd/apply.ts";
import type { PassChoice } from "../compute/algorithms.ts";
import { checkShape } from "../tensor/check.ts";
import { allocate } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import type { Module } from "./module.ts";
import { watchLayers } from "./watch.ts";

/** What one layer does to one example. */
export interface LayerSummary {
  /** Its path in the network, `conv1`. */
  readonly path: string;
  /** Its class, `Conv2d`. */
  readonly kind: string;
  /** Its output without the batch, `[C, H, W]`. */
  readonly outputShape: readonly number[];
  /** How many numbers it learns; those of a shared tensor count where it comes first. */
  readonly parameters: number;
  /** Multiply-accumulate operations for one example. */
  readonly macs: number;
  /** How the passes of its convolutions are computed, and why so; empty without one. */
  readonly choices: readonly PassChoice[];
}

/**
 * Follows one example through a network by shapes alone: nothing is computed. Layers come in the order they run; a last
 * row, `(rest)`, holds parameters and operations that are in no layer.
 *
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @param examples how many are followed at once; sizes and costs are those of one all the same
 * @throws ShapeError if a layer does not fit the one before
 */
export function summarize(network: Module, inputShape: readonly number[], examples = 1): LayerSummary[] {
  checkShape("summary", inputShape);
  const rows: LayerSummary[] = [];
  const counted = new Set<object>();
  let macs = 0;
  let reported = 0;
  let choices: PassChoice[] = [];
  const example = new Tensor(allocate("float32", 0), [examples, ...inputShape], "float32");
  const run = (): Tensor =>
    shapesOnly(
      () => evaluating(network, () => network.forward(example)), // one example is too few for some layers in training
      (applied) => {
        macs += applied.macs;
        choices.push(...applied.choices);
      },
    );
  const { shape } = watchLayers(
    network,
    ({ path, layer, output }) => {
      const own = layer.parameters().filter((parameter) => !counted.has(parameter));
      for (const parameter of own) counted.add(parameter);
      const parameters = own.reduce((sum, { size }) => sum + size, 0);
      rows.push({
        path,
        kind: layer.constructor.name,
        outputShape: output.shape.slice(1),
        parameters,
        macs: (macs - reported) / examples,
        choices,
      });
      reported = macs;
      choices = [];
    },
    run,
  );
  // What the parts themselves do beside their layers: tensors of their own, operations written out in forward.
  const rest = network.parameters().filter((parameter) => !counted.has(parameter));
  if (rest.length > 0 || macs > reported || choices.length > 0) {
    const parameters = rest.reduce((sum, { size }) => sum + size, 0);
    const kind = network.constructor.name;
    rows.push({
      path: "(rest)",
      kind,
      outputShape: shape.slice(1),
      parameters,
      macs: (macs - reported) / examples,
      choices,
    });
  }
  return rows;
}
