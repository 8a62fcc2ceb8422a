import type { Given, T } from "./given.ts";
import { activations } from "./operations-activation.ts";
import { windows } from "./operations-window.ts";

/** A case's operation by PyTorch's name, computed by ours. */
export type Run = (given: Given) => T;

/** The operations of PyTorch that cases may name. */
export const operations: Readonly<Record<string, Run>> = { ...activations, ...windows };
