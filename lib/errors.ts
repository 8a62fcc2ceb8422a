/** A tensor as an error message shows it: its axes by letter, e.g. `N C H W`, and its sizes. */
export interface Operand {
  readonly name: string;
  readonly shape: readonly number[];
  /** One letter or word an axis, separated by spaces; left out where the axes have no names. */
  readonly axes?: string;
}

/** `[N=64, C=1, H=28, W=28]`, or `[64, 10]` where the axes have no names (or another number of them). */
export function formatShape(shape: readonly number[], axes?: string): string {
  const letters = axes?.split(" ") ?? [];
  const named = letters.length === shape.length;
  return `[${shape.map((size, i) => (named ? `${letters[i]}=${size}` : `${size}`)).join(", ")}]`;
}

/** Operands that do not fit each other or the operation. The message names them, their axes and the change that would fit. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  /** The function that refuses. */
  readonly operation: string;
  /** What it was given. */
  readonly operands: readonly Operand[];

  constructor(operation: string, problem: string, operands: readonly Operand[], fix: string) {
    const width = Math.max(0, ...operands.map((operand) => operand.name.length));
    const lines = operands.map((o) => `  ${o.name.padEnd(width)} ${formatShape(o.shape, o.axes)}`);
    super([`${operation}: ${problem}`, ...lines, `  fix: ${fix}`].join("\n"));
    this.operation = operation;
    this.operands = operands;
  }
}

/** An option whose name or value an operation does not take. */
export class OptionError extends Error {
  override readonly name = "OptionError";

  constructor(operation: string, problem: string, fix: string) {
    super(`${operation}: ${problem}\n  fix: ${fix}`);
  }
}

/** A file or folder that is not what its format says. */
export class DataError extends Error {
  override readonly name = "DataError";
  /** Its path. */
  readonly file: string;

  /** @param fix what the reader can do about it; left out where the difference says it all */
  constructor(file: string, expected: string, found: string, fix?: string) {
    super(`${file}\n  expected ${expected}\n  found    ${found}${fix === undefined ? "" : `\n  fix: ${fix}`}`);
    this.file = file;
  }
}

/** A gradient that cannot be had: no graph, a graph already freed, or a value that needs no gradient. */
export class GradientError extends Error {
  override readonly name = "GradientError";

  constructor(problem: string, fix: string, operation = "backward") {
    super(`${operation}: ${problem}\n  fix: ${fix}`);
  }
}

/** A training run whose numbers left the finite range: says at which step, and where they did so first. */
export class NumericError extends Error {
  override readonly name = "NumericError";
  /** The step at which it was noticed, counted from 1. */
  readonly step: number;

  constructor(operation: string, step: number, problem: string, fix: string) {
    super(`${operation}: ${problem}\n  fix: ${fix}`);
    this.step = step;
  }
}

/** Work that stopped between two steps since the user asked it to; what was done until then stands. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What a value is, in words: for a message about one that should have been something else. */
export function describe(value: unknown): string {
  if (typeof value === "string") return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return "a plain array";
  return isPlain(value) ? "a plain object" : `an object of class ${value.constructor.name}`;
}

/** Asks for the end of the chain, not for `Object`: each context, such as a notebook's cells, has an `Object` of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Refuses options that are no object, and names that an operation does not know, so that a misspelt one is never
 * silently ignored.
 */
export function checkOptions(operation: string, options: object, known: readonly string[]): void {
  const given: unknown = options; // an object only as far as the compiler saw the caller
  if (typeof given !== "object" || given === null || Array.isArray(given) || !isPlain(given)) {
    const problem = given === undefined ? "the options are missing" : `the options are ${describe(given)}`;
    throw new OptionError(
      operation,
      problem,
      `give an object { ${known.join(", ")} }; what may be left out, its type says`,
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new OptionError(operation, `unknown option "${name}"`, `the options are ${known.join(", ")}`);
  }
}

/** Refuses a value that is not a whole number of at least `least`. */
export function checkInteger(operation: string, option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  const kind = least === 0 ? "a whole number, 0 or more" : `a whole number of at least ${least}`;
  throw new OptionError(operation, `${option} is ${describe(value)}`, `give ${kind}`);
}

/** Refuses a value that is neither true nor false. */
export function checkBoolean(operation: string, option: string, value: boolean): void {
  if (typeof value === "boolean") return;
  throw new OptionError(operation, `${option} is ${describe(value)}`, "give true or false");
}

/** Refuses a value that is not a positive finite number. */
export function checkPositive(operation: string, option: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new OptionError(operation, `${option} is ${describe(value)}`, "give a positive number");
}

/** Refuses a value that is not at least 0 and less than `bound`. */
export function checkRange(operation: string, option: string, value: number, bound: number): void {
  if (Number.isFinite(value) && value >= 0 && value < bound) return;
  const range = bound === Number.POSITIVE_INFINITY ? "0 or more" : `0 or more, and less than ${bound}`;
  throw new OptionError(operation, `${option} is ${describe(value)}`, `give a number of ${range}`);
}

/** What an error shows of a text out of a file, which may have any length. */
export function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A name out of a file as an error shows it: in quotes, and cut where it is long. */
export function quoted(name: string): string {
  return JSON.stringify(shortened(name));
}
