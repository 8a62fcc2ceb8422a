import { lineColours } from "./colours.ts";
import { formatNumber, formatShare, shorten } from "./format.ts";
import type { LayerDistribution } from "./layer-statistics.ts";
import { element, gridInk, ink, label, paleInk, round, svgDocument } from "./svg.ts";

const ROW = 58;
const TOP = 66;
/** Where the columns begin, in pixels: name, histogram, and what is said of the values. */
const COLUMN = { name: 14, bars: 190, mean: 500, zeros: 612, dead: 682, saturated: 776 };
const BARS = { width: 280, height: 34 };
const WIDTH = 860;
const warning = lineColours[1];

/** A row a layer: its name, a histogram, and what is said of it in numbers. @param description the same in words */
export function layerStatisticsSvg(layers: readonly LayerDistribution[], title: string, description: string): string {
  const head = (text: string, x: number) => label(text, x, 52, 13, { fill: paleInk });
  const parts = [
    label(shorten(title, 85), COLUMN.name, 26, 17, { "font-weight": 600 }),
    head("layer", COLUMN.name),
    head("distribution", COLUMN.bars),
    head("mean ± dev.", COLUMN.mean),
    head("zeros", COLUMN.zeros),
    head("dead units", COLUMN.dead),
    head("saturated", COLUMN.saturated),
    ...layers.map((layer, i) => rowOf(layer, TOP + i * ROW)),
  ];
  if (layers.length === 0) parts.push(label("no layer gave any values", COLUMN.name, TOP + 24, 14));
  return svgDocument(WIDTH, TOP + Math.max(1, layers.length) * ROW + 8, description, parts);
}

function rowOf({ path, kind, statistics: s, units, dead, saturated, counts }: LayerDistribution, top: number): string {
  const most = Math.max(1, ...counts);
  const step = BARS.width / counts.length;
  const base = top + BARS.height;
  const bars = counts.map((count, i) => {
    if (count === 0) return "";
    const height = Math.max(1, (count / most) * BARS.height);
    const wide = round(step * 0.92);
    return `M${round(COLUMN.bars + i * step)} ${base}v${round(-height)}h${wide}v${round(height)}z`;
  });
  const right = COLUMN.bars + BARS.width;
  const trouble = s.nans + s.infinities;
  const line = element("line", { x1: COLUMN.bars, x2: right, y1: base, y2: base, stroke: paleInk });
  const small = { fill: paleInk };
  const says = (text: string, x: number, isTrouble = false) =>
    label(text, x, top + 22, 13, isTrouble ? { fill: warning, "font-weight": 600 } : {});
  return [
    element("line", { x1: COLUMN.name, x2: WIDTH - 14, y1: top - 6, y2: top - 6, stroke: gridInk }),
    label(shorten(path, 20), COLUMN.name, top + 16, 14, { "font-weight": 600, fill: ink }),
    label(shorten(kind, 24), COLUMN.name, top + 34, 12, small),
    element("path", { d: bars.join("") || "M0 0", fill: lineColours[0] }),
    line,
    label(formatNumber(s.min), COLUMN.bars, base + 14, 12, small),
    label(formatNumber(s.max), right, base + 14, 12, { ...small, "text-anchor": "end" }),
    trouble === 0 ? "" : label(`${trouble} not finite`, right, top + 10, 12, { fill: warning, "text-anchor": "end" }),
    label(`${formatNumber(s.mean)}`, COLUMN.mean, top + 16, 13),
    label(`± ${formatNumber(s.deviation)}`, COLUMN.mean, top + 34, 13),
    says(formatShare(s.zeros, s.count), COLUMN.zeros),
    says(`${dead} of ${units}`, COLUMN.dead, dead > 0),
    says(saturated === null ? "" : formatShare(saturated, 1), COLUMN.saturated, (saturated ?? 0) > 0.5),
  ].join("");
}
