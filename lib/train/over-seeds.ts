import type { Picture } from "../display/picture.ts";
import { table } from "../display/table.ts";
import { checkOptions, describe, OptionError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { keepDefaultRandom, seed as seedLayers } from "../tensor/default-random.ts";
import { History } from "./history.ts";

/** What `overSeeds` may be told. */
export interface OverSeedsOptions {
  /** Whether the values are parts of 1 that are to be written as percentages, as accuracies are; default false. */
  readonly percent?: boolean;
}

/** One measure of several runs. */
export interface SeedSpread {
  /** Each run's value, in the order of the seeds. */
  readonly values: readonly number[];
  readonly mean: number;
  /** Of a single run, estimated from these, with n - 1 below the sum of squares; NaN for one run. */
  readonly deviation: number;
}

/** What a run gives: a number, or numbers and histories by name. */
export type SeedResult = number | Readonly<Record<string, number | History>>;

/** The names of what runs give of one kind. */
type NamesOf<R extends SeedResult, Kind> = R extends number
  ? never
  : { [Name in keyof R]: R[Name] extends Kind ? Name : never }[keyof R] & string;

/** What runs with several seeds gave. Draws itself as a table. */
export class SeedRuns<Name extends string = string, Kept extends string = string> {
  readonly seeds: readonly number[];
  /** Each measure by its name; `value` where runs gave a single number. */
  readonly measures: Readonly<Record<Name, SeedSpread>>;
  /** The histories that runs gave, by name and in the order of the seeds: `compareRuns` draws them. */
  readonly histories: Readonly<Record<Kept, readonly History[]>>;
  readonly #percent: boolean;

  constructor(
    seeds: readonly number[],
    measures: Readonly<Record<Name, SeedSpread>>,
    percent: boolean,
    histories: Readonly<Record<Kept, readonly History[]>>,
  ) {
    this.seeds = seeds;
    this.measures = measures;
    this.histories = histories;
    this.#percent = percent;
  }

  /** The values of the only measure, or of the first. */
  get values(): readonly number[] {
    return this.#first.values;
  }

  /** The mean of the only measure, or of the first. */
  get mean(): number {
    return this.#first.mean;
  }

  /** The standard deviation of the only measure, or of the first. */
  get deviation(): number {
    return this.#first.deviation;
  }

  get #first(): SeedSpread {
    return Object.values<SeedSpread>(this.measures)[0]!;
  }

  /** A row a measure: mean, deviation and each run's value. */
  picture(): Picture {
    const rows = Object.entries<SeedSpread>(this.measures).map(([name, spread]) => {
      const write = (value: number) => (this.#percent ? `${(100 * value).toFixed(2)} %` : value);
      return [name, spreadText(spread, this.#percent), ...spread.values.map(write)];
    });
    return table(rows, ["measure", "mean ± deviation", ...this.seeds.map((seed) => `seed ${seed}`)]);
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return { ...this.picture()[display](), "text/plain": this.toString() };
  }

  /** `99.1 ± 0.1 %`, a line a measure; how many runs, where there are several. */
  toString(): string {
    const entries = Object.entries<SeedSpread>(this.measures);
    const alone = entries.length === 1 && entries[0]![0] === "value";
    const lines = entries.map(([name, spread]) => `${alone ? "" : `${name}: `}${spreadText(spread, this.#percent)}`);
    return `${lines.join("\n")} (${this.seeds.length} ${this.seeds.length === 1 ? "seed" : "seeds"})`;
  }
}

/**
 * Runs the same with several seeds, one after another, and gives mean and deviation: what one seed's result is worth. Before
 * each run the generator that layers draw their first weights from is started from the seed, as by `seed(...)`; in the end
 * it goes on where it was before.
 *
 * @param seeds whole numbers, each once
 * @param run gives a number, or several by name, and histories, which are kept; use its seed for `fit` and for data, too
 * @throws OptionError for seeds that are none, or a run that gives no number
 * @example
 * const runs = await overSeeds([0, 1, 2], async (seed) => {
 *   const net = lenet5();
 *   const history = await fit(net, digits({ count: 64 }), { optimizer: new Adam(net.parameters()), seed });
 *   return { accuracy: (await evaluate(net, digits({ count: 64, seed: 1 }))).accuracy, history };
 * }, { percent: true });
 * runs.mean;
 * compareRuns(runs.histories)
 */
export async function overSeeds<R extends SeedResult>(
  seeds: readonly number[],
  run: (seed: number) => R | Promise<R>,
  options: OverSeedsOptions = {},
): Promise<SeedRuns<R extends number ? "value" : NamesOf<R, number>, NamesOf<R, History>>> {
  checkOptions("overSeeds", options, ["percent"]);
  checkSeeds(seeds);
  if (typeof run !== "function") {
    throw new OptionError("overSeeds", `the run is ${describe(run)}`, "give a function of the seed");
  }
  const restore = keepDefaultRandom();
  const results: Record<string, number | History>[] = [];
  try {
    for (const seed of seeds) {
      seedLayers(seed);
      results.push(resultOf(seed, await run(seed)));
    }
  } finally {
    restore();
  }
  const names = Object.keys(results[0]!);
  for (const [i, result] of results.entries()) {
    if (Object.keys(result).join() === names.join()) continue;
    const problem = `seed ${seeds[i]} gives ${Object.keys(result).join(", ")}, seed ${seeds[0]} ${names.join(", ")}`;
    throw new OptionError("overSeeds", problem, "let every run give the same measures");
  }
  const [measures, histories]: [Record<string, SeedSpread>, Record<string, History[]>] = [{}, {}];
  for (const name of names) {
    const values = results.map((result) => result[name]!);
    if (values.every((value) => typeof value === "number")) measures[name] = spreadOf(values);
    else if (values.every((value) => value instanceof History)) histories[name] = values;
    else throw new OptionError("overSeeds", `"${name}" is not the same of all seeds`, "give a number, or a history");
  }
  return new SeedRuns(seeds, measures, options.percent ?? false, histories) as never;
}

function checkSeeds(seeds: readonly number[]): void {
  const fix = "give whole numbers, each once: [0, 1, 2]";
  if (!Array.isArray(seeds)) throw new OptionError("overSeeds", `the seeds are ${describe(seeds)}`, fix);
  if (seeds.length === 0) throw new OptionError("overSeeds", "there are no seeds", fix);
  const wrong = seeds.findIndex((seed, i) => !Number.isSafeInteger(seed) || seeds.indexOf(seed) < i);
  if (wrong >= 0) throw new OptionError("overSeeds", `seeds[${wrong}] is ${describe(seeds[wrong])}`, fix);
}

function resultOf(seed: number, result: unknown): Record<string, number | History> {
  if (typeof result === "number") return { value: result };
  const given = typeof result === "object" && result !== null && !(result instanceof History) ? result : {};
  const values: unknown[] = Object.values(given);
  const known = values.every((value) => typeof value === "number" || value instanceof History);
  if (known && values.some((value) => typeof value === "number")) return given as Record<string, number | History>;
  const problem = `the run with seed ${seed} gives ${describe(result)}`;
  throw new OptionError("overSeeds", problem, "return a number, or numbers by name: { loss, accuracy }, and histories");
}

function spreadOf(values: readonly number[]): SeedSpread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { values, mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : Number.NaN };
}

/** As many decimals as make the deviation's first digit the last. */
function spreadText({ mean, deviation }: SeedSpread, percent: boolean): string {
  const [middle, around] = percent ? [100 * mean, 100 * deviation] : [mean, deviation];
  const size = around > 0 && Number.isFinite(around) ? around : Math.abs(middle) / 1000 || 1;
  const decimals = Math.min(12, Math.max(percent ? 1 : 0, -Math.floor(Math.log10(size))));
  const spread = Number.isNaN(around) ? "" : ` ± ${around.toFixed(decimals)}`;
  return `${middle.toFixed(decimals)}${spread}${percent ? " %" : ""}`;
}
