import { terminations } from "../interrupt.ts";
import type { Module } from "./module.ts";

/** The modes of modules for a while, instead of their own. */
interface Passing {
  readonly modes: Map<Module, boolean>;
  /** How often code had been broken off when they began. */
  readonly terminations: number;
}

let passing: Passing | null = null;

/**
 * Runs `f` with a network in evaluation mode; then each part has the mode again that it had, also where a kernel broke `f` off
 * and no `finally` ran.
 *
 * @param f synchronous: what follows an `await` runs when the modes are back
 */
export function evaluating<R>(network: Module, f: () => R): R {
  const before = current();
  const modes = new Map(before?.modes);
  for (const [, part] of network.namedModules()) modes.set(part, false);
  passing = { modes, terminations: terminations() };
  try {
    return f();
  } finally {
    passing = before;
  }
}

/** Whether a module is in training, where `evaluating` decides; else undefined. */
export function passingMode(module: Module): boolean | undefined {
  return passing === null ? undefined : current()?.modes.get(module);
}

/** Sets the mode of a module within `evaluating`, where that decides. @returns whether it does */
export function setPassingMode(module: Module, training: boolean): boolean {
  if (passingMode(module) === undefined) return false;
  passing!.modes.set(module, training);
  return true;
}

function current(): Passing | null {
  if (passing !== null && passing.terminations !== terminations()) passing = null;
  return passing;
}
