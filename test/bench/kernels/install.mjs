/** The kernels that are compared, installed into `.cache` if need be. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonPrograms } from "../../all/python.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const typescript = {
  number: (i) => `${i} + 1`,
  declaration: (i) => `const value${i} = { n: ${i}, list: [${i}] };`,
  completion: { code: "Math.fl", at: 7 },
  inspection: { code: "Math.floor(1)", at: 7 },
};

/** The first cell of a lecture: the library, and a picture of its own. */
const library = 'import { tensor } from "stridelab"; tensor([[1, 2], [3, 4]])';

/**
 * @param {string[]} nodes programs that ours and tslab run under
 * @returns names, commands that take a connection file, cells
 */
export async function kernels(nodes) {
  const found = [];
  for (const node of nodes) {
    const version = `Node ${run(node, ["--version"]).trim().slice(1).split(".")[0]}`;
    run(node, [join(root, "bin/stridelab.js"), "prepare"]);
    found.push({
      name: `stridelab, ${version}`,
      kind: "stridelab",
      node: version,
      command: [node, "--no-force-async-hooks-checks", join(root, "bin/stridelab.js"), "start"],
      cells: { ...typescript, library },
    });
    found.push({
      name: `tslab, ${version}`,
      kind: "tslab",
      node: version,
      command: [node, join(root, "node_modules/tslab/bin/tslab"), "kernel", "--config-path"],
      cells: typescript,
    });
  }
  found.push({
    name: "Deno",
    kind: "Deno",
    command: [deno(), "jupyter", "--kernel", "--conn"],
    cells: typescript,
  });
  found.push({
    name: "ipykernel",
    kind: "ipykernel",
    command: [join(await pythonPrograms(), "python"), "-m", "ipykernel_launcher", "-f"],
    cells: {
      number: typescript.number,
      declaration: (i) => `value${i} = {"n": ${i}, "list": [${i}]}`,
      completion: { code: "str.spl", at: 7 },
      inspection: { code: "str.split", at: 7 },
    },
  });
  return found;
}

/** The program of the newest Node of a major version. */
export const nodeOf = (major) =>
  join(npmPackage(`node-${process.platform}-${process.arch}@${major}`), "bin", "node");

function deno() {
  const platforms = { linux: `${process.arch}-glibc`, darwin: process.arch };
  return join(npmPackage(`@deno/${process.platform}-${platforms[process.platform].replace("aarch64", "arm64")}@2`), "deno");
}

function npmPackage(spec) {
  const folder = join(root, ".cache", spec.replaceAll("/", "+"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", spec], folder);
  return join(folder, "node_modules", spec.slice(0, spec.lastIndexOf("@")));
}

function run(program, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stderr ?? ""}${error?.message ?? ""}`);
  return stdout;
}
