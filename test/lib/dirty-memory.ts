import { workMemory } from "../../lib/wasm/jobs.ts";

/**
 * Fills memory that operations will be given with NaN: one that relies on zeros, or reads what it did not write, shows it
 * in its result. Without it fresh memory holds zeros, and such a mistake passes.
 */
export function spoilFreeMemory(bytes = 4 * 2 ** 20): void {
  const memory = workMemory();
  const address = memory?.reserve(bytes) ?? 0;
  if (memory === null || address === 0) return;
  memory.floats(address, bytes / 4).fill(Number.NaN);
  memory.release(address);
}
