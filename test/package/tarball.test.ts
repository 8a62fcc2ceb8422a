import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { npmScript, root, run, succeed, temporaryFolder, tool } from "./command.ts";

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** A copy of the sources, built anew: in our own dist/ there may lie what no source makes any more. */
let workshop: string;
let tarball: string;
let paths: string[];
/** Where the tarball was installed: an empty folder before. */
let home: string;
/** Node and a shell on the PATH, and no compiler, make or Python. */
let bare: NodeJS.ProcessEnv;

beforeAll(async () => {
  workshop = temporaryFolder(afterAll);
  const papers = readdirSync(root).filter((name) => /^LICENSE$|\.md$/.test(name));
  for (const name of [
    "bin",
    "kernel",
    "lib",
    "notebooks",
    "package.json",
    "bundle.mjs",
    "tsconfig.base.json",
    ...papers,
  ])
    cpSync(join(root, name), join(workshop, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(workshop, "node_modules"));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  await succeed(process.execPath, [compiler, "-b", "lib", "kernel"], { cwd: workshop });
  await succeed(process.execPath, ["bundle.mjs"], { cwd: workshop });

  const { stdout } = await succeed(process.execPath, [npmScript("npm"), "pack", "--json", "--ignore-scripts"], {
    cwd: workshop,
  });
  const [packed] = JSON.parse(stdout) as Packed[];
  if (packed === undefined) throw new Error("npm pack made nothing");
  tarball = join(workshop, packed.filename);
  paths = packed.files.map((file) => file.path);
  bare = bareEnvironment();
  home = temporaryFolder(afterAll);
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await succeed(process.execPath, [npmScript("npm"), "install", ...flags, tarball], { cwd: home, env: bare });
});

function bareEnvironment(): NodeJS.ProcessEnv {
  const folder = temporaryFolder(afterAll);
  symlinkSync(process.execPath, join(folder, "node"));
  for (const name of ["sh", "env"]) {
    const path = ["/bin", "/usr/bin"].map((at) => join(at, name)).find((candidate) => existsSync(candidate));
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return { ...process.env, PATH: folder };
}

test("the tarball has all that the package needs, and nothing of how it was made", () => {
  const needed = [
    "LICENSE",
    "README.md",
    "bin/stridelab.js",
    "dist/kernel/api/globals.d.ts",
    "dist/kernel/api/index.js",
    "dist/kernel/main.js",
    "dist/bundle/index.js",
    "dist/bundle/worker.js",
    "dist/lib/index.d.ts",
    "kernel/papermill/pyproject.toml",
    "kernel/papermill/stridelab_papermill.py",
  ];
  expect(
    needed.filter((path) => !paths.includes(path)),
    "missing",
  ).toEqual([]);
  const notForUsers =
    /^(test|out|node_modules|dist\/(types-of-tests|notebooks))\/|\.tsbuildinfo$|\.test\.|(^|\/)\.|tsconfig/;
  expect(
    paths.filter((path) => notForUsers.test(path)),
    "not for users",
  ).toEqual([]);
});

test("the Python package in the tarball has the version of the whole", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(readFileSync(join(root, "kernel/papermill/pyproject.toml"), "utf8")).toContain(`\nversion = "${version}"\n`);
});

test("every source map in the tarball leads to a file that is in it too", () => {
  const lost = paths
    .filter((path) => path.endsWith(".map"))
    .filter((path) => {
      const { sources } = JSON.parse(readFileSync(join(workshop, path), "utf8")) as { sources: string[] };
      return !sources.every((source) => paths.includes(posix.join(posix.dirname(path), source)));
    });
  expect(lost).toEqual([]);
});

test("publint finds nothing to say about the tarball", async () => {
  const { code, stdout } = await run(tool("publint"), ["run", tarball, "--strict"]);
  expect(stdout).toContain("All good!");
  expect(code).toBe(0);
});

test("attw finds the types of the tarball in order for every way to import an ES module", async () => {
  const { code, stdout } = await run(tool("attw"), [
    tarball,
    "--profile",
    "esm-only",
    "--format",
    "ascii",
    "--no-emoji",
  ]);
  expect(code, stdout).toBe(0);
});

test("the installed command says its version, in a folder that had nothing and without a compiler", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const args = [npmScript("npx"), "--no", "--", "stridelab", "--version"];
  const { stdout } = await succeed(process.execPath, args, { cwd: home, env: bare });
  expect(stdout.trim()).toBe(version);
  expect(readdirSync(home).sort()).toEqual(["node_modules", "package-lock.json", "package.json"]);
});

/** Runs a one-cell notebook that lies in a folder of its own, far from any package. */
async function runNotebook(cell: string) {
  const folder = temporaryFolder();
  const notebook = join(folder, "deep/below/first.nb.ts");
  const out = join(folder, "first.ipynb");
  mkdirSync(dirname(notebook), { recursive: true });
  writeFileSync(notebook, `// %%\n${cell}\n`);
  const command = join(home, "node_modules/stridelab/bin/stridelab.js");
  const outcome = await run(process.execPath, [command, "run", notebook, "--out", out], { cwd: folder, env: bare });
  const executed = JSON.parse(readFileSync(out, "utf8")) as {
    cells: { outputs: { output_type: string; data?: Record<string, unknown> }[] }[];
  };
  return { ...outcome, outputs: executed.cells.flatMap((each) => each.outputs) };
}

test("a notebook anywhere on the disk imports the library and shows a tensor", async () => {
  const { code, stderr, outputs } = await runNotebook(
    'import { tensor } from "stridelab";\nconst x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);\nconst count: number = x.size;\nx',
  );
  expect(code, stderr).toBe(0);
  const shown = outputs.find((output) => output.output_type === "execute_result")?.data ?? {};
  expect(shown["text/plain"]).toBeDefined();
  expect(Object.keys(shown).length, "a picture or a table besides the text").toBeGreaterThan(1);
});

test("a notebook's convolution from the tarball runs on two threads, and as on one", async () => {
  const { code, stderr, outputs } = await runNotebook(`
import { conv2d, Random, tensor, threads } from "stridelab";
const random = new Random(1);
const numbers = (length: number) => Float32Array.from({ length }, () => random.uniform());
const x = tensor(numbers(65_536), [16, 16, 16, 16]);
const filters = tensor(numbers(4608), [32, 16, 3, 3]);
const results = [1, 2].map((count) => [threads(count), conv2d(x, filters).data.join()] as const);
\`\${threads()} \${results[0]![1] === results[1]![1]}\``);
  expect(code, stderr).toBe(0);
  expect(outputs.at(-1)?.data?.["text/plain"]).toEqual(["'2 true'"]);
});

test("such a notebook is checked against the library's types", async () => {
  const { code, stderr, outputs } = await runNotebook(
    'import { tensor } from "stridelab";\nconst count: string = tensor([1, 2], [2]).size;',
  );
  expect(code).toBe(1);
  expect(stderr).toContain("Type 'number' is not assignable to type 'string'");
  expect(outputs.map((output) => output.output_type)).toEqual(["error"]);
});

test("a notebook from the tarball has its next batch prepared by a worker, and reads a table", async () => {
  const { code, stderr, outputs } = await runNotebook(`
import { augmented, batches, digits, parseCsv, randomRotation } from "stridelab";
const pixels = (prefetch: boolean) => {
  const dataset = augmented(digits({ count: 64 }), [randomRotation({ degrees: 10 })], { prefetch });
  return Array.from(batches(dataset, { batchSize: 16 }), ({ images }) => images.data.join()).join();
};
const table = await parseCsv("x,kind\\n1,cat\\n2,dog", { label: "kind" });
[pixels(true) === pixels(false), table.classNames?.join()].join(" ")`);
  expect(code, stderr).toBe(0);
  const shown = outputs.find((output) => output.output_type === "execute_result")?.data ?? {};
  expect(String(shown["text/plain"])).toContain("true cat,dog");
});
