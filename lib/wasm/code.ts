/** The statements of a WebAssembly function: locals, loops, branches, stores. Expressions are in `values.ts`. */

import { type Bytes, unsigned, type ValueType } from "./encoding.ts";
import { type Expression, F32, F32x4, I32 } from "./values.ts";
import { F64x2, I32x4 } from "./wide.ts";

/** Where a local is written: by its index. */
interface Written {
  readonly index: number;
}

/** A local integer. */
export class LocalI32 extends I32 implements Written {
  readonly index: number;
  constructor(index: number) {
    super([0x20, ...unsigned(index)]);
    this.index = index;
  }
}

/** A local number. */
export class LocalF32 extends F32 implements Written {
  readonly index: number;
  constructor(index: number) {
    super([0x20, ...unsigned(index)]);
    this.index = index;
  }
}

/** Four local numbers, in a register if the engine finds one. */
export class LocalF32x4 extends F32x4 implements Written {
  readonly index: number;
  constructor(index: number) {
    super([0x20, ...unsigned(index)]);
    this.index = index;
  }
}

/** Four local integers, likewise. */
export class LocalI32x4 extends I32x4 implements Written {
  readonly index: number;
  constructor(index: number) {
    super([0x20, ...unsigned(index)]);
    this.index = index;
  }
}

/** Two local numbers of double precision, likewise. */
export class LocalF64x2 extends F64x2 implements Written {
  readonly index: number;
  constructor(index: number) {
    super([0x20, ...unsigned(index)]);
    this.index = index;
  }
}

const emptyBlock = 0x40;
const end = 0x0b;

/** A function's code, written statement by statement. */
export class Code {
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  /** @param parameters how many there are: the locals come after them */
  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  get locals(): readonly ValueType[] {
    return this.#locals;
  }

  get bytes(): Bytes {
    return this.#code;
  }

  /** A new local integer that starts as `value`. */
  i32(value: I32 | number): LocalI32 {
    const local = new LocalI32(this.#local("i32"));
    this.set(local, I32.of(value));
    return local;
  }

  /** A new local number that starts as `value`. */
  f32(value: F32 | number): LocalF32 {
    const local = new LocalF32(this.#local("f32"));
    this.set(local, F32.of(value));
    return local;
  }

  /** Four new local numbers that start as `value`, or that number four times. */
  f32x4(value: F32x4 | number): LocalF32x4 {
    const local = new LocalF32x4(this.#local("f32x4"));
    this.set(local, F32x4.of(value));
    return local;
  }

  /** Four new local integers that start as `value`, or that integer four times. */
  i32x4(value: I32x4 | I32 | number): LocalI32x4 {
    const local = new LocalI32x4(this.#local("i32x4"));
    this.set(local, I32x4.of(value));
    return local;
  }

  /** Two new local numbers of double precision that start as `value`. */
  f64x2(value: F64x2 | 0): LocalF64x2 {
    const local = new LocalF64x2(this.#local("f64x2"));
    this.set(local, F64x2.of(value));
    return local;
  }

  set(local: LocalI32, value: I32 | number): void;
  set(local: LocalF32, value: F32 | number): void;
  set(local: LocalF32x4, value: F32x4 | number): void;
  set(local: LocalI32x4, value: I32x4): void;
  set(local: LocalF64x2, value: F64x2): void;
  set(local: Written, value: Expression | I32x4 | F64x2 | number): void {
    const type = local instanceof LocalI32 ? I32 : local instanceof LocalF32 ? F32 : F32x4;
    const { code } = typeof value === "number" ? type.of(value) : value;
    this.#write(code, [0x21, ...unsigned(local.index)]);
  }

  /** Adds to an integer. */
  advance(local: LocalI32, step: I32 | number): void {
    this.set(local, local.plus(step));
  }

  storeI32(address: I32, value: I32 | number, offset = 0): void {
    this.#write(address.code, I32.of(value).code, [0x36, 2, ...unsigned(offset)]);
  }

  storeF32(address: I32, value: F32 | number, offset = 0): void {
    this.#write(address.code, F32.of(value).code, [0x38, 2, ...unsigned(offset)]);
  }

  storeF32x4(address: I32, value: F32x4, offset = 0): void {
    this.#write(address.code, value.code, [0xfd, 0x0b, 2, ...unsigned(offset)]);
  }

  /** Stores lanes 0 and 1, or 2 and 3. */
  storeHalf(address: I32, value: F32x4, half: 0 | 1, offset = 0): void {
    this.#write(address.code, value.code, [0xfd, 0x5b, 2, ...unsigned(offset), half]);
  }

  /** Stores the first of four numbers. */
  storeFirst(address: I32, value: F32x4, offset = 0): void {
    this.#write(address.code, value.code, [0xfd, 0x5a, 2, ...unsigned(offset), 0]);
  }

  storeI32x4(address: I32, value: I32x4, offset = 0): void {
    this.#write(address.code, value.code, [0xfd, 0x0b, 2, ...unsigned(offset)]);
  }

  storeF64x2(address: I32, value: F64x2, offset = 0): void {
    this.#write(address.code, value.code, [0xfd, 0x0b, 2, ...unsigned(offset)]);
  }

  /** Copies bytes; the places may overlap. A call into the engine: pays from some hundred bytes on. */
  copy(to: I32, from: I32, bytes: I32): void {
    this.#write(to.code, from.code, bytes.code, [0xfc, 0x0a, 0, 0]);
  }

  /** Sets bytes to zero, likewise. */
  clear(address: I32, bytes: I32): void {
    this.#write(address.code, [0x41, 0], bytes.code, [0xfc, 0x0b, 0]);
  }

  /** Repeats the body `count` times, at least once: for innermost loops, where the count is known not to be 0. */
  repeat(count: I32, body: () => void): void {
    const left = this.i32(count);
    this.#write([0x03, emptyBlock]);
    body();
    this.set(left, left.minus(1));
    this.#write(left.code, [0x0d, 0], [end]);
  }

  /** Runs the body for `i = from, from + step, …` below `to`; not at all if there is none. */
  count(from: I32 | number, to: I32 | number, step: I32 | number, body: (i: LocalI32) => void): void {
    const i = this.i32(from);
    this.during(i.isLess(to), () => {
      body(i);
      this.advance(i, step);
    });
  }

  /** Repeats the body while the condition holds. */
  during(condition: I32, body: () => void): void {
    this.when(condition, () => {
      this.#write([0x03, emptyBlock]);
      body();
      this.#write(condition.code, [0x0d, 0], [end]);
    });
  }

  /** Runs `then` if the condition is not 0, else `otherwise`. */
  when(condition: I32, then: () => void, otherwise?: () => void): void {
    this.#write(condition.code, [0x04, emptyBlock]);
    then();
    if (otherwise) {
      this.#write([0x05]);
      otherwise();
    }
    this.#write([end]);
  }

  /** Adds 1 to an integer in memory and gives what it was; in one step if several threads share the memory. */
  fetchAndIncrement(address: I32, shared: boolean): I32 {
    if (shared) return new I32([...address.code, 0x41, 1, 0xfe, 0x1e, 2, 0]);
    const before = this.i32(address.loadI32());
    this.storeI32(address, before.plus(1));
    return before;
  }

  #local(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  #write(...parts: readonly Bytes[]): void {
    for (const part of parts) for (const byte of part) this.#code.push(byte);
  }
}
