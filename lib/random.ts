import { checkInteger, describe, OptionError } from "./errors.ts";

const MASK_64 = (1n << 64n) - 1n;

/** One output of SplitMix64 (Steele, Lea, Flood, 2014, fig. 14): stirs 64 bits so that near seeds give far states. */
export function splitmix64(state: bigint): bigint {
  let z = (state + 0x9e3779b97f4a7c15n) & MASK_64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return z ^ (z >> 31n);
}

/** xoshiro128** 1.1 (Blackman, Vigna, 2021): 128 bits of state, period 2¹²⁸ − 1, 32-bit words, so no BigInt per draw. */
export class Xoshiro128StarStar {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** The four words of the state; not all zero, from where the generator would never leave. */
  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /** The four words of the state, with which a new generator goes on from here. */
  get words(): readonly [number, number, number, number] {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** The next whole number in 0 .. 2³² − 1. */
  next(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return scrambled;
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Where a stream is: with it, `Random.restore` goes on from there. Plain data, as JSON keeps it whole. */
export interface RandomState {
  /** What `fork` derives streams from, in hexadecimal. */
  readonly key: string;
  /** The generator's four words. */
  readonly words: readonly [number, number, number, number];
  /** The second of two normal numbers, not given out yet; null where there is none. */
  readonly spare: number | null;
}

/**
 * A stream of random numbers that one seed fixes: the same numbers on every run, machine and engine.
 * Only +, −, ×, ÷ and √ are used on fractions, which IEEE 754 rounds exactly; `Math.log` and its like may differ
 * in the last bit from one engine, or release of an engine, to another.
 *
 * Not for secrets: the state can be computed from a few outputs.
 */
export class Random {
  #key: bigint;
  #words: Xoshiro128StarStar;
  #spare: number | undefined;

  /**
   * @param seed a safe integer, negative ones too (default 0), or 64 bits
   * @throws OptionError if it is a fraction or beyond 2⁵³
   */
  constructor(seed: number | bigint = 0) {
    if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
      throw new OptionError("Random", `the seed is ${describe(seed)}`, "give a whole number between -2^53 and 2^53");
    }
    this.#key = BigInt.asUintN(64, BigInt(seed));
    // Two SplitMix64 outputs, low word first, as the authors of xoshiro advise; they cannot both be zero.
    const first = splitmix64(this.#key);
    const second = splitmix64(this.#key + 0x9e3779b97f4a7c15n);
    const words = [first, first >> 32n, second, second >> 32n].map((bits) => Number(BigInt.asIntN(32, bits)));
    this.#words = new Xoshiro128StarStar(words[0]!, words[1]!, words[2]!, words[3]!);
  }

  /** Uniform in [0, 1), in steps of 2⁻²⁴: float32 holds each value exactly, so none is rounded up to 1. */
  uniform(): number {
    return (this.#words.next() >>> 8) * 2 ** -24;
  }

  /** Standard normal: mean 0, deviation 1; the polar method (Marsaglia, Bray, 1964), which yields two at a time. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = this.#signed();
      const v = this.#signed();
      const square = u * u + v * v;
      if (square >= 1) continue;
      const scale = Math.sqrt((-2 * naturalLog(square)) / square);
      this.#spare = v * scale;
      return u * scale;
    }
  }

  /**
   * A whole number in 0 .. n − 1, each equally likely.
   * @throws OptionError unless n is a whole number in 1 .. 2³²
   */
  integer(n: number): number {
    if (n > 2 ** 32) throw new OptionError("integer", `n is ${n}`, "give at most 2^32");
    checkInteger("integer", "n", n, 1);
    // Words beyond the last whole multiple of n would favour the small remainders: draw those again.
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.#words.next();
      if (word < limit) return word % n;
    }
  }

  /** Puts a list into random order, in place (Fisher, Yates; Durstenfeld, 1964), and returns it. */
  shuffle<List extends { readonly length: number; [index: number]: unknown }>(list: List): List {
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = list[last];
      list[last] = list[other];
      list[other] = kept;
    }
    return list;
  }

  /**
   * A stream of its own for a purpose, e.g. `fork("weights")` and `fork(epoch)`. It depends on the seed and on the labels
   * that led to it, never on what was drawn meanwhile: drawing more for one purpose leaves the others' numbers alone.
   */
  fork(label: string | number): Random {
    let key = this.#key;
    // FNV-1a over the label's UTF-16 units, begun at this stream's key; then stirred, so that the order of labels counts.
    const text = String(label);
    for (let i = 0; i < text.length; i++) key = ((key ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & MASK_64;
    return new Random(splitmix64(key));
  }

  /** Where the stream is now. */
  get state(): RandomState {
    return { key: this.#key.toString(16), words: this.#words.words, spare: this.#spare ?? null };
  }

  /**
   * Goes on from where a stream was: the next numbers, and those of its forks, are the ones that came after `state` then.
   *
   * @throws OptionError if it is no state of a stream
   * @example const random = new Random(1); const state = random.state; random.restore(state);
   */
  restore(state: RandomState): void {
    const { key, words, spare } = (state ?? {}) as Partial<RandomState>;
    const keyed = typeof key === "string" && /^[0-9a-f]{1,16}$/.test(key);
    const worded = Array.isArray(words) && words.length === 4 && words.every((word) => word === (word | 0));
    const spared = spare === null || Number.isFinite(spare);
    if (!keyed || !worded || !spared || words.every((word) => word === 0)) {
      throw new OptionError("restore", `the state is ${describe(state)}`, "give what a stream's `state` was");
    }
    this.#key = BigInt(`0x${key}`);
    this.#words = new Xoshiro128StarStar(...(words as unknown as RandomState["words"]));
    this.#spare = spare ?? undefined;
  }

  /** Uniform in (−1, 1), an odd multiple of 2⁻³²: never zero, whose logarithm `normal` could not take. */
  #signed(): number {
    return (this.#words.next() - 2 ** 31 + 0.5) * 2 ** -31;
  }
}

/** ln x for x in (0, 1): x = m·2ᵉ with √½ ≤ m < √2, then ln m = 2·artanh((m − 1) / (m + 1)), |argument| < 0.172. */
function naturalLog(x: number): number {
  let exponent = 0;
  while (x < Math.SQRT1_2) {
    x *= 2;
    exponent--;
  }
  const z = (x - 1) / (x + 1);
  const square = z * z;
  // The series of artanh up to z²¹; the first term left out is below 2⁻⁵³ of the sum.
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * z * sum + exponent * Math.LN2;
}
