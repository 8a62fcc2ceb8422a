/**
 * Expressions of WebAssembly code, as values that are combined: `a.plus(b)` is the code that computes a, then b, then
 * their sum. An expression may be used several times and is computed each time; a local keeps a result.
 */

import { type Bytes, float, signed, unsigned } from "./encoding.ts";

const vectorOperation = (code: number): number[] => [0xfd, ...unsigned(code)];

/** An access to memory: the operation, the alignment's logarithm, a constant added to the address. */
const access = (operation: Bytes, alignment: number, offset: number): number[] => [
  ...operation,
  alignment,
  ...unsigned(offset),
];

/** An integer of 32 bits: a count, an index, an address in bytes. */
export class I32 {
  readonly code: Bytes;
  constructor(code: Bytes) {
    this.code = code;
  }
  /** The integer itself where it is a constant that JavaScript gives. */
  static of(value: I32 | number): I32 {
    return typeof value === "number" ? new I32([0x41, ...signed(value)]) : value;
  }
  plus(other: I32 | number): I32 {
    return other === 0 ? this : this.#with(other, 0x6a);
  }
  minus(other: I32 | number): I32 {
    return this.#with(other, 0x6b);
  }
  times(other: I32 | number): I32 {
    return other === 1 ? this : this.#with(other, 0x6c);
  }
  /** The whole part of the quotient; neither is negative. */
  dividedBy(other: I32 | number): I32 {
    return this.#with(other, 0x6e);
  }
  /** What is left over; neither is negative. */
  modulo(other: I32 | number): I32 {
    return this.#with(other, 0x70);
  }
  shiftedLeft(bits: number): I32 {
    return this.#with(bits, 0x74);
  }
  equals(other: I32 | number): I32 {
    return this.#with(other, 0x46);
  }
  isLess(other: I32 | number): I32 {
    return this.#with(other, 0x48);
  }
  isAtLeast(other: I32 | number): I32 {
    return this.#with(other, 0x4e);
  }
  and(other: I32 | number): I32 {
    return this.#with(other, 0x71);
  }
  /** The smaller of both, as signed integers; each is computed twice. */
  min(other: I32 | number): I32 {
    const right = I32.of(other);
    return new I32([...this.code, ...right.code, ...this.isLess(right).code, 0x1b]);
  }
  /** The larger of both, as signed integers; each is computed twice. */
  max(other: I32 | number): I32 {
    const right = I32.of(other);
    return new I32([...right.code, ...this.code, ...this.isLess(right).code, 0x1b]);
  }
  /** As a number. */
  toF32(): F32 {
    return new F32([...this.code, 0xb2]);
  }
  /** The integer at this address. */
  loadI32(offset = 0): I32 {
    return new I32([...this.code, ...access([0x28], 2, offset)]);
  }
  /** The number at this address. */
  loadF32(offset = 0): F32 {
    return new F32([...this.code, ...access([0x2a], 2, offset)]);
  }
  /** The four numbers from this address on. */
  loadF32x4(offset = 0): F32x4 {
    return new F32x4([...this.code, ...access(vectorOperation(0x00), 2, offset)]);
  }
  /** The number at this address, four times. */
  loadSplat(offset = 0): F32x4 {
    return new F32x4([...this.code, ...access(vectorOperation(0x09), 2, offset)]);
  }
  /** The two numbers from this address on, then two zeros. */
  loadHalf(offset = 0): F32x4 {
    return new F32x4([...this.code, ...access(vectorOperation(0x5d), 2, offset)]);
  }
  /** A mask: all bits of four numbers where this is 1, none where it is 0. */
  mask(): F32x4 {
    return new F32x4([...I32.of(0).minus(this).code, ...vectorOperation(0x11)]);
  }
  /** The number at this address, then three zeros. */
  loadFirst(offset = 0): F32x4 {
    return new F32x4([...this.code, ...access(vectorOperation(0x5c), 2, offset)]);
  }
  /** `vector` with the number at this address for one of its four. */
  loadLane(vector: F32x4, lane: number, offset = 0): F32x4 {
    return new F32x4([...this.code, ...vector.code, ...access(vectorOperation(0x56), 2, offset), lane]);
  }
  #with(other: I32 | number, operation: number): I32 {
    return new I32([...this.code, ...I32.of(other).code, operation]);
  }
}

/** A number of single precision. */
export class F32 {
  readonly code: Bytes;
  constructor(code: Bytes) {
    this.code = code;
  }
  static of(value: F32 | number): F32 {
    return typeof value === "number" ? new F32([0x43, ...float(value)]) : value;
  }
  plus(other: F32 | number): F32 {
    return this.#with(other, 0x92);
  }
  minus(other: F32 | number): F32 {
    return this.#with(other, 0x93);
  }
  times(other: F32 | number): F32 {
    return this.#with(other, 0x94);
  }
  dividedBy(other: F32 | number): F32 {
    return this.#with(other, 0x95);
  }
  /** The larger; NaN if either is. */
  max(other: F32 | number): F32 {
    return this.#with(other, 0x97);
  }
  squareRoot(): F32 {
    return new F32([...this.code, 0x91]);
  }
  equals(other: F32 | number): I32 {
    return new I32(this.#with(other, 0x5b).code);
  }
  differs(other: F32 | number): I32 {
    return new I32(this.#with(other, 0x5c).code);
  }
  isGreater(other: F32 | number): I32 {
    return new I32(this.#with(other, 0x5e).code);
  }
  /** The number four times. */
  splat(): F32x4 {
    return new F32x4([...this.code, ...vectorOperation(0x13)]);
  }
  #with(other: F32 | number, operation: number): F32 {
    return new F32([...this.code, ...F32.of(other).code, operation]);
  }
}

/** Four numbers of single precision, or four masks of 32 bits. */
export class F32x4 {
  readonly code: Bytes;
  constructor(code: Bytes) {
    this.code = code;
  }
  static of(value: F32x4 | number): F32x4 {
    if (value === 0) return new F32x4([...vectorOperation(0x0c), ...new Array<number>(16).fill(0)]);
    return typeof value === "number" ? F32.of(value).splat() : value;
  }
  /** Four constants. */
  static lanes(...values: readonly [number, number, number, number]): F32x4 {
    return new F32x4([...vectorOperation(0x0c), ...values.flatMap(float)]);
  }
  plus(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe4);
  }
  minus(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe5);
  }
  times(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe6);
  }
  dividedBy(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe7);
  }
  squareRoot(): F32x4 {
    return new F32x4([...this.code, ...vectorOperation(0xe3)]);
  }
  /** `this < other ? other : this`, so NaN of `this` stays. */
  max(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xeb);
  }
  /** A mask: all bits where greater, none elsewhere. */
  isGreater(other: F32x4 | number): F32x4 {
    return this.#with(other, 0x44);
  }
  /** A mask: all bits where less or equal; nowhere beside NaN. */
  isAtMost(other: F32x4 | number): F32x4 {
    return this.#with(other, 0x45);
  }
  /** A mask: all bits where equal. */
  equals(other: F32x4 | number): F32x4 {
    return this.#with(other, 0x41);
  }
  /** A mask: all bits where not equal; NaN differs from itself. */
  differs(other: F32x4 | number): F32x4 {
    return this.#with(other, 0x42);
  }
  and(mask: F32x4): F32x4 {
    return this.#with(mask, 0x4e);
  }
  /** The bits that `mask` has not. */
  andNot(mask: F32x4): F32x4 {
    return this.#with(mask, 0x4f);
  }
  or(mask: F32x4): F32x4 {
    return this.#with(mask, 0x50);
  }
  /** This where the mask has its bits, `other` elsewhere. */
  where(mask: F32x4, other: F32x4): F32x4 {
    return new F32x4([...this.code, ...other.code, ...mask.code, ...vectorOperation(0x52)]);
  }
  /** Four of the eight numbers of this (0 to 3) and `other` (4 to 7). */
  shuffled(other: F32x4, lanes: readonly [number, number, number, number]): F32x4 {
    const bytes = lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
    return new F32x4([...this.code, ...other.code, ...vectorOperation(0x0d), ...bytes]);
  }
  lane(index: number): F32 {
    return new F32([...this.code, ...vectorOperation(0x1f), index]);
  }
  /** `this · factor + sum`: rounded once if fused (relaxed SIMD), else after the product and after the sum. */
  timesPlus(factor: F32x4, sum: F32x4, fused: boolean): F32x4 {
    if (!fused) return sum.plus(this.times(factor));
    return new F32x4([...this.code, ...factor.code, ...sum.code, ...vectorOperation(0x105)]);
  }
  #with(other: F32x4 | number, operation: number): F32x4 {
    return new F32x4([...this.code, ...F32x4.of(other).code, ...vectorOperation(operation)]);
  }
}

/** The class of expressions of each type. */
export const expressions = { i32: I32, f32: F32, f32x4: F32x4 } as const;

/** An expression of a type. */
export type Expression<T extends keyof typeof expressions = keyof typeof expressions> = {
  i32: I32;
  f32: F32;
  f32x4: F32x4;
}[T];
