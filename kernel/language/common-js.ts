import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { Script } from "node:vm";
import { compactText } from "./compact-text.ts";

type Require = (id: string) => unknown;

/**
 * Loads CommonJS modules from installed packages, as Node does. Node's own loader cannot be part of a start-up snapshot.
 *
 * @param replaced modules by the name that they are required by, which are given instead of what is installed
 */
export function commonJsLoader(replaced: ReadonlyMap<string, unknown> = new Map()): (path: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(path, module); // before it runs, as modules may require each other in a circle
    const code = `(function (exports, require, module, __filename, __dirname) { ${compactText(readFileSync(path, "utf8"))}\n})`;
    const run = new Script(code, { filename: path }).runInThisContext() as (...values: unknown[]) => void;
    run.call(module.exports, module.exports, requireFrom(dirname(path)), module, path, dirname(path));
    return module.exports;
  };
  const requireFrom =
    (folder: string): Require =>
    (id) => {
      if (replaced.has(id)) return replaced.get(id);
      if (isBuiltin(id)) return process.getBuiltinModule(id);
      return load(/^\.{0,2}\//.test(id) ? fileOf(resolve(folder, id)) : mainOf(packageFolder(id, folder)));
    };
  return load;
}

/**
 * The folder of an installed package, as seen from a folder.
 * @throws Error, with the code that Node gives it, if it is not installed
 */
export function packageFolder(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (folder === dirname(folder)) {
      const error = new Error(`the package ${name} is missing, as seen from ${from}: reinstall the kernel`);
      throw Object.assign(error, { code: "MODULE_NOT_FOUND" });
    }
  }
}

/** What a package gives to those who require it by its name. */
export function mainOf(folder: string): string {
  const { main = "index.js" } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { main?: string };
  return fileOf(join(folder, main));
}

function fileOf(path: string): string {
  const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const file = [path, `${path}.js`, join(path, "index.js")].find(isFile);
  if (file !== undefined) return file;
  throw Object.assign(new Error(`there is no module ${path}`), { code: "MODULE_NOT_FOUND" });
}
