import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../lib/index.ts";
import { root, run, temporaryFolder, tool } from "../package/command.ts";
import { readDeclarations } from "../package/declarations.ts";
import { examplesOf, literalIn, moduleOf } from "./examples.ts";

const declarations = readDeclarations(join(root, "dist/lib/index.d.ts"));
const overview = readFileSync(join(root, "test/docs/overview.md"), "utf8");
const [, firstSteps = ""] = /```ts\nimport .*\n([\s\S]*?)```/.exec(overview) ?? [];
const examples = [...examplesOf(declarations), { name: "the overview", code: firstSteps }];
const names = new Set(declarations.exports.map(({ name }) => name));

const folder = temporaryFolder(afterAll);
const fileOf = (index: number): string => `example${index}`;
let complaints: string[] = [];

/** All at once, as a user's compiler would: strict, the package installed by name. */
beforeAll(async () => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/stridelab"), "dir");
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"), "dir");
  for (const [i, { code }] of examples.entries()) {
    writeFileSync(join(folder, `${fileOf(i)}.ts`), moduleOf(code, names));
  }
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: ["node"], skipLibCheck: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const { stdout } = await run(tool("tsc"), ["-p", folder, "--pretty", "false"], { cwd: folder });
  complaints = stdout.split("\n");
});

describe("examples of docstrings", () => {
  test("there are some, of functions, classes and members", () => {
    expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(["conv2d", "Conv2d", "Tensor.assign"]));
  });

  test.each(examples.map(({ name, code }, i) => [`${name}: ${code.split("\n")[0]}`, i] as const))(
    "compiles, runs and gives what it says: %s",
    async (_title, i) => {
      expect(complaints.filter((line) => line.startsWith(`${fileOf(i)}.ts(`))).toEqual([]);
      const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, `${fileOf(i)}.js`)).href)) as {
        shown: [unknown, string][];
      };
      for (const [found, comment] of module.shown) {
        const { value, tolerance } = literalIn(comment)!;
        expectNumbers(withoutOuterAxes(plain(found), value), value, tolerance);
      }
    },
  );
});

/** Tensors and typed arrays as nested arrays. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...(value as Float32Array)];
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Object && "shape" in value && "data" in value)) return value;
  const { shape, data } = value as Tensor;
  return [...(shape as readonly number[])].reduceRight<unknown[]>(
    (rows, size) => Array.from({ length: rows.length / size }, (_, i) => rows.slice(i * size, (i + 1) * size)),
    [...data],
  )[0];
}

/** A comment may leave out axes of size one, such as a batch of one image. */
function withoutOuterAxes(found: unknown, expected: unknown): unknown {
  const depth = (value: unknown): number => (Array.isArray(value) ? 1 + depth(value[0]) : 0);
  if (!Array.isArray(found) || found.length !== 1 || depth(found) <= depth(expected)) return found;
  return withoutOuterAxes(found[0], expected);
}

function expectNumbers(found: unknown, expected: unknown, tolerance: number): void {
  if (typeof expected === "number" && typeof found === "number") {
    expect(Math.abs(found - expected), `${found} instead of ${expected}`).toBeLessThanOrEqual(tolerance);
  } else if (Array.isArray(expected) && Array.isArray(found)) {
    expect(found).toHaveLength(expected.length);
    for (const [i, each] of expected.entries()) expectNumbers(found[i], each, tolerance);
  } else {
    expect(found).toEqual(expected);
  }
}

describe("a comment behind an expression", () => {
  test.each([
    ["3", { value: 3, tolerance: 1e-6 }],
    ["[1, 2.5], rows", { value: [1, 2.5], tolerance: 0.05001 }],
    ["0.94785…", { value: 0.94785, tolerance: 10 ** -5 }],
    ["1.234..., a sum", { value: 1.234, tolerance: 10 ** -3 }],
    ['"same": both ends', { value: "same", tolerance: 1e-6 }],
    ["keeps 28 × 28", null],
    ["3 × 3", null],
    ["", null],
  ])("states a value or is prose: %s", (comment, expected) => {
    expect(literalIn(comment)).toEqual(expected);
  });

  test("becomes a check of the example", () => {
    expect(
      moduleOf("const a = ones([2]);\nsum(a) // 2\na.shape // its shape", new Set(["ones", "sum", "mean"])),
    ).toMatchInlineSnapshot(`
      "import { ones, sum } from "stridelab";
      export const shown: [unknown, string][] = [];
      const a = ones([2]);
      shown.push([sum(a), "2"]); // 2
      a.shape
      "
    `);
  });
});
