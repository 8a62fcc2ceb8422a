import { shapesOnly } from "../autograd/apply.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { type ReceptiveField, ReceptiveFields } from "../nn/receptive-field.ts";
import { allocate } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import { outputOf } from "./layers.ts";

/** What one element of a layer's output sees of the input; null where the input has no axes behind the channels. */
export function fieldOf(operation: string, network: Module, layer: Module, inputs: Tensor): ReceptiveField | null {
  const example = new Tensor(allocate(inputs.dtype, 0), inputs.shape, inputs.dtype);
  const fields = new ReceptiveFields(example);
  const run = (): Tensor =>
    shapesOnly(
      () => evaluating(network, () => network.forward(example)),
      (applied) => fields.follow(applied),
    );
  return fields.of(outputOf(operation, network, layer, run).output);
}
