import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { DataError } from "../../errors.ts";
import type { Field, FieldKind, Schema } from "./schema.ts";

/** How deep messages may hold each other, as protobuf's own readers allow. */
const mostDepth = 100;

/**
 * Reads a message. Bytes in it are views of `bytes`, not copies; a list of numbers never takes more than ten times the room
 * that it takes in the file.
 *
 * @param file the file's name, for errors
 * @throws DataError with the offset of what cannot be read: an end in the middle, a field of another wire type, a text that is
 *   not UTF-8, messages more than 100 deep
 */
export function readMessage<T>(bytes: Uint8Array, schema: Schema<T>, file: string): T {
  return new MessageReader(bytes, file).message(schema, bytes.length, 0) as T;
}

/** Where messages begin in the files that they were read from. */
const offsets = new WeakMap<object, number>();

/** Where a message begins in its file, for errors; 0 for one that was in none. */
export function offsetOf(message: object): number {
  return offsets.get(message) ?? 0;
}

/** The wire type that each kind of number has, alone; in a packed list they come as bytes. */
const wireTypes: Readonly<Record<Exclude<FieldKind, () => Schema>, WireType>> = {
  int32: WireType.Varint,
  int64: WireType.Varint,
  uint64: WireType.Varint,
  size: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #reader: BinaryReader;
  readonly #file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // slices of a Buffer would be no copies
    this.#reader = new BinaryReader(bytes);
    this.#file = file;
  }

  message(schema: Schema, end: number, depth: number): object {
    if (depth > mostDepth) throw this.#wrong(`messages at most ${mostDepth} deep`, `${schema.name} deeper`);
    const message: Record<string, unknown> = {};
    offsets.set(message, this.#reader.pos);
    for (const [name, field] of Object.entries(schema.fields)) message[name] = missing(field);
    while (this.#reader.pos < end) this.#field(schema, message, end, depth);
    return message;
  }

  #field(schema: Schema, message: Record<string, unknown>, end: number, depth: number): void {
    const [number, wireType] = this.#guarded(`a field of ${schema.name}`, end, () => this.#reader.tag());
    const [name, field] = schema.byNumber.get(number) ?? [];
    const what = `field ${number} of ${schema.name}${name === undefined ? "" : `, ${name}`}`;
    if (name === undefined || field === undefined) {
      this.#guarded(what, end, () => this.#reader.skip(wireType, number));
      return;
    }
    const { kind } = field;
    const expected = typeof kind === "function" ? WireType.LengthDelimited : wireTypes[kind];
    const packed = field.repeated && wireType === WireType.LengthDelimited && expected !== WireType.LengthDelimited;
    if (wireType !== expected && !packed) throw this.#wrong(`wire type ${expected} of ${what}`, `type ${wireType}`);
    if (packed) message[name] = this.#packed(message[name], kind as "int32", what, end);
    else if (typeof kind === "function") {
      const inner = this.message(kind(), this.#length(what, end), depth + 1);
      if (field.repeated) (message[name] as unknown[]).push(inner);
      else message[name] = inner;
    } else {
      const value = this.#scalar(kind, what, end);
      if (field.repeated) message[name] = extended(message[name], [value]);
      else message[name] = value;
    }
  }

  /** Where what has a length in front of it ends. */
  #length(what: string, end: number): number {
    const length = this.#guarded(`the length of ${what}`, end, () => this.#reader.uint32());
    const { pos } = this.#reader;
    if (length <= end - pos) return pos + length;
    throw this.#wrong(`${length} bytes of ${what}`, `the end ${end - pos} bytes on`);
  }

  #scalar(kind: Exclude<FieldKind, () => Schema>, what: string, end: number): unknown {
    if (kind === "bytes" || kind === "string") {
      const from = this.#reader.pos;
      const until = this.#length(what, end);
      if (kind === "bytes") {
        const bytes = this.#bytes.subarray(this.#reader.pos, until);
        this.#reader.pos = until;
        return bytes;
      }
      this.#reader.pos = from;
      return this.#guarded(what, end, () => this.#reader.string(true));
    }
    if (kind !== "size") return this.#guarded(what, end, () => this.#reader[kind]());
    const value = Number(this.#guarded(what, end, () => this.#reader.int64()));
    if (Number.isSafeInteger(value)) return value;
    throw this.#wrong(`${what} below 2^53`, `${value}`);
  }

  /** A list of numbers behind each other; one list may come in several parts. */
  #packed(before: unknown, kind: "int32" | "float" | "double", what: string, end: number): unknown {
    const until = this.#length(what, end);
    if (kind === "float" || kind === "double") {
      const width = kind === "float" ? 4 : 8;
      const from = this.#reader.pos;
      if ((until - from) % width !== 0) throw this.#wrong(`a multiple of ${width} bytes`, `${until - from} of ${what}`);
      const { buffer } = this.#bytes.slice(from, until); // a copy begins at a multiple of eight bytes
      this.#reader.pos = until;
      const part = kind === "float" ? new Float32Array(buffer) : new Float64Array(buffer);
      return (before as ArrayLike<number>).length === 0 ? part : extended(before, part);
    }
    const values = before as unknown[];
    while (this.#reader.pos < until) values.push(this.#scalar(kind, what, until));
    return values;
  }

  /** What a function of the reader gives; its errors with the place, and none that reads beyond the end of its message. */
  #guarded<R>(what: string, end: number, f: () => R): R {
    const from = this.#reader.pos;
    try {
      const value = f();
      if (this.#reader.pos <= end) return value;
    } catch (error) {
      if (this.#reader.pos <= end && from < end) {
        throw this.#wrong(what, error instanceof Error ? error.message : String(error), from);
      }
    }
    throw this.#wrong(what, "the end in the middle of it", from);
  }

  #wrong(expected: string, found: string, at = this.#reader.pos): DataError {
    return new DataError(this.#file, expected, `${found}, at byte ${at}`);
  }
}

/** A list with more behind it: the list itself, where it is a plain one. */
function extended(list: unknown, more: ArrayLike<unknown>): unknown[] {
  const plain = Array.isArray(list) ? list : Array.from(list as ArrayLike<unknown>);
  for (let i = 0; i < more.length; i++) plain.push(more[i]);
  return plain;
}

/** What a field is that a file leaves out. */
function missing({ kind, repeated, optional }: Field): unknown {
  if (repeated) return [];
  if (optional) return undefined;
  if (kind === "string") return "";
  return kind === "int64" || kind === "uint64" ? 0n : 0;
}
