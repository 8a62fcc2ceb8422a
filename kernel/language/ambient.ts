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
];

/** Declarations that every cell sees. */
export const ambientDeclarations: string = [
  // Before 5.3, import() took assertions, by another name.
  "interface ImportCallOptions { with?: { readonly [name: string]: string } }",
  "interface SuppressedError extends Error { error: any; suppressed: any }",
  "declare var SuppressedError: { new (error: any, suppressed: any, message?: string): SuppressedError; readonly prototype: SuppressedError };",
  ...beyond.filter(([isThere]) => isThere).map(([, declaration]) => declaration),
].join("\n");
