import { stripVTControlCharacters } from "node:util";
import type { RunResult, Step } from "../notebook/runner.ts";

/** So many lines of a cell are shown; a longer one is named by its place and its beginning. */
const MAX_LINES = 30;

/** What a terminal shows of a run that did not end well: which cell, its source, why. */
export function describeFailure(result: Exclude<RunResult, { status: "ok" }>, file: string, colours: boolean): string {
  const { step } = result;
  const text = result.status === "died" ? result.reason.message : result.error.traceback.join("\n");
  const reason = result.status === "failed" && text === "" ? `${result.error.ename}: ${result.error.evalue}` : text;
  return [
    `${file}${step.cell.line === undefined ? "" : `:${step.cell.line}`}: cell ${step.number} of ${step.total} ${verbOf(result)}`,
    "",
    sourceOf(step),
    "",
    colours ? reason : stripVTControlCharacters(reason),
    "",
  ].join("\n");
}

function verbOf(result: Exclude<RunResult, { status: "ok" }>): string {
  if (result.status === "died") return "did not end, the kernel died while it ran";
  if (result.cause === "interrupt") return "was interrupted";
  return result.cause === "timeout" ? "was stopped, it ran longer than --timeout allows" : "failed";
}

/** The lines with their numbers in the script, or in the cell if the notebook was no script. */
function sourceOf({ cell }: Step): string {
  const lines = cell.source.split("\n");
  const first = cell.line ?? 1;
  const width = String(first + lines.length - 1).length;
  const shown = lines.slice(0, MAX_LINES).map((line, i) => `  ${String(first + i).padStart(width)} | ${line}`);
  if (lines.length > MAX_LINES) shown.push(`  ${" ".repeat(width)} | ... and ${lines.length - MAX_LINES} lines more`);
  return shown.join("\n");
}
