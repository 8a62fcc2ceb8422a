/**
 * MT19937 (Matsumoto and Nishimura, 1998), as NumPy's `RandomState` uses it: ONNX leaves open which random numbers an operator
 * with a seed draws, and these are the ones of its reference implementation.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(624);
  #at = 624;

  constructor(seed: number) {
    this.#state[0] = seed >>> 0;
    for (let i = 1; i < 624; i++) {
      const before = this.#state[i - 1]! ^ (this.#state[i - 1]! >>> 30);
      this.#state[i] = Math.imul(1812433253, before) + i;
    }
  }

  /** A number from 0 to 1, of 53 random bits. */
  uniform(): number {
    const [high, low] = [this.#next() >>> 5, this.#next() >>> 6];
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #next(): number {
    if (this.#at === 624) this.#turn();
    let y = this.#state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #turn(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
      state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
