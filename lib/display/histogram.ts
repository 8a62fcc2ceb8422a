import { checkInteger, checkOptions } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { axisFor } from "./axis.ts";
import { lineColours } from "./colours.ts";
import { formatNumber, joinSentences, plural, shorten, wrapText } from "./format.ts";
import { checkComputed } from "./images.ts";
import { figureHtml, Picture } from "./picture.ts";
import { sparkline } from "./sparkline.ts";
import { describeNonFinite, describeStatistics, statistics } from "./statistics.ts";
import { element, gridInk, ink, label, paleInk, svgDocument, svgSize, svgUri, textWidth } from "./svg.ts";

/** How a histogram is drawn; every option may be left out. */
export interface HistogramOptions {
  readonly title?: string;
  /** What the values measure, with the unit; default `value`. */
  readonly label?: string;
  /** How many bars of equal width; where it is left out, one a whole number if there are few, else √count, 50 at most. */
  readonly bins?: number;
}

const SIZE = { width: 560, plotHeight: 180, tick: 13, axis: 14, title: 16, note: 12 };

/**
 * Draws how often values occur, with their statistics. NaN and infinite ones are in no bar, which is said.
 *
 * @param x a tensor of any shape
 */
export function histogram(x: AnyTensor, options: HistogramOptions = {}): Picture {
  checkOptions("histogram", options, ["title", "label", "bins"]);
  if (options.bins !== undefined) checkInteger("histogram", "bins", options.bins, 1);
  checkComputed("histogram", x);
  const numbers = peek(x);
  const stats = statistics(numbers);
  const bins = binsOf(numbers, stats.min, stats.max, options.bins);
  const trouble = describeNonFinite(stats);
  const note = joinSentences(describeStatistics(stats), trouble && "What is not finite is in no bar");
  const course = bins.counts.length > 0 ? `${sparkline(bins.counts, 50)}  ${plural(bins.counts.length, "bin")}` : "";
  const text = [options.title, course, note].filter(Boolean).join("\n");
  const svg = svgOf(bins, options, note);
  const figure = { alt: text, source: svgUri(svg), ...svgSize(svg) };
  return new Picture({ "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": text });
}

interface Bins {
  readonly low: number;
  readonly width: number;
  readonly counts: readonly number[];
}

function binsOf(values: AnyTensor["data"], min: number, max: number, wanted?: number): Bins {
  if (Number.isNaN(min)) return { low: 0, width: 1, counts: [] };
  const whole =
    wanted === undefined && max - min < 50 && values.every((v) => !Number.isFinite(v) || Number.isInteger(v));
  const count = whole ? max - min + 1 : (wanted ?? Math.min(50, Math.ceil(Math.sqrt(values.length))));
  const [low, high] = whole || min === max ? [min - 0.5, max + 0.5] : [min, max];
  const width = (high - low) / count;
  const counts = new Array<number>(count).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(count - 1, Math.floor((value - low) / width)); // the greatest belongs to the last bar
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { low, width, counts };
}

function svgOf({ low, width, counts }: Bins, options: HistogramOptions, note: string): string {
  const xLabel = options.label ?? "value";
  const xAxis = axisFor(counts.length > 0 ? [low, low + width * counts.length] : [], "linear", true, 7);
  const yAxis = axisFor([0, ...counts], "linear", false, 4);
  const yTicks = yAxis.ticks.filter(({ value }) => Number.isInteger(value));
  const left = Math.ceil(44 + Math.max(...yTicks.map(({ text }) => textWidth(text, SIZE.tick))));
  const top = options.title ? 40 : 16;
  const [plot, bottom] = [SIZE.width - left - 20, top + SIZE.plotHeight];
  const heightOf = (count: number) => yAxis.place(count) * SIZE.plotHeight;
  const lines = wrapText(note, Math.floor(plot / textWidth("0", SIZE.note)));
  const parts = [options.title ? label(shorten(options.title, 62), left, 26, SIZE.title, { "font-weight": 600 }) : ""];
  for (const { value, text } of yTicks) {
    const y = bottom - heightOf(value);
    parts.push(element("line", { x1: left, x2: left + plot, y1: y, y2: y, stroke: gridInk }));
    parts.push(label(text, left - 8, y + 4.5, SIZE.tick, { "text-anchor": "end", fill: paleInk }));
  }
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const bar = (plot / counts.length) * 0.94;
    const height = Math.max(1, heightOf(count)); // a single outlier among thousands is still seen
    const x = left + (plot * (i + 0.03)) / counts.length;
    parts.push(element("rect", { x, y: bottom - height, width: bar, height, fill: lineColours[0] }));
  }
  for (const { value, text } of xAxis.ticks) {
    const x = left + xAxis.place(value) * plot;
    parts.push(element("line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, stroke: ink }));
    parts.push(label(text, x, bottom + 20, SIZE.tick, { "text-anchor": "middle", fill: paleInk }));
  }
  parts.push(element("line", { x1: left, x2: left + plot, y1: bottom, y2: bottom, stroke: ink }));
  const centre = { "text-anchor": "middle" };
  parts.push(label(shorten(xLabel, 60), left + plot / 2, bottom + 40, SIZE.axis, centre));
  const turn = `translate(18 ${top + SIZE.plotHeight / 2}) rotate(-90)`;
  parts.push(label("count", 0, 0, SIZE.axis, { ...centre, transform: turn }));
  parts.push(...lines.map((line, i) => label(line, left, bottom + 62 + i * 17, SIZE.note, { fill: paleInk })));
  const title = options.title ?? `histogram of ${xLabel}`;
  const outline = counts
    .map((count, i) => `${formatNumber(low + (i + 0.5) * width)}: ${count}`)
    .slice(0, 50)
    .join(", ");
  return svgDocument(SIZE.width, bottom + 56 + lines.length * 17, joinSentences(title, note, outline), parts);
}
