import { type Axis, axisFor } from "./axis.ts";
import { type Chart, type Curve, colourOf, dashOf, isDrawn, isEmpty, NOTHING } from "./chart.ts";
import { plural, shorten, wrapText } from "./format.ts";
import { element, gridInk, ink, label, paleInk, round, svgDocument, textWidth } from "./svg.ts";
import type { Point } from "./thin.ts";

const WIDTH = 720;
const PLOT_HEIGHT = 300;
const SIZES = { title: 18, axis: 15, tick: 14, legend: 14, note: 13 };
const LEGEND_LINE = 22;
const LEGEND_LINES = 4;
/** Fewer points than this are also drawn as dots: a line alone hides how few there are. */
const DOTS_BELOW = 31;
/** More points than this are written to a tenth of a pixel, which nobody sees. */
const MANY = 100;

/** Where the plot lies in the picture, in pixels. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The title in one line: a long one is written smaller, a very long one is cut. */
function titleOf(title: string, left: number): string {
  const text = shorten(title, 90);
  const fitting = Math.floor((SIZES.title * (WIDTH - left - 8)) / textWidth(text, SIZES.title));
  return label(text, left, 28, Math.min(SIZES.title, fitting), { "font-weight": 600 });
}

/** The chart as a picture that needs no script. @param description the chart in words */
export function lineChartSvg(chart: Chart & { readonly description: string }): string {
  const { title, x, y, curves, notes, description } = chart;
  const edges = curves.flatMap(({ band }) =>
    band.flatMap(([at, low, high]): Point[] => [
      [at, low],
      [at, high],
    ]),
  );
  const drawn = [...curves.flatMap(({ points }) => points.filter(isDrawn)), ...edges];
  const xAxis = axisFor(
    drawn.map(([at]) => at),
    x.scale,
    true,
    8,
  );
  const yAxis = axisFor(
    drawn.map(([, value]) => value),
    y.scale,
    false,
  );
  const widest = Math.max(...yAxis.ticks.map(({ text }) => textWidth(text, SIZES.tick)));
  const left = Math.ceil(24 + SIZES.axis + widest + 8);
  const legend = legendOf(curves, y.label, left);
  const top = (title ? 42 : 16) + legend.height;
  const frame = { left, top, width: WIDTH - left - 24, height: PLOT_HEIGHT };
  const lines = notes.flatMap((note) => wrapText(note, 95));
  const bottom = top + PLOT_HEIGHT;
  const height = bottom + 56 + lines.length * 18 + (lines.length > 0 ? 6 : 0);
  const parts = [
    title ? titleOf(title, left) : "",
    element("g", { transform: `translate(${left} ${title ? 42 : 16})` }, legend.svg),
    axesOf(frame, xAxis, yAxis),
    ...curves.map((curve, i) => bandOf(frame, xAxis, yAxis, curve, i)),
    ...curves.map((curve, i) => curveOf(frame, xAxis, yAxis, curve, i)),
    label(shorten(x.label, 80), left + frame.width / 2, bottom + 44, SIZES.axis, { "text-anchor": "middle" }),
    label(shorten(y.label, 40), 0, 0, SIZES.axis, {
      "text-anchor": "middle",
      transform: `translate(20 ${top + PLOT_HEIGHT / 2}) rotate(-90)`,
    }),
    isEmpty(chart)
      ? label(NOTHING, left + frame.width / 2, top + PLOT_HEIGHT / 2, SIZES.axis, {
          "text-anchor": "middle",
          fill: paleInk,
        })
      : "",
    ...lines.map((line, i) => label(line, left, bottom + 68 + i * 18, SIZES.note, { fill: paleInk })),
  ];
  return svgDocument(WIDTH, height, description, parts);
}

function axesOf({ left, top, width, height }: Frame, xAxis: Axis, yAxis: Axis): string {
  const bottom = top + height;
  const parts: string[] = [];
  for (const { value, text } of yAxis.ticks) {
    const y = bottom - yAxis.place(value) * height;
    parts.push(element("line", { x1: left, x2: left + width, y1: y, y2: y, stroke: gridInk }));
    parts.push(label(text, left - 8, y + SIZES.tick * 0.35, SIZES.tick, { "text-anchor": "end", fill: paleInk }));
  }
  let free = Number.NEGATIVE_INFINITY; // marks whose text would run into the one before stay without
  for (const { value, text } of xAxis.ticks) {
    const x = left + xAxis.place(value) * width;
    parts.push(element("line", { x1: x, x2: x, y1: bottom, y2: bottom + 5, stroke: ink }));
    const half = textWidth(text, SIZES.tick) / 2;
    if (x - half < free) continue;
    parts.push(label(text, x, bottom + 22, SIZES.tick, { "text-anchor": "middle", fill: paleInk }));
    free = x + half + 8;
  }
  parts.push(
    element("path", { d: `M${round(left)} ${top}V${bottom}H${round(left + width)}`, fill: "none", stroke: ink }),
  );
  return parts.join("");
}

function curveOf(frame: Frame, xAxis: Axis, yAxis: Axis, { points, faint }: Curve, index: number): string {
  const at = ([x, y]: Point) =>
    [frame.left + xAxis.place(x) * frame.width, frame.top + (1 - yAxis.place(y)) * frame.height] as const;
  const runs = runsOf(points);
  const write = points.length > MANY ? (value: number) => `${Math.round(value * 10) / 10}` : round;
  const path = runs.map((run) => `M${run.map((point) => at(point).map(write).join(" ")).join("L")}`).join("");
  const colour = colourOf(index);
  const dots = points.filter(isDrawn).length < DOTS_BELOW ? runs.flat() : runs.filter((run) => run.length === 1).flat();
  const line = { d: path, fill: "none", stroke: colour, "stroke-width": faint ? 1 : 2, "stroke-linejoin": "round" };
  const circles = dots.map((point) => {
    const [cx, cy] = at(point);
    return element("circle", { cx, cy, r: faint ? 2 : 3, fill: colour });
  });
  const drawn = [path === "" ? "" : element("path", { ...line, "stroke-dasharray": dashArray(index) }), ...circles];
  return element("g", { opacity: faint ? 0.5 : undefined }, drawn.join(""));
}

/** The area around a curve: along its upper edge, and back along its lower one. */
function bandOf(frame: Frame, xAxis: Axis, yAxis: Axis, { band }: Curve, index: number): string {
  if (band.length === 0) return "";
  const at = (x: number, y: number) =>
    `${round(frame.left + xAxis.place(x) * frame.width)} ${round(frame.top + (1 - yAxis.place(y)) * frame.height)}`;
  const there = band.map(([x, , high]) => at(x, high));
  const back = band.toReversed().map(([x, low]) => at(x, low));
  return element("path", { d: `M${[...there, ...back].join("L")}Z`, fill: colourOf(index), "fill-opacity": 0.2 });
}

/** The stretches between gaps. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const point of points) {
    if (isDrawn(point)) run.push(point);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function dashArray(index: number): string | undefined {
  return { solid: undefined, dash: "9 5", dot: "2 4", dashdot: "9 4 2 4" }[dashOf(index)];
}

/** Names in lines as wide as the plot; none for a single curve that the axis names already. */
function legendOf(curves: readonly Curve[], yLabel: string, left: number): { svg: string; height: number } {
  if (curves.length === 0 || (curves.length === 1 && curves[0]?.name === yLabel)) return { svg: "", height: 0 };
  const parts: string[] = [];
  let [x, line] = [0, 0];
  for (const [i, { name, faint }] of curves.entries()) {
    const text = shorten(name, 40);
    const width = 28 + textWidth(text, SIZES.legend) + 22;
    if (x > 0 && x + width > WIDTH - left - 24) [x, line] = [0, line + 1];
    const y = line * LEGEND_LINE + 12;
    if (line === LEGEND_LINES - 1 && i < curves.length - 1) {
      parts.push(label(`and ${plural(curves.length - i, "more curve")}`, x, y, SIZES.legend, { fill: paleInk }));
      break;
    }
    const stroke = { stroke: colourOf(i), "stroke-width": faint ? 1 : 3, "stroke-dasharray": dashArray(i) };
    parts.push(
      element("line", { x1: x, x2: x + 22, y1: y - 5, y2: y - 5, opacity: faint ? 0.5 : undefined, ...stroke }),
    );
    parts.push(label(text, x + 28, y, SIZES.legend));
    x += width;
  }
  return { svg: parts.join(""), height: (line + 1) * LEGEND_LINE + 6 };
}
