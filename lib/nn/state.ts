import { checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import { type Sizes, sameShape } from "../tensor/shape.ts";
import { type AnyTensor, freshTensor, Tensor } from "../tensor/tensor.ts";
import { named, occurrences } from "./fields.ts";
import type { Module } from "./module.ts";
import { isBuffer, isParameter } from "./parameter.ts";

/** All that a trained network is made of: its parameters and buffers by name. */
export type StateDict = Readonly<Record<string, AnyTensor>>;

/** How a state is loaded. */
export interface LoadOptions {
  /** Whether names that are missing or unexpected are refused; default true. Shapes that differ always are. */
  readonly strict?: boolean;
}

/** What a state and a network did not have in common. */
export interface LoadedState {
  /** Names of the network that the state has not: these tensors stay as they were. */
  readonly missing: readonly string[];
  /** Names of the state that the network has not. */
  readonly unexpected: readonly string[];
}

/** Whether a value belongs to a state: a parameter or a buffer. */
export function isState(value: unknown): value is AnyTensor {
  return isParameter(value) || isBuffer(value);
}

/** What a state calls the tensors of a network. */
export interface Naming {
  /** The function that loads it, for errors. */
  readonly op: string;
  /** What to give to it, for errors. */
  readonly source: string;
  /** Each occurrence of each parameter and buffer with its name there. */
  readonly names: (module: Module) => readonly [name: string, tensor: AnyTensor][];
  /** What to do about names that the network has not, for errors. */
  readonly fix: (unexpected: readonly string[]) => string;
  /** Names that a state may have beside these, of what a network here does not keep. */
  readonly beside: (module: Module) => readonly string[];
}

/** What helps where names differ. */
export const namesFix = "build the network that the state was taken from; { strict: false } loads what fits by name";

const ours: Naming = {
  op: "loadStateDict",
  source: "give what stateDict() gave: tensors by name",
  names: (module) => occurrences(module, isState),
  fix: () => namesFix,
  beside: () => [],
};

/** Copies of all parameters, frozen ones too, and buffers; a shared one is there once, under its first name. */
export function stateOf(module: Module): Record<string, AnyTensor> {
  const tensors = [...named(module, isParameter), ...named(module, isBuffer)];
  return Object.fromEntries(tensors.map(([name, tensor]) => [name, copyOf(tensor)]));
}

/** The same numbers in a tensor of its own. */
export function copyOf(tensor: AnyTensor): AnyTensor {
  return freshTensor(peek(tensor).slice(), [...tensor.shape] as unknown as Sizes, tensor.dtype) as AnyTensor;
}

/** Sets a module's tensors; all that can be refused is before the first is changed. */
export function loadState(
  module: Module,
  state: StateDict,
  options: LoadOptions,
  { op, source, names: namesOf, fix, beside }: Naming = ours,
): LoadedState {
  checkOptions(op, options, ["strict"]);
  const given = entriesOf(op, state, source);
  // A shared tensor has several names: any of them will do, and the first that the state has counts.
  const names = new Map<AnyTensor, string[]>();
  for (const [name, tensor] of namesOf(module)) names.set(tensor, [...(names.get(tensor) ?? []), name]);
  const all = new Set([...names.values(), beside(module)].flat());
  const unexpected = [...given.keys()].filter((name) => !all.has(name));
  const chosen = [...names].map(([tensor, own]) => ({
    tensor,
    name: own[0]!,
    values: given.get(own.find((name) => given.has(name)) ?? ""),
  }));
  const missing = chosen.filter(({ values }) => values === undefined).map(({ name }) => name);
  const complaints = options.strict === false ? [] : complaintsOf(missing, unexpected);
  const wrong = chosen.filter(({ tensor, values }) => values && !sameShape(values.shape, tensor.shape));
  if (wrong.length > 0) throw wronglyShaped(op, wrong as Wrong[], complaints);
  if (complaints.length > 0) {
    throw new OptionError(op, `the state does not fit the network: ${complaints.join("; ")}`, fix(unexpected));
  }
  for (const { tensor, values } of chosen) if (values) tensor.assign(values);
  return { missing, unexpected };
}

function entriesOf(op: string, state: StateDict, source: string): Map<string, AnyTensor> {
  if (typeof (state as unknown) !== "object" || state === null || Array.isArray(state) || state instanceof Tensor) {
    throw new OptionError(op, `the state is ${describe(state)}`, source);
  }
  const entries = Object.entries(state);
  const wrong = entries.find(([, tensor]) => !(tensor instanceof Tensor));
  if (!wrong) return new Map(entries);
  throw new OptionError(op, `${wrong[0]} is ${describe(wrong[1])}, not a tensor`, source);
}

function complaintsOf(missing: readonly string[], unexpected: readonly string[]): string[] {
  return [
    missing.length > 0 ? `it lacks ${listed(missing)}` : "",
    unexpected.length > 0 ? `the network has no ${listed(unexpected)}` : "",
  ].filter((complaint) => complaint !== "");
}

/** The first names, and how many more there are: a deep network has hundreds. */
function listed(names: readonly string[], most = 8): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return names.slice(0, most).join(", ") + more;
}

interface Wrong {
  readonly tensor: AnyTensor;
  readonly name: string;
  readonly values: AnyTensor;
}

function wronglyShaped(op: string, wrong: readonly Wrong[], complaints: readonly string[]): ShapeError {
  const names = wrong.map(({ name }) => name);
  const operands = wrong.slice(0, 8).flatMap(({ name, tensor, values }): Operand[] => [
    { name, shape: tensor.shape },
    { name: "in the state", shape: values.shape },
  ]);
  const problem = [`the shapes of ${listed(names)} differ`, ...complaints].join("; ");
  return new ShapeError(op, problem, operands, "build the network with the sizes of the state");
}
