import { Script } from "node:vm";

/**
 * Runs `body` as the body of a function of `parameters`, strict as a module is, in the main context, so that values of cells, of packages and
 * of Node share one `Array`, one `Error`.
 *
 * @param filename as stack traces name it
 */
export function evaluate(
  body: string,
  parameters: Readonly<Record<string, unknown>>,
  { filename, isAsync }: { filename: string; isAsync: boolean },
): unknown {
  const opening = `(${isAsync ? "async " : ""}function (${Object.keys(parameters).join(", ")}) { "use strict"; `;
  // The opening shares the body's first line; moved back by its length, that line's columns are the body's own.
  const script = new Script(`${opening}${body}\n})`, { filename, columnOffset: -opening.length });
  const run = script.runInThisContext() as (...values: unknown[]) => unknown;
  return run(...Object.values(parameters));
}
