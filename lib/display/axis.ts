import { formatNumber } from "./format.ts";

/** How an axis is divided. */
export type AxisScale = "linear" | "log";

/** An axis of a chart: what it spans, where its marks are, and where a value lies on it. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** 0 at `low`, 1 at `high`. */
  place(value: number): number;
}

/**
 * An axis for finite values; those of a logarithmic one are positive. Without values it spans 0 to 1, or 1 to 10.
 *
 * @param tight whether it ends at the extremes, instead of a little beyond
 * @param about how many marks
 */
export function axisFor(values: readonly number[], scale: AxisScale, tight: boolean, about = 6): Axis {
  const [min, max] = extent(values) ?? (scale === "log" ? [1, 10] : [0, 1]);
  return scale === "log"
    ? logAxis(min, max)
    : linearAxis(min, max, tight, about, values.length > 0 && values.every(Number.isInteger));
}

function linearAxis(min: number, max: number, tight: boolean, about: number, whole: boolean): Axis {
  // A single value stands in the middle; room below never makes counts and losses look as if they could be negative.
  const single = min === max;
  const room = single ? (whole ? 1 : Math.abs(min) / 10 || 1) : tight ? 0 : (max - min) * 0.04;
  const [low, high] = [!single && min >= 0 && min - room < 0 ? 0 : min - room, max + room];
  const nice = niceStep((high - low) / about);
  const step = whole ? Math.max(1, nice) : nice; // there is no epoch 1.5
  const decimals = Math.max(0, Math.min(20, -Math.floor(Math.log10(step) + 1e-9)));
  const ticks: { value: number; text: string }[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push({ value: i * step, text: tickText(i * step, step, decimals) });
  }
  return { low, high, ticks, place: (value) => (value - low) / (high - low) };
}

/** All marks of an axis with as many decimals as its step needs, so that they can be compared at a glance. */
function tickText(value: number, step: number, decimals: number): string {
  const clean = Math.abs(value) < step / 2 ? 0 : value;
  if (clean === 0 && step < 1e-4) return "0";
  if (Math.abs(clean) >= 1e6 || (step < 1e-4 && clean !== 0)) return formatNumber(clean);
  return decimals === 0 ? formatNumber(Math.round(clean)) : clean.toFixed(decimals);
}

/** 1, 2 or 5 times a power of ten, at least as large as asked. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function logAxis(min: number, max: number): Axis {
  const [start, end] =
    min === max ? [Math.log10(min) - 0.5, Math.log10(max) + 0.5] : [Math.log10(min), Math.log10(max)];
  const room = (end - start) * 0.04;
  const [low, high] = [start - room, end + room];
  const decades = high - low;
  const factors = decades > 3 ? [1] : decades > 1.3 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const every = Math.max(1, Math.ceil(decades / 8));
  const ticks: { value: number; text: string }[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      const at = Math.log10(value);
      if (at < low || at > high || (factor === 1 && power % every !== 0)) continue;
      ticks.push({ value, text: formatNumber(value) });
    }
  }
  if (ticks.length < 2) {
    ticks.length = 0;
    for (const value of min === max ? [min] : [min, max]) ticks.push({ value, text: formatNumber(value) });
  }
  return { low: 10 ** low, high: 10 ** high, ticks, place: (value) => (Math.log10(value) - low) / (high - low) };
}

function extent(values: readonly number[]): [number, number] | null {
  if (values.length === 0) return null;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}
