import { inspect, types } from "node:util";
import { beginning } from "./html.ts";
import { hasMethod } from "./inside.ts";
import { isUnfoldable, leafText, previewOf } from "./preview.ts";
import { textOf } from "./text.ts";

/** Characters of a line. */
const longest = 120;

/** Any value in one line, by what it says itself or by how it begins. */
export function lineOf(value: unknown): string {
  try {
    if (!isUnfoldable(value)) return leafText(value);
    const saysItself = hasMethod(value, inspect.custom) || types.isNativeError(value);
    if (!saysItself) return previewOf(value, longest);
    const text = textOf(value).replace(/\s+/g, " ");
    return text.length > longest ? `${beginning(text, longest)}…` : text;
  } catch {
    return "(cannot be inspected)";
  }
}
