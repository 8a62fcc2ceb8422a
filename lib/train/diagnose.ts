import { noGrad } from "../autograd/apply.ts";
import type { Module } from "../nn/module.ts";
import { watchLayers } from "../nn/watch.ts";
import { peek } from "../tensor/numbers.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Where numbers left the finite range, and what to do about it. */
export interface Diagnosis {
  readonly where: string;
  readonly fix: string;
}

/**
 * Where numbers left the finite range first, as words: in the weights that an earlier step left, in the images, in the
 * output of a layer, or in the loss alone. Runs the forward pass again.
 */
export function whereNotFinite(network: Module, images: Tensor, learningRate: number): Diagnosis {
  const lower = `lower the learning rate (it is ${learningRate}; try ${learningRate / 10})`;
  const spoiled = network.namedParameters().find(([, parameter]) => nonFinite(peek(parameter)) !== null);
  if (spoiled) {
    const where = `parameter ${spoiled[0]} holds ${nonFinite(peek(spoiled[1]))} already: an earlier step made it so`;
    return { where, fix: lower };
  }
  const input = nonFinite(peek(images));
  if (input) {
    const fix = "correct the images before training; the numbers of a network cannot be finite after them";
    return { where: `the batch's images hold ${input}`, fix };
  }
  let first: string | null = null;
  const run = (): unknown => noGrad(() => network.forward(images));
  watchLayers(
    network,
    ({ path, layer, output }) => {
      const found = nonFinite(peek(output));
      if (found) first ??= `layer ${path} (${layer.constructor.name}) gives ${found} first`;
    },
    run,
  );
  if (first !== null) return { where: first, fix: `${lower}, and check the images' range` };
  const where = "every layer's output is finite: the loss function itself made it so";
  return { where, fix: "keep it from dividing by 0, from logarithms of 0 and from overflow" };
}

function nonFinite(data: ArrayLike<number>): "NaN" | "infinity" | null {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return Number.isNaN(data[i]) ? "NaN" : "infinity";
  }
  return null;
}
