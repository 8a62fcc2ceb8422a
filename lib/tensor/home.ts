import { workMemory } from "../wasm/jobs.ts";
import { enter, leave, type Resident, regret, release, reserve, retire, touch } from "./residents.ts";
import { allocate, bytesPerNumber, type DataTypes, type DType, ordinaryCopy } from "./storage.ts";

/** Fewer numbers are not worth a block: an ordinary array is made, and copied where it is needed, sooner. */
const fewest = 64;

/** Parameters of so many bytes last: two copies of smaller ones do no harm. */
const large = 2 ** 20;

let homes = 0;

/**
 * Where a tensor's numbers live. They stay where they were computed until somebody looks:
 *
 * - in a block of the memory that jobs work on: all results and gradients, at first;
 * - in an ordinary array that nobody outside has seen: what the library read or drew, and what had to move out of that
 *   memory. The next operation that uses it moves it in;
 * - in an ordinary array that a user has, by `.data` or `wrap`: for ever, since what is written there counts.
 *
 * So an array in somebody's hands never shows another tensor's numbers, and nothing has to be disposed of.
 */
export class Home implements Resident {
  /** Another one for each home. */
  readonly id = ++homes;
  readonly dtype: DType;
  /** How many numbers. */
  readonly length: number;
  address = 0;
  readonly bytes: number;
  lasts = false;
  operation = 0;
  older: Resident = this;
  newer: Resident = this;
  /** The numbers, wherever they are; undefined before they are first asked for. */
  #array: DataTypes[DType] | undefined;
  #seen = false;
  #dislodged = false;
  #entrusted = false;
  #disposed = false;
  #version = 0;

  /** Room for numbers that an operation is about to write: unspecified before. */
  constructor(dtype: DType, length: number) {
    this.dtype = dtype;
    this.length = length;
    this.bytes = length * bytesPerNumber(dtype);
  }

  /** Around an array that nobody else has. */
  static of(array: DataTypes[DType], dtype: DType): Home {
    const home = new Home(dtype, array.length);
    home.#array = array;
    return home;
  }

  /** Room for a parameter's first numbers, to be written at once: where they will be used, if they are many. */
  static ofParameter(dtype: DType, length: number): Home {
    const home = new Home(dtype, length);
    home.lasts = home.bytes >= large;
    if (home.lasts) home.numbers();
    return home;
  }

  /** Around an array that a user has. */
  static seen(array: DataTypes[DType], dtype: DType): Home {
    const home = Home.of(array, dtype);
    home.#seen = true;
    return home;
  }

  /** Around a block that was reserved for this many numbers of the type: the home's from now on. */
  static at(address: number, array: DataTypes[DType], dtype: DType): Home {
    const home = Home.of(array, dtype);
    enter(home, address);
    return home;
  }

  /** The numbers for the operation that has begun, to read and to write; another one's may lie there after it. */
  numbers(): DataTypes[DType] {
    if (this.address !== 0) touch(this);
    else if (
      !this.#seen &&
      !this.#disposed &&
      this.length >= fewest &&
      (this.dtype === "float32" || this.dtype === "int32")
    ) {
      this.#moveIn();
    }
    return this.peek();
  }

  /** The numbers to read at once, left where they are. @throws Error if they were disposed of */
  peek(): DataTypes[DType] {
    if (this.#disposed) throw new Error("the tensor was disposed of, and its numbers are gone: dispose of it later");
    this.#array ??= allocate(this.dtype, this.length);
    return this.#array;
  }

  /** The numbers for a user, who may keep them and write to them. */
  show(): DataTypes[DType] {
    if (this.#seen) return this.peek();
    if (this.address !== 0) this.#copyOut();
    this.#seen = true;
    return this.peek();
  }

  /** Says that the numbers were changed in place. */
  changed(): void {
    this.#version++;
  }

  /** Another number after each change; NaN, which equals nothing, once a user may change them unnoticed. */
  get version(): number {
    return this.#seen ? Number.NaN : this.#version;
  }

  /** Says that nobody beside the graph has the tensor. */
  entrust(): void {
    this.#entrusted = true;
  }

  /** Says that the graph needs the numbers no longer: nobody does if they were entrusted to it, else hardly anybody. */
  retire(): void {
    if (this.#entrusted) this.release();
    else if (this.address !== 0) retire(this);
  }

  /** Gives the block back, and with it the numbers: nobody can ask for them any more. */
  release(): void {
    if (this.#seen) return;
    this.#array = undefined;
    if (this.address !== 0) leave(this);
  }

  /** The same because a user says so: who asks for them all the same is told. */
  dispose(): void {
    this.#disposed = true;
    this.release();
  }

  moveOut(): void {
    this.#dislodged = true;
    this.#copyOut();
  }

  /** The copy is the home before the block is given back: code may be broken off between any two calls. */
  #copyOut(): void {
    this.#array = ordinaryCopy(this.peek());
    leave(this);
  }

  #moveIn(): void {
    const address = reserve(this.bytes, this.lasts);
    if (address === 0) return;
    enter(this, address);
    const memory = workMemory()!;
    const block = this.dtype === "int32" ? memory.ints(address, this.length) : memory.floats(address, this.length);
    if (this.#array !== undefined) block.set(this.#array);
    this.#array = block;
    if (this.#dislodged) regret(this.bytes);
    this.#dislodged = false;
  }
}

/** Room for numbers that are given back by hand, as gradients on their way are; unspecified before. */
export function borrow(length: number): { readonly address: number; readonly array: Float32Array } | null {
  if (length < fewest) return null;
  const address = reserve(4 * length);
  return address === 0 ? null : { address, array: workMemory()!.floats(address, length) };
}

/** Gives back what was borrowed. */
export function giveBack(address: number, length: number): void {
  release(address, 4 * length);
}
