import { describe, OptionError } from "../errors.ts";
import { addPassingHook } from "../nn/hooks.ts";
import { Module } from "../nn/module.ts";
import { reshape } from "../ops/reshape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How many layers an error lists. */
const LISTED = 8;

/** @throws OptionError for what is no network */
export function checkNetwork(operation: string, network: Module): void {
  if ((network as unknown) instanceof Module) return;
  const problem = `the network is ${describe(network)}`;
  throw new OptionError(operation, problem, "give a Module, e.g. lenet5() or a Sequential");
}

/** @throws OptionError for what is no layer, or none of this network */
export function checkLayer(operation: string, network: Module, layer: Module): void {
  const parts = network.namedModules();
  if (parts.some(([, part]) => part === layer)) return;
  const paths = parts.flatMap(([path, part]) => (part.children().length === 0 && path !== "" ? [path] : []));
  const more = paths.length > LISTED ? `, ... (${paths.length} layers)` : "";
  const found = (layer as unknown) instanceof Module ? "is not part of the network" : `is ${describe(layer)}`;
  const fix = `give one of the network's own modules: ${paths.slice(0, LISTED).join(", ")}${more}`;
  throw new OptionError(operation, `the layer ${found}`, fix);
}

/** What a layer is called: its path in the network, or its class where it is the network. */
export function layerName(network: Module, layer: Module): string {
  const path = network.namedModules().find(([, part]) => part === layer)?.[0];
  return path === undefined || path === "" ? layer.constructor.name : path;
}

/**
 * Runs `f`, and finds what a layer of the network gave meanwhile.
 *
 * @throws OptionError if it did not run, or more than once
 */
export function outputOf<R>(
  operation: string,
  network: Module,
  layer: Module,
  f: () => R,
): { output: Tensor; result: R } {
  const outputs: Tensor[] = [];
  // A layer that gives its input back gets a tensor of its own: others read the input, too.
  const apart = addPassingHook(layer, "forward", (_module, input, output) =>
    output === input ? reshape(output, output.shape) : undefined,
  );
  const stop = addPassingHook(layer, "watchers", (_input, output) => void outputs.push(output));
  try {
    const result = f();
    const [output] = outputs;
    if (output !== undefined && outputs.length === 1) return { output, result };
    const name = layerName(network, layer);
    if (output === undefined) {
      const problem = `the layer ${name} does not run in the network's forward in evaluation`;
      throw new OptionError(operation, problem, "choose a layer that does");
    }
    const problem = `the layer ${name} runs ${outputs.length} times in the network's forward`;
    throw new OptionError(operation, problem, "choose a layer that runs once, such as the one before or behind it");
  } finally {
    stop();
    apart();
  }
}
