import type { Figure } from "./figure.ts";

/** One direction of a sketch: where a value lies, from 0 to 1, and the marks that are written beside it. */
export interface Axis {
  readonly title: string;
  /** Undefined for what has no place on this axis: a gap, or a number below zero on a logarithmic one. */
  place(value: unknown): number | undefined;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** The axis for some values: of dates, of names in order of appearance, or of numbers, as plotly decides. */
export function axisOf(values: readonly unknown[], name: "xaxis" | "yaxis", { layout }: Figure, zero: boolean): Axis {
  const options = (layout[name] ?? {}) as { title?: unknown; type?: unknown };
  const title = titleOf(options.title);
  const known = values.filter((value) => value !== null && value !== undefined);
  const isDate = options.type === "date" || (options.type === undefined && known.length > 0 && known.every(isDateText));
  const isNumber = known.every(
    (value) => typeof value === "number" || (value !== "" && Number.isFinite(Number(value))),
  );
  if (!isDate && (options.type === "category" || !isNumber)) return namedAxis(title, known);
  const read = isDate ? (value: unknown) => Date.parse(String(value)) : toNumber;
  const log = options.type === "log";
  return numberAxis(title, known.map(read), read, log, isDate, zero && !log && !isDate);
}

/** `title: "x"` and `title: { text: "x" }` are the same to plotly. */
export function titleOf(title: unknown): string {
  const text: unknown = typeof title === "object" && title !== null ? (title as { text?: unknown }).text : title;
  if (typeof text !== "string") return "";
  return text.replace(/<br\s*\/?>/g, " ").replace(/<\/?(?:b|i|em|strong|sub|sup|a|span)\b[^>]*>/g, "");
}

const toNumber = (value: unknown): number => (value === null || value === undefined ? Number.NaN : Number(value));

const isDateText = (value: unknown): boolean =>
  typeof value === "string" && /^\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d.*)?$/.test(value) && !Number.isNaN(Date.parse(value));

function namedAxis(title: string, values: readonly unknown[]): Axis {
  const names = [...new Set(values.map((value) => JSON.stringify(value)))];
  const order = new Map(names.map((name, i) => [name, (i + 0.5) / names.length]));
  const every = Math.ceil(names.length / 12); // more names than this do not fit beside each other
  return {
    title,
    place: (value) => order.get(JSON.stringify(value)),
    ticks: names.flatMap((name, i) => {
      const value: unknown = JSON.parse(name);
      const text = typeof value === "string" ? value : name;
      return i % every === 0
        ? [{ at: (i + 0.5) / names.length, text: text.length > 12 ? `${text.slice(0, 11)}…` : text }]
        : [];
    }),
  };
}

function numberAxis(
  title: string,
  numbers: readonly number[],
  read: (value: unknown) => number,
  log: boolean,
  isDate: boolean,
  zero: boolean,
): Axis {
  const scaled = (value: number) => (log ? Math.log10(value) : value);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    const value = scaled(number);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) {
    const around = Math.max(0.5, Math.abs(low) / 1000); // half of one is nothing beside 1e17
    [low, high] = [low - around, high + around];
  }
  const margin = (high - low) * 0.05;
  const [from, to] = [zero && low >= 0 ? 0 : low - margin, zero && high <= 0 ? 0 : high + margin];
  const at = (value: number) => (value - from) / (to - from);
  const step = niceStep((to - from) / 6, log);
  const ticks = stepsWithin(from, to, step).map((value) => {
    return { at: at(value), text: isDate ? dateText(value, step) : numberText(log ? 10 ** value : value) };
  });
  return {
    title,
    place(value) {
      const placed = at(scaled(read(value)));
      return Number.isFinite(placed) ? placed : undefined;
    },
    ticks,
  };
}

/** The marks of a scale that ends at two numbers. */
export function marksBetween(low: number, high: number): Axis["ticks"] {
  if (low === high) return [{ at: 0.5, text: numberText(low) }];
  return stepsWithin(low, high, niceStep((high - low) / 5, false)).map((value) => {
    return { at: (value - low) / (high - low), text: numberText(value) };
  });
}

/** Multiples of a step; numbers that are large and close beside each other have none between them that a number can count. */
function stepsWithin(from: number, to: number, step: number): number[] {
  const [first, last] = [Math.ceil(from / step), Math.floor(to / step)];
  const isCountable = Number.isSafeInteger(first) && Number.isSafeInteger(last);
  return Array.from({ length: isCountable ? last - first + 1 : 0 }, (_, i) => (first + i) * step);
}

/** The least of 1, 2, 5 times a power of ten that is not below; whole powers on a logarithmic axis. */
function niceStep(rough: number, log: boolean): number {
  if (log) return Math.max(1, Math.ceil(rough));
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10;
  return factor * power;
}

const numberText = (value: number): string => {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return value.toExponential(1).replace(".0e", "e").replace("e+", "e");
  return String(Number(value.toPrecision(6)));
};

function dateText(time: number, step: number): string {
  const text = new Date(time).toISOString();
  return step < 86_400_000 ? text.slice(11, 16) : text.slice(0, 10);
}
