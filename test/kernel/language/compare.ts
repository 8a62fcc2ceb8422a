import { expect } from "vitest";
import type { ErrorContent } from "../../../kernel/protocol/contents.ts";
import type { Outcome } from "../../../kernel/protocol/threads.ts";
import type { Cell, Place } from "./contract.ts";

/** All that there was to see of a cell. */
export interface Seen {
  stdout: string;
  stderr: string;
  /** Of the compiler. */
  warnings: string[];
  /** What the compiler refused it with; then there is no outcome. */
  refused?: ErrorContent;
  outcome?: Outcome;
}

/** Fails, showing the cell and everything seen of it, unless that is what the cell says. */
export function verify(cell: Cell, seen: Seen): void {
  const context = `${cell.source}\n=> ${JSON.stringify(seen, null, 2)}\n`;
  const failed = seen.refused ?? (seen.outcome?.status === "error" ? seen.outcome.error : undefined);
  if (cell.refused === undefined && cell.thrown === undefined) expect(failed?.evalue, context).toBeUndefined();
  if (cell.refused !== undefined) verifyRefusal(cell.refused, seen.refused, context);
  if (cell.thrown !== undefined) verifyThrown(cell.thrown, seen.outcome, context);
  const result = seen.outcome?.status === "ok" ? seen.outcome.result?.data["text/plain"] : undefined;
  expect(result, context).toBe(cell.value);
  expect(seen.stdout, context).toBe(cell.prints ?? "");
  expect(
    seen.warnings.filter((line) => !line.startsWith(" ")).map((line) => line.split(":").slice(0, 2).join(":")),
    context,
  ).toEqual(cell.warnings ?? []);
  if (cell.warns instanceof RegExp) expect(seen.stderr, context).toMatch(cell.warns);
  else expect(seen.stderr, context).toBe(cell.warns ?? "");
}

function verifyRefusal(expected: NonNullable<Cell["refused"]>, error: ErrorContent | undefined, context: string): void {
  const [, file, line, column, code, message] = /^(?:(.*?):)?(\d+):(\d+) (\S+): (.*)$/s.exec(error?.evalue ?? "") ?? [];
  const found = { file, line: Number(line), column: Number(column), code };
  const { says, ...place } = expected;
  expect(error, context).toBeDefined();
  expect(found, context).toMatchObject(place);
  expect(found.file, context).toBe(place.file);
  if (says !== undefined) expect(message, context).toMatch(says);
}

function verifyThrown(expected: NonNullable<Cell["thrown"]>, outcome: Outcome | undefined, context: string): void {
  expect(outcome?.status, context).toBe("error");
  if (outcome?.status !== "error") return;
  const { ename, evalue, traceback } = outcome.error;
  expect(ename, context).toBe(expected.name);
  if (expected.says !== undefined) expect(evalue, context).toMatch(expected.says);
  if (expected.line !== undefined) {
    const top = traceback.find((line) => line.startsWith("    at ")) ?? "";
    expect(placeOf(top), context).toMatchObject({ line: expected.line, column: expected.column ?? expect.anything() });
    if (expected.file !== undefined) expect(top, context).toContain(expected.file);
  }
  for (const line of traceback) expect(line, context).not.toMatch(/kernel\/(session|language)|node:internal/);
}

function placeOf(frame: string): Place {
  const [, line, column] = /(\d+):(\d+)\)?$/.exec(frame) ?? [];
  return { line: Number(line), column: Number(column) };
}
