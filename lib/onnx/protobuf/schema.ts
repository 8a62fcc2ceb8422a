/** What a field of a protobuf message holds, by the names of the language of `.proto` files. */
export type FieldKind =
  | "int32"
  | "uint64"
  | "float"
  | "double"
  | "string"
  | "bytes"
  /** A bigint. */
  | "int64"
  /** An int64 that counts something or names a version: a number, refused where that is not exact. */
  | "size"
  /** A message of its own; a function, as messages hold each other. */
  | (() => Schema);

/** One field of a message: its number on the wire, and how it is read. */
export interface Field {
  readonly number: number;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  /** Whether a missing one is told from one that is zero or empty: it is undefined then. Bytes and messages always are. */
  readonly optional: boolean;
}

/** A kind of message: its name in onnx.proto, for errors, and its fields by the names they have here. */
export interface Schema<T = unknown> {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** The same by their numbers. */
  readonly byNumber: ReadonlyMap<number, readonly [name: string, field: Field]>;
  /** Never there at run time: which type of object it describes. */
  readonly describes?: T;
}

/** Any part of a message, at any depth; what is left out is not written. */
export type Draft<T> = T extends Uint8Array | ArrayLike<number>
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]?: Draft<NonNullable<T[Name]>> | undefined }
      : T;

/** A kind of message whose fields are those of a type: the compiler refuses a table that lacks one, or has one more. */
export function schema<T>(name: string, fields: { readonly [Name in keyof Required<T>]: Field }): Schema<T> {
  const byNumber = new Map(Object.entries<Field>(fields).map((entry) => [entry[1].number, entry]));
  return { name, fields, byNumber };
}

/** A field that is there once or not at all. */
export function one(number: number, kind: FieldKind): Field {
  return { number, kind, repeated: false, optional: kind === "bytes" || typeof kind === "function" };
}

/** A field that is there once or not at all, and it matters which. */
export function maybe(number: number, kind: FieldKind): Field {
  return { number, kind, repeated: false, optional: true };
}

/** A field that is a list. */
export function many(number: number, kind: FieldKind): Field {
  return { number, kind, repeated: true, optional: false };
}
