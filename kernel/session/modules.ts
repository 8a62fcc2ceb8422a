import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageName, packageRoot } from "../protocol/package.ts";
import type { ConvertedModule, cellParameters } from "../protocol/threads.ts";
import { evaluate } from "./evaluate.ts";
import { resolveForImport } from "./import-conditions.ts";
import { isJson, readJson } from "./json-files.ts";
import { nativeImport } from "./native-import.ts";

type Surroundings = Record<(typeof cellParameters)[number], unknown>;

/**
 * Where cells get modules from, in this order: the kernel's own (`tslab`); converted files beside the notebook;
 * packages near the notebook; for this kernel's own package, the package it belongs to.
 */
export class CellModules {
  readonly #folder: string;
  readonly #own: ReadonlyMap<string, unknown>;
  readonly #files = new Map<string, ConvertedModule>();
  readonly #loaded = new Map<string, { exports: unknown }>();
  /** Files in the middle of loading. */
  readonly #loading = new Set<string>();
  /** Packages that await while they load, which `require` finds here once they are there. */
  readonly #awaited = new Map<string, unknown>();

  /** @param own modules by the name that cells import them under */
  constructor(folder: string, own: ReadonlyMap<string, unknown>) {
    this.#folder = folder;
    this.#own = own;
  }

  /** Takes files which are new or changed. All are loaded afresh on their next import, since they import each other. */
  update(modules: ConvertedModule[]): void {
    if (modules.length === 0) return;
    for (const module of modules) this.#files.set(module.path, module);
    this.#loaded.clear();
  }

  /** After code was terminated: a file that it was in the middle of loading is loaded afresh at its next import. */
  forgetHalfLoaded(): void {
    for (const path of this.#loading) this.#loaded.delete(path);
    this.#loading.clear();
    for (const [path, module] of Object.entries(fromPackage.cache))
      if (module?.loaded === false) delete fromPackage.cache[path];
  }

  /** What a cell has around it. */
  surroundings(exports: object): Surroundings {
    return this.#surroundings({ exports }, join(this.#folder, "notebook.ts"));
  }

  readonly require = (id: string): unknown => this.#require(id, this.#folder);

  readonly importModule = (specifier: string): Promise<unknown> => this.#import(specifier, this.#folder);

  /**
   * Loads what a cell's imports cannot load at once: what awaits while it loads.
   * @returns nothing if there is nothing to wait for
   */
  prepare(imports: readonly string[]): Promise<void> | undefined {
    return imports.length === 0 ? undefined : this.#prepare(imports, this.#folder, new Set());
  }

  async #prepare(imports: readonly string[], folder: string, seen: Set<ConvertedModule>): Promise<void> {
    for (const id of imports) {
      const file = this.#find(id, folder);
      if (file === undefined) {
        await this.#preparePackage(id, folder);
      } else if (!seen.has(file) && !this.#loaded.has(file.path)) {
        seen.add(file);
        await this.#prepare(file.imports ?? [], dirname(file.path), seen);
        if (file.isAsync === true) await this.#evaluate(file);
      }
    }
  }

  async #preparePackage(id: string, folder: string): Promise<void> {
    if (isBuiltin(id) || isJson(id) || this.#own.has(id) || this.#awaited.has(id)) return;
    try {
      this.#require(id, folder);
    } catch (error) {
      // Of anything else the cell itself will hear, where it imports it.
      if (codeOf(error) === "ERR_REQUIRE_ASYNC_MODULE") {
        this.#awaited.set(id, asRequired((await this.#import(id, folder)) as object));
      }
    }
  }

  async #import(specifier: string, folder: string): Promise<unknown> {
    if (this.#own.has(specifier)) return this.#own.get(specifier);
    const file = this.#find(specifier, folder);
    if (file === undefined && isJson(specifier)) return { default: readJson(join(folder, specifier)) };
    if (file !== undefined) {
      await this.#prepare([specifier], folder, new Set());
      return this.#load(file);
    }
    try {
      return await nativeImport(specifier, folder);
    } catch (error) {
      if (!isMissing(error, specifier)) throw error;
      return nativeImport(pathToFileURL(fromPackage.resolve(specifier)).href, folder);
    }
  }

  #require(id: string, folder: string): unknown {
    if (this.#own.has(id)) return this.#own.get(id);
    if (this.#awaited.has(id)) return this.#awaited.get(id);
    const file = this.#find(id, folder);
    if (file !== undefined) return this.#load(file);
    if (isJson(id)) return readJson(join(folder, id));
    const require = createRequire(join(folder, "notebook.js"));
    try {
      return require(id);
    } catch (error) {
      if (isMissing(error, id)) return fromPackage(id);
      // `require` asks for the "require" condition; a package that only has "import" is an ES module and loads by path.
      const path = codeOf(error) === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? resolveForImport(id, folder) : undefined;
      if (path === undefined) throw error;
      return require(path);
    }
  }

  #find(id: string, folder: string): ConvertedModule | undefined {
    if (!/^\.{0,2}\//.test(id)) return undefined;
    const path = (id.startsWith("/") ? id : join(folder, id)).replaceAll("\\", "/");
    const stem = path.replace(/\.(ts|tsx|js|jsx)$/, "");
    return this.#files.get(`${stem}.js`) ?? this.#files.get(`${stem}/index.js`);
  }

  #load(file: ConvertedModule): unknown {
    const known = this.#loaded.get(file.path);
    if (known !== undefined) return known.exports;
    if (file.isAsync === true) {
      const name = file.source ?? file.path;
      throw new Error(`require: ${name} awaits while it loads; use import, or await import("…"), which wait for it`);
    }
    void this.#evaluate(file);
    return this.#loaded.get(file.path)?.exports;
  }

  /** @returns a promise if the file awaits */
  #evaluate(file: ConvertedModule): unknown {
    const { path, source = path, javascript, isAsync = false } = file;
    const module = { exports: {} as unknown };
    this.#loading.add(path);
    this.#loaded.set(path, module); // before it runs, so that files may import each other in a circle
    const forget = (error: unknown) => {
      this.#loaded.delete(path);
      throw error;
    };
    const loaded = () => this.#loading.delete(path);
    try {
      const result = evaluate(javascript, this.#surroundings(module, source), { filename: path, isAsync });
      return isAsync ? (result as Promise<unknown>).catch(forget).finally(loaded) : loaded();
    } catch (error) {
      loaded();
      return forget(error);
    }
  }

  #surroundings(module: { exports: unknown }, filename: string): Surroundings {
    const folder = dirname(filename);
    const native = createRequire(filename);
    const url = pathToFileURL(filename).href;
    const resolve = (id: string) => {
      const file = this.#find(id, folder);
      return file === undefined ? native.resolve(id) : (file.source ?? file.path);
    };
    const { cache, main } = native;
    return {
      exports: module.exports,
      require: Object.assign((id: string) => this.#require(id, folder), { resolve, cache, main }),
      __importModule: (specifier: string) => this.#import(specifier, folder),
      __importMeta: {
        url,
        filename,
        dirname: folder,
        resolve: (specifier: string) => resolveUrl(specifier, url, resolve),
      },
      __filename: filename,
      __dirname: folder,
      module: Object.assign(module, { id: filename, filename }),
    };
  }
}

/** An ES module's namespace as `require` would give it: with the mark by which code made for `require` finds a default. */
function asRequired(namespace: object): object {
  if (!("default" in namespace) || "__esModule" in namespace) return namespace;
  const get = (name: string) => ({ enumerable: true, get: () => (namespace as Record<string, unknown>)[name] });
  const values = Object.keys(namespace).map((name) => [name, get(name)] as const);
  return Object.defineProperties({}, { ...Object.fromEntries(values), __esModule: { value: true } });
}

/** What `import.meta.resolve` gives. */
function resolveUrl(specifier: string, base: string, resolve: (id: string) => string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, base).href;
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return URL.canParse(specifier) ? specifier : pathToFileURL(resolve(specifier)).href;
}

const fromPackage = createRequire(join(packageRoot, "package.json"));

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;

/** Whether `id` itself, this kernel's own package, was not found; not something which it imports in turn. */
function isMissing(error: unknown, id: string): boolean {
  if (id !== packageName && !id.startsWith(`${packageName}/`)) return false;
  const code = codeOf(error);
  return (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") && String(error).includes(`'${id}'`);
}
