import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { libraryFile, libraryName } from "../display/figure/library.ts";
import { writeWhole } from "../notebook/files.ts";
import { packageRoot } from "../protocol/package.ts";
import { kernelSpec, ownerOf, TARGET_HELP, targetOf } from "./kernelspec.ts";
import { logo32, logo64, logoSvg } from "./logo.ts";
import { findSettings } from "./settings.ts";
import { UsageError, withUsage } from "./usage.ts";

const HELP = `usage: stridelab install [--user | --prefix DIR | --sys-prefix] [--name NAME] [--display-name TEXT]
                         [--set name=value ...]

Registers the kernel with Jupyter, for this Node and this copy of the package.

${TARGET_HELP}
  --display-name T   what launchers show, by default "TypeScript (stridelab)"
  --set name=value   a setting of the kernels that it starts, such as threads=2; stridelab doctor shows all of them
`;

/** `stridelab install`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("install", async () => {
    const target = targetOf(argv);
    if (target === undefined) {
      process.stdout.write(HELP);
      return 0;
    }
    const { name, displayName, folder, settings } = target;
    const { problems } = findSettings(undefined, settings);
    if (problems.length > 0) throw new UsageError(`--set: ${problems.join("\n")}`);
    const obstacle =
      obstacleIn(packageRoot) ?? ((await ownerOf(folder)) === "another" ? occupied(name, folder) : undefined);
    if (obstacle !== undefined) {
      process.stderr.write(`stridelab install: ${obstacle}\n`);
      return 1;
    }
    await writeWhole(join(folder, "logo-svg.svg"), logoSvg);
    await writeWhole(join(folder, "logo-32x32.png"), Buffer.from(logo32, "base64"));
    await writeWhole(join(folder, "logo-64x64.png"), Buffer.from(logo64, "base64"));
    await writeWhole(join(folder, libraryName), await readFile(libraryFile())); // a link would not be served
    // Last, because a folder is a kernel from the moment that this file is in it.
    await writeWhole(join(folder, "kernel.json"), `${JSON.stringify(kernelSpec(displayName, settings), null, 2)}\n`);
    process.stdout.write(
      `installed the kernel ${name}, "${displayName}"\n  in    ${folder}\n  runs  ${packageRoot} under ${process.execPath}\n` +
        "check with: jupyter kernelspec list\n",
    );
    return 0;
  });
}

/**
 * Why a kernel must not point into this copy of the package.
 * @param root the folder of the package
 */
export function obstacleIn(root: string): string | undefined {
  if (root.split(sep).includes("_npx")) {
    return (
      `this copy lies in npx's cache (${root}), which npm empties, and the kernel would be gone with it\n` +
      "install the package first:\n  npm install --global stridelab\n  stridelab install"
    );
  }
  if (!existsSync(join(root, "dist", "kernel", "main.js"))) {
    return `the package in ${root} is not built\nbuild it first:\n  npm run build`;
  }
  return undefined;
}

const occupied = (name: string, folder: string): string =>
  `${folder} holds another kernel named ${name}, which is left as it is; choose another --name`;
