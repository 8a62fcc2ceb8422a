import { formatNumber } from "../format.ts";
import { type Axis, windowSize } from "./axis.ts";
import { inputAt, isBeside, outputAt, type Place, type Played, positionOf } from "./played.ts";
import { type Reckoning, reckon, seenBy, type Term } from "./terms.ts";

/** A term as it is written, and what makes it special. */
export interface WrittenTerm {
  readonly text: string;
  readonly term: Term;
}

/** Part of a sum: the terms of one channel. */
export interface WrittenLine {
  /** `channel 0`; "" where there is only one. */
  readonly label: string;
  readonly before: string;
  readonly terms: readonly WrittenTerm[];
  readonly between: string;
  /** What they come to: ` = 6`. */
  readonly after: string;
}

/** An output's sum, term by term. */
export interface WrittenSum {
  /** `output [0, 1, 2] = 6`: map, row and column, and the layer's own number. */
  readonly head: string;
  readonly lines: readonly WrittenLine[];
  /** What all lines and the bias come to; "" where one line says it all. */
  readonly total: string;
}

/** An output's sum in words. */
export function writeSum(played: Played, place: Place): WrittenSum {
  const reckoning = reckon(played, place);
  const map = played.outputs.maps[place.map] as number;
  const head = `output [${map}, ${place.row}, ${place.column}] = ${formatNumber(outputAt(played, place))}`;
  const lines = reckoning.terms.length === 0 ? [] : linesOf(played, place, reckoning);
  return { head, lines, total: totalOf(played, reckoning) };
}

/** The same as plain text. */
export function sumText({ head, lines, total }: WrittenSum): string {
  const written = lines.map(({ label, before, terms, between, after }) => {
    const sum = `${before}${terms.map(({ text }) => text).join(between)}${after}`;
    return label === "" ? sum : `${label}: ${sum}`;
  });
  return [head, ...written, total].filter((line) => line !== "").join("\n  ");
}

function linesOf(played: Played, place: Place, { terms, factor, result }: Reckoning): WrittenLine[] {
  if (played.rule === "place") return [placedLine(positionOf(played, place), terms, result)];
  if (played.rule !== "sum") return [{ label: "", ...around(played, factor, result), terms: terms.map(write) }];
  const channels = [...new Set(terms.map(({ channel }) => channel))];
  return channels.map((channel) => {
    const own = terms.filter((term) => term.channel === channel);
    const label = channels.length > 1 ? `channel ${played.input.channels[channel]}` : "";
    return { label, before: "", between: " + ", after: ` = ${formatNumber(productsOf(own))}`, terms: own.map(write) };
  });
}

/** What the inputs do whose windows cover a place: `at place 5: 9 → 5; 9 comes here`. */
function placedLine(here: number, terms: readonly Term[], result: number): WrittenLine {
  const written = terms.map((term) => ({ text: `${signed(term.value)} → ${term.goal}`, term }));
  const nobody = terms.length === 1 ? "it does not come here" : "none comes here";
  const after = terms.some(({ taken }) => taken) ? `; ${formatNumber(result)} comes here` : `; ${nobody}: 0`;
  return { label: "", before: `at place ${here}: `, terms: written, between: ", ", after };
}

function write(term: Term): WrittenTerm {
  const { value, weight } = term;
  const text = weight === null ? signed(value) : `${signed(value)}·${signed(weight)}`;
  return { text, term };
}

function signed(value: number): string {
  return value < 0 ? `(${formatNumber(value)})` : formatNumber(value);
}

function productsOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { value, weight }) => sum + value * (weight ?? 1), 0);
}

function around({ rule, power }: Played, factor: number, result: number): Omit<WrittenLine, "label" | "terms"> {
  const equals = ` = ${formatNumber(result)}`;
  if (rule === "mean") return { before: "(", between: " + ", after: `) / ${formatNumber(factor)}${equals}` };
  if (rule === "norm") {
    const scaled = factor === 1 ? "" : `, times ${formatNumber(factor)}`;
    return { before: `${formatNumber(power)}-norm of `, between: ", ", after: `${scaled}${equals}` };
  }
  return { before: `${rule}(`, between: ", ", after: `)${equals}` };
}

/** What the channels and the bias come to; the terms of a window that looks at nothing are none. */
function totalOf({ rule, rectified, input, weights }: Played, { terms, bias, result }: Reckoning): string {
  if (rule !== "sum" && rule !== "place") {
    return terms.length === 0 ? `nothing lies in this window: ${formatNumber(result)}` : "";
  }
  if (rule === "place" && terms.length > 0) return "";
  const channels = [...new Set(terms.map(({ channel }) => channel))];
  const parts = channels.map((channel) => {
    return signed(productsOf(terms.filter((term) => term.channel === channel)));
  });
  if (bias !== null) parts.push(`bias ${formatNumber(bias)}`);
  if (parts.length === 0) return `no number of the input reaches this output: ${formatNumber(result)}`;
  if (parts.length === 1 && !rectified && (input.channels.length === 1 || weights === null)) return "";
  const sum = parts.join(" + ");
  return `${rectified ? `max(0, ${sum})` : sum} = ${formatNumber(result)}`;
}

/** What a number of the input has a part in. @param channel its place in the list */
export function writeTouched(played: Played, channel: number, row: number, column: number): string {
  const { maps, reads } = played.outputs;
  const readers = maps.filter((_, i) => (reads[i] as readonly number[]).includes(channel));
  const places = seenBy(played, row, column, channel);
  const value = inputAt(played, channel, row, column) ?? (played.rule === "sum" ? 0 : null);
  const name = isBeside(played, row, column) ? "padding" : "input";
  const what = `${name} [${played.input.channels[channel]}, ${row}, ${column}]${value === null ? "" : ` = ${formatNumber(value)}`}`;
  if (places.length === 0) return `${what} is part of none of these outputs`;
  const shown = places.slice(0, 9).map((place) => `[${place.row}, ${place.column}]`);
  const more = places.length > shown.length ? ` and ${places.length - shown.length} more` : "";
  const where = readers.length === 1 ? `of map ${readers[0]}` : `in each of ${readers.length} maps`;
  return `${what} is part of ${places.length} output${places.length === 1 ? "" : "s"} ${where}: ${shown.join(", ")}${more}`;
}

/** What the layer is: `conv2d: 3 × 3 windows, stride 2, padding 1`. */
export function describe(played: Played): string {
  const { operation, rows, columns, rectified } = played;
  const sequences = rows.size === 1 && windowSize(rows) === 1;
  const directions = sequences ? [columns] : [rows, columns];
  const each = (name: string, of: (axis: Axis) => number, usual: number): string => {
    const found = directions.map(of);
    if (found.every((value) => value === usual)) return "";
    return `${name} ${new Set(found).size === 1 ? found[0] : found.join(" × ")}`;
  };
  const field = (name: "stride" | "dilation" | "padding", usual: number): string => {
    return each(name, (axis) => (axis.kind === "sliding" || axis.kind === "laid" ? axis[name] : usual), usual);
  };
  const window = directions.map(windowSize).join(" × ");
  const parts = [`windows of ${window}`, field("stride", 1), field("dilation", 1), field("padding", 0)];
  return `${operation}${rectified ? " and relu" : ""}: ${parts.filter((part) => part !== "").join(", ")}`;
}
