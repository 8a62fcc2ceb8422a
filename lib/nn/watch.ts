import type { Tensor } from "../tensor/tensor.ts";
import { addPassingHook } from "./hooks.ts";
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
  const watched = new Map<Module, () => void>();
  for (const [path, layer] of network.namedModules()) {
    // a layer used twice is watched once, under its first path
    if (watched.has(layer) || layer.children().length > 0) continue;
    watched.set(
      layer,
      addPassingHook(layer, "watchers", (input, output) => watcher({ path, layer, input, output })),
    );
  }
  try {
    return f();
  } finally {
    for (const stop of watched.values()) stop();
  }
}

/** Told which part of a network begins, and that the one which began last has ended. */
export interface ModuleFollower {
  enter(path: string): void;
  leave(): void;
}

/** Runs `f` and tells `follower` when each part of the network, the network itself too, begins and ends. */
export function followModules<R>(network: Module, follower: ModuleFollower, f: () => R): R {
  const followed = new Map<Module, readonly (() => void)[]>();
  for (const [path, module] of network.namedModules()) {
    // one that is used twice is followed once, under its first path
    if (followed.has(module)) continue;
    followed.set(module, [
      addPassingHook(module, "entrances", () => follower.enter(path)),
      addPassingHook(module, "watchers", () => follower.leave()),
    ]);
  }
  try {
    return f();
  } finally {
    for (const stops of followed.values()) for (const stop of stops) stop();
  }
}
