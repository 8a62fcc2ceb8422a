import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const conditions = new Set(["node", "import", "module-sync", "default"]);

/**
 * The file that `import specifier` means in `folder`, by the package's `exports` (Node.js documentation, "Modules:
 * Packages", conditional exports); undefined if there is none.
 */
export function resolveForImport(specifier: string, folder: string): string | undefined {
  const parts = specifier.split("/");
  const name = parts.splice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const root = findPackage(name, folder);
  if (root === undefined) return undefined;
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports?: unknown };
  const target = matchSubpath(exports, [".", ...parts].join("/"));
  return target === undefined ? undefined : join(root, target);
}

function findPackage(name: string, folder: string): string | undefined {
  const root = join(folder, "node_modules", name);
  if (existsSync(join(root, "package.json"))) return root;
  return folder === dirname(folder) ? undefined : findPackage(name, dirname(folder));
}

function matchSubpath(exports: unknown, subpath: string): string | undefined {
  if (!isObject(exports) || !Object.keys(exports).some((key) => key.startsWith("."))) {
    return subpath === "." ? pickCondition(exports) : undefined;
  }
  if (subpath in exports) return pickCondition(exports[subpath]);
  for (const [pattern, target] of Object.entries(exports)) {
    const [before, after] = pattern.split("*");
    if (before === undefined || after === undefined) continue;
    if (!subpath.startsWith(before) || !subpath.endsWith(after) || subpath.length < pattern.length) continue;
    return pickCondition(target)?.replaceAll("*", subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

function pickCondition(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(pickCondition).find((path) => path !== undefined);
  if (!isObject(target)) return undefined;
  for (const [condition, nested] of Object.entries(target)) {
    const path = conditions.has(condition) ? pickCondition(nested) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
