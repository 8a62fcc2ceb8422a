/**
 * Jobs without WebAssembly's SIMD: the code that this folder writes, and nothing else, as a function in JavaScript. It
 * does the same operations in the same order, each rounded as there, so the results have the same bits, but for which
 * of the many NaN a NaN is. A vector is four variables. For one thread.
 */

import { ByteReader, type Bytes, type ValueType } from "./encoding.ts";
import { type Kind, literal, scalarOperations } from "./translate-operations.ts";
import { Stack } from "./translate-stack.ts";
import { translateVector } from "./translate-vectors.ts";

/** A translated function. Its memory is given by views; its parameters are integers. */
export type Translated = (views: Views, ...parameters: readonly number[]) => void;

/** All of a memory, as the types of numbers that code reads and writes. */
export interface Views {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly bytes: Uint8Array;
}

/**
 * Translates a function.
 *
 * @param parameters how many there are; all are `i32`
 * @throws Error where code may not be made from text, as a page's Content-Security-Policy can have it
 */
export function translate(parameters: number, locals: readonly ValueType[], code: Bytes): Translated {
  const names = Array.from({ length: parameters }, (_, i) => `v${i}`);
  const body = new Translation(parameters, locals, code).text();
  try {
    // The text comes from the bytes that this folder has written: no string from outside is in it.
    // oxlint-disable-next-line typescript/no-implied-eval
    return new Function("views", ...names, body) as Translated;
  } catch (cause) {
    if (!(cause instanceof EvalError)) throw cause;
    throw new Error(
      "reproducible: this engine has no WebAssembly SIMD, and its Content-Security-Policy refuses the JavaScript that " +
        "would stand in; allow 'unsafe-eval', or set reproducible to false",
      { cause },
    );
  }
}

const endOfLoop = "break; }";

class Translation {
  readonly #code: ByteReader;
  readonly #stack: Stack;
  readonly #parameters: number;
  readonly #locals: readonly ValueType[];
  /** What each local is, once it has been set: a vector of four numbers may be a mask, which is four integers. */
  readonly #kinds: (Kind | undefined)[];
  /** What each open block ends with. */
  readonly #ends: string[] = [];

  constructor(parameters: number, locals: readonly ValueType[], code: Bytes) {
    this.#code = new ByteReader(code);
    this.#stack = new Stack(this.#code);
    this.#parameters = parameters;
    this.#locals = locals;
    this.#kinds = Array.from({ length: parameters }, () => "i32");
  }

  /** The function's body. */
  text(): string {
    while (!this.#code.done) this.#step(this.#code.byte());
    const declared = this.#kinds.slice(this.#parameters).flatMap((kind, i) => {
      return lanesOf(this.#parameters + i, kind!).map((name) => `let ${name} = 0;`);
    });
    const start = '"use strict"; const { f32, i32, f64, bytes } = views, f = Math.fround;';
    return [start, ...declared, ...this.#stack.lines].join("\n");
  }

  #step(operation: number): void {
    const [code, stack] = [this.#code, this.#stack];
    const scalar = scalarOperations.get(operation);
    if (scalar) stack.apply(scalar.operands, scalar.result, scalar.text);
    else if (operation === 0x20) this.#read(code.unsigned());
    else if (operation === 0x21) this.#set(code.unsigned());
    else if (operation === 0x41) stack.push("i32", literal(code.signed()));
    else if (operation === 0x43) stack.push("f32", literal(code.float()));
    else if (operation === 0x1b) this.#select();
    else if (operation === 0x28) stack.push("i32", `i32[${stack.place(2)}]`);
    else if (operation === 0x2a) stack.push("f32", `f32[${stack.place(2)}]`);
    else if (operation === 0x36) this.#store("i32");
    else if (operation === 0x38) this.#store("f32");
    else if (operation === 0xfc) this.#fillOrCopy(code.unsigned());
    else if (operation === 0xfd) {
      const vector = code.unsigned();
      if (!translateVector(vector, code, stack)) throw unknown(vector);
    } else this.#control(operation);
  }

  /** Loops, branches back to their start, conditions. */
  #control(operation: number): void {
    const { lines } = this.#stack;
    if (operation === 0x03) this.#open("for (;;) {", endOfLoop);
    else if (operation === 0x04) this.#open(`if (${this.#stack.popOne("i32")}) {`, "}");
    else if (operation === 0x05) lines.push("} else {");
    else if (operation === 0x0d) {
      const inLoop = this.#ends.at(-1) === endOfLoop;
      if (this.#code.unsigned() !== 0 || !inLoop) throw new Error("translate: a branch repeats the loop that it is in");
      lines.push(`if (${this.#stack.popOne("i32")}) continue;`);
    } else if (operation === 0x0b) lines.push(this.#ends.pop()!);
    else throw unknown(operation);
  }

  #open(start: string, end: string): void {
    this.#code.byte(); // the block's type: none
    this.#stack.lines.push(start);
    this.#ends.push(end);
  }

  #select(): void {
    const condition = this.#stack.popOne("i32");
    this.#stack.combine(2, (a, b) => a.map((lane, i) => `(${condition} ? ${lane} : ${b[i]})`));
  }

  #read(index: number): void {
    const kind = this.#kinds[index];
    if (kind === undefined) throw new Error(`translate: local ${index} is read before it is set`);
    this.#stack.push(kind, ...lanesOf(index, kind));
  }

  #set(index: number): void {
    const kind = this.#kinds[index] ?? this.#kindOf(index);
    this.#kinds[index] = kind;
    const lanes = this.#stack.pop(kind);
    this.#stack.lines.push(
      lanesOf(index, kind)
        .map((name, i) => `${name} = ${lanes[i]};`)
        .join(" "),
    );
  }

  /** The kind of a local that is about to be set for the first time. */
  #kindOf(index: number): Kind {
    const type = this.#locals[index - this.#parameters]!;
    if (type === "i32" || type === "f32") return type;
    if (type === "f64x2") return "doubles";
    return type === "i32x4" || this.#stack.kind === "integers" ? "integers" : "floats";
  }

  #store(kind: "i32" | "f32"): void {
    const value = this.#stack.popOne(kind);
    this.#stack.lines.push(`${kind}[${this.#stack.place(2)}] = ${value};`);
  }

  #fillOrCopy(operation: number): void {
    const copies = operation === 0x0a;
    if (!copies && operation !== 0x0b) throw unknown(operation);
    for (let memories = copies ? 2 : 1; memories > 0; memories--) this.#code.unsigned();
    const length = this.#stack.popOne("i32");
    const source = this.#stack.popOne("i32"); // an address, or the byte to fill with
    const to = this.#stack.popOne("i32");
    const call = copies
      ? `copyWithin(${to}, ${source}, ${source} + ${length})`
      : `fill(${source}, ${to}, ${to} + ${length})`;
    this.#stack.lines.push(`bytes.${call};`);
  }
}

function lanesOf(index: number, kind: Kind): string[] {
  if (kind === "i32" || kind === "f32") return [`v${index}`];
  return Array.from({ length: kind === "doubles" ? 2 : 4 }, (_, i) => `v${index}_${i}`);
}

function unknown(operation: number): Error {
  return new Error(`translate: operation 0x${operation.toString(16)} has no translation`);
}
