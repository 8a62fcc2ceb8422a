import { readWhole, writeWhole } from "../files/whole.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkPath } from "./check.ts";
import { type FormatNpzOptions, formatNpz, limitOf, type ParseNpzOptions, parseNpz } from "./npz.ts";

/**
 * Writes tensors to an npz file: whole or not at all, also if the process is killed meanwhile.
 *
 * @param tensors by their names, e.g. `net.stateDict()`
 * @throws OptionError as `formatNpz`; DataError if the file cannot be written
 * @example const save = (net: Module) => saveNpz("weights.npz", net.stateDict())
 */
export async function saveNpz(
  path: string,
  tensors: Readonly<Record<string, AnyTensor>>,
  options: FormatNpzOptions = {},
): Promise<void> {
  checkPath("saveNpz", path);
  await writeWhole(path, formatNpz(tensors, options));
}

/**
 * Reads the arrays of an npz file of at most 2 GiB, by their names.
 *
 * @param options.limit the most bytes of all arrays once unpacked; default 2^31
 * @throws DataError if there is none, it cannot be read, or as `parseNpz`
 * @example const load = async (net: Module) => net.loadStateDict(await loadNpz("weights.npz"))
 */
export async function loadNpz(path: string, options: ParseNpzOptions = {}): Promise<Record<string, AnyTensor>> {
  checkPath("loadNpz", path);
  limitOf("loadNpz", options);
  return parseNpz(await readWhole(path, "an npz file"), path, options);
}
