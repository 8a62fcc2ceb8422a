/** What a translation knows at a place in the code: values on WebAssembly's stack, as text, and the lines so far. */

import type { ByteReader } from "./encoding.ts";
import type { Kind } from "./translate-operations.ts";

/**
 * A value on the stack: an expression for each lane, free of effects. Vectors that come from memory, and constants, are
 * `bits`: of whichever kind they are used as.
 */
export interface Value {
  readonly kind: Kind | "bits";
  readonly lanesAs: (kind: Kind) => readonly string[];
}

/** The operands of operations yet to come, and the lines of JavaScript that come before. */
export class Stack {
  readonly lines: string[] = [];
  readonly #code: ByteReader;
  readonly #values: Value[] = [];
  #names = 0;

  /** @param code whose bytes behind an operation say where in memory it reads or writes */
  constructor(code: ByteReader) {
    this.#code = code;
  }

  /** What the value on top is. */
  get kind(): Value["kind"] | undefined {
    return this.#values.at(-1)?.kind;
  }

  push(kind: Kind, ...lanes: readonly string[]): void {
    this.#values.push({
      kind,
      lanesAs: (wanted) => {
        if (wanted !== kind) throw new Error(`translate: ${kind} where ${wanted} belong`);
        return lanes;
      },
    });
  }

  /** Pushes a vector of whichever kind it is used as. */
  pushBits(lanesAs: (kind: Kind) => readonly string[]): void {
    this.#values.push({ kind: "bits", lanesAs });
  }

  /** Takes the value on top, which is of that kind. */
  pop(kind: Kind): readonly string[] {
    return this.#values.pop()!.lanesAs(kind);
  }

  /** Takes a single value. */
  popOne(kind: "i32" | "f32"): string {
    return this.pop(kind)[0]!;
  }

  /** Replaces values by what moves their bits alone: of their kind, which is as open as all of theirs. */
  combine(count: number, combine: (...values: (readonly string[])[]) => readonly string[]): void {
    const values = this.#values.splice(-count);
    const lanesAs = (kind: Kind) => combine(...values.map((value) => value.lanesAs(kind)));
    const known = values.find(({ kind }) => kind !== "bits")?.kind;
    if (known === undefined || known === "bits") this.pushBits(lanesAs);
    else this.push(known, ...lanesAs(known));
  }

  /** Replaces operands by an operation's results, lane by lane. */
  apply(operands: readonly Kind[], result: Kind, text: (...lanes: readonly string[]) => string): void {
    const values = operands.map(() => [] as readonly string[]);
    for (let i = operands.length - 1; i >= 0; i--) values[i] = this.pop(operands[i]!);
    this.push(result, ...values[0]!.map((_, lane) => text(...values.map((lanes) => lanes[lane]!))));
  }

  /** A name for what is computed now. */
  keep(value: string): string {
    const name = `t${this.#names++}`;
    this.lines.push(`const ${name} = ${value};`);
    return name;
  }

  /** The index for the address on top and the operation's constant, in numbers of 2^`logarithm` bytes. */
  place(logarithm: number): string {
    this.#code.unsigned(); // alignment
    const offset = this.#code.unsigned();
    const address = this.popOne("i32");
    return offset === 0 ? `${address} >> ${logarithm}` : `(${address} + ${offset}) >> ${logarithm}`;
  }
}
