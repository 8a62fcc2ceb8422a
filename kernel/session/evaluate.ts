import { Script } from "node:vm";

interface EvaluateOptions {
  /** As stack traces name it. */
  filename: string;
  isAsync: boolean;
  /** An expression of which the value is wanted, as it is when the body has come to its end; default none. */
  result?: string | undefined;
}

/**
 * Runs `body` as the body of a function of `parameters`, strict as a module is, in the main context, so that values of cells, of packages and
 * of Node share one `Array`, one `Error`.
 *
 * @returns the value, in an object since a promise is one too; for a body that awaits, a promise of it
 */
export function evaluate(
  body: string,
  parameters: Readonly<Record<string, unknown>>,
  { filename, isAsync, result = "undefined" }: EvaluateOptions,
): { value: unknown } | Promise<{ value: unknown }> {
  const opening = `(${isAsync ? "async " : ""}function (${Object.keys(parameters).join(", ")}) { "use strict"; `;
  // The opening shares the body's first line; moved back by its length, that line's columns are the body's own.
  const script = new Script(`${opening}${body}\nreturn { value: ${result} };\n})`, {
    filename,
    columnOffset: -opening.length,
  });
  const run = script.runInThisContext() as (...values: unknown[]) => ReturnType<typeof evaluate>;
  return run(...Object.values(parameters));
}
