import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { mainOf, packageFolder } from "../language/common-js.ts";
import { bundledFile, packageRoot } from "../protocol/package.ts";
import type { LanguageCommand } from "../protocol/threads.ts";
import { compilerFlags } from "./compiler-flags.ts";

/** The compiler's process as one file. */
export const languageBundle: string = bundledFile("language.cjs");

/** How the compiler's process is started. */
export function languageCommand(): LanguageCommand {
  const file = snapshotPath(process.env, process.platform);
  const plain = [process.execPath, languageBundle]; // without flags: it is to start also under a Node that has them no more
  if (file === undefined) return { plain };
  return {
    plain,
    snapshot: {
      file,
      command: [process.execPath, ...compilerFlags(), "--snapshot-blob", file],
      make: [process.execPath, join(packageRoot, "bin", "stridelab.js"), "prepare", "--quiet"],
    },
  };
}

/**
 * Where the compiler's start-up snapshot lies: in `STRIDELAB_CACHE`, by default `stridelab` in the user's cache folder.
 * Its name stands for all that it depends on: Node's program and its options, the compiler's flags, this package, its place, and
 * the packages that it holds.
 * @returns undefined if that variable is `off`, or the package is not whole
 */
export function snapshotPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const folder = cacheFolder(env, platform);
  if (folder === undefined) return undefined;
  try {
    const node = realpathSync(process.execPath);
    const tslab = packageFolder("tslab", packageRoot);
    const compiler = mainOf(packageFolder("@tslab/typescript-for-tslab", tslab));
    const types = packageFolder("@types/node", packageRoot);
    const parts = [
      ...[
        process.version,
        process.arch,
        env.NODE_OPTIONS ?? "",
        ...compilerFlags(),
        packageRoot,
        readFileSync(`${languageBundle}.sha256`, "utf8"),
      ],
      ...[node, compiler, join(tslab, "package.json"), join(types, "package.json")].map(stamp),
    ];
    const name = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
    return join(folder, `compiler-${name}.blob`);
  } catch {
    return undefined; // the compiler's process will say what is missing
  }
}

/** Changes when the file does. */
function stamp(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const named = env.STRIDELAB_CACHE;
  if (named === "off") return undefined;
  if (named) return resolve(named);
  const home = env.HOME || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches", "stridelab");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "stridelab", "cache");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "stridelab");
}
