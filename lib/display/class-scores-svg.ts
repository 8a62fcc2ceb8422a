import type { ClassScore } from "./class-scores.ts";
import { lineColours } from "./colours.ts";
import { formatCount, formatShare, shorten } from "./format.ts";
import { element, gridInk, label, paleInk, svgDocument, textWidth } from "./svg.ts";

const ROW = 24;
const TEXT = 14;
const BAR = 120;
const NUMBER = 66;
const MARGIN = 12;

const measures = [
  ["precision", "precision"],
  ["recall", "recall"],
  ["F1", "f1"],
] as const;

/** A row a class: three bars with their numbers, and how many examples there are. @param description the picture in words */
export function classScoresSvg(scores: readonly ClassScore[], description: string): string {
  const names = scores.map(({ name }) => shorten(name, 24));
  const left = MARGIN + Math.max(40, ...names.map((name) => textWidth(name, TEXT))) + 12;
  const column = BAR + NUMBER;
  const right = left + measures.length * column + 70;
  const parts = measures.map(([head], i) => label(head, left + i * column, MARGIN + TEXT, TEXT, { fill: paleInk }));
  parts.push(label("examples", right, MARGIN + TEXT, TEXT, { "text-anchor": "end", fill: paleInk }));
  for (const [row, score] of scores.entries()) {
    const y = MARGIN + (row + 1) * ROW + TEXT;
    parts.push(label(names[row]!, left - 12, y, TEXT, { "text-anchor": "end" }));
    for (const [i, [, key]] of measures.entries()) {
      const share = score[key];
      const bar = { x: left + i * column, y: y - 11, height: 13, rx: 2 };
      parts.push(element("rect", { ...bar, width: BAR, fill: gridInk }));
      if (share > 0) parts.push(element("rect", { ...bar, width: BAR * share, fill: lineColours[i]! }));
      const number = Number.isNaN(share) ? "-" : formatShare(share, 1);
      parts.push(label(number, left + i * column + BAR + 6, y, 13));
    }
    parts.push(label(formatCount(score.examples), right, y, TEXT, { "text-anchor": "end" }));
  }
  return svgDocument(right + MARGIN, MARGIN + (scores.length + 1) * ROW + MARGIN, description, parts);
}
