import { count } from "../html.ts";
import type { Figure, Trace } from "./figure.ts";
import { typeOf } from "./marks.ts";

/** Points of all long curves of a figure together: two a pixel show nothing new, and notebooks carry every one. */
const most = 1000;

/** A curve keeps as many, beside however many others. */
const least = 200;

/**
 * A figure whose curves have no more points than can be told apart: of each stretch of a longer one the least, the greatest
 * and a gap are kept, in their order, and the figure says so. Dots, and curves that run back or have a text a point, stay
 * as they are.
 *
 * @returns the figure, and what was left out in words
 */
export function thinned(figure: Figure): { readonly figure: Figure; readonly notes: readonly string[] } {
  const long = figure.data.filter((trace) => isCurve(trace) && lengthOf(trace) > most);
  if (long.length === 0) return { figure, notes: [] };
  const each = Math.max(least, Math.floor(most / long.length));
  const data = figure.data.map((trace) => (long.includes(trace) ? thinnedTrace(trace, each) : trace));
  const notes = long.map((trace) => {
    const kept = lengthOf(data[figure.data.indexOf(trace)] as Trace);
    const name = typeof trace.name === "string" ? `${trace.name}: ` : "";
    return `${name}${count(kept)} of ${count(lengthOf(trace))} points, least and greatest of each stretch`;
  });
  return { figure: { ...figure, data, layout: withNote(figure.layout, notes) }, notes };
}

const lengthOf = ({ y }: Trace): number => (y as readonly unknown[]).length;

/** Lines alone, from left to right, of points that are nothing but a place. */
function isCurve(trace: Trace): boolean {
  const { x, y, mode = "lines" } = trace;
  if (!["scatter", "scattergl"].includes(typeOf(trace)) || mode !== "lines" || !Array.isArray(y)) return false;
  const others = Object.entries(trace).filter(([key]) => key !== "x" && key !== "y");
  if (others.some(([key, value]) => Array.isArray(value) || /^(error_|x0|dx|y0|dy|transforms|stackgroup)/.test(key)))
    return false;
  if (x === undefined) return true;
  if (!Array.isArray(x) || x.length !== y.length) return false;
  const places = x.map((value) => (typeof value === "string" ? Date.parse(value) : Number(value)));
  return places.every((place, i) => Number.isFinite(place) && (i === 0 || place >= (places[i - 1] as number)));
}

function thinnedTrace(trace: Trace, points: number): Trace {
  const [xs, ys] = [trace.x as readonly unknown[] | undefined, trace.y as readonly unknown[]];
  const heights = ys.map((value) => (value === null || value === undefined ? Number.NaN : Number(value)));
  const parts = heights.every(Number.isFinite) ? 2 : 3; // how many are kept of a stretch
  const stretches = Math.floor((points - 2) / parts);
  const kept = new Set([0, ys.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const [start, end] = [stretch, stretch + 1].map((i) => Math.floor((i * ys.length) / stretches)) as [number, number];
    for (const i of remarkable(heights, start, end)) kept.add(i);
  }
  const order = [...kept].sort((a, b) => a - b);
  const x = order.map((i) => (xs === undefined ? i : xs[i]));
  const [roundX, roundY] = [rounder(x), rounder(ys)];
  return { ...trace, x: x.map(roundX), y: order.map((i) => roundY(ys[i])) };
}

function remarkable(heights: readonly number[], start: number, end: number): number[] {
  let [low, high, gap] = [-1, -1, -1];
  for (let i = start; i < end; i++) {
    const height = heights[i] as number;
    if (!Number.isFinite(height)) gap = gap < 0 ? i : gap;
    else {
      if (low < 0 || height < (heights[low] as number)) low = i;
      if (high < 0 || height > (heights[high] as number)) high = i;
    }
  }
  return [low, high, gap].filter((i) => i >= 0);
}

/** Numbers to a ten-thousandth of what they span, but for the least and the greatest; anything else as it is. */
function rounder(values: readonly unknown[]): (value: unknown) => unknown {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return (value) => value;
  const first = Math.floor(Math.log10(Math.max(-low, high))); // the place of the first digit, and of the last
  const last = Math.floor(Math.log10((high - low) / 1e4));
  const digits = Math.min(17, first - last + 1);
  const exact = (value: unknown) => typeof value !== "number" || value === low || value === high;
  return (value) => (exact(value) ? value : Number((value as number).toPrecision(digits)));
}

/** A small line above the plot, at its right. */
function withNote(layout: Figure["layout"], notes: readonly string[]): Figure["layout"] {
  const text = notes.map((note) => note.replaceAll("&", "&amp;").replaceAll("<", "&lt;")).join("<br>");
  const corner = { xref: "paper", yref: "paper", x: 1, y: 1, xanchor: "right", yanchor: "bottom" };
  const note = { ...corner, text, showarrow: false, align: "right", opacity: 0.75, font: { size: 11 } };
  return { ...layout, annotations: [...(Array.isArray(layout.annotations) ? layout.annotations : []), note] };
}
