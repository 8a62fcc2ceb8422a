/** How a WebAssembly module is written as bytes (WebAssembly Core Specification 2.0, chapter 5, "Binary Format"). */

/** Bytes of code or of a section, to be joined. */
export type Bytes = readonly number[];

/** The types of values, by their code (section 5.3.1). */
export const valueTypes = { i32: 0x7f, f32: 0x7d, f32x4: 0x7b, i32x4: 0x7b, f64x2: 0x7b } as const;

/** The type of a value: an integer or address, a number, a vector of either or of two numbers of double precision. */
export type ValueType = keyof typeof valueTypes;

/** An unsigned integer in base 128, lowest digits first (LEB128, section 5.2.2). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const digit = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? digit : digit | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** A signed integer of 32 bits in base 128: the last digit's bit 6 is its sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const digit = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && !(digit & 0x40)) || (rest === -1 && digit & 0x40)) return [...bytes, digit];
    bytes.push(digit | 0x80);
  }
}

/** A number of 32 bits, lowest byte first (IEEE 754 binary32). */
export function float(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

/** A vector of items: their count, then each (section 5.1.3). */
export function vector(items: readonly Bytes[]): number[] {
  return unsigned(items.length).concat(...items);
}

/** One function of a module. */
export interface FunctionBytes {
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly code: Bytes;
}

/** How large the memory is that a module is given, in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/** A module with one function, exported as `run`, on the memory imported as `env.memory`. */
export function moduleBytes(f: FunctionBytes, memory: MemoryLimits): Uint8Array {
  const functionType = [0x60, ...vector(f.parameters.map((type) => [valueTypes[type]])), 0];
  const imported = [
    ...name("env"),
    ...name("memory"),
    0x02,
    memory.shared ? 0x03 : 0x01,
    ...unsigned(memory.initial),
    ...unsigned(memory.maximum),
  ];
  const body = vector(f.locals.map((type) => [1, valueTypes[type]])).concat(f.code, 0x0b);
  const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]; // "\0asm", 1
  return new Uint8Array(
    magicAndVersion.concat(
      section(1, vector([functionType])),
      section(2, vector([imported])),
      section(3, vector([unsigned(0)])),
      section(7, vector([[...name("run"), 0x00, ...unsigned(0)]])),
      section(10, vector([unsigned(body.length).concat(body)])),
    ),
  );
}

function section(id: number, content: Bytes): number[] {
  return [id].concat(unsigned(content.length), content);
}

function name(text: string): number[] {
  return vector([...text].map((letter) => [letter.charCodeAt(0)]));
}

/** Reads back what the functions above write. */
export class ByteReader {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  /** As {@link unsigned} writes it. */
  unsigned(): number {
    return this.#digits().value >>> 0;
  }

  /** As {@link signed} writes it. */
  signed(): number {
    const { value, bits, last } = this.#digits();
    return bits < 32 && last & 0x40 ? value | (-1 << bits) : value;
  }

  /** As {@link float} writes it. */
  float(): number {
    return new Float32Array(Int32Array.of(this.word()).buffer)[0]!;
  }

  /** Four bytes, lowest first. */
  word(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }

  #digits(): { readonly value: number; readonly bits: number; readonly last: number } {
    let value = 0;
    for (let bits = 0; ; ) {
      const last = this.byte();
      value |= (last & 0x7f) << bits;
      bits += 7;
      if (last < 0x80) return { value, bits, last };
    }
  }
}
