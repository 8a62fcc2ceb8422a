import type { Module } from "./module.ts";

/**
 * Runs `f` with a network in evaluation mode, and then leaves each part in the mode it was in.
 *
 * A kernel that breaks a cell off runs no `finally`: then the network stays so until the next step of `fit`.
 *
 * @param f synchronous: what follows an `await` runs when the modes are back
 */
export function evaluating<R>(network: Module, f: () => R): R {
  const before = network.namedModules().map(([, part]) => ({ part, training: part.training }));
  network.eval();
  try {
    return f();
  } finally {
    for (const { part, training } of before) part.training = training;
  }
}
