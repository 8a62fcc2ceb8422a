import type TypeScript from "@tslab/typescript-for-tslab";

type Compiler = typeof TypeScript;
type Resolved = TypeScript.ResolvedModuleWithFailedLookupLocations;

/** Files that do not change while a kernel lives: those of some folders, and what these import in turn. */
export class Libraries {
  readonly #folders: readonly string[];
  readonly #imported = new Set<string>();
  /** By the importing file and the name. Looking for a file takes as long as reading it, and for one that is not there too. */
  readonly resolved = new Map<string, Resolved>();

  /** @param folders what the files' paths begin with */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  has(path: string): boolean {
    return this.#imported.has(path) || this.#folders.some((start) => path.startsWith(start));
  }

  add(path: string): void {
    this.#imported.add(path);
  }
}

/** Finds the files that imports mean; those of libraries once a process. */
export class ModuleResolution {
  readonly #ts: Compiler;
  readonly #libraries: Libraries;
  readonly #folder: string;
  #cache: TypeScript.ModuleResolutionCache;

  constructor(ts: Compiler, folder: string, libraries: Libraries) {
    this.#ts = ts;
    this.#folder = folder;
    this.#libraries = libraries;
    this.#cache = this.#newCache();
  }

  get cache(): TypeScript.ModuleResolutionCache {
    return this.#cache;
  }

  /** Files have come or gone. */
  forget(): void {
    this.#cache = this.#newCache();
  }

  resolve(
    names: readonly TypeScript.StringLiteralLike[],
    from: string,
    options: TypeScript.CompilerOptions,
    host: TypeScript.ModuleResolutionHost,
  ): Resolved[] {
    return names.map(({ text }) => {
      const find = () => this.#ts.resolveModuleName(text, from, options, host, this.#cache);
      if (!this.#libraries.has(from)) return find();
      const place = `${from} ${text}`;
      const resolved = this.#libraries.resolved.get(place) ?? find();
      this.#libraries.resolved.set(place, resolved);
      if (resolved.resolvedModule !== undefined) this.#libraries.add(resolved.resolvedModule.resolvedFileName);
      return resolved;
    });
  }

  #newCache(): TypeScript.ModuleResolutionCache {
    return this.#ts.createModuleResolutionCache(this.#folder, (path) => path);
  }
}
