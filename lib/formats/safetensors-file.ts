import { DataError, describe, OptionError } from "../errors.ts";
import { readWhole, writeWhole } from "../files/whole.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { formatSafetensors, parseSafetensors, type Safetensors } from "./safetensors.ts";

/**
 * Writes tensors to a safetensors file: whole or not at all, also if the process is killed meanwhile.
 *
 * @param tensors by their names, e.g. `net.stateDict()`
 * @param metadata texts by their names
 * @throws OptionError as `formatSafetensors`; DataError if the file cannot be written
 * @example const save = (net: Module) => saveSafetensors("weights.safetensors", net.stateDict())
 */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, AnyTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  checkPath("saveSafetensors", path);
  await writeWhole(path, formatSafetensors(tensors, metadata));
}

/**
 * Reads the tensors of a safetensors file.
 *
 * @throws DataError if there is none, it cannot be read, or as `parseSafetensors`
 * @example
 * const load = async (net: Module) => net.loadStateDict((await loadSafetensors("weights.safetensors")).tensors);
 */
export async function loadSafetensors(path: string): Promise<Safetensors> {
  checkPath("loadSafetensors", path);
  const bytes = await readWhole(path);
  if (bytes === null) throw new DataError(path, "a safetensors file", "nothing there");
  return parseSafetensors(bytes, path);
}

/** @throws OptionError unless it is a text that names something */
export function checkPath(operation: string, path: string): void {
  if (typeof path === "string" && path !== "") return;
  throw new OptionError(operation, `the path is ${describe(path)}`, 'give the name of a file, "weights.safetensors"');
}
