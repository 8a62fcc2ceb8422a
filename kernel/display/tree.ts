import { inspect, types } from "node:util";
import { beginning, byteSize, count, cut, escapeHtml } from "./html.ts";
import { hasMethod, type Member, membersOf, sizeOf, typedLength } from "./inside.ts";
import { headOf, isUnfoldable, leafText, previewOf, shortText } from "./preview.ts";
import { textOf } from "./text.ts";

/** Lines of a whole tree, lines of one branch, and levels: a page with more is slow, and nobody reads it. */
const mostLines = 1000;
const mostMembers = 50;
const deepest = 10;

/** Characters of a name or the first line of what a value says itself, and of all that it says. */
const longestLabel = 100;
const longestWords = 4000;

/**
 * Any value as a tree to unfold, with the first level open: HTML without scripts and style sheets, so that it works in
 * notebooks that are not trusted and on exported pages. No code of the value runs: getters are named, not called.
 */
export function treeHtml(value: object): string {
  const branch = new Tree().branch(value, true);
  return `<div style="font-family: ui-monospace, monospace; font-size: 0.9em; line-height: 1.5; text-align: left">${branch}</div>`;
}

class Tree {
  #lines = mostLines;
  /** The values that the current branch lies in. */
  readonly #path = new Set<object>();

  branch(value: object, open: boolean): string {
    this.#path.add(value);
    const limit = Math.min(mostMembers, this.#lines);
    const { total, shown, first } = membersOf(value, limit, shortText);
    this.#lines -= first.length; // all of a level is listed before any of it unfolds
    const flows = !types.isMap(value) && sizeOf(value) !== undefined && first.every(isShort);
    const lines = flows ? [this.#flow(value, first)] : first.map((member) => `<div>${this.#member(member)}</div>`);
    if (shown < total) lines.push(`<div style="${pale}">… ${count(total - shown)} more</div>`);
    this.#path.delete(value);
    const summary = `<summary style="cursor: pointer">${summaryOf(value)}</summary>`;
    const body = lines.length === 0 ? `<div style="${pale}">empty</div>` : lines.join("");
    return `<details${open ? " open" : ""} style="margin: 0">${summary}<div style="${indented}">${body}</div></details>`;
  }

  /** Numbers and words one after the other, without their positions. */
  #flow(collection: object, members: Member[]): string {
    const digits = types.isFloat32Array(collection) ? single : (value: unknown) => value;
    const texts = members.map((member) =>
      member.kind === "value" ? this.#labelled("", digits(member.value)) : this.#member(member),
    );
    return `<div>${texts.join(", ")}</div>`;
  }

  #member(member: Member): string {
    if (member.kind === "holes") return `<span style="${pale}">empty × ${count(member.length)}</span>`;
    const label =
      member.label === undefined
        ? ""
        : `<span style="${pale}"><bdi>${escapeHtml(cut(member.label, longestLabel))}</bdi></span> `;
    if (member.kind === "accessor") return `${label}<span style="${pale}">(${member.text})</span>`;
    return this.#labelled(label, member.value);
  }

  #labelled(label: string, value: unknown): string {
    if (!isUnfoldable(value))
      return `${label}<bdi style="overflow-wrap: anywhere">${escapeHtml(leafText(value))}</bdi>`;
    if (this.#path.has(value))
      return `${label}<span style="${pale}">${escapeHtml(headOf(value) || "Object")} (circular)</span>`;
    const saysItself = hasMethod(value, inspect.custom) || types.isNativeError(value);
    if (saysItself) return `${label}${ownWords(cut(textOf(value), longestWords))}`;
    const folded = this.#lines <= 0 || this.#path.size >= deepest || isEmpty(value);
    if (folded) return `${label}<bdi>${escapeHtml(previewOf(value))}</bdi>`;
    // A label beside a branch: both on one line while it is folded.
    return `<div style="display: flex; gap: 0.6ch">${label}${this.branch(value, false)}</div>`;
  }
}

const pale = "opacity: 0.7";
const indented = "padding-left: 1.6em; border-left: 1px solid rgba(128, 128, 128, 0.35); margin-left: 0.3em";

/** The digits that a number of single precision has; the rest is what its binary fraction looks like in decimals. */
const single = (value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(7)) : value);

/** Numbers and words need no line each. */
export const isShort = (member: Member): boolean =>
  member.kind === "holes" ||
  (member.kind === "value" && !isUnfoldable(member.value) && leafText(member.value).length <= 24);

/** One line, or one line that unfolds to all. */
function ownWords(text: string): string {
  const [line = ""] = text.split("\n", 1);
  const first = beginning(line, longestLabel);
  if (first === text) return `<bdi>${escapeHtml(first)}</bdi>`;
  const style = "margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere";
  const all = `<pre style="${style}">${escapeHtml(text)}</pre>`;
  return `<details style="display: inline-block; vertical-align: top"><summary style="cursor: pointer">${escapeHtml(first)} …</summary>${all}</details>`;
}

/** A branch's line: what it is, how large, and how it begins. */
function summaryOf(value: object): string {
  const head = types.isTypedArray(value)
    ? `${headOf(value)}, ${byteSize((value as Uint8Array).byteLength)}, ${rangeOf(value)}`
    : previewOf(value);
  return `<bdi>${escapeHtml(head)}</bdi>`;
}

const isEmpty = (value: object): boolean => (sizeOf(value) ?? Object.keys(value).length) === 0;

/** From the smallest to the largest of the first numbers, and how many are none. */
function rangeOf(value: object): string {
  const numbers = value as Float64Array;
  const length = Math.min(typedLength(value), 1_000_000);
  if (length === 0) return "empty";
  let [least, most, strange] = [numbers[0] as number, numbers[0] as number, 0];
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    if (Number.isNaN(number)) strange++;
    if (number < least || Number.isNaN(least)) least = number;
    if (number > most || Number.isNaN(most)) most = number;
  }
  const all = length === typedLength(value) ? "" : ` in the first ${count(length)}`;
  const say = (number: number) => shortText(types.isFloat32Array(value) ? single(number) : number);
  return `${say(least)} to ${say(most)}${strange === 0 ? "" : `, ${count(strange)} NaN`}${all}`;
}
