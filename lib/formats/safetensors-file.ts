import { checkOptions, DataError, describe, OptionError, quoted } from "../errors.ts";
import { type PartialFile, readParts } from "../files/parts.ts";
import { writeWhole } from "../files/whole.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkPath } from "./check.ts";
import { formatSafetensors, refuseOthers, type Safetensors, tensorAt } from "./safetensors.ts";
import { headerAt, headerLength, parseHeader, type SafetensorsHeader, type TensorPlace } from "./safetensors-header.ts";

/** What is read of a safetensors file. */
export interface LoadSafetensorsOptions {
  /** The tensors that are wanted; default all. The numbers of others are not read, however large the file is. */
  readonly names?: readonly string[];
}

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
 * Reads the tensors of a safetensors file, or some of them. Of a large file no more is in memory than the tensors.
 *
 * @throws DataError if there is none, it cannot be read, it lacks a tensor that is wanted, or as `parseSafetensors`
 * @example
 * const load = async (net: Module) => net.loadStateDict((await loadSafetensors("weights.safetensors")).tensors);
 */
export async function loadSafetensors(path: string, options: LoadSafetensorsOptions = {}): Promise<Safetensors> {
  checkPath("loadSafetensors", path);
  checkOptions("loadSafetensors", options, ["names"]);
  const { names } = options;
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === "string"))) {
    throw new OptionError("loadSafetensors", `names is ${describe(names)}`, 'give names of tensors, ["conv1.filters"]');
  }
  const read = await readSafetensors(path, names);
  if (read === null) throw new DataError(path, "a safetensors file", "nothing there");
  return read;
}

/** Reads a safetensors file, null if there is none; otherwise as `loadSafetensors`. */
export function readSafetensors(path: string, names?: readonly string[]): Promise<Safetensors | null> {
  return readParts(path, async (file) => {
    const { places, metadata } = await headerOf(file, path);
    const tensors: Record<string, AnyTensor> = {};
    for (const place of names === undefined ? places : wanted(names, places, path)) {
      const bytes = await file.read(place.begin, place.end - place.begin);
      tensors[place.name] = tensorAt(place, bytes, path);
    }
    return { tensors, metadata };
  });
}

async function headerOf(file: PartialFile, path: string): Promise<SafetensorsHeader> {
  const first = await file.read(0, Math.min(file.size, 1024));
  refuseOthers(first, path);
  const packed = await file.read(headerAt, headerLength(first, file.size, path));
  return parseHeader(packed, file.size, path);
}

function wanted(names: readonly string[], places: readonly TensorPlace[], path: string): TensorPlace[] {
  const byName = new Map(places.map((place) => [place.name, place]));
  return [...new Set(names)].map((name) => {
    const place = byName.get(name);
    if (place !== undefined) return place;
    const some = places.slice(0, 20).map((each) => quoted(each.name));
    const found = `${some.join(", ")}${places.length > some.length ? `, and ${places.length - some.length} more` : ""}`;
    throw new DataError(path, `a tensor ${quoted(name)}`, found === "" ? "none at all" : found);
  });
}
