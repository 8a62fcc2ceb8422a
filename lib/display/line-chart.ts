import { checkOptions, describe, OptionError } from "../errors.ts";
import type { AxisScale } from "./axis.ts";
import { type ChartAxis, type Curve, isEmpty, NOTHING } from "./chart.ts";
import { formatCount, formatNumber, joinSentences, plural } from "./format.ts";
import { plotlyFigure } from "./line-chart-plotly.ts";
import { lineChartSvg } from "./line-chart-svg.ts";
import { Picture } from "./picture.ts";
import { sparkline } from "./sparkline.ts";
import { describeNonFinite, statistics } from "./statistics.ts";
import { type BandPoint, type Point, roomFor, rounded, thin, thinBand } from "./thin.ts";

/** A curve. */
export interface Series {
  readonly name: string;
  readonly y: ArrayLike<number>;
  /** Where each `y` was measured; 0, 1, 2, ... where it is left out. */
  readonly x?: ArrayLike<number>;
  /** Whether it is drawn thin and pale, as the raw values behind a smoothed curve; default false. */
  readonly faint?: boolean;
  /** The area around it, such as mean ± deviation over seeds: as many numbers as `y` on each side. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
}

/** Curves over one pair of axes. */
export interface LineChartOptions {
  readonly title?: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly Series[];
}

/**
 * Draws curves: a plotly figure for front ends that have it, a picture for all, and words. Values that are NaN or
 * infinite, and on a logarithmic axis those not above zero, are gaps; long curves are thinned to 1,000 points
 * together, their extremes kept; the picture says both.
 *
 * @throws OptionError for an unknown option, a scale that does not exist, or `x` and `y` of different length
 */
export function lineChart(options: LineChartOptions): Picture {
  check(options);
  const { title, x, y, series } = options;
  const notes: string[] = [];
  const measured = series.map((one) => pointsOf(one, x.scale, y.scale, notes));
  const room = roomFor(measured.map(({ length }) => length));
  const curves = series.map((one, i): Curve => {
    const all = measured[i] as Point[];
    const points = rounded(thin(all, room));
    if (points.length < all.length) {
      const kept = "least and greatest of each stretch kept";
      notes.push(`"${one.name}" has ${plural(all.length, "point")}, ${formatCount(points.length)} are drawn, ${kept}`);
    }
    return { name: one.name, faint: one.faint ?? false, points, band: bandOf(one, y.scale, room) };
  });
  const chart = { title, x: axisOf(x), y: axisOf(y), curves, notes };
  const head = [title ?? `${y.label} by ${x.label}`, ...(isEmpty(chart) ? [NOTHING] : [])];
  const text = [...head, ...seriesText(series, y.scale), ...notes].join("\n");
  return new Picture({
    "application/vnd.plotly.v1+json": plotlyFigure(chart),
    "image/svg+xml": lineChartSvg({ ...chart, description: joinSentences(...text.split("\n")) }),
    "text/plain": text,
  });
}

function axisOf({ label, scale = "linear" }: ChartAxis): Required<ChartAxis> {
  return { label, scale };
}

function check(options: LineChartOptions): void {
  checkOptions("lineChart", options, ["title", "x", "y", "series"]);
  for (const axis of ["x", "y"] as const) {
    const { label, scale }: Partial<ChartAxis> = options[axis] ?? {};
    if (typeof label !== "string") {
      throw new OptionError(
        "lineChart",
        `${axis}.label is ${describe(label)}`,
        `say what it measures: ${axis}: { label: "loss (nats)" }`,
      );
    }
    if (scale === undefined || scale === "linear" || scale === "log") continue;
    throw new OptionError("lineChart", `${axis}.scale is "${scale as string}"`, 'choose "linear" or "log"');
  }
  if (!Array.isArray(options.series)) {
    const fix = 'give curves in an array: [{ name: "loss", y: [3, 2, 1] }]';
    throw new OptionError("lineChart", `series is ${describe(options.series)}`, fix);
  }
  for (const [i, one] of options.series.entries()) {
    const { name, x, y, band }: Partial<Series> = one ?? {};
    if (typeof name !== "string") {
      throw new OptionError("lineChart", `series[${i}].name is ${describe(name)}`, "give each curve a name and y");
    }
    checkNumbers(`series[${i}].y`, y);
    if (x !== undefined) checkNumbers(`series[${i}].x`, x);
    if (band !== undefined) {
      checkNumbers(`series[${i}].band.low`, band.low);
      checkNumbers(`series[${i}].band.high`, band.high);
    }
    if (band !== undefined && (band.low.length !== y.length || band.high.length !== y.length)) {
      const problem = `the band of series "${name}" has ${band.low.length} low and ${band.high.length} high values, y has ${y.length}`;
      throw new OptionError("lineChart", problem, "give one of each for each y, or leave band out");
    }
    if (x === undefined || x.length === y.length) continue;
    const problem = `series "${name}" has ${x.length} x and ${y.length} y values`;
    throw new OptionError("lineChart", problem, "give one x for each y, or leave x out");
  }
}

function checkNumbers(name: string, values: unknown): asserts values is ArrayLike<number> {
  if (typeof (values as Partial<ArrayLike<number>> | null | undefined)?.length === "number") return;
  throw new OptionError("lineChart", `${name} is ${describe(values)}`, "give numbers in an array");
}

/** The points in order; what an axis cannot show becomes a gap and a note. A point without a place is left out. */
function pointsOf(
  { name, x, y }: Series,
  xScale: AxisScale | undefined,
  yScale: AxisScale | undefined,
  notes: string[],
): Point[] {
  const points: Point[] = [];
  let [nowhere, notPositive] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const at = x === undefined ? i : (x[i] as number);
    const value = y[i] as number;
    if (!Number.isFinite(at) || (xScale === "log" && at <= 0)) {
      nowhere++;
      continue;
    }
    const hidden = yScale === "log" && value <= 0;
    if (hidden) notPositive++;
    points.push([at, hidden ? Number.NaN : value]);
  }
  const trouble = describeNonFinite(statistics(y));
  if (trouble) notes.push(`"${name}": ${trouble}, drawn as gaps`);
  if (notPositive > 0) {
    const verb = notPositive === 1 ? "is" : "are";
    notes.push(`"${name}": ${plural(notPositive, "value")} ${verb} not above zero, gaps on a logarithmic axis`);
  }
  if (nowhere > 0) notes.push(`"${name}": ${plural(nowhere, "point")} without a place on the x axis left out`);
  return points;
}

/** What lies around a curve, where the axes have a place for it: on a logarithmic one above zero. */
function bandOf({ x, y, band }: Series, scale: AxisScale | undefined, room: number): readonly BandPoint[] {
  if (band === undefined) return [];
  const place = (value: number): number => (scale === "log" && value <= 0 ? Number.NaN : value);
  const all = Array.from({ length: y.length }, (_, i): BandPoint => {
    const [low, high] = [band.low[i] as number, band.high[i] as number];
    const shown = scale === "log" && low <= 0 && high > 0 ? (y[i] as number) : low; // as low as the curve, at least
    return [x === undefined ? i : (x[i] as number), place(shown), place(high)];
  });
  return thinBand(all, room);
}

/** A line a series: name, course, last value and extremes, in columns. */
function seriesText(series: readonly Series[], scale: AxisScale = "linear"): string[] {
  const width = Math.max(0, ...series.map(({ name }) => name.length));
  return series.map(({ name, x, y }) => {
    const head = name.padEnd(width);
    if (y.length === 0) return `${head}  no values yet`;
    const { min, max } = statistics(y);
    const last = y.length - 1;
    const where = x === undefined ? last : (x[last] as number);
    const course = `last ${formatNumber(y[last] as number)} at ${formatNumber(where)}`;
    const extremes = Number.isNaN(min) ? "no finite value" : `min ${formatNumber(min)}, max ${formatNumber(max)}`;
    const shown = scale === "log" ? Array.from(y, Math.log10) : y;
    return `${head}  ${sparkline(shown)}  ${course}, ${extremes}`;
  });
}
