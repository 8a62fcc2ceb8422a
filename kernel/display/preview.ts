import { inspect, types } from "node:util";
import { beginning, count } from "./html.ts";
import { constructorName, membersOf, sizeOf } from "./inside.ts";

/** Characters of a string that a line of a tree or a table shows. */
const longestString = 200;

/** A value that has nothing to unfold, as source would write it: `1`, `'text'`, `null`, `[Function: f]`. */
export function leafText(value: unknown): string {
  if (typeof value === "string") {
    const start = beginning(value, longestString);
    const text = inspect(start, { breakLength: Number.POSITIVE_INFINITY });
    return start === value ? text : `${text}… (${count(value.length)} characters)`;
  }
  if (typeof value === "object" && value !== null && types.isProxy(value)) return "Proxy";
  try {
    const text = inspect(value, { depth: 0, maxArrayLength: 0, breakLength: Number.POSITIVE_INFINITY });
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  } catch {
    return "(cannot be inspected)";
  }
}

/** What a value is, and how large: `Array(3)`, `Map(2)`, `Point`; nothing for an ordinary object. */
export function headOf(value: object): string {
  const name = constructorName(value) ?? "[no prototype]";
  const size = sizeOf(value);
  if (size !== undefined) return `${name}(${count(size)})`;
  return name === "Object" ? "" : name;
}

/** An object on one line: its head and as many of its members as fit into about `width` characters. */
export function previewOf(value: object, width = 72): string {
  const { total, first } = membersOf(value, 12, shortText);
  const brackets = sizeOf(value) === undefined || types.isMap(value) || types.isSet(value) ? "{}" : "[]";
  let text = headOf(value);
  text += `${text === "" ? "" : " "}${brackets[0]}`;
  let shown = 0;
  for (const member of first) {
    const part = member.kind === "holes" ? "empty" : member.kind === "accessor" ? "…" : shortText(member.value);
    const label = member.kind === "holes" || brackets === "[]" ? "" : labelOf(member.label, types.isMap(value));
    const next = `${shown === 0 ? " " : ", "}${label}${part}`;
    if (text.length + next.length > width) break;
    text += next;
    shown += member.kind === "holes" ? member.length : 1;
  }
  const rest = shown < total ? (shown === 0 ? "…" : ", …") : "";
  return `${text}${rest}${shown === 0 ? "" : " "}${brackets[1]}`;
}

const labelOf = (label: string | undefined, isMap: boolean): string =>
  label === undefined ? "" : isMap ? `${label} ` : `${label}: `;

/** A value as a part of another one's line. */
export function shortText(value: unknown): string {
  if (isUnfoldable(value)) {
    const head = headOf(value);
    return head === "" ? (Object.keys(value).length === 0 ? "{}" : "{…}") : head;
  }
  const text = leafText(value);
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}

/** Whether there is something inside that a tree can list; what inspects itself, or is one thing, is said in a line. */
export function isUnfoldable(value: unknown): value is object {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const isOneThing =
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isExternal(value);
  return !isOneThing;
}
