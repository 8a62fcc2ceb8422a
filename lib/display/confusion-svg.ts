import { COLOUR_BAR_HEIGHT, colourBar } from "./colour-bar.ts";
import { hex, inkOn } from "./colours.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { confusionScales, headline, recallOf, shades, zeroInk } from "./confusion-shades.ts";
import { formatCount, shorten } from "./format.ts";
import { element, ground, label, paleInk, svgDocument, textWidth } from "./svg.ts";

/** The counts as a coloured table, as a picture. @param description the matrix in words */
export function confusionSvg(matrix: ConfusionMatrix, description: string): string {
  const { classes, counts, title } = matrix;
  const k = classes.length;
  const shadeOf = shades(matrix);
  const names = classes.map((name) => shorten(name, 18));
  const widest = Math.max(...names.map((name) => textWidth(name, 14)));
  const widestCount = Math.max(...counts.data);
  const side = Math.max(40, textWidth(formatCount(widestCount), 14) + 12);
  const turned = widest > side - 6; // long names stand upright above their columns
  const left = 44 + widest;
  const top = (title ? 40 : 12) + 26 + (turned ? widest : 14) + 8;
  const bottom = top + k * side + 40;
  const bars = confusionScales(matrix).map((scale, i) => colourBar(scale, 16, bottom + i * (COLOUR_BAR_HEIGHT + 8)));
  const width = Math.max(left + k * side + 76, ...bars.map(({ right }) => right + 16));
  const height = bottom + bars.length * (COLOUR_BAR_HEIGHT + 8) + 4;
  const parts = [
    title ? label(shorten(title, Math.floor(width / 10)), 16, 28, 17, { "font-weight": 600 }) : "",
    label("predicted", left + (k * side) / 2, (title ? 40 : 12) + 16, 14, { "text-anchor": "middle", fill: paleInk }),
    label("true", 0, 0, 14, {
      "text-anchor": "middle",
      fill: paleInk,
      transform: `translate(22 ${top + (k * side) / 2}) rotate(-90)`,
    }),
    label("recall", left + k * side + 66, top - 8, 14, { "text-anchor": "end", fill: paleInk }),
  ];
  for (let row = 0; row < k; row++) {
    const [at, y] = [left + (row + 0.5) * side, top + (row + 0.5) * side + 5];
    const place = turned
      ? { transform: `translate(${at + 5} ${top - 8}) rotate(-90)` }
      : { "text-anchor": "middle", transform: `translate(${at} ${top - 8})` };
    parts.push(label(names[row] as string, 0, 0, 14, place));
    parts.push(label(names[row] as string, left - 8, y, 14, { "text-anchor": "end" }));
    parts.push(label(recallOf(matrix, row), left + k * side + 66, y, 14, { "text-anchor": "end" }));
    for (let column = 0; column < k; column++) {
      const shade = shadeOf(row, column);
      const count = counts.data[row * k + column] as number;
      const x = left + column * side;
      const cell = { x, y: top + row * side, width: side, height: side, fill: hex(shade), stroke: ground };
      parts.push(element("rect", cell));
      const fill = count === 0 ? zeroInk : inkOn(shade);
      parts.push(label(formatCount(count), x + side / 2, y, 14, { "text-anchor": "middle", fill }));
    }
  }
  parts.push(label(headline(matrix), 16, bottom - 14, 14), ...bars.map(({ svg }) => svg));
  return svgDocument(width, height, description, parts);
}
