/**
 * Jobs: WebAssembly code that any number of threads run together, item by item. What an item computes never depends on
 * which thread does it or how many there are, so neither do the bits of the result.
 */

import { Arena } from "./arena.ts";
import { Code, LocalI32 } from "./code.ts";
import { moduleBytes } from "./encoding.ts";
import { bestInstructions } from "./features.ts";
import { webAssembly } from "./platform.ts";
import { dispatch, type Run, type SharedCode, settle, shareBytes } from "./threads.ts";
import { translate, type Views } from "./translate.ts";
import type { F32, I32 } from "./values.ts";
import { words } from "./words.ts";

/** The types of a job's parameters, by their names. */
export type Parameters = Readonly<Record<string, "i32" | "f32">>;

type Read<P extends Parameters> = { readonly [K in keyof P]: P[K] extends "f32" ? F32 : LocalI32 };

let translates: () => boolean = () => false;

/** Says when jobs run as JavaScript, on this thread alone, instead of as WebAssembly. Asked at each run. */
export function translateWhere(condition: () => boolean): void {
  translates = condition;
}

let arena: Arena | null | undefined;

/**
 * The memory that jobs work on, made at the first call; null where jobs cannot run, or there is no room. Who asks for it may
 * use it: a job that was broken off, to which threads may still be writing, is over by then.
 */
export function workMemory(): Arena | null {
  if (arena === undefined && (bestInstructions() !== "typescript" || translates())) arena = makeArena();
  if (arena) settle(arena);
  return arena ?? null;
}

/** Shared and growing if that is allowed; else of one fixed size, as views of it would not survive its growth. */
function makeArena(): Arena | null {
  for (const [initial, maximum, shared] of [
    [1024, 32_768, true],
    [1024, 8192, true],
    [8192, 8192, false],
    [1024, 1024, false],
  ] as const) {
    try {
      return new Arena(initial, maximum, shared, words.bytes);
    } catch {
      // The next one asks for less.
    }
  }
  return null;
}

const mostParameters = (words.bytes - words.parameters) / 4;
let places: { readonly floats: Float32Array; readonly ints: Int32Array } | undefined;

/** Code for threads, with its parameters. Compiled at its first run. */
export class Job<P extends Parameters> {
  readonly #parameters: P;
  readonly #names: readonly (keyof P & string)[];
  readonly #build: (code: Code, parameters: Read<P>, item: LocalI32, scratch: LocalI32) => void;
  #compiled: SharedCode | undefined;
  #translated: SharedCode | undefined;

  /**
   * @param parameters names and types: integers and addresses are `i32`
   * @param build writes the code of one item, given its index and the address of memory of the thread's own
   */
  constructor(parameters: P, build: (code: Code, parameters: Read<P>, item: LocalI32, scratch: LocalI32) => void) {
    this.#parameters = parameters;
    this.#names = Object.keys(parameters);
    this.#build = build;
  }

  /**
   * Runs items 0 to `items` − 1, on all threads if it is worth their waking, and returns when all are done.
   *
   * @param values one for each parameter
   * @param scratch bytes of memory that each thread needs for itself
   * @param work about how many elementary operations all items are
   */
  run(values: { readonly [K in keyof P]: number }, items: number, work: number, scratch = 0): void {
    const memory = workMemory()!;
    const translated = translates();
    if (translated) this.#translated ??= this.#translate(memory);
    else this.#compiled ??= this.#compile(memory);
    const code = (translated ? this.#translated : this.#compiled)!;
    // One view for all jobs: to make one costs as much as the rest, and this part of the memory stays when it grows.
    places ??= {
      floats: memory.floats(words.parameters, mostParameters),
      ints: memory.ints(words.parameters, mostParameters),
    };
    const { floats, ints } = places;
    const names = this.#names;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (this.#parameters[name] === "f32") floats[i] = values[name];
      else ints[i] = values[name];
    }
    dispatch(memory, code, items, translated ? 0 : work, scratch); // without work, nobody else is woken
  }

  #translate(memory: Arena): SharedCode {
    const code = this.#write(false);
    const run = translate(4, code.locals, code.bytes);
    return { name: this.#name, run: (...given) => run(viewsOf(memory), ...given), address: 0, length: 0 };
  }

  #compile(memory: Arena): SharedCode {
    const code = this.#write(memory.shared);
    const bytes = moduleBytes(
      { parameters: ["i32", "i32", "i32", "i32"], locals: code.locals, code: code.bytes },
      memory,
    );
    const address = shareBytes(memory, bytes);
    const instance = new webAssembly!.Instance(new webAssembly!.Module(bytes), { env: { memory: memory.memory } });
    return { name: this.#name, run: instance.exports.run as Run, address, length: bytes.length };
  }

  get #name(): string {
    return `job(${this.#names.join(", ")})`;
  }

  /** The code, for threads that share the items or for one alone. */
  #write(shared: boolean): Code {
    const code = new Code(4);
    const [block, counter, items, scratch] = [0, 1, 2, 3].map((index) => new LocalI32(index)) as [
      LocalI32,
      LocalI32,
      LocalI32,
      LocalI32,
    ];
    const parameters: Record<string, I32 | F32> = {};
    Object.entries(this.#parameters).forEach(([name, type], i) => {
      parameters[name] = type === "f32" ? code.f32(block.loadF32(4 * i)) : code.i32(block.loadI32(4 * i));
    });
    const item = code.i32(code.fetchAndIncrement(counter, shared));
    code.during(item.isLess(items), () => {
      this.#build(code, parameters as Read<P>, item, scratch);
      code.set(item, code.fetchAndIncrement(counter, shared));
    });
    return code;
  }
}

let views: Views | undefined;

/** Views of all of a memory, made anew when it has grown. */
function viewsOf({ memory: { buffer } }: Arena): Views {
  if (views?.f32.buffer !== buffer) {
    const all = buffer as ArrayBuffer;
    views = {
      f32: new Float32Array(all),
      i32: new Int32Array(all),
      f64: new Float64Array(all),
      bytes: new Uint8Array(all),
    };
  }
  return views!;
}
