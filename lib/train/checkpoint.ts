import { checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { writeWhole } from "../files/whole.ts";
import { checkPath } from "../formats/check.ts";
import { formatSafetensors, type Safetensors } from "../formats/safetensors.ts";
import { readSafetensors } from "../formats/safetensors-file.ts";
import { Module } from "../nn/module.ts";
import { Optimizer } from "../optim/optimizer.ts";
import type { OptimizerState } from "../optim/state.ts";
import { Random, type RandomState } from "../random.ts";
import { sameShape } from "../tensor/shape.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { namedState } from "./early-stopping.ts";
import { fromExactJson, toExactJson } from "./exact-json.ts";
import { History } from "./history.ts";
import { packHistory, unpackHistory } from "./history-state.ts";

/** What a run is made of: all that the rest of it depends on must be among it, for the rest to be the same. */
export interface CheckpointParts {
  /** Its parameters and buffers, and the streams that its layers draw from, such as dropout's. */
  readonly network: Module;
  /** Its learning rate, its steps, and what it remembers of the parameters. */
  readonly optimizer?: Optimizer;
  readonly history?: History;
  /** Other streams of random numbers, by name: the one that shuffles, if it does not begin anew with each run. */
  readonly generators?: Readonly<Record<string, Random>>;
  /** Anything that JSON can hold: where the run is. NaN and infinities are kept. */
  readonly notes?: unknown;
}

const known = ["network", "optimizer", "history", "generators", "notes"];

/** What marks a file as a checkpoint of this form. */
const FORM = "checkpoint 1";

/**
 * Writes all that a run is made of to one file, from which `loadCheckpoint` goes on bit for bit. The file is written whole
 * or not at all: if the process is killed meanwhile, the checkpoint before is still there. It is a safetensors file, which
 * other programs read too: weights are under `network/`, optimiser memories under `optimizer/`.
 *
 * `fit` does all this by itself, with its option `checkpoint`.
 *
 * @throws OptionError for an unknown part, or one of another kind; DataError if the file cannot be written
 * @example
 * const keep = (network: Module, optimizer: Optimizer, epoch: number) =>
 *   saveCheckpoint("run.safetensors", { network, optimizer, notes: { epoch } });
 */
export async function saveCheckpoint(path: string, parts: CheckpointParts): Promise<void> {
  checkPath("saveCheckpoint", path);
  checkParts("saveCheckpoint", parts);
  await writeCheckpoint(path, parts);
}

/**
 * Sets network, optimiser, history and streams to what they were when the checkpoint was written. Nothing is changed
 * unless all of it fits.
 *
 * @param parts those that were saved, made in the same way: the same layers, the same kind of optimiser
 * @returns the notes that were saved, undefined if there were none
 * @throws DataError if there is no such file, it is no checkpoint, or one of other parts
 * @example
 * const goOn = async (network: Module, optimizer: Optimizer) => {
 *   const { epoch } = (await loadCheckpoint("run.safetensors", { network, optimizer })) as { epoch: number };
 *   console.log(`after epoch ${epoch}`);
 * };
 */
export async function loadCheckpoint(path: string, parts: Omit<CheckpointParts, "notes">): Promise<unknown> {
  checkPath("loadCheckpoint", path);
  checkParts("loadCheckpoint", parts);
  const found = await readCheckpoint(path);
  if (found === null) throw new DataError(path, "a checkpoint", "nothing there");
  restoreParts(path, found, parts);
  return found.notes;
}

function checkParts(operation: string, parts: CheckpointParts): void {
  checkOptions(operation, parts, known);
  const wrong = (name: string, value: unknown, fix: string): never => {
    throw new OptionError(operation, `${name} is ${describe(value)}`, fix);
  };
  const { network, optimizer, history, generators = {} } = parts;
  if (!(network instanceof Module)) wrong("network", network, "give the network that is trained");
  if (optimizer !== undefined && !(optimizer instanceof Optimizer)) wrong("optimizer", optimizer, "give its optimizer");
  if (history !== undefined && !(history instanceof History)) wrong("history", history, "give what fit returns");
  if (typeof generators !== "object" || generators === null) wrong("generators", generators, "give streams by name");
  for (const [name, generator] of Object.entries(generators)) {
    if (!(generator instanceof Random)) wrong(`generators.${name}`, generator, "give a Random");
  }
}

/** A checkpoint that was read, not yet put to use. */
export interface Checkpoint {
  readonly tensors: Safetensors["tensors"];
  readonly optimizer: OptimizerState | undefined;
  readonly generators: Readonly<Record<string, RandomState>>;
  readonly history: unknown;
  readonly notes: unknown;
}

/** Writes the parts, and tensors beside them under `extra/`. */
export async function writeCheckpoint(
  path: string,
  { network, optimizer, history, generators = {}, notes }: CheckpointParts,
  extra: Readonly<Record<string, AnyTensor>> = {},
): Promise<void> {
  const state = optimizer?.state();
  const packed = history && packHistory(history);
  const streams = {
    ...within("network", Object.fromEntries(network.namedGenerators())),
    ...within("other", generators),
  };
  const texts = {
    optimizer: state && { optimizer: state.optimizer, learningRate: state.learningRate, steps: state.steps },
    generators: Object.fromEntries(Object.entries(streams).map(([name, random]) => [name, random.state])),
    history: packed?.rest,
    notes,
  };
  const written = Object.entries(texts).filter(([, value]) => value !== undefined);
  const metadata = {
    stridelab: FORM,
    ...Object.fromEntries(written.map(([name, value]) => [name, toExactJson(value)])),
  };
  const tensors = {
    ...within("network", Object.fromEntries(namedState(network))),
    ...within("optimizer", state?.memory ?? {}),
    ...within("history", packed?.tensors ?? {}),
    ...within("extra", extra),
  };
  await writeWhole(path, formatSafetensors(tensors, metadata));
}

/** Reads a checkpoint; null if there is no file. @throws DataError if it is none */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  const read = await readSafetensors(path);
  if (read === null) return null;
  const { tensors, metadata } = read;
  if (metadata.stridelab !== FORM) {
    const fix = "loadSafetensors reads files of weights alone";
    throw new DataError(path, `a stridelab ${FORM}`, "another safetensors file", fix);
  }
  try {
    const [optimizer, generators, history, notes] = ["optimizer", "generators", "history", "notes"].map((name) => {
      const text = metadata[name];
      return text === undefined ? undefined : fromExactJson(text);
    });
    const memory = part("optimizer", tensors) as OptimizerState["memory"];
    const state = optimizer === undefined ? undefined : { ...(optimizer as OptimizerState), memory };
    return { tensors, optimizer: state, generators: (generators ?? {}) as Checkpoint["generators"], history, notes };
  } catch (error) {
    throw new DataError(path, "JSON in its metadata", String(error));
  }
}

/** Puts a checkpoint to use: all that can be refused is refused before the first change. */
export function restoreParts(path: string, found: Checkpoint, parts: CheckpointParts): void {
  const { network, optimizer, history, generators = {} } = parts;
  const weights = part("network", found.tensors);
  const state = namedState(network);
  for (const [name, tensor] of state) checkFit(path, name, tensor, weights[name]);
  const strange = Object.keys(weights).find((name) => !state.some(([own]) => own === name));
  if (strange !== undefined) throw misfit(path, `no ${strange}, which this network has not`, strange);
  const streams = {
    ...within("network", Object.fromEntries(network.namedGenerators())),
    ...within("other", generators),
  };
  for (const name of Object.keys(streams)) {
    if (found.generators[name] === undefined) throw misfit(path, `the stream ${name}`, "none of this name");
    new Random().restore(found.generators[name]); // throws for what is none
  }
  const past = history === undefined ? null : unpackHistory(path, found.history, part("history", found.tensors));
  if (optimizer !== undefined) {
    if (found.optimizer === undefined) throw misfit(path, "the state of an optimizer", "none");
    optimizer.load(found.optimizer); // changes nothing where it throws
  }
  for (const [name, tensor] of state) tensor.assign(weights[name]!);
  for (const [name, random] of Object.entries(streams)) random.restore(found.generators[name]!);
  past?.(history!);
}

function checkFit(path: string, name: string, own: AnyTensor, saved: AnyTensor | undefined): void {
  const text = ({ dtype, shape }: AnyTensor) => `${dtype} [${shape.join(", ")}]`;
  if (saved === undefined) throw misfit(path, `${name}, ${text(own)}`, "nothing of this name");
  if (own.dtype === saved.dtype && sameShape(own.shape, saved.shape)) return;
  throw misfit(path, `${name} as ${text(own)}`, text(saved));
}

function misfit(path: string, expected: string, found: string): DataError {
  return new DataError(path, expected, found, "make the parts as they were when it was saved");
}

/** The entries under a name, as `name/entry`. */
function within<V>(name: string, entries: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [`${name}/${key}`, value]));
}

/** The tensors of a part: what `within` has put there. */
export function part(name: string, tensors: Safetensors["tensors"]): Record<string, AnyTensor> {
  const own = Object.entries(tensors).filter(([key]) => key.startsWith(`${name}/`));
  return Object.fromEntries(own.map(([key, tensor]) => [key.slice(name.length + 1), tensor]));
}
