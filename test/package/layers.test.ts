import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";
import { root, run, temporaryFolder, tool } from "./command.ts";
import { folderOf, mayImport, type Part, packages, parts } from "./layers.ts";

interface Report {
  summary: { unchanged: number };
  diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
}

/** The complaints of both layer rules, `path:line rule`, and how many files were read. */
async function complaints(cwd: string): Promise<{ found: string[]; files: number }> {
  const rules = ["--only=style/noRestrictedImports", "--only=suspicious/noImportCycles"];
  const { stdout } = await run(tool("biome"), ["lint", ...rules, "--reporter=json", "--max-diagnostics=none", "."], {
    cwd,
  });
  const report = JSON.parse(stdout) as Report;
  const found = report.diagnostics.map(
    ({ category, location }) => `${location.path}:${location.start.line} ${category.split("/").at(-1)}`,
  );
  return { found, files: report.summary.unchanged };
}

/** An empty project under our rules, with these files in it. */
function project(files: Record<string, string[]>): string {
  const folder = temporaryFolder();
  for (const name of ["biome.jsonc", "biome.layers.jsonc", ".gitignore"]) cpSync(join(root, name), join(folder, name));
  for (const [path, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), lines.join("\n"));
  }
  return folder;
}

function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

test("no file of lib/ or kernel/ imports what its layer may not, and no imports form a cycle", async () => {
  const { found, files } = await complaints(root);
  expect(found).toEqual([]);
  expect(files).toBeGreaterThan(20); // all were read
});

test("no file of lib/ or kernel/ silences a layer rule", () => {
  const silenced = ["lib", "kernel"]
    .flatMap((half) =>
      readdirSync(join(root, half), { recursive: true, encoding: "utf8" }).map((name) => join(half, name)),
    )
    .filter((name) => name.endsWith(".ts"))
    .filter((name) =>
      /biome-ignore.*(noRestrictedImports|noImportCycles|lint:)/.test(readFileSync(join(root, name), "utf8")),
    );
  expect(silenced).toEqual([]);
});

test("every part of lib/ and kernel/ has its place in the table of layers", () => {
  const known = new Set(parts.map((part) => folderOf(part.file)));
  const strangers = ["lib", "kernel"]
    .flatMap((half) =>
      readdirSync(join(root, half), { recursive: true, encoding: "utf8" }).map((name) => join(half, name)),
    )
    .filter((name) => name.endsWith(".ts"))
    .map((name) => folderOf(name.replaceAll("\\", "/")))
    .filter((name) => !known.has(name));
  expect([...new Set(strangers)]).toEqual([]);
});

test("the linter refuses exactly the imports that the table of layers refuses", async () => {
  const refused: string[] = [];
  let allowed = 0;
  const seed = (from: Part): string[] => {
    const ways = [
      ...parts
        .filter((to) => to !== from)
        .map((to) => ({ name: specifier(from.file, to.file), may: mayImport(from, to) })),
      ...packages.map((name) => ({ name, may: from.packages?.includes(name) ?? false })),
    ];
    return ways.map(({ name, may }, i) => {
      if (may) allowed++;
      else refused.push(`${from.file}:${i + 1} noRestrictedImports`);
      return `import "${name}"; // ${may ? "allowed" : "refused"}`;
    });
  };
  // The files import each other in circles, which is another test's business.
  const { found } = await complaints(project(Object.fromEntries(parts.map((part) => [part.file, seed(part)]))));
  expect(found.filter((line) => line.endsWith("noRestrictedImports")).sort()).toEqual(refused.sort());
  expect(refused.length).toBeGreaterThan(500);
  expect(allowed).toBeGreaterThan(100);
});

test("an import is refused in every form that it can take", async () => {
  const forms = [
    'import "../ops/any.ts";',
    'import { a } from "../ops/any.ts";',
    'import type { B } from "../ops/any.ts";',
    'import * as c from "../ops/any.ts";',
    'export { d } from "../ops/any.ts";',
    'export * from "../ops/any.ts";',
    'export type { E } from "../ops/any.ts";',
    'export const f = await import("../ops/any.ts");',
  ];
  const { found } = await complaints(project({ "lib/tensor/any.ts": forms }));
  expect(found).toEqual(forms.map((_, i) => `lib/tensor/any.ts:${i + 1} noRestrictedImports`));
});

test("a folder that the rules do not know may import nothing but itself", async () => {
  const lines = ['import "./own.ts";', 'import "../errors.ts";', 'import "../tensor/any.ts";', 'import "zeromq";'];
  const { found } = await complaints(project({ "lib/unheard/any.ts": lines, "kernel/unheard/any.ts": lines }));
  const refused = (file: string) => [2, 3, 4].map((line) => `${file}:${line} noRestrictedImports`);
  expect(found.sort()).toEqual([...refused("kernel/unheard/any.ts"), ...refused("lib/unheard/any.ts")]);
});

test("two files of one folder that import each other are reported", async () => {
  const files = { "lib/tensor/a.ts": ['import "./b.ts";'], "lib/tensor/b.ts": ['import "./a.ts";'] };
  const { found } = await complaints(project(files));
  expect(found.sort()).toEqual(["lib/tensor/a.ts:1 noImportCycles", "lib/tensor/b.ts:1 noImportCycles"]);
});
