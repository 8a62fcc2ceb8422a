import { lineChart, type Series } from "../display/line-chart.ts";
import type { Picture } from "../display/picture.ts";
import { checkBoolean, checkOptions, describe, OptionError } from "../errors.ts";
import { type ChartSmoothing, History, type HistoryCurve, smooth, smoothingOf } from "./history.ts";

/** What is compared, and how it is drawn; every option may be left out. */
export interface CompareRunsOptions extends ChartSmoothing {
  /** `"loss"` (default), `"accuracy"`, `"learning rate"`, `"gradient norm"`, or the name of a metric. */
  readonly of?: string;
  /** Whether its values on the validation set are drawn, instead of those on the training batches; default false. */
  readonly validation?: boolean;
  readonly title?: string;
}

/** A curve as it is drawn. */
interface Course {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Draws several training runs over one pair of axes. A name may stand for one run, or for several that differ by their seed
 * alone: then their mean is drawn, in a band of one standard deviation (n - 1 below) to both sides, as far as all of them go.
 * Values of batches are smoothed; those on the validation set are not.
 *
 * @param runs each run's history by a name, or several histories
 * @throws OptionError for no runs, something that is no history, a curve that there is not, or an unknown option
 * @example
 * const train = digits({ count: 128 });
 * const run = (seed: number) => {
 *   const net = lenet5();
 *   return fit(net, train, { optimizer: new Adam(net.parameters()), seed, live: false });
 * };
 * compareRuns({ "Adam, two seeds": [await run(0), await run(1)] }, { of: "loss" });
 */
export function compareRuns(
  runs: Readonly<Record<string, History | readonly History[]>>,
  options: CompareRunsOptions = {},
): Picture {
  const op = "compareRuns";
  checkOptions(op, options, ["of", "validation", "title", "smoothing"]);
  const { of = "loss", validation = false, title, smoothing } = options;
  checkBoolean(op, "validation", validation);
  const weight = smoothingOf(op, smoothing === undefined ? {} : { smoothing });
  const groups = groupsOf(op, runs);
  const curves = groups.map(({ name, histories }) => ({ name, curves: histories.map((history) => history.curve(of)) }));
  const { label, scale } = curves[0]!.curves[0]!;
  const series = curves.map((group) =>
    seriesOf(
      group.name,
      group.curves.map((curve) => courseOf(op, of, curve, validation, weight)),
    ),
  );
  const where = validation ? " on the validation set" : "";
  return lineChart({ title: title ?? `${label}${where}`, x: { label: "step" }, y: { label, scale }, series });
}

function groupsOf(op: string, runs: unknown): { name: string; histories: readonly History[] }[] {
  const fix = "give histories by name: { sgd: history, adam: [seed0, seed1] }";
  if (typeof runs !== "object" || runs === null || Array.isArray(runs) || runs instanceof History) {
    throw new OptionError(op, `the runs are ${describe(runs)}`, fix);
  }
  const groups = Object.entries(runs as Record<string, unknown>).map(([name, given]) => {
    const histories = (Array.isArray(given) ? given : [given]) as unknown[];
    if (histories.length === 0) throw new OptionError(op, `"${name}" has no run`, fix);
    const stranger = histories.find((each) => !(each instanceof History));
    if (stranger !== undefined || histories.includes(undefined)) {
      throw new OptionError(op, `"${name}" is ${describe(stranger)}, not what fit gave`, fix);
    }
    return { name, histories: histories as History[] };
  });
  if (groups.length === 0) throw new OptionError(op, "there are no runs", fix);
  return groups;
}

function courseOf(op: string, of: string, curve: HistoryCurve, validation: boolean, weight: number): Course {
  if (!validation) {
    const values = curve.validation === null ? curve.values : smooth(curve.values, weight);
    return { x: values.map((_, i) => i + 1), y: values };
  }
  if (curve.validation === null) {
    throw new OptionError(op, `the ${of} is not measured on a validation set`, "leave validation out");
  }
  return { x: curve.validation.steps, y: curve.validation.values };
}

function seriesOf(name: string, courses: readonly Course[]): Series {
  const [first] = courses as readonly [Course];
  if (courses.length === 1) return { name, x: first.x, y: first.y };
  const length = Math.min(...courses.map(({ y }) => y.length));
  const mean = new Array<number>(length);
  const [low, high] = [new Array<number>(length), new Array<number>(length)];
  for (let i = 0; i < length; i++) {
    const values = courses.map(({ y }) => y[i]!);
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    const deviation = Math.sqrt(squares / (values.length - 1));
    [mean[i], low[i], high[i]] = [middle, middle - deviation, middle + deviation];
  }
  const words = `${name} (mean ± deviation of ${courses.length})`;
  return { name: words, x: first.x.slice(0, length), y: mean, band: { low, high } };
}
