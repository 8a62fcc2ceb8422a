import { escapeHtml } from "../html.ts";
import { type Axis, axisOf, marksBetween, titleOf } from "./axis.ts";
import type { Figure } from "./figure.ts";
import { canSketch, cellRange, cellTitle, type Mark, marksOf } from "./marks.ts";

/** Of the picture and of the frame inside it, in pixels. */
const [width, height] = [640, 400];
const [left, widest, bottom] = [68, 620, 340];
/** What a scale of shades takes off the frame's right side. */
const scaleRoom = 96;

const [ink, paleInk, grid] = ["#2b2f36", "#5a616b", "#e3e6ea"];
const colours = ["#0b7285", "#d9480f", "#5f3dc4", "#2b8a3e", "#c2255c", "#8a6d00"];

/**
 * A figure's traces as a still picture, where no script draws them: lines, dots, bars and heatmaps on one pair of axes.
 * Undefined for a figure with traces of other types, or with several pairs of axes.
 */
export function sketch(figure: Figure, description: string): string | undefined {
  if (figure.data.length === 0 || !figure.data.every(canSketch)) return undefined;
  const marks = marksOf(figure);
  const xs = marks.flatMap((mark) => extentOf(mark, "x"));
  const ys = marks.flatMap((mark) => extentOf(mark, "y"));
  const hasBars = (flat: boolean) => marks.some((mark) => mark.kind === "bar" && mark.flat === flat);
  const names = figure.data.map((trace, i) => (typeof trace.name === "string" ? trace.name : `trace ${i}`));
  const named = figure.data.length > 1 || typeof figure.data[0]?.name === "string";
  const top = (titleOf(figure.layout.title) === "" ? 20 : 44) + (named ? 24 : 0);
  const scale = scaleOf(figure);
  const right = scale === undefined ? widest : widest - scaleRoom;
  const frame = {
    top,
    right,
    x: axisOf(xs, "xaxis", figure, hasBars(true)),
    y: axisOf(ys, "yaxis", figure, hasBars(false)),
  };
  const counts = {
    across: new Set(marks.map((mark) => (mark.kind === "bar" ? mark.across : undefined))).size,
    ...cellCounts(marks),
  };
  const parts = [
    `<rect width="${width}" height="${height}" rx="4" fill="#ffffff"/>`,
    text(titleOf(figure.layout.title), left, 28, 17, 'font-weight="600"'),
    named ? legend(names, top - 14) : "",
    axes(frame),
    scale === undefined ? "" : shadeScale(scale, frame),
    cells(marks, frame, counts),
    ...marks.map((mark) => (mark.kind === "cell" ? "" : draw(mark, frame, counts))),
  ];
  const font = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}" font-family="${font}">${parts.join("")}</svg>`;
}

interface Frame {
  top: number;
  x: Axis;
  y: Axis;
  right: number;
}

interface Counts {
  across: number;
  columns: number;
  rows: number;
}

/** What an axis has to have room for. */
function extentOf(mark: Mark, side: "x" | "y"): unknown[] {
  if (mark.kind === "line") return mark.points.map((point) => point[side === "x" ? 0 : 1]);
  if (mark.kind === "cell") return [mark[side]];
  return (side === "x") === mark.flat ? [mark.along, mark.base] : [mark.across];
}

function cellCounts(marks: readonly Mark[]): { columns: number; rows: number } {
  const cells = marks.filter((mark) => mark.kind === "cell");
  return { columns: new Set(cells.map(({ x }) => x)).size, rows: new Set(cells.map(({ y }) => y)).size };
}

const round = (value: number): string => `${Math.round(value * 10) / 10}`;

const text = (words: string, x: number, y: number, size: number, more = ""): string =>
  words === ""
    ? ""
    : `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${ink}" ${more}>${escapeHtml(words)}</text>`;

function legend(names: readonly string[], y: number): string {
  let x = left;
  return names
    .map((name, i) => {
      const words = name.length > 24 ? `${name.slice(0, 23)}…` : name;
      const at = x;
      x += 34 + words.length * 7.5;
      return x > width
        ? ""
        : `<rect x="${at}" y="${y - 9}" width="14" height="10" fill="${colourOf(i)}"/>${text(words, at + 20, y, 13)}`;
    })
    .join("");
}

const colourOf = (i: number): string => colours[i % colours.length] as string;

function axes({ top, right, x, y }: Frame): string {
  const rows = y.ticks.map(({ at, text: words }) => {
    const height = bottom - at * (bottom - top);
    return `<line x1="${left}" x2="${right}" y1="${round(height)}" y2="${round(height)}" stroke="${grid}"/>${text(words, left - 8, height + 4, 12, `text-anchor="end" fill-opacity="0.85"`)}`;
  });
  const columns = x.ticks.map(({ at, text: words }) => {
    const place = left + at * (right - left);
    return `<line x1="${round(place)}" x2="${round(place)}" y1="${bottom}" y2="${bottom + 5}" stroke="${paleInk}"/>${text(words, place, bottom + 20, 12, `text-anchor="middle" fill-opacity="0.85"`)}`;
  });
  const middle = (top + bottom) / 2;
  const titles = [
    text(x.title, (left + right) / 2, height - 14, 14, 'text-anchor="middle"'),
    text(y.title, 0, 0, 14, `text-anchor="middle" transform="translate(16 ${middle}) rotate(-90)"`),
  ];
  const frame = `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${paleInk}"/>`;
  return [...rows, ...columns, ...titles, frame].join("");
}

/** Shades of a heatmap: more cannot be told apart, and all cells of one are one path. */
const SHADES = 48;

function cells(marks: readonly Mark[], { top, right, x, y }: Frame, counts: Counts): string {
  const [w, h] = [(right - left) / counts.columns, (bottom - top) / counts.rows];
  const paths = new Map<number, string>();
  for (const mark of marks) {
    if (mark.kind !== "cell") continue;
    const [cx, cy] = [placed(x.place(mark.x), left, right), placed(y.place(mark.y), bottom, top)];
    if (cx === undefined || cy === undefined) continue;
    // Cut off at the frame; a little over the next, or a line would show between them.
    const [x0, x1] = [Math.max(left, cx - w / 2), Math.min(right, cx + w / 2 + 0.3)];
    const [y0, y1] = [Math.max(top, cy - h / 2), Math.min(bottom, cy + h / 2 + 0.3)];
    const shade = Math.round(mark.shade * SHADES);
    const cell = `M${round(x0)} ${round(y0)}h${round(x1 - x0)}v${round(y1 - y0)}h${round(x0 - x1)}z`;
    paths.set(shade, (paths.get(shade) ?? "") + cell);
  }
  return [...paths].map(([shade, d]) => `<path fill="${shadeOf(shade / SHADES)}" d="${d}"/>`).join("");
}

type Drawn = Exclude<Mark, { kind: "cell" }>;

function draw(mark: Drawn, frame: Frame, counts: Counts): string {
  const { top, right, x, y } = frame;
  const across = (value: unknown): number | undefined => placed(x.place(value), left, right);
  const up = (value: unknown): number | undefined => placed(y.place(value), bottom, top);
  if (mark.kind === "line") return line(mark, across, up);
  const room = ((mark.flat ? bottom - top : right - left) / counts.across) * 0.8;
  const thick = room / mark.slots;
  const centre = mark.flat ? up(mark.across) : across(mark.across);
  const [from, to] = mark.flat ? [across(mark.base), across(mark.along)] : [up(mark.base), up(mark.along)];
  if (centre === undefined || from === undefined || to === undefined) return "";
  const start = centre - room / 2 + mark.slot * thick;
  const [low, size] = [Math.min(from, to), Math.abs(to - from)];
  const fill = colourOf(mark.trace);
  return mark.flat ? rectangle(low, start, size, thick, fill, frame) : rectangle(start, low, thick, size, fill, frame);
}

const placed = (at: number | undefined, from: number, to: number): number | undefined =>
  at === undefined ? undefined : from + at * (to - from);

/** Cut off at the frame. */
function rectangle(x: number, y: number, w: number, h: number, fill: string, { top, right }: Frame): string {
  const [x0, x1] = [Math.max(left, x), Math.min(right, x + w)];
  const [y0, y1] = [Math.max(top, y), Math.min(bottom, y + h)];
  return `<rect x="${round(x0)}" y="${round(y0)}" width="${round(Math.max(0, x1 - x0))}" height="${round(Math.max(0, y1 - y0))}" fill="${fill}"/>`;
}

function line(
  { points, dots, joined, trace }: Extract<Mark, { kind: "line" }>,
  across: (value: unknown) => number | undefined,
  up: (value: unknown) => number | undefined,
): string {
  const colour = colourOf(trace);
  let [path, pen] = ["", "M"];
  const circles: string[] = [];
  for (const [px, py] of points) {
    const [cx, cy] = [across(px), up(py)];
    if (cx === undefined || cy === undefined) {
      pen = "M"; // a gap
      continue;
    }
    path += `${pen}${round(cx)} ${round(cy)}`;
    pen = "L";
    if (dots) circles.push(`<circle cx="${round(cx)}" cy="${round(cy)}" r="3" fill="${colour}"/>`);
  }
  const stroke =
    joined && path !== ""
      ? `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`
      : "";
  return stroke + circles.join("");
}

interface ShadeScale {
  readonly range: readonly [low: number, high: number];
  readonly title: string;
}

/** Undefined for a figure without heatmaps, or whose maker wants none. */
function scaleOf({ data }: Figure): ShadeScale | undefined {
  const [range, title] = [cellRange(data), cellTitle(data)];
  return range === undefined || title === undefined ? undefined : { range, title: titleOf(title) };
}

/** Which number each shade of a heatmap stands for: a bar beside the frame, the least number below. */
function shadeScale({ range: [low, high], title }: ShadeScale, { top, right }: Frame): string {
  const [x, thick, steps] = [right + 22, 16, 24];
  const step = (bottom - top) / steps;
  const shades = Array.from({ length: steps }, (_, i) => {
    const shade = low === high ? 0.5 : (i + 0.5) / steps;
    return `<rect x="${x}" y="${round(bottom - (i + 1) * step)}" width="${thick}" height="${round(step + 0.3)}" fill="${shadeOf(shade)}"/>`;
  });
  const marks = marksBetween(low, high).map(({ at, text: words }) => {
    const y = bottom - at * (bottom - top);
    return `<line x1="${x + thick}" x2="${x + thick + 4}" y1="${round(y)}" y2="${round(y)}" stroke="${paleInk}"/>${text(words, x + thick + 7, y + 4, 13)}`;
  });
  const turn = `transform="translate(${width - 8} ${(top + bottom) / 2}) rotate(-90)"`;
  return [...shades, ...marks, text(title, 0, 0, 14, `text-anchor="middle" ${turn}`)].join("");
}

/** From pale to dark: order is seen without knowing the colours. @param shade from 0 to 1 */
function shadeOf(shade: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * shade);
  return `rgb(${mix(236, 11)},${mix(244, 60)},${mix(246, 93)})`;
}
