import { differentiating, noGrad } from "../autograd/apply.ts";
import { gradientsOf } from "../autograd/backward.ts";
import { detach } from "../autograd/grad.ts";
import { describe, OptionError, ShapeError } from "../errors.ts";
import { evaluating } from "../nn/evaluating.ts";
import { Module } from "../nn/module.ts";
import { watchLayers } from "../nn/watch.ts";
import { checkTensor } from "../tensor/check.ts";
import { zeros } from "../tensor/create.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";

/** From the network's output to one number: what gradients are of. */
export type LossOfOutput = (output: Tensor) => Tensor;

/** What a layer gave, or the gradient that arrived there. */
export interface CapturedLayer {
  /** Its path, `conv1`; with the count behind it where it runs again. */
  readonly path: string;
  readonly layer: Module;
  /** Its output, or the gradient of the loss with respect to it; null where the loss does not depend on it. */
  readonly values: AnyTensor | null;
}

/**
 * Runs a network on a batch, in evaluation mode, and keeps what every layer gives, or with a loss the gradient at each
 * layer's output. Parameters, their gradients and modes are left as they are.
 *
 * @throws OptionError if there is no network or no layer; ShapeError for a loss of several numbers
 */
export function captureLayers(op: string, network: Module, x: AnyTensor, loss?: LossOfOutput): CapturedLayer[] {
  checkNetwork(op, network);
  checkTensor(op, "the input", x);
  if (loss !== undefined && typeof loss !== "function") {
    throw new OptionError(op, `loss is ${describe(loss)}`, "give a function: (scores) => crossEntropy(scores, labels)");
  }
  const runs: { path: string; layer: Module; output: AnyTensor }[] = [];
  const counts = new Map<string, number>();
  const keep = ({ path, layer, output }: { path: string; layer: Module; output: Tensor }) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    runs.push({ path: count === 1 ? path : `${path} (run ${count})`, layer, output: output as AnyTensor });
  };
  const input = Object.assign(detach(x), { requiresGrad: loss !== undefined }) as unknown as Tensor;
  const run = () => watchLayers(network, keep, () => evaluating(network, () => network.forward(input)));
  if (loss === undefined) {
    noGrad(run);
    return runs.map(({ path, layer, output }) => ({ path, layer, values: output }));
  }
  const value = differentiating(
    () => loss(run()),
    () => {},
  );
  checkTensor(op, "the loss", value);
  if (value.size !== 1) {
    const operands = [{ name: "loss", shape: value.shape }];
    throw new ShapeError(op, "the loss is not one number", operands, "end the function with sum() or mean()");
  }
  const gradients = gradientsOf(
    value as AnyTensor,
    runs.map(({ output }) => output),
  );
  return runs.map(({ path, layer }, i) => ({ path, layer, values: gradients[i] ?? null }));
}

/** @throws OptionError for anything but a network */
export function checkNetwork(op: string, network: Module): void {
  if (network instanceof Module) return;
  throw new OptionError(op, `the network is ${describe(network)}`, "give a network, then its input");
}

/**
 * The gradient of a number that follows from one layer's output, with respect to the network's input.
 *
 * @param path of a layer that runs
 */
export function inputGradient(op: string, network: Module, x: AnyTensor, path: string, f: LossOfOutput): AnyTensor {
  const input = Object.assign(detach(x), { requiresGrad: true }) as unknown as Tensor;
  let output: Tensor | undefined;
  const keep = (run: { path: string; output: Tensor }) => {
    if (run.path === path) output ??= run.output;
  };
  const value = differentiating(
    () => {
      watchLayers(network, keep, () => evaluating(network, () => network.forward(input)));
      if (output === undefined) throw new OptionError(op, `${path} did not run`, "name a layer that does");
      return f(output);
    },
    () => {},
  );
  const [gradient] = gradientsOf(value as AnyTensor, [input as AnyTensor]);
  return gradient ?? (zeros(input.shape) as AnyTensor);
}

/** Those of the layers that are asked for by path, in the order they run; all where none is named. */
export function chosenLayers(
  op: string,
  layers: readonly CapturedLayer[],
  paths: readonly string[] | undefined,
): readonly CapturedLayer[] {
  if (paths === undefined) return layers;
  const known = layers.map(({ path }) => path);
  if (!Array.isArray(paths) || paths.length === 0) {
    const problem = Array.isArray(paths) ? "no layer is named" : `layers is ${describe(paths)}`;
    throw new OptionError(op, problem, `name some in an array: ["${known[0]}"]; or leave layers out`);
  }
  const strange = paths.find((path) => !known.includes(path));
  if (strange === undefined) return layers.filter(({ path }) => paths.includes(path));
  throw new OptionError(op, `there is no layer ${JSON.stringify(strange)}`, `the layers are ${known.join(", ")}`);
}
