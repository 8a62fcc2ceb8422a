import { types } from "node:util";
import { count, cut, escapeHtml } from "./html.ts";
import { constructorName, membersOf } from "./inside.ts";
import { isUnfoldable, leafText, previewOf } from "./preview.ts";

/** Causes of causes that are followed. */
const deepest = 8;

/** Errors that are shown in all: each may have many behind it, and be one of them itself. */
const mostErrors = 50;

/** Parts of one AggregateError. */
const mostParts = 20;

/** Characters of a message, and frames of a stack. */
const longestMessage = 10_000;
const longestStack = 100;

/**
 * An error as a value: what it is, where it is from, folded, and why.
 *
 * @param shown those above it
 */
export function errorHtml(error: Error, shown: Set<unknown> = new Set(), depth = 0): string {
  shown.add(error);
  const message = cut(textOf(error, "message"), longestMessage);
  const where = (textOf(error, "stack").match(/^ {4}at .*/gm) ?? []).slice(0, longestStack);
  const name = textOf(error, "name");
  const own = name === "" || name === "Error" ? (constructorName(error) ?? "Error") : name;
  const head = `<strong>${escapeHtml(own)}</strong>${message === "" ? "" : `: <bdi style="white-space: pre-wrap; overflow-wrap: anywhere">${escapeHtml(message)}</bdi>`}`;
  const stack = where.map((frame) => `<div>${escapeHtml(frame.trim())}</div>`).join("");
  const folded =
    where.length < 2
      ? `<div style="opacity: 0.8; font-size: 0.9em">${stack}</div>`
      : `<details style="opacity: 0.8; font-size: 0.9em"><summary style="cursor: pointer">${escapeHtml(where[0]?.trim() ?? "")}</summary>${stack}</details>`;
  const behind = depth === deepest ? [] : behindIt(error, shown, depth + 1);
  const because = behind.map((html) => `<div style="margin-top: 0.5em">${html}</div>`);
  const style =
    "border-left: 3px solid #d9534f; padding-left: 0.8em; font-family: ui-monospace, monospace; font-size: 0.9em; text-align: left";
  return `<div style="${style}">${head}${where.length === 0 ? "" : folded}${fieldsOf(error)}${because.join("")}</div>`;
}

/** What a library or a class has added, such as a code or a path, a line each. */
function fieldsOf(error: Error): string {
  const said = new Set(["name", "message", "stack", "cause", "errors"]);
  const { first, total, shown } = membersOf(error, mostParts, leafText);
  const lines = first.flatMap((member) => {
    if (member.kind === "holes" || member.label === undefined || said.has(member.label)) return [];
    const value = member.kind === "accessor" ? `(${member.text})` : lineOf(member.value);
    const label = `<span style="opacity: 0.7"><bdi>${escapeHtml(cut(member.label, 100))}</bdi></span>`;
    return [`<div>${label} <bdi style="overflow-wrap: anywhere">${escapeHtml(value)}</bdi></div>`];
  });
  return lines.join("") + (total > shown ? `<div>… ${count(total - shown)} more</div>` : "");
}

/** What lies behind an error: its cause, and the parts of an AggregateError. */
function behindIt(error: Error, shown: Set<unknown>, depth: number): string[] {
  const causes: [label: string, cause: unknown][] = [];
  const cause = Object.getOwnPropertyDescriptor(error, "cause");
  if (cause !== undefined && cause.value !== undefined) causes.push(["Caused by", cause.value]);
  const parts: unknown = Object.getOwnPropertyDescriptor(error, "errors")?.value;
  const some = Array.isArray(parts) && !types.isProxy(parts) ? parts.slice(0, mostParts) : [];
  for (const part of some) causes.push(["One of", part]);
  const lines = causes.map(([label, each]) => {
    const isNew = types.isNativeError(each) && !shown.has(each) && shown.size < mostErrors;
    return `${label} ${isNew ? errorHtml(each, shown, depth) : `<bdi>${escapeHtml(firstLine(each))}</bdi>`}`;
  });
  const left = Array.isArray(parts) ? parts.length - some.length : 0;
  return left > 0 ? [...lines, `… ${count(left)} more`] : lines;
}

const firstLine = (value: unknown): string =>
  types.isNativeError(value) ? cut(`${textOf(value, "name")}: ${textOf(value, "message")}`, 200) : lineOf(value);

const lineOf = (value: unknown): string => (isUnfoldable(value) ? previewOf(value) : leafText(value));

/** One of an error's texts; a class may compute it, and that may fail. */
function textOf(error: Error, key: "name" | "message" | "stack"): string {
  try {
    return String(error[key] ?? "");
  } catch {
    return "";
  }
}
