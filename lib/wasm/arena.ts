/**
 * The memory that WebAssembly code works on: one for the process, which workers share. Numbers lie in blocks that are
 * reserved and released by hand; who forgets a block has lost it, so `tensor/storage.ts` is the only one that hands
 * them out beyond a call.
 */

import { type LinearMemory, webAssembly } from "./platform.ts";

const page = 65_536;
/** Blocks start at multiples of a cache line, so that no two threads write to one line. */
const line = 64;
/** Bytes at the end that are never handed out: a vector may be read that begins inside the last block. */
const margin = 64;

/**
 * A memory of blocks. Addresses are in bytes, below 2 GiB, so that they are positive integers of 32 bits.
 *
 * Code may be broken off between any two of its lines. What was being changed then is made anew, from the sizes of the
 * blocks alone, before it is looked at again.
 */
export class Arena {
  readonly memory: LinearMemory;
  readonly shared: boolean;
  readonly initial: number;
  readonly maximum: number;
  /** Bytes in blocks that are reserved. */
  used = 0;
  /** Gives back what is kept only to save time, when there is no room; false if there was nothing. */
  spare: (() => boolean) | undefined;
  /** What is free, by address; neighbours are joined. */
  readonly #free: { address: number; size: number }[] = [];
  readonly #sizes = new Map<number, number>();
  /** Blocks that were claimed, with what was said of each: who claims them may come to look for those that he lost. */
  readonly claims = new Map<number, unknown>();
  /** Buffers of before the memory grew; shared ones stay valid. */
  readonly #buffers = new Set<ArrayBufferLike>();
  readonly #start: number;
  #end: number;
  /** Whether something is in the middle of a change; at the beginning of one, whether the last was broken off. */
  #changes = false;

  /**
   * @param initial pages of 64 KiB to begin with
   * @param maximum pages to grow to, as views of a shared memory survive it
   * @param taken bytes at the start that are not handed out
   * @throws RangeError if the platform has no room
   */
  constructor(initial: number, maximum: number, shared: boolean, taken: number) {
    this.memory = webAssembly ? new webAssembly.Memory({ initial, maximum, shared }) : plainMemory(initial, shared);
    this.shared = shared;
    this.initial = initial;
    this.maximum = maximum;
    this.#buffers.add(this.memory.buffer);
    this.#start = taken;
    this.#end = initial * page;
    this.#free.push({ address: taken, size: this.#end - taken - margin });
  }

  /**
   * A block of at least `bytes`, of unspecified content; 0 where there is no room.
   *
   * @param claim what `claims` is to say of it; left out by who does without
   */
  reserve(bytes: number, claim?: unknown): number {
    if (this.#changes) this.#mend();
    const size = Math.max(line, Math.ceil(bytes / line) * line);
    const index = this.#best(size) ?? (this.#grow(size) || this.spare?.() ? this.#best(size) : undefined);
    if (index === undefined) return 0;
    this.#changes = true;
    const block = this.#free[index]!;
    const { address } = block;
    if (claim !== undefined) this.claims.set(address, claim); // a block without one could be lost
    this.#sizes.set(address, size);
    this.used += size;
    if (block.size === size) this.#free.splice(index, 1);
    else {
      block.address += size;
      block.size -= size;
    }
    this.#changes = false;
    return address;
  }

  /** Gives a block back. Nothing may read or write it any more. */
  release(address: number): void {
    if (this.#changes) this.#mend();
    const size = this.#sizes.get(address);
    if (size === undefined) throw new Error(`no block at ${address}`);
    const place = this.#placeOf(address);
    this.#changes = true;
    this.#sizes.delete(address);
    this.claims.delete(address);
    this.used -= size;
    const before = this.#free[place - 1];
    const after = this.#free[place];
    const joinsBefore = before !== undefined && before.address + before.size === address;
    const joinsAfter = after !== undefined && address + size === after.address;
    if (joinsBefore) before.size += size + (joinsAfter ? after.size : 0);
    else if (joinsAfter) {
      after.address = address;
      after.size += size;
    } else this.#free.splice(place, 0, { address, size });
    if (joinsBefore && joinsAfter) this.#free.splice(place, 1);
    this.#changes = false;
  }

  /** Makes anew what follows from the sizes. */
  #mend(): void {
    this.#end = this.memory.buffer.byteLength;
    this.#buffers.add(this.memory.buffer);
    for (const address of this.claims.keys()) if (!this.#sizes.has(address)) this.claims.delete(address);
    this.#free.length = 0;
    this.used = 0;
    let at = this.#start;
    const freeUntil = (address: number) => {
      if (at < address) this.#free.push({ address: at, size: address - at });
    };
    for (const [address, size] of [...this.#sizes].sort(([a], [b]) => a - b)) {
      freeUntil(address);
      at = address + size;
      this.used += size;
    }
    freeUntil(this.#end - margin);
    this.#changes = false;
  }

  /** The numbers from an address on. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  /** The numbers of double precision from an address on, a multiple of 8. */
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  /** The integers from an address on. */
  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  /** Where an array lies in this memory; 0 if it lies elsewhere. */
  addressOf(numbers: Pick<ArrayBufferView, "buffer" | "byteOffset">): number {
    return this.#buffers.has(numbers.buffer) ? numbers.byteOffset : 0;
  }

  /** The smallest free block that is large enough: what is left over of it is least. */
  #best(size: number): number | undefined {
    let best: number | undefined;
    for (let i = 0; i < this.#free.length; i++) {
      const found = this.#free[i]!.size;
      if (found >= size && (best === undefined || found < this.#free[best]!.size)) best = i;
      if (found === size) break;
    }
    return best;
  }

  /** Makes room at the end: an eighth more than there is, so that many small blocks cost few calls. */
  #grow(size: number): boolean {
    if (!this.shared) return false; // growing would detach every view
    const last = this.#free.at(-1);
    const joins = last !== undefined && last.address + last.size === this.#end - margin;
    const missing = joins ? size - last.size : size;
    for (const bytes of [Math.max(missing, this.#end / 8), missing]) {
      const pages = Math.ceil(bytes / page);
      if (this.#end / page + pages > this.maximum) continue;
      this.#changes = true;
      try {
        this.memory.grow(pages);
      } catch {
        this.#changes = false;
        continue;
      }
      this.#buffers.add(this.memory.buffer);
      if (joins) last.size += pages * page;
      else this.#free.push({ address: this.#end - margin, size: pages * page });
      this.#end += pages * page;
      this.#changes = false;
      return true;
    }
    return false;
  }

  /** How many free blocks lie before an address. */
  #placeOf(address: number): number {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#free[middle]!.address < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Memory for jobs that are translated to JavaScript. Of one size, and one thread's. */
function plainMemory(pages: number, shared: boolean): LinearMemory {
  if (shared) throw new RangeError("memory that threads share is WebAssembly's");
  return {
    buffer: new ArrayBuffer(pages * page),
    grow: () => {
      throw new RangeError("this memory does not grow");
    },
  };
}
