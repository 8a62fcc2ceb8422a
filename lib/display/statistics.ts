import { formatNumber, formatShare, plural } from "./format.ts";

/** What is said of numbers whose every one cannot be shown. Extremes, mean and deviation are of the finite ones. */
export interface Statistics {
  readonly count: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  /** NaN where there is no finite number; so are `max`, `mean` and `deviation`. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the numbers as a population: divided by their count. */
  readonly deviation: number;
}

/** Reads the numbers twice, so that the deviation of large, close values keeps its digits. */
export function statistics(values: ArrayLike<number>): Statistics {
  let [zeros, nans, infinities, sum, min, max] = [0, 0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) nans++;
    else if (!Number.isFinite(value)) infinities++;
    else {
      if (value === 0) zeros++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const finite = values.length - nans - infinities;
  const counts = { count: values.length, zeros, nans, infinities };
  if (finite === 0) return { ...counts, min: Number.NaN, max: Number.NaN, mean: Number.NaN, deviation: Number.NaN };
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  return { ...counts, min, max, mean, deviation: Math.sqrt(squares / finite) };
}

/** `3 values are NaN, 1 is infinite`; empty where all are finite. */
export function describeNonFinite({ nans, infinities }: Pick<Statistics, "nans" | "infinities">): string {
  const parts: string[] = [];
  if (nans > 0) parts.push(`${plural(nans, "value")} ${nans === 1 ? "is" : "are"} NaN`);
  if (infinities > 0) parts.push(`${plural(infinities, "value")} ${infinities === 1 ? "is" : "are"} infinite`);
  return parts.join(", ");
}

/** `50,176 values: min 0, max 1, mean 0.1307, standard deviation 0.3081, 40,568 zeros (80.9 %)`, and how many are not finite. */
export function describeStatistics(s: Statistics): string {
  if (s.count === 0) return "No values";
  const trouble = describeNonFinite(s);
  if (Number.isNaN(s.min)) return `${plural(s.count, "value")}, none of them finite: ${trouble}`;
  const extremes = `${plural(s.count, "value")}: min ${formatNumber(s.min)}, max ${formatNumber(s.max)}`;
  return [extremes, describeSpread(s), trouble].filter(Boolean).join(", ");
}

/** What the extremes leave out: `mean 0.1307, standard deviation 0.3081, 40,568 zeros (80.9 %)`. */
export function describeSpread(s: Statistics): string {
  if (Number.isNaN(s.min)) return "";
  const spread = `mean ${formatNumber(s.mean)}, standard deviation ${formatNumber(s.deviation)}`;
  const share = s.zeros / s.count < 0.0005 ? "under 0.1 %" : formatShare(s.zeros, s.count);
  return s.zeros === 0 ? spread : `${spread}, ${plural(s.zeros, "zero")} (${share})`;
}
