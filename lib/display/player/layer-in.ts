import { noGrad } from "../../autograd/apply.ts";
import { describe, OptionError } from "../../errors.ts";
import { evaluating } from "../../nn/evaluating.ts";
import { addPassingHook } from "../../nn/hooks.ts";
import type { Module } from "../../nn/module.ts";
import { peek } from "../../tensor/numbers.ts";
import { type AnyTensor, freshTensor, Tensor } from "../../tensor/tensor.ts";

/** A layer, and what it is given. */
export interface Fed {
  readonly layer: Module;
  readonly input: Tensor;
  /** What else it is given, such as an unpooling's indices. */
  readonly more: readonly unknown[];
}

/** The layer of a network that stands under a path, with what reaches it there; without a path the network itself. */
export function layerIn(op: string, network: Module, input: Tensor, path: string | undefined): Fed {
  if (path === undefined) return { layer: network, input, more: [] };
  const parts = network.namedModules().filter(([name]) => name !== "");
  const layer = typeof path === "string" ? parts.find(([name]) => name === path)?.[1] : undefined;
  if (layer === undefined) {
    const names = parts.slice(0, 12).map(([name]) => name);
    const fix =
      names.length === 0
        ? "leave it out: the layer has no parts"
        : `choose one of ${names.join(", ")}${parts.length > 12 ? ", …" : ""}`;
    throw new OptionError(op, `there is no layer ${describe(path).replace("the text ", "")}`, fix);
  }
  let found: Fed | undefined;
  const remove = addPassingHook(layer, "watchers", (given, _, more) => {
    found ??= { layer, input: copyOf(given), more: more.map((one) => (one instanceof Tensor ? copyOf(one) : one)) }; // the first call counts
  });
  try {
    noGrad(() => evaluating(network, () => network.forward(input)));
  } finally {
    remove();
  }
  if (found !== undefined) return found;
  throw new OptionError(op, `the network does not run its layer "${path}"`, "choose one that runs");
}

/** Memory of what is on its way through a network is used again. */
function copyOf(x: AnyTensor): Tensor {
  return freshTensor(peek(x).slice(), x.shape, x.dtype) as Tensor;
}
