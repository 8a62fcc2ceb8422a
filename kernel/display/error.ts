import { types } from "node:util";
import { escapeHtml } from "./html.ts";
import { constructorName } from "./inside.ts";
import { leafText } from "./preview.ts";

/** Causes of causes that are followed; a chain may be a circle. */
const deepest = 8;

/** An error as a value: what it is, where it is from, folded, and why. */
export function errorHtml(error: Error, depth = 0): string {
  const message = textOf(error, "message");
  const where = textOf(error, "stack").match(/^ {4}at .*/gm) ?? [];
  const name = textOf(error, "name");
  const own = name === "" || name === "Error" ? (constructorName(error) ?? "Error") : name;
  const head = `<strong>${escapeHtml(own)}</strong>${message === "" ? "" : `: <bdi style="white-space: pre-wrap">${escapeHtml(message)}</bdi>`}`;
  const stack = where.map((frame) => `<div>${escapeHtml(frame.trim())}</div>`).join("");
  const folded =
    where.length < 2
      ? `<div style="opacity: 0.8; font-size: 0.9em">${stack}</div>`
      : `<details style="opacity: 0.8; font-size: 0.9em"><summary style="cursor: pointer">${escapeHtml(where[0]?.trim() ?? "")}</summary>${stack}</details>`;
  const causes = depth === deepest ? [] : causesOf(error);
  const because = causes.map(
    ([label, cause]) => `<div style="margin-top: 0.5em">${label} ${causeHtml(cause, depth + 1)}</div>`,
  );
  const style =
    "border-left: 3px solid #d9534f; padding-left: 0.8em; font-family: ui-monospace, monospace; font-size: 0.9em; text-align: left";
  return `<div style="${style}">${head}${where.length === 0 ? "" : folded}${because.join("")}</div>`;
}

const causeHtml = (cause: unknown, depth: number): string =>
  types.isNativeError(cause) ? errorHtml(cause, depth) : `<bdi>${escapeHtml(leafText(cause))}</bdi>`;

/** What lies behind an error: its cause, and the parts of an AggregateError. */
function causesOf(error: Error): [label: string, cause: unknown][] {
  const causes: [string, unknown][] = [];
  const cause = Object.getOwnPropertyDescriptor(error, "cause");
  if (cause !== undefined && cause.value !== undefined) causes.push(["Caused by", cause.value]);
  const parts: unknown = Object.getOwnPropertyDescriptor(error, "errors")?.value;
  if (Array.isArray(parts) && !types.isProxy(parts)) {
    for (const part of parts.slice(0, 20)) causes.push(["One of", part]);
  }
  return causes;
}

/** One of an error's texts; a class may compute it, and that may fail. */
function textOf(error: Error, key: "name" | "message" | "stack"): string {
  try {
    return String(error[key] ?? "");
  } catch {
    return "";
  }
}
