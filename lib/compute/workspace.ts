/**
 * Memory that calls borrow: packed operands, padded images, index tables. It lives as long as the module and grows to
 * the largest call so far, so a training step allocates nothing. Its content means nothing between calls.
 */

/** A Float32Array that grows on demand and is never given back. */
export class FloatWorkspace {
  #numbers = new Float32Array(0);

  /** At least `length` numbers of unspecified content. */
  atLeast(length: number): Float32Array {
    if (this.#numbers.length < length) this.#numbers = new Float32Array(length);
    return this.#numbers;
  }
}

/** The same for sums in double precision. */
export class DoubleWorkspace {
  #numbers = new Float64Array(0);

  /** At least `length` numbers of unspecified content. */
  atLeast(length: number): Float64Array {
    if (this.#numbers.length < length) this.#numbers = new Float64Array(length);
    return this.#numbers;
  }
}

/** The same for indices. */
export class IndexWorkspace {
  #indices = new Int32Array(0);

  /** At least `length` indices of unspecified content. */
  atLeast(length: number): Int32Array {
    if (this.#indices.length < length) this.#indices = new Int32Array(length);
    return this.#indices;
  }
}
