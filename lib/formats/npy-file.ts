import { readWhole, writeWhole } from "../files/whole.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkPath } from "./check.ts";
import { formatNpy, parseNpy } from "./npy.ts";

/**
 * Writes a tensor to an npy file: whole or not at all, also if the process is killed meanwhile.
 *
 * @throws OptionError as `formatNpy`; DataError if the file cannot be written
 * @example const keep = (scores: Tensor) => saveNpy("scores.npy", scores) // in Python: np.load("scores.npy")
 */
export async function saveNpy(path: string, x: AnyTensor): Promise<void> {
  checkPath("saveNpy", path);
  await writeWhole(path, formatNpy(x));
}

/**
 * Reads the array of an npy file.
 *
 * @throws DataError if there is none, it cannot be read, or as `parseNpy`
 * @example const scores = async () => shaped(cast(await loadNpy("scores.npy"), "float32"), ["N", 10])
 */
export async function loadNpy(path: string): Promise<AnyTensor> {
  checkPath("loadNpy", path);
  return parseNpy(await readWhole(path, "an npy file"), path);
}
