import type * as NodeFs from "node:fs";
import type * as NodeUrl from "node:url";

/**
 * A file that `npm run build` puts beside the library, for pages: the scripts that run in a browser.
 *
 * @returns its text; null where there are no files, as in a browser, or the library was put into another bundle
 */
export function shippedText(name: string): string | null {
  const fs = node<typeof NodeFs>("node:fs");
  const url = node<typeof NodeUrl>("node:url");
  if (fs === undefined || url === undefined) return null;
  // The sources, what the compiler makes of them and the bundle lie in different folders of the package.
  for (let folder = new URL(".", import.meta.url); folder.protocol === "file:"; folder = new URL("..", folder)) {
    const path = url.fileURLToPath(new URL(`dist/bundle/${name}`, folder));
    if (fs.existsSync(path)) return fs.readFileSync(path, "utf8");
    if (folder.pathname === new URL("..", folder).pathname) return null;
  }
  return null;
}

function node<M>(name: string): M | undefined {
  return (globalThis as { process?: Partial<NodeJS.Process> }).process?.getBuiltinModule?.(name) as M | undefined;
}
