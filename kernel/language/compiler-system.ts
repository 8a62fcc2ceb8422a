import { statSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { packageName, packageRoot } from "../protocol/package.ts";
import { ambientDeclarations } from "./ambient.ts";
import { isHidden, storedAs } from "./module-files.ts";
import type { NodeTypes } from "./node-types.ts";

/** Where the kernel's own package seems to lie, for a notebook that has none of its own and for one that has this copy. */
export const ownPackage: string = `${join(parse(process.cwd()).root, "node_modules").replaceAll("\\", "/")}/${packageName}`;

const ownFolder = packageRoot.replaceAll("\\", "/");

/** What the package is imported by; its sources, which a notebook in its repository may import, keep their place. */
const ownDeclarations = `${ownFolder}/dist/`;

/** Declares what cells have without an import, such as `display`. */
export const cellGlobals = `${ownPackage}/dist/kernel/api/globals.d.ts`;

/** A file that is not on any disk: what the engine has beyond the compiler's types. */
export const engineGlobals = `${ownPackage}/dist/kernel/language/ambient.d.ts`;

export interface CompilerSystem {
  sys: TypeScript.System;
  /** Tells who watches files about those which changed on disk since the last call. */
  refresh(): void;
  /** The notebook's, for converters made from now on. */
  setFolder(folder: string): void;
}

/** Each file of the standard library may be replaced by a package, which a program looks for in every folder: nobody has one. */
const isLibReplacement = (path: string): boolean => path.includes("/node_modules/@typescript/lib-");

/**
 * The compiler's view of the disk.
 * - Packages: the last folder that resolution looks at, `/node_modules`, seems to hold the kernel's own package, so
 *   a notebook's own copy wins and a notebook anywhere else still finds one.
 * - Node's types: with `nodeTypes`, but for the seldom used ones.
 * - Watching: nothing is polled. `refresh` looks at the files beside the notebook when a cell needs them.
 */
export function wrapSystem(real: TypeScript.System, nodeTypes?: NodeTypes): CompilerSystem {
  let notebookFolder = process.cwd();
  const lastModules = dirname(ownPackage);
  const locate = (path: string) =>
    path === ownPackage || path.startsWith(`${ownPackage}/`)
      ? packageRoot + path.slice(ownPackage.length)
      : storedAs(path);
  const watched = new Map<string, { changed: TypeScript.FileWatcherCallback; modified: number }>();
  const closed = { close: () => {} };
  const sys: TypeScript.System = Object.assign(Object.create(real) as TypeScript.System, {
    fileExists: (path: string) =>
      path === engineGlobals || (!isHidden(path) && !isLibReplacement(path) && real.fileExists(locate(path))),
    directoryExists: (path: string) =>
      path === lastModules || (!isLibReplacement(path) && real.directoryExists(locate(path))),
    readFile: (path: string, encoding?: string) => {
      if (path === engineGlobals) return ambientDeclarations;
      const text = real.readFile(locate(path), encoding);
      if (text === undefined) return undefined;
      if (nodeTypes !== undefined && /\/@types\/node\/(?:.*\/)?index\.d\.ts$/.test(path))
        return nodeTypes.withoutSeldomUsed(path, text);
      return /\/node_modules\/.*\/package\.json$/.test(path) ? withDeclarationPaths(text) : text;
    },
    // What lies behind the virtual folder has its virtual name, as one file under two names would be two classes.
    realpath: (path: string) => {
      if (locate(path) !== path) return path;
      const found = real.realpath?.(path) ?? path;
      return found.startsWith(ownDeclarations) ? ownPackage + found.slice(ownFolder.length) : found;
    },
    getCurrentDirectory: () => notebookFolder,
    watchDirectory: () => closed,
    watchFile: (path: string, changed: TypeScript.FileWatcherCallback) => {
      if (path.endsWith(".d.ts") || path.includes("/node_modules/")) return closed;
      watched.set(path, { changed, modified: modifiedAt(storedAs(path)) });
      return { close: () => watched.delete(path) };
    },
  });
  const refresh = () => {
    for (const [path, file] of [...watched]) {
      const modified = modifiedAt(storedAs(path));
      if (modified === file.modified) continue;
      const kind = modified === 0 ? 2 : file.modified === 0 ? 0 : 1; // FileWatcherEventKind: Created, Changed, Deleted
      file.modified = modified;
      file.changed(path, kind);
    }
  };
  const setFolder = (folder: string) => {
    notebookFolder = folder.replaceAll("\\", "/");
  };
  return { sys, refresh, setFolder };
}

/**
 * A package's manifest with a further entry in its `exports` map, by which the compiler can name any declaration file.
 * It needs to where a cell's `const y = layer.forward(x)` has a type from a file that the map hides: the declarations
 * for later cells would say `any`. At run time the package is what it is.
 */
function withDeclarationPaths(manifest: string): string {
  let parsed: { exports?: unknown };
  try {
    parsed = JSON.parse(manifest) as typeof parsed;
  } catch {
    return manifest; // the compiler says what is wrong with it
  }
  const { exports } = parsed;
  if (exports === undefined || exports === null) return manifest;
  const hasPaths = typeof exports === "object" && Object.keys(exports).some((key) => key.startsWith("."));
  const paths = hasPaths ? exports : { ".": exports };
  return JSON.stringify({ ...parsed, exports: { ...paths, ...declarationPaths } });
}

const declarationPaths = {
  "./declarations-of/*": "./*.d.ts",
  "./declarations-of-mts/*": "./*.d.mts",
  "./declarations-of-cts/*": "./*.d.cts",
};

/** Milliseconds; 0 for a file that does not exist. */
export const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
