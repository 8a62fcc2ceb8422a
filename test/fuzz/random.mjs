/** Choices that a seed decides, so that what was found can be found again. */
export class Choices {
  #state;

  /** @param {number} seed an integer */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  unit() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to, not including, `n`. */
  below(n) {
    return Math.floor(this.unit() * n);
  }

  chance(probability) {
    return this.unit() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of `[weight, value]`. */
  weighted(pairs) {
    let at = this.unit() * pairs.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of pairs) if ((at -= weight) < 0) return value;
    return pairs[0][1];
  }

  bytes(length) {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** @template T @param {number} count @param {(i: number) => T} make @returns {T[]} */
  list(count, make) {
    return Array.from({ length: count }, (_, i) => make(i));
  }
}
