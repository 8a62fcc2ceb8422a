/**
 * The names of a record of layers in the order in which they were written, as a type: `["conv1", "relu1", "fc"]`.
 *
 * A union of names has no order. Overloads have: the compiler collects what several properties ask of one type parameter in
 * the properties' order, and what they ask of an argument adds up to overloads, of which a conditional type reads the last.
 */
export type NamesInOrder<L> = Last<{ [Name in keyof L as KnownName<Name>]: L[Name] }, readonly []>;

/** A name, and not "any name" of an index signature. */
export type KnownName<Name> = string extends Name ? never : number extends Name ? never : Name;

/** Reads names from the end, as long as there are any. */
type Last<L, Found extends readonly unknown[]> = ReadEight<
  L,
  Found,
  Overloads<{ [Name in keyof L as Exclude<Name, Found[number]>]: (take: (name: Name) => void) => void }>
>;

/** Eight names at once. Where there are fewer, TypeScript 5 finds none of them, and 7 the first one several times. */
type ReadEight<L, Found extends readonly unknown[], Takes> =
  Takes extends Eight<infer A, infer B, infer C, infer D, infer E, infer F, infer G, infer H>
    ? [A] extends [B]
      ? ReadOne<L, Found, Takes>
      : Last<L, readonly [A, B, C, D, E, F, G, H, ...Found]>
    : ReadOne<L, Found, Takes>;

type ReadOne<L, Found extends readonly unknown[], Takes> = Takes extends (name: infer Name) => void
  ? Last<L, readonly [Name, ...Found]>
  : Found;

/** One function that takes each of the names: as overloads, in the properties' order. */
type Overloads<Asking> = Asking extends { [Name in keyof Asking]: (take: infer Take) => void } ? Take : never;

interface Eight<A, B, C, D, E, F, G, H> {
  (name: A): void;
  (name: B): void;
  (name: C): void;
  (name: D): void;
  (name: E): void;
  (name: F): void;
  (name: G): void;
  (name: H): void;
}
