import { checkOptions, describe, OptionError } from "../errors.ts";
import { ArchitectureParser } from "./architecture-parser.ts";

/** How often something is repeated: so many times, or what a name stands for, within bounds. */
export type Count = number | { readonly name: string; readonly least: number; readonly most: number };

/** A layer as it stands in the text. */
export interface LayerItem {
  readonly kind: "layer";
  /** `CONV`, in capitals. */
  readonly word: string;
  /** Where it stands in the text, counted from 0. */
  readonly at: number;
  /** The numbers behind the colon: `[3, 3, 16]` of `CONV:3x3x16`. */
  readonly sizes: readonly number[];
  /** Behind `/`; null where it is not said. */
  readonly stride: number | null;
  /** Behind `+`; null where it is not said. */
  readonly padding: number | null;
  readonly repeat: Count;
  readonly optional: boolean;
}

/** Layers in brackets. */
export interface GroupItem {
  readonly kind: "group";
  readonly items: readonly Item[];
  readonly repeat: Count;
  readonly optional: boolean;
}

/** A layer or a group. */
export type Item = LayerItem | GroupItem;

/** What the text leaves open. */
export interface ExpandOptions {
  /** What the names of counts stand for: `{ N: 2, M: 3, K: 1 }`. */
  readonly repeats?: Readonly<Record<string, number>>;
  /** Whether what has a question mark is there; default true. */
  readonly optional?: boolean;
}

/** A parsed pattern of layers. */
export class Architecture {
  /** The text it was read from. */
  readonly text: string;
  readonly items: readonly Item[];

  constructor(text: string, items: readonly Item[]) {
    this.text = text;
    this.items = items;
  }

  /** The names of its counts, such as N, M and K, in order. */
  get names(): readonly string[] {
    const found = new Set<string>();
    const look = ({ repeat, ...item }: Item): void => {
      if (item.kind === "group") item.items.forEach(look);
      if (typeof repeat !== "number") found.add(repeat.name);
    };
    this.items.forEach(look);
    return [...found];
  }

  /**
   * The layers one after the other, every group as often as it says.
   *
   * @throws OptionError for a count that is not given, or out of its bounds
   * @example parseArchitecture("[CONV => RELU]*N => FC").expand({ repeats: { N: 2 } }).map(({ word }) => word) // CONV, RELU, CONV, RELU, FC
   */
  expand(options: ExpandOptions = {}): readonly LayerItem[] {
    const op = "expand";
    checkOptions(op, options, ["repeats", "optional"]);
    const { repeats = {}, optional = true } = options;
    const strange = Object.keys(repeats).find((name) => !this.names.includes(name));
    if (strange !== undefined) {
      const fix = this.names.length === 0 ? "its counts are numbers" : `its counts are ${this.names.join(", ")}`;
      throw new OptionError(op, `the pattern has no count ${strange}`, fix);
    }
    const times = (repeat: Count): number => (typeof repeat === "number" ? repeat : countOf(op, repeat, repeats));
    const layersOf = (item: Item): LayerItem[] => {
      if (item.optional && !optional) return [];
      const once = item.kind === "group" ? item.items.flatMap(layersOf) : [item];
      return Array.from({ length: times(item.repeat) }, () => once).flat();
    };
    return this.items.flatMap(layersOf);
  }

  /** The text it was read from. */
  toString(): string {
    return this.text;
  }
}

function countOf(
  op: string,
  { name, least, most }: Exclude<Count, number>,
  repeats: Readonly<Record<string, number>>,
): number {
  const count = Object.hasOwn(repeats, name) ? repeats[name] : undefined;
  if (count === undefined) throw new OptionError(op, `${name} is not given`, `say it: repeats: { ${name}: 2 }`);
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw new OptionError(op, `${name} is ${describe(count)}`, `give a whole number ${bounds}`);
}

/**
 * Reads a pattern of layers as lectures write them:
 *
 *     INPUT => [[CONV => RELU]*N => POOL?]*M => [FC => RELU]*K => FC
 *     [(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX
 *     [CONV RELU CONV RELU POOL]^3 [FC RELU]^2 FC
 *
 * - layers: INPUT, CONV, POOL (the maximum), AVGPOOL, GLOBALPOOL, FC, FLATTEN, RELU, SIGMOID, TANH, SOFTMAX, BN, LRN, DROPOUT
 * - between them: `=>`, `->`, `→`, `-`, a comma, or white space alone
 * - `[...]` or `(...)` is a group; `*3`, `^3` or `×3` behind a group or a layer repeats it; `*N` as often as N will be; `*N=0..3`
 *   also says which N are allowed
 * - `?` says that it may be left out
 * - numbers behind a colon: `INPUT:32x32x3` (height, width, channels), `CONV:3x3x16` (window, filters; `CONV:3x3` or
 *   `CONV:16` for one of them), `POOL:2x2`, `FC:120`, `DROPOUT:0.5`; then `/2` for the stride and `+1` for the padding:
 *   `CONV:11x11x96/4+0`
 *
 * @throws OptionError for what does not follow the grammar: says the place, what was expected, and what was found
 * @example parseArchitecture("INPUT => [CONV => RELU]*N => FC").names // ["N"]
 */
export function parseArchitecture(text: string): Architecture {
  return new Architecture(text, new ArchitectureParser(text).parse());
}
