import type { Tensor } from "../tensor/tensor.ts";
import type { Module } from "./module.ts";

/** What a watcher is told of each layer, in the order they run. */
export interface LayerRun {
  /** Its path in the network, `conv1`. */
  readonly path: string;
  readonly layer: Module;
  readonly input: Tensor;
  readonly output: Tensor;
}

/**
 * Runs `f` and tells `watcher` of every layer that ran meanwhile: every part of the network that has no parts itself.
 * Works for any module, since it stands between the module and its caller.
 */
export function watchLayers<R>(network: Module, watcher: (run: LayerRun) => void, f: () => R): R {
  const layers = network.namedModules().filter(([, module]) => module.children().length === 0);
  const watched = new Map<Module, PropertyDescriptor | undefined>();
  for (const [path, layer] of layers) {
    if (watched.has(layer)) continue; // a layer used twice is watched once, under its first path
    watched.set(layer, Object.getOwnPropertyDescriptor(layer, "forward"));
    const { forward } = layer;
    // An own field hides the class's method for as long as f runs.
    Object.defineProperty(layer, "forward", {
      configurable: true,
      value(input: Tensor): Tensor {
        const output = forward.call(layer, input);
        watcher({ path, layer, input, output });
        return output;
      },
    });
  }
  try {
    return f();
  } finally {
    for (const [layer, own] of watched) {
      if (own) Object.defineProperty(layer, "forward", own);
      else Reflect.deleteProperty(layer, "forward");
    }
  }
}
