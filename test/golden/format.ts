/** Files of reference values, as PyTorch computed them: see `make_golden.py`, which writes such a file. */

/** A tensor: its sizes, and its numbers in row-major order. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One call of an operation, and the gradients of `sum(output * gradOut)`. */
export interface Case {
  readonly op: string;
  /** Options under PyTorch's names; what is missing has PyTorch's default. */
  readonly attr: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Values>>;
  readonly gradOut: Values | null;
  readonly output: Values;
  readonly grads: Readonly<Record<string, Values>>;
}

/** What an optimiser made of a parameter, step by step. */
export interface Trace {
  readonly optim: string;
  readonly p0: readonly number[];
  /** What is minimised: `sum((p*[1,2,.5])^2)`, with other factors. */
  readonly loss: string;
  /** The parameter after each step. */
  readonly trace: readonly (readonly number[])[];
  /** Settings under PyTorch's names. */
  readonly [setting: string]: unknown;
}

export interface GoldenFile {
  readonly cases: readonly Case[];
  readonly optim: readonly Trace[];
}

/** @throws Error that says what the text is instead */
export function parseGolden(text: string): GoldenFile {
  // Python writes what JSON has not, and reads it back.
  const file: unknown = JSON.parse(text.replace(/(?<![\w".])(-?Infinity|NaN)(?![\w".])/g, '"$1"'));
  if (!isRecord(file)) throw new Error('expected an object with "cases" and "optim"');
  const { cases = [], optim = [] } = file;
  if (!Array.isArray(cases) || !Array.isArray(optim)) throw new Error('"cases" and "optim" must be lists');
  if (cases.length + optim.length === 0) throw new Error('there is neither a case nor a trace in "cases" and "optim"');
  return { cases: cases.map(readCase), optim: optim as Trace[] };
}

function readCase(one: Case, index: number): Case {
  if (!isRecord(one) || typeof one.op !== "string")
    throw new Error(`cases[${index}] has no name of an operation, "op"`);
  const at = `cases[${index}] (${one.op})`;
  const all = (name: string, values: unknown) =>
    Object.fromEntries(
      Object.entries(values ?? {}).map(([key, value]) => [key, readValues(`${at}.${name}.${key}`, value)]),
    );
  return {
    op: one.op,
    attr: one.attr ?? {},
    inputs: all("inputs", one.inputs),
    gradOut: one.gradOut ? readValues(`${at}.gradOut`, one.gradOut) : null,
    output: readValues(`${at}.output`, one.output),
    grads: all("grads", one.grads),
  };
}

function readValues(at: string, values: unknown): Values {
  if (!isRecord(values) || !Array.isArray(values.shape)) throw new Error(`${at} has no "shape"`);
  const shape = values.shape.map(Number);
  const data = [values.data].flat(Number.POSITIVE_INFINITY).map((value) => Number(value ?? Number.NaN));
  const size = shape.reduce((product, each) => product * each, 1);
  if (data.length === size) return { shape, data };
  throw new Error(`${at} has ${data.length} numbers, and its shape [${shape.join(", ")}] holds ${size}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
