import { backward, tensor } from "../../lib/index.ts";
import { difference, type Precision, precisions } from "./compare.ts";
import type { Case, GoldenFile, Trace } from "./format.ts";
import { Given, type Run } from "./given.ts";
import { operationOf } from "./operations.ts";
import { checkTrace } from "./optimizers.ts";

export { checkTrace };

/** What is wrong with the library's results for one case, in both precisions, a line each; none where all agree. */
export function checkCase(one: Case): string[] {
  const run = operationOf(one.op);
  if (run === undefined) return [`there is no operation "${one.op}" in the table of operations`];
  return precisions.flatMap((precision) => {
    try {
      return compared(one, run, precision).map((line) => `${precision.dtype}: ${line}`);
    } catch (error) {
      return [`${precision.dtype}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
    }
  });
}

function compared(one: Case, run: Run, precision: Precision): string[] {
  const given = new Given(one, precision.dtype);
  const out = run(given);
  const { unread } = given;
  if (unread.length > 0) return [`nothing is known about "${unread.join('", "')}" of ${one.op}`];
  const wrong = difference(out.shape, out.data, one.output, precision);
  if (wrong !== null) return [`output ${wrong}`];
  const names = Object.keys(one.grads);
  if (names.length === 0) return [];
  const { data, shape } = one.gradOut ?? { data: [1], shape: [] };
  backward(out, tensor(data, shape, precision.dtype));
  return names.flatMap((name) => {
    const gradient = given.gradient(name);
    if (gradient === null) return [`no gradient of ${name} was computed`];
    const apart = difference(gradient.shape, gradient.data, one.grads[name]!, precision);
    return apart === null ? [] : [`gradient of ${name} ${apart}`];
  });
}

export interface Verdict {
  readonly passed: number;
  /** A paragraph for each case or trace that failed. */
  readonly failures: readonly string[];
}

export function checkFile({ cases, optim }: GoldenFile): Verdict {
  const verdicts = [
    ...cases.map((one, i) => ({ title: titleOf(one, i), lines: checkCase(one) })),
    ...optim.map((one, i) => ({ title: titleOfTrace(one, i), lines: checkTrace(one) })),
  ];
  const failed = verdicts.filter(({ lines }) => lines.length > 0);
  return {
    passed: verdicts.length - failed.length,
    failures: failed.map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)].join("\n")),
  };
}

export const titleOf = ({ op, attr }: Case, index: number): string => `case ${index} ${op} ${JSON.stringify(attr)}`;

export function titleOfTrace({ optim, trace: _, ...settings }: Trace, index: number): string {
  return `trace ${index} ${optim} ${JSON.stringify(settings)}`;
}
