import { join } from "node:path";
import { constants, Script } from "node:vm";

type Import = (specifier: string) => Promise<unknown>;

const importers = new Map<string, Import>();

/** `import()` as a file in that folder would call it. */
export function nativeImport(specifier: string, folder: string): Promise<unknown> {
  let importer = importers.get(folder);
  importer ??= new Script("(specifier) => import(specifier)", {
    filename: join(folder, "notebook.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Import;
  importers.set(folder, importer);
  return importer(specifier);
}
