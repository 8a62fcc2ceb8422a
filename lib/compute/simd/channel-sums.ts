/** Sums over the numbers of each channel of a batch, `[n, c, plane]`, in double precision and in an order of their own. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { F32x4 } from "../../wasm/values.ts";
import { I32x4 } from "../../wasm/wide.ts";
import type { Floats } from "../floats.ts";
import { type ChannelSizes, type Coefficients, coefficientsAt, tabled } from "./channel-pass.ts";
import { itemLength, locate, workPerNumber } from "./pass.ts";
import { Staging } from "./staging.ts";
import { bytesOfSums, fourSums, roomForSums } from "./sums.ts";
import { walk } from "./walk.ts";

/** What is summed up. */
interface Summed<R extends string, K extends string> {
  /** The names of the arrays that are read. */
  readonly reads: readonly R[];
  /** The array that keeps the terms of the first sum, if one does; then planes are more than single numbers. */
  readonly kept?: K;
  /** How many coefficients a channel has. */
  readonly coefficients: number;
  /** How many sums there are. */
  readonly sums: number;
  /** The terms of the sums, for four numbers of each array. */
  terms(numbers: Readonly<Record<R, LocalF32x4>>, coefficients: readonly F32x4[], code: Code): readonly F32x4[];
}

/** What is left of four terms where fewer are of numbers. */
const firstLanes = { 1: I32x4.lanes(-1, 0, 0, 0).mask(), 2: I32x4.lanes(-1, -1, 0, 0).mask() };

/** Vectors of channels that an item sums up where planes are single numbers: a line of memory. */
const vectors = 4;
const block = 4 * vectors;

/**
 * Images of an item at most. Images lie apart by multiples of a page as often as not, and then meet in the same eight places
 * of L1, with those of the other arrays. Measured, three arrays of [64, 512, 49], ns a number: 1.8 with all images, 1.7 with
 * 16, 1.1 with 8, 0.3 with 4.
 */
const imagesOfItem = 4;

/**
 * How many images and channels make up an item of planes. A channel's small planes lie far apart, so an item takes those of
 * its neighbours too, of few enough images that what one channel brought into the cache serves the next.
 */
function itemOfPlanes(n: number, plane: number): { readonly images: number; readonly channels: number } {
  const images = Math.min(n, Math.min(imagesOfItem, Math.ceil(itemLength / plane)));
  return { images, channels: Math.max(1, Math.floor(itemLength / (images * plane))) };
}

/** Some sums over what is computed from each number and its channel's coefficients. */
export class ChannelSums<R extends string, K extends string = never> {
  readonly #summed: Summed<R, K>;
  readonly #values: Record<string, number> = {
    sums: 0,
    table: 0,
    n: 0,
    c: 0,
    plane: 0,
    images: 0,
    channels: 0,
    blocks: 0,
  };
  readonly #ofPlanes: Job<Record<string, "i32">>;
  readonly #ofNumbers: Job<Record<string, "i32">>;

  constructor(summed: Summed<R, K>) {
    this.#summed = summed;
    for (const name of [...summed.reads, ...this.#writes()]) this.#values[name] = 0;
    const parameters = Object.fromEntries(Object.keys(this.#values).map((name) => [name, "i32" as const]));
    this.#ofPlanes = new Job<Record<string, "i32">>(parameters, (code, given, item) => {
      this.#sumPlanes(code, given as Record<string, LocalI32>, item);
    });
    this.#ofNumbers = new Job<Record<string, "i32">>(parameters, (code, given, item) => {
      this.#sumNumbers(code, given as Record<string, LocalI32>, item);
    });
  }

  /**
   * Runs as a job if that pays.
   *
   * @param results `[c]` each, one for every sum; overwritten
   * @returns whether it has
   */
  run(
    { n, c, plane }: ChannelSizes,
    arrays: Readonly<Record<R | K, Floats>>,
    coefficients: Coefficients,
    results: readonly Floats[],
  ): boolean {
    const length = n * c * plane;
    const values = this.#values;
    const staging = new Staging();
    if (!locate(length, arrays, values, staging, (name) => name === this.#summed.kept)) return false;
    const single = plane === 1;
    const { images, channels } = single ? { images: itemLength / block, channels: block } : itemOfPlanes(n, plane);
    const blocks = Math.ceil(c / channels);
    const chunks = Math.ceil(n / images);
    // What the sums of one chunk are stored as: of each block of numbers, or of each channel.
    const stored = single ? { places: blocks, each: vectors } : { places: c, each: 1 };
    const each = stored.each * this.#summed.sums;
    const { address, sums } = roomForSums(chunks * stored.places * each);
    const table = tabled(this.#summed.coefficients, c, coefficients);
    Object.assign(values, { sums: address, table, n, c, plane, images, channels, blocks });
    (single ? this.#ofNumbers : this.#ofPlanes).run(values, blocks * chunks, workPerNumber * length);
    staging.finish();
    for (const [k, result] of results.entries()) collect(sums, 4 * each, stored.places, k, single, result);
    return true;
  }

  #writes(): readonly K[] {
    return this.#summed.kept === undefined ? [] : [this.#summed.kept];
  }

  #sumsOf(code: Code) {
    return Array.from({ length: this.#summed.sums }, () => fourSums(code));
  }

  #terms(code: Code, numbers: readonly LocalF32x4[], coefficients: readonly F32x4[]): readonly LocalF32x4[] {
    const { reads } = this.#summed;
    const named = Object.fromEntries(reads.map((name, i) => [name, numbers[i]!])) as Record<R, LocalF32x4>;
    return this.#summed.terms(named, coefficients, code).map((term) => code.f32x4(term));
  }

  /** An item is the planes of some channels of some images: `[chunks, c, sums, 4]`. */
  #sumPlanes(code: Code, given: Record<string, LocalI32>, item: LocalI32): void {
    const { sums, table, n, c, plane, images, channels, blocks } = given;
    const chunk = code.i32(item.dividedBy(blocks!));
    const first = code.i32(chunk.times(images!));
    const end = code.i32(first.plus(images!).min(n!));
    const firstChannel = code.i32(item.modulo(blocks!).times(channels!));
    const endChannel = code.i32(firstChannel.plus(channels!).min(c!));
    code.count(firstChannel, endChannel, 1, (channel) => {
      const totals = this.#sumsOf(code);
      const addresses = coefficientsAt(table!, this.#summed.coefficients, c!, channel);
      const coefficients = addresses.map((address) => code.f32x4(address.loadSplat()));
      code.count(first, end, 1, (image) => {
        const start = code.i32(image.times(c!).plus(channel).times(plane!).shiftedLeft(2));
        const at = (names: readonly string[]) => names.map((name) => given[name]!.plus(start));
        const arrays = { reads: at(this.#summed.reads), writes: at(this.#writes()), length: plane! };
        walk(code, arrays, (numbers, turn, lanes) => {
          const terms = this.#terms(code, numbers, coefficients);
          for (const [k, term] of terms.entries()) {
            totals[k]!.add(lanes === 4 ? term : term.and(firstLanes[lanes]), turn);
          }
          return terms.slice(0, this.#writes().length);
        });
      });
      const to = code.i32(
        sums!.plus(
          chunk
            .times(c!)
            .plus(channel)
            .times(totals.length * bytesOfSums),
        ),
      );
      for (const [k, total] of totals.entries()) total.store(to, k * bytesOfSums);
    });
  }

  /** An item is a block of channels of some rows: `[chunks, blocks, sums, 16]`. */
  #sumNumbers(code: Code, given: Record<string, LocalI32>, item: LocalI32): void {
    const { sums, table, n, c, images, blocks } = given;
    const totals = Array.from({ length: vectors }, () => this.#sumsOf(code));
    const channel = code.i32(item.modulo(blocks!).times(block));
    const first = code.i32(item.dividedBy(blocks!).times(images!));
    const start = code.i32(first.times(c!).plus(channel).shiftedLeft(2));
    const rows = this.#summed.reads.map((name) => code.i32(given[name]!.plus(start)));
    const addresses = coefficientsAt(table!, this.#summed.coefficients, c!, channel);
    const firsts = addresses.map((address) => code.i32(address));
    // The last block reads beyond its channels; what it sums up there is not used.
    code.repeat(n!.minus(first).min(images!), () => {
      for (const [v, ofVector] of totals.entries()) {
        const numbers = rows.map((row) => code.f32x4(row.loadF32x4(16 * v)));
        const coefficients = firsts.map((address) => code.f32x4(address.loadF32x4(16 * v)));
        for (const [k, term] of this.#terms(code, numbers, coefficients).entries()) ofVector[k]!.add(term, 0);
      }
      for (const row of rows) code.advance(row, c!.shiftedLeft(2));
    });
    const to = code.i32(sums!.plus(item.times(this.#summed.sums * vectors * bytesOfSums)));
    for (const [v, ofVector] of totals.entries()) {
      for (const [k, total] of ofVector.entries()) total.store(to, (k * vectors + v) * bytesOfSums);
    }
  }
}

/** Adds up what the items came to, chunk after chunk: `k` counts sums, `perItem` the numbers that an item stored. */
function collect(
  sums: Float64Array,
  perItem: number,
  blocks: number,
  k: number,
  single: boolean,
  result: Floats,
): void {
  for (let channel = 0; channel < result.length; channel++) {
    const start = single
      ? Math.floor(channel / block) * perItem + k * block + (channel % block)
      : channel * perItem + 4 * k;
    let total = 0;
    for (let i = start; i < sums.length; i += blocks * perItem) {
      total += single ? sums[i]! : sums[i]! + sums[i + 1]! + (sums[i + 2]! + sums[i + 3]!);
    }
    result[channel] = total;
  }
}
