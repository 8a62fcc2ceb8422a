import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, temporaryFolder } from "./command.ts";

/** How a consumer's compiler finds packages: tslab and older projects the node10 way, newer ones by `exports`. */
export type Resolution = "node10" | "nodenext";

/** The strictest consumer there is: it checks our declarations too, and has no types of Node or of the DOM. */
const strictest = { strict: true, skipLibCheck: false, noEmit: true, target: "es2022", lib: ["es2022"], types: [] };

const resolutions = {
  node10: { module: "commonjs", moduleResolution: "node" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
};

/** Reaches every declaration that the two exports reach, and sees that shapes are not lost on the way. */
const everything = `
import * as stridelab from "stridelab";
import * as notebook from "stridelab/notebook";
export const surface: typeof stridelab = stridelab;
export const functions: typeof notebook = notebook;
export const place: string = notebook.display(1).id;
export const images = stridelab.zeros([2, 1, 28, 28]);
export const height: 28 = images.shape[2];
// @ts-expect-error: it is a number, not whatever one likes
export const wrong: string = images.size;
`;

/** A project outside the repository with `source` as its only file and this package installed by name. */
export function consumer(resolution: Resolution, source = everything): string {
  if (!existsSync(join(root, "dist/lib/index.d.ts"))) throw new Error("nothing is built yet: npm run build");
  const folder = temporaryFolder();
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/stridelab"), "dir");
  write("package.json", { name: "consumer", private: true, type: "module" });
  write("tsconfig.json", { compilerOptions: { ...strictest, ...resolutions[resolution] }, files: ["consumer.ts"] });
  writeFileSync(join(folder, "consumer.ts"), source);
  return folder;
}

/** The errors, a line each, that a TypeScript compiler (its `tsc` script) finds in a project. */
export async function compileErrors(tsc: string, project: string): Promise<string[]> {
  const { code, stdout, stderr } = await run(process.execPath, [tsc, "-p", project, "--pretty", "false"]);
  const errors = `${stdout}${stderr}`.split("\n").filter((line) => /error TS\d+/.test(line));
  if (code !== 0 && errors.length === 0) throw new Error(`${tsc} broke down\n${stdout}${stderr}`);
  return errors;
}
