import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Draft, Field, FieldKind, Schema } from "./schema.ts";

/**
 * The bytes of a message: fields in the order of its schema, lists of numbers packed, as ONNX's own writers do for tensors.
 * What is undefined is left out; zeros and empty texts that are given are written.
 */
export function writeMessage<T>(message: Draft<T>, schema: Schema<T>): Uint8Array {
  const writer = new BinaryWriter();
  write(writer, message as Readonly<Record<string, unknown>>, schema);
  return writer.finish();
}

function write(writer: BinaryWriter, message: Readonly<Record<string, unknown>>, schema: Schema): void {
  for (const [name, field] of Object.entries(schema.fields)) {
    const value = message[name];
    if (value === undefined) continue;
    if (field.repeated) writeList(writer, field, value as ArrayLike<unknown>);
    else writeOne(writer, field, value);
  }
}

function writeList(writer: BinaryWriter, field: Field, values: ArrayLike<unknown>): void {
  const { kind } = field;
  if (typeof kind === "function" || kind === "string" || kind === "bytes") {
    for (const value of Array.from(values)) writeOne(writer, field, value);
    return;
  }
  if (values.length === 0) return;
  writer.tag(field.number, WireType.LengthDelimited).fork();
  for (let i = 0; i < values.length; i++) writeNumber(writer, kind, values[i]);
  writer.join();
}

function writeOne(writer: BinaryWriter, { number, kind }: Field, value: unknown): void {
  if (typeof kind === "function") {
    writer.tag(number, WireType.LengthDelimited).fork();
    write(writer, value as Readonly<Record<string, unknown>>, kind());
    writer.join();
  } else if (kind === "string") writer.tag(number, WireType.LengthDelimited).string(value as string);
  else if (kind === "bytes") writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
  else {
    const wireType = kind === "float" ? WireType.Bit32 : kind === "double" ? WireType.Bit64 : WireType.Varint;
    writeNumber(writer.tag(number, wireType), kind, value);
  }
}

function writeNumber(
  writer: BinaryWriter,
  kind: Exclude<FieldKind, "string" | "bytes" | (() => Schema)>,
  value: unknown,
): void {
  if (kind === "int64" || kind === "uint64") writer[kind](value as bigint);
  else if (kind === "size") writer.int64(value as number);
  else writer[kind](value as number);
}
