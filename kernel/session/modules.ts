import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import { packageName, packageRoot } from "../protocol/package.ts";
import type { ConvertedModule } from "../protocol/threads.ts";
import { evaluate } from "./evaluate.ts";
import { resolveForImport } from "./import-conditions.ts";

type Require = (id: string) => unknown;

/**
 * Where cells get modules from, in this order: the kernel's own (`tslab`); converted files beside the notebook;
 * packages near the notebook; for this kernel's own package, the package it belongs to.
 */
export class CellModules {
  readonly #folder: string;
  readonly #own: ReadonlyMap<string, unknown>;
  readonly #files = new Map<string, ConvertedModule>();
  readonly #loaded = new Map<string, { exports: unknown }>();
  readonly #loading = new Set<string>();
  /** `import()` as a file in the notebook's folder would call it. */
  readonly #nativeImport: (specifier: string) => Promise<unknown>;

  /** @param own modules by the name that cells import them under */
  constructor(folder: string, own: ReadonlyMap<string, unknown>) {
    this.#folder = folder;
    this.#own = own;
    this.#nativeImport = new Script("(specifier) => import(specifier)", {
      filename: join(folder, "notebook.js"),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as (specifier: string) => Promise<unknown>;
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

  readonly require: Require = (id) => this.#require(id, this.#folder);

  readonly importModule = async (specifier: string): Promise<unknown> => {
    if (this.#own.has(specifier)) return this.#own.get(specifier);
    const file = this.#find(specifier, this.#folder);
    if (file !== undefined) return this.#load(file);
    try {
      return await this.#nativeImport(specifier);
    } catch (error) {
      if (!isMissing(error, specifier)) throw error;
      return this.#nativeImport(pathToFileURL(fromPackage.resolve(specifier)).href);
    }
  };

  #require(id: string, folder: string): unknown {
    if (this.#own.has(id)) return this.#own.get(id);
    const file = this.#find(id, folder);
    if (file !== undefined) return this.#load(file);
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

  #load({ path, javascript }: ConvertedModule): unknown {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.#loading.add(path);
    this.#loaded.set(path, module); // before it runs, so that files may import each other in a circle
    const folder = dirname(path);
    const parameters = {
      exports: module.exports,
      require: (id: string) => this.#require(id, folder),
      __importModule: this.importModule,
      module,
      __filename: path,
      __dirname: folder,
    };
    try {
      evaluate(javascript, parameters, { filename: path, isAsync: false });
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    } finally {
      this.#loading.delete(path);
    }
    return module.exports;
  }
}

const fromPackage = createRequire(join(packageRoot, "package.json"));

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;

/** Whether `id` itself, this kernel's own package, was not found; not something which it imports in turn. */
function isMissing(error: unknown, id: string): boolean {
  if (id !== packageName && !id.startsWith(`${packageName}/`)) return false;
  const code = codeOf(error);
  return (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") && String(error).includes(`'${id}'`);
}
