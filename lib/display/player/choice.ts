import { checkInteger, describe, OptionError } from "../../errors.ts";
import { formatCount } from "../format.ts";
import type { Plan } from "./plan.ts";
import type { Area, Played } from "./played.ts";

/** More numbers than this make an output of more than 110 kB: notebooks keep every one of them. */
const LIMIT = 20_000;

/** What of a layer is played, checked. */
export interface Choice {
  /** Which example of the batch. */
  readonly example: number;
  /** Maps of the output, by number. */
  readonly maps: readonly number[];
  /** Which outputs of each. */
  readonly area: Area;
}

/** What somebody wishes to see, unchecked. */
interface Wish {
  readonly example?: number;
  readonly maps?: readonly number[];
  readonly rows?: readonly [from: number, before: number];
  readonly columns?: readonly [from: number, before: number];
}

/** What is wished for, as numbers that the layer has. @throws OptionError for those that it has not */
export function checkChoice(op: string, { examples, maps, rows, columns }: Plan, options: Wish): Choice {
  const { example = 0 } = options;
  checkInteger(op, "example", example, 0);
  if (example >= examples) {
    const fix = examples === 1 ? "leave it out" : `give 0 to ${examples - 1}`;
    throw new OptionError(op, `example is ${example}, and the batch has ${examples}`, fix);
  }
  const chosen = options.maps ?? Array.from({ length: maps }, (_, map) => map);
  const isMap = (map: unknown) => Number.isInteger(map) && (map as number) >= 0 && (map as number) < maps;
  if (!Array.isArray(chosen) || chosen.length === 0 || !chosen.every(isMap) || new Set(chosen).size < chosen.length) {
    const problem = `maps is ${Array.isArray(chosen) ? `[${chosen.join(", ")}]` : describe(chosen)}`;
    throw new OptionError(op, problem, `give different numbers of maps, 0 to ${maps - 1}: [0]`);
  }
  const [top, bottom] = checkSpan(op, "rows", options.rows ?? [0, rows], rows);
  const [left, right] = checkSpan(op, "columns", options.columns ?? [0, columns], columns);
  return { example, maps: chosen, area: { top, left, height: bottom - top, width: right - left } };
}

function checkSpan(op: string, name: string, span: readonly number[], size: number): readonly [number, number] {
  const given: unknown = span; // a pair only as far as the compiler saw the caller
  const [begin, end] = Array.isArray(given) && given.length === 2 ? (given as [unknown, unknown]) : [];
  if (Number.isInteger(begin) && Number.isInteger(end)) {
    const [from, before] = [begin as number, end as number];
    if (from >= 0 && from < before && before <= size) return [from, before];
  }
  const problem = `${name} is ${Array.isArray(given) ? `[${given.join(", ")}]` : describe(given)}`;
  throw new OptionError(op, problem, `give [from, before] within the output's ${size}: [0, ${Math.min(size, 4)}]`);
}

/** @throws OptionError if there are more numbers than an output should carry, saying what to leave out */
export function checkSize(op: string, { input, weights, outputs }: Played, { maps, rows, columns }: Plan): void {
  const inputs = input.values.length + (input.places?.length ?? 0);
  const numbers = inputs + (weights?.values.length ?? 0) + outputs.values.length;
  if (numbers <= LIMIT) return;
  const parts = `${formatCount(inputs)} of the input, ${formatCount(weights?.values.length ?? 0)} weights, ${formatCount(outputs.values.length)} outputs`;
  const some = [
    maps > 1 && "maps: [0]",
    rows > 4 && `rows: [0, ${Math.min(rows - 1, 8)}]`,
    columns > 4 && `columns: [0, ${Math.min(columns - 1, 8)}]`,
  ].filter((one) => one !== false);
  const problem = `a player keeps at most ${formatCount(LIMIT)} numbers, and these are ${formatCount(numbers)}: ${parts}`;
  const fix =
    some.length === 0
      ? "play a smaller layer"
      : `choose outputs, and what they see comes along: { ${some.join(", ")} }`;
  throw new OptionError(op, problem, fix);
}
