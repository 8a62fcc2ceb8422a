import { plural } from "../html.ts";
import { titleOf } from "./axis.ts";
import type { Figure, Trace } from "./figure.ts";
import { typeOf } from "./marks.ts";

/** A figure in words: its title, then a line a trace with type, name, length and range. */
export function figureWords({ data, layout }: Figure): string {
  const title = titleOf(layout.title);
  const head = `${title === "" ? "figure" : title} (plotly, ${plural(data.length, "trace")})`;
  const shown = data.slice(0, 20).map((trace) => `  ${traceWords(trace)}`);
  const rest = data.length > shown.length ? [`  … ${data.length - shown.length} more`] : [];
  return [head, ...shown, ...rest].join("\n");
}

function traceWords(trace: Trace): string {
  const name = typeof trace.name === "string" ? ` "${trace.name}"` : "";
  const key = ["z", "y", "values", "x", "r"].find((each) => Array.isArray(trace[each]));
  if (key === undefined) return `${typeOf(trace)}${name}`;
  const values = (trace[key] as unknown[]).flat();
  const numbers = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const extreme = (pick: (a: number, b: number) => number) =>
    Number(numbers.reduce((a, b) => pick(a, b)).toPrecision(6));
  const range = numbers.length === 0 ? "" : `, ${key} from ${extreme(Math.min)} to ${extreme(Math.max)}`;
  return `${typeOf(trace)}${name}: ${plural(values.length, "value")}${range}`;
}
