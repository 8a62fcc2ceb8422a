/** Passes over the channels of a batch, `[n, c, plane]`, each channel with coefficients of its own. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job, workMemory } from "../../wasm/jobs.ts";
import { type F32x4, I32 } from "../../wasm/values.ts";
import type { Floats } from "../floats.ts";
import { itemLength, locate, workPerNumber } from "./pass.ts";
import { Staging } from "./staging.ts";
import { walk } from "./walk.ts";
import { Workspace } from "./workspace.ts";

/** Sizes of a batch: a plane is the `h · w` pixels of a feature map, or 1 for the rows of `[n, c]`. */
export interface ChannelSizes {
  readonly n: number;
  readonly c: number;
  readonly plane: number;
}

/** Writes coefficients `[count, c]`, what is found at `k · c + channel`. */
export type Coefficients = (table: Float32Array) => void;

const workspace = new Workspace();

/** Where the coefficients of a call lie. */
export function tabled(count: number, c: number, coefficients: Coefficients): number {
  if (count === 0) return 0;
  const address = workspace.atLeast(4 * count * c);
  coefficients(workMemory()!.floats(address, count * c));
  return address;
}

/** The addresses of a channel's coefficients, `count` of them. */
export function coefficientsAt(table: LocalI32, count: number, c: LocalI32, channel: I32): readonly I32[] {
  return Array.from({ length: count }, (_, k) => table.plus(c.times(k).plus(channel).shiftedLeft(2)));
}

/** What is computed. */
interface Computed<R extends string, W extends string> {
  /** The names of the arrays that are read. */
  readonly reads: readonly R[];
  /** The names of those that are written, maybe the same arrays. */
  readonly writes: readonly W[];
  /** How many coefficients a channel has. */
  readonly coefficients: number;
  /** What is written, for four numbers of each array. */
  step(
    numbers: Readonly<Record<R, LocalF32x4>>,
    coefficients: readonly F32x4[],
    code: Code,
  ): Readonly<Record<W, F32x4>>;
}

/** A pass that computes each number from those at its place and its channel's coefficients. */
export class ChannelPass<R extends string, W extends string> {
  readonly #computed: Computed<R, W>;
  readonly #values: Record<string, number> = { table: 0, c: 0, rowLength: 0, rows: 0, rowsPerItem: 0 };
  readonly #ofPlanes: Job<Record<string, "i32">>;
  readonly #ofNumbers: Job<Record<string, "i32">>;

  constructor(computed: Computed<R, W>) {
    this.#computed = computed;
    for (const name of [...computed.reads, ...computed.writes]) this.#values[name] = 0;
    this.#ofPlanes = this.#job(false);
    this.#ofNumbers = this.#job(true);
  }

  /** Runs as a job if that pays. @returns whether it has */
  run({ n, c, plane }: ChannelSizes, arrays: Readonly<Record<R | W, Floats>>, coefficients: Coefficients): boolean {
    const length = n * c * plane;
    const values = this.#values;
    const staging = new Staging();
    if (!locate(length, arrays, values, staging, (name) => (this.#computed.writes as readonly string[]).includes(name)))
      return false;
    const rowLength = plane === 1 ? c : plane;
    const rows = plane === 1 ? n : n * c;
    const rowsPerItem = Math.ceil(itemLength / rowLength);
    Object.assign(values, {
      table: tabled(this.#computed.coefficients, c, coefficients),
      c,
      rowLength,
      rows,
      rowsPerItem,
    });
    const job = plane === 1 ? this.#ofNumbers : this.#ofPlanes;
    job.run(values, Math.ceil(rows / rowsPerItem), workPerNumber * length);
    staging.finish();
    return true;
  }

  /** An item is some rows: planes, or, where a plane is one number (`single`), the channels of an image. */
  #job(single: boolean) {
    const { reads, writes, coefficients } = this.#computed;
    const parameters = Object.fromEntries(Object.keys(this.#values).map((name) => [name, "i32" as const]));
    return new Job<Record<string, "i32">>(parameters, (code, given, item) => {
      const { table, c, rowLength, rows, rowsPerItem } = given as Record<string, LocalI32>;
      const first = code.i32(item.times(rowsPerItem!));
      const end = code.i32(first.plus(rowsPerItem!).min(rows!));
      code.count(first, end, 1, (row) => {
        const start = code.i32(row.times(rowLength!).shiftedLeft(2));
        const at = (names: readonly string[]) => names.map((name) => given[name]!.plus(start));
        const channel = single ? I32.of(0) : row.modulo(c!);
        const addresses = coefficientsAt(table!, coefficients, c!, channel);
        const splats = single ? [] : addresses.map((address) => code.f32x4(address.loadSplat()));
        const arrays = { reads: [...at(reads), ...(single ? addresses : [])], writes: at(writes), length: rowLength! };
        walk(code, arrays, (numbers) => {
          const named = Object.fromEntries(reads.map((name, i) => [name, numbers[i]!])) as Record<R, LocalF32x4>;
          const results = this.#computed.step(named, single ? numbers.slice(reads.length) : splats, code);
          return writes.map((name) => results[name]);
        });
      });
    });
  }
}
