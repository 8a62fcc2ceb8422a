import { noGrad } from "../../autograd/apply.ts";
import { describe, OptionError } from "../../errors.ts";
import { evaluating } from "../../nn/evaluating.ts";
import { addPassingHook } from "../../nn/hooks.ts";
import type { Module } from "../../nn/module.ts";
import { peek } from "../../tensor/numbers.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { freshTensor } from "../../tensor/tensor.ts";

/** A layer, and what it is given. */
export interface Fed {
  readonly layer: Module;
  readonly input: Tensor;
}

/** The layer of a network that stands under a path, with what reaches it there; without a path the network itself. */
export function layerIn(op: string, network: Module, input: Tensor, path: string | undefined): Fed {
  if (path === undefined) return { layer: network, input };
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
  let found: Tensor | undefined;
  const remove = addPassingHook(layer, "forward", (_, given) => {
    // a copy: memory of what is on its way through a network is used again; the first call counts
    found ??= freshTensor(peek(given).slice(), given.shape, given.dtype) as Tensor;
  });
  try {
    noGrad(() => evaluating(network, () => network.forward(input)));
  } finally {
    remove();
  }
  if (found !== undefined) return { layer, input: found };
  throw new OptionError(op, `the network does not run its layer "${path}"`, "choose one that runs");
}
