/**
 * The little of WebAssembly, and of Node, that this folder uses, as types: the compiler knows neither here, since the
 * library runs in browsers too, and a platform may lack any of it.
 */

/** A compiled module; opaque. */
export type CompiledModule = object;

/** Memory that WebAssembly code reads and writes. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Adds pages of 64 KiB; returns how many there were. @throws RangeError where there is no room */
  grow(pages: number): number;
}

/** The global `WebAssembly`. */
export interface WebAssemblyPlatform {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (
    module: CompiledModule,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => LinearMemory;
}

/** What a Node process offers beyond the language. */
export interface NodeProcess {
  readonly versions: { readonly v8?: string; readonly node?: string };
  /** A module of Node's own, without an import that a browser would trip over; from Node 20.16. */
  getBuiltinModule?(name: string): unknown;
}

const globals = globalThis as unknown as { WebAssembly?: WebAssemblyPlatform; process?: NodeProcess };

/** WebAssembly, or undefined where the platform has none or refuses it. */
export const webAssembly = globals.WebAssembly;

/** One of Node's own modules; undefined elsewhere. */
export function nodeModule<M>(name: string): M | undefined {
  return globals.process?.getBuiltinModule?.(name) as M | undefined;
}

/** V8's major version, 0 in another engine. */
export function v8Version(): number {
  return Number.parseInt(globals.process?.versions.v8 ?? "0", 10);
}
