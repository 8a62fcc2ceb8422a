import { webAssembly } from "./web-assembly.ts";

/** The methods that give a changed copy (ECMAScript 2023), which an array and a typed array have. */
const copies = (item: string, array = `${item}[]`): string =>
  `toReversed(): ${array}; toSorted(compare?: (a: ${item}, b: ${item}) => number): ${array}; with(index: number, value: ${item}): ${array};`;

const typedArrays = (item: string, names: readonly string[]): string =>
  names.map((name) => `interface ${name}Array { ${copies(item, `${name}Array`)} }`).join("\n");

const setMethods = `union<U>(other: ReadonlySetLike<U>): Set<T | U>; intersection<U>(other: ReadonlySetLike<U>): Set<T & U>;
  difference<U>(other: ReadonlySetLike<U>): Set<T>; symmetricDifference<U>(other: ReadonlySetLike<U>): Set<T | U>;
  isSubsetOf(other: ReadonlySetLike<unknown>): boolean; isSupersetOf(other: ReadonlySetLike<unknown>): boolean;
  isDisjointFrom(other: ReadonlySetLike<unknown>): boolean`;

/** What the engine has beyond the types of its compiler: declared only where it is there. */
const beyond: [isThere: boolean, declaration: string][] = [
  [
    "navigator" in globalThis,
    "declare var navigator: { readonly hardwareConcurrency: number; readonly language: string; readonly languages: readonly string[]; readonly platform: string; readonly userAgent: string };",
  ],
  [
    "withResolvers" in Promise,
    "interface PromiseConstructor { withResolvers<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: any) => void } }",
  ],
  [
    "groupBy" in Object,
    `interface ObjectConstructor { groupBy<K extends PropertyKey, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Partial<Record<K, T[]>> }
     interface MapConstructor { groupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> }`,
  ],
  [
    "toSorted" in Array.prototype,
    `interface Array<T> { ${copies("T")} toSpliced(start: number, deleteCount?: number, ...items: T[]): T[] }
     interface ReadonlyArray<T> { ${copies("T")} toSpliced(start: number, deleteCount?: number, ...items: T[]): T[] }
     ${typedArrays("number", ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64"])}
     ${typedArrays("bigint", ["BigInt64", "BigUint64"])}
     interface String { isWellFormed(): boolean; toWellFormed(): string }`,
  ],
  [
    "fromAsync" in Array,
    `interface ArrayConstructor {
       fromAsync<T>(items: AsyncIterable<T> | Iterable<T | PromiseLike<T>> | ArrayLike<T | PromiseLike<T>>): Promise<T[]>;
       fromAsync<T, U>(items: AsyncIterable<T> | Iterable<T> | ArrayLike<T>, map: (item: Awaited<T>, index: number) => U): Promise<Awaited<U>[]>;
     }`,
  ],
  [
    "union" in Set.prototype,
    `interface ReadonlySetLike<T> { keys(): Iterator<T>; has(value: T): boolean; readonly size: number }
     interface Set<T> { ${setMethods} }
     interface ReadonlySet<T> { ${setMethods} }`,
  ],
];

/** Declarations that every cell sees. */
export const ambientDeclarations: string = [
  // Before 5.3, import() took assertions, by another name.
  "interface ImportCallOptions { with?: { readonly [name: string]: string } }",
  "interface SuppressedError extends Error { error: any; suppressed: any }",
  "declare var SuppressedError: { new (error: any, suppressed: any, message?: string): SuppressedError; readonly prototype: SuppressedError };",
  webAssembly,
  ...beyond.filter(([isThere]) => isThere).map(([, declaration]) => declaration),
].join("\n");
