/** Expressions of vectors that are not four numbers of single precision: four integers, two numbers of double precision. */

import { type Bytes, unsigned } from "./encoding.ts";
import { F32x4, I32 } from "./values.ts";

const vectorOperation = (code: number): number[] => [0xfd, ...unsigned(code)];

/** Four integers of 32 bits. */
export class I32x4 {
  readonly code: Bytes;
  constructor(code: Bytes) {
    this.code = code;
  }
  /** One integer four times. */
  static of(value: I32x4 | I32 | number): I32x4 {
    return value instanceof I32x4 ? value : new I32x4([...I32.of(value).code, ...vectorOperation(0x11)]);
  }
  /** The four integers at an address. */
  static load(address: I32, offset = 0): I32x4 {
    return new I32x4(address.loadF32x4(offset).code);
  }
  /** Four constants. */
  static lanes(...values: readonly [number, number, number, number]): I32x4 {
    return new I32x4([...vectorOperation(0x0c), ...new Uint8Array(Int32Array.from(values).buffer)]);
  }
  /** The same bits as a mask. */
  mask(): F32x4 {
    return new F32x4(this.code);
  }
  plus(other: I32x4 | I32 | number): I32x4 {
    return new I32x4([...this.code, ...I32x4.of(other).code, ...vectorOperation(0xae)]);
  }
  minus(other: I32x4 | I32 | number): I32x4 {
    return new I32x4([...this.code, ...I32x4.of(other).code, ...vectorOperation(0xb1)]);
  }
  times(other: I32x4 | I32 | number): I32x4 {
    return new I32x4([...this.code, ...I32x4.of(other).code, ...vectorOperation(0xb5)]);
  }
  /** A mask: all bits where equal, none elsewhere. */
  equals(other: I32x4 | I32 | number): F32x4 {
    return new F32x4([...this.code, ...I32x4.of(other).code, ...vectorOperation(0x37)]);
  }
  /** A mask: all bits where less, as signed integers. */
  isLess(other: I32x4 | I32 | number): F32x4 {
    return new F32x4([...this.code, ...I32x4.of(other).code, ...vectorOperation(0x39)]);
  }
  /** This where the mask has its bits, `other` elsewhere. */
  where(mask: F32x4, other: I32x4 | I32 | number): I32x4 {
    return new I32x4([...this.code, ...I32x4.of(other).code, ...mask.code, ...vectorOperation(0x52)]);
  }
}

/** Two numbers of double precision. */
export class F64x2 {
  readonly code: Bytes;
  constructor(code: Bytes) {
    this.code = code;
  }
  /** Two zeros where given 0. */
  static of(value: F64x2 | 0): F64x2 {
    return value === 0 ? new F64x2(F32x4.of(0).code) : value;
  }
  /** The first two of four numbers. */
  static low(numbers: F32x4): F64x2 {
    return new F64x2([...numbers.code, ...vectorOperation(0x5f)]);
  }
  /** The last two of four numbers. */
  static high(numbers: F32x4): F64x2 {
    return F64x2.low(numbers.shuffled(numbers, [2, 3, 2, 3]));
  }
  plus(other: F64x2): F64x2 {
    return new F64x2([...this.code, ...other.code, ...vectorOperation(0xf0)]);
  }
  dividedBy(other: F64x2): F64x2 {
    return new F64x2([...this.code, ...other.code, ...vectorOperation(0xf3)]);
  }
  /** Both, the other way round. */
  swapped(): F64x2 {
    const numbers = new F32x4(this.code);
    return new F64x2(numbers.shuffled(numbers, [2, 3, 0, 1]).code);
  }
  /** Both rounded to single precision, then two zeros. */
  toF32x4(): F32x4 {
    return new F32x4([...this.code, ...vectorOperation(0x5e)]);
  }
  times(other: F64x2): F64x2 {
    return new F64x2([...this.code, ...other.code, ...vectorOperation(0xf2)]);
  }
}
