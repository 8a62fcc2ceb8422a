import { workMemory } from "../wasm/jobs.ts";
import { fingerprint } from "./fingerprint.ts";
import { enter, leave, type Resident, regret, reserve, retire, touch } from "./residents.ts";
import { allocate, bytesPerNumber, type DataTypes, type DType, ordinaryCopy } from "./storage.ts";

/** Fewer numbers are not worth a block: an ordinary array is made, and copied where it is needed, sooner. */
export const fewestInBlock = 64;

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
  /** The numbers' fingerprint when a user was first given them; 0 before. */
  #handedOut = 0;
  /** What writes the first numbers when they are first asked for; undefined where nothing does, or they are there. */
  #fill: ((array: DataTypes[DType]) => void) | undefined;

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

  /** Around numbers that are written when they are first asked for; until then they take no memory. */
  static later(dtype: DType, length: number, fill: (array: DataTypes[DType]) => void): Home {
    const home = new Home(dtype, length);
    home.#fill = fill;
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
      this.length >= fewestInBlock &&
      (this.dtype === "float32" || this.dtype === "int32")
    ) {
      this.#moveIn();
    }
    return this.peek();
  }

  /** The numbers to read at once, left where they are. @throws Error if they were disposed of */
  peek(): DataTypes[DType] {
    if (this.#disposed) throw new Error("the tensor was disposed of, and its numbers are gone: dispose of it later");
    if (this.#array !== undefined) return this.#array;
    const array = allocate(this.dtype, this.length);
    this.#fill?.(array); // whole before it is the home: code may be broken off between any two calls
    this.#array = array;
    this.#fill = undefined;
    return array;
  }

  /** The numbers to write all of them at once; unspecified before. What lasts is written where it will be used. */
  overwrite(): DataTypes[DType] {
    this.#fill = undefined;
    if (this.lasts && this.address === 0 && !this.#seen) {
      this.#array = undefined;
      this.#moveIn();
    }
    return this.peek();
  }

  /** The numbers for a user, who may keep them and write to them. */
  show(): DataTypes[DType] {
    if (this.#seen) return this.peek();
    if (this.address !== 0) this.#copyOut();
    const array = this.peek();
    this.#handedOut = fingerprint(array);
    this.#seen = true;
    return array;
  }

  /** Says that the numbers were changed in place. */
  changed(): void {
    this.#version++;
  }

  /** Another number after each change; NaN, which equals nothing, once a user may change them unnoticed. */
  get version(): number {
    return this.#seen ? Number.NaN : this.#version;
  }

  /** How often the library changed the numbers in place. */
  get changes(): number {
    return this.#version;
  }

  /** A fingerprint of numbers that a user has, and may change unnoticed; 0 where nobody has them. */
  print(): number {
    return this.#seen ? fingerprint(this.peek()) : 0;
  }

  /** Whether the numbers are still what they were when a user was given them; true where nobody was. */
  unchanged(): boolean {
    return !this.#seen || fingerprint(this.peek()) === this.#handedOut;
  }

  /** Says that these are a parameter's numbers, needed again at each step: many of them stay once they are moved in. */
  last(): void {
    this.lasts = this.bytes >= large && this.dtype === "float32";
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
    if (this.#fill !== undefined) this.peek();
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
