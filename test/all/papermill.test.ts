import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, root, run, succeed, temporaryFolder } from "../package/command.ts";
import { pythonPrograms } from "./tools.ts";

let env: NodeJS.ProcessEnv;
let python: string;
let folder: string;

beforeAll(async () => {
  const programs = await pythonPrograms();
  folder = temporaryFolder(afterAll);
  python = join(programs, "python");
  await succeed(join(programs, "pip"), [
    "install",
    "--quiet",
    "--force-reinstall",
    "--no-deps",
    join(root, "kernel/papermill"),
  ]);
  await succeed(process.execPath, ["bin/stridelab.js", "install", "--prefix", folder]);
  env = {
    ...process.env,
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    JUPYTER_PATH: join(folder, "share/jupyter"),
  };
  const script = join(folder, "in.nb.ts");
  writeFileSync(script, SCRIPT);
  await succeed(process.execPath, ["bin/stridelab.js", "convert", script]);
});

const SCRIPT = `// %% tags=["parameters"]
const n: number = 1; // how many
let mode: "fast" | "slow" = "fast";
const rate = 0.5;
const label = "a; // b";
const flag: boolean = false;
const none: string | null = "";
const list: number[] = [];
const nested: { a: number; "b c"?: (string | null)[] } = { a: 1 };

// %%
const exact: { n: number; mode: "fast" | "slow"; rate: number; label: string; flag: boolean } = { n, mode, rate, label, flag };
console.log([n, rate, ...list].map(String).join(" "));
console.log(JSON.stringify([mode, label, flag, none, nested]));
`;

const papermill = (...args: string[]): Promise<Outcome> =>
  run(python, ["-m", "papermill", "--no-progress-bar", "-k", "stridelab", join(folder, "in.ipynb"), ...args], { env });

interface Cell {
  source: string[];
  metadata: { tags?: string[] };
  outputs: { text?: string[]; evalue?: string }[];
}

function cellsOf(file: string): Cell[] {
  // Python writes NaN and Infinity into JSON, which has neither; they stand in the record of the parameters only.
  const text = readFileSync(file, "utf8").replace(/: -?(NaN|Infinity)/g, ": null");
  return (JSON.parse(text.replace(/^(\s+)-?(NaN|Infinity)/gm, "$1null")) as { cells: Cell[] }).cells;
}

const printed = (file: string): string[] =>
  cellsOf(file)
    .at(-1)!
    .outputs.flatMap(({ text = [] }) => text);

describe("papermill, with our translator installed beside it", () => {
  test("sets a number on its command line and runs the notebook", async () => {
    const out = join(folder, "n.ipynb");
    const { code, stderr } = await papermill(out, "-p", "n", "3");
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("unknown parameter");
    expect(printed(out)[0]).toBe("3 0.5\n");
    const injected = cellsOf(out).find(({ metadata }) => metadata.tags?.includes("injected-parameters"));
    expect(injected!.source.join("")).toBe("// Parameters\nconst n: number = 3;\n");
  });

  test("hands over every kind of value as it is, with the types of the parameters cell", async () => {
    const label = "\"quoted\" 'too' \\ back\nline\ttab سلام 😀 \u2028 $x `";
    const values = {
      n: "-.inf",
      mode: "slow",
      rate: ".nan",
      label: JSON.stringify(label).replace("\u2028", "\\u2028"), // which YAML takes for a line end
      flag: "true",
      none: "null",
      list: "[1, -2.5, 1.0e-7, 9007199254740991, .inf]",
      nested: '{ a: 2, "b c": ["x", null] }',
    };
    const yaml = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
    const out = join(folder, "all.ipynb");
    const { code, stdout, stderr } = await papermill(out, "-y", yaml.join("\n"));
    expect(code, `${stdout}${stderr}`).toBe(0);
    const [numbers, rest] = printed(out).join("").split("\n");
    expect(numbers).toBe("-Infinity NaN 1 -2.5 1e-7 9007199254740991 Infinity");
    expect(JSON.parse(rest!)).toEqual(["slow", label, true, null, { a: 2, "b c": ["x", null] }]);
  });

  test("lets the compiler refuse a value of the wrong type, and refuses a number that TypeScript cannot hold", async () => {
    const out = join(folder, "wrong.ipynb");
    const wrong = await papermill(out, "-p", "n", "many");
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain("Type 'string' is not assignable to type 'number'");
    const large = await papermill(out, "-p", "n", "9007199254740993");
    expect(large.code).not.toBe(0);
    expect(large.stderr).toContain("pass it as a string");
  });

  test("lists the parameters with their types, defaults and comments", async () => {
    const { stdout } = await papermill("--help-notebook");
    expect(stdout).toMatch(/n: number \(default 1\)\s+how many/);
    expect(stdout).toContain('mode: "fast" | "slow" (default "fast")');
    expect(stdout).toContain('label: string (default "a; // b")');
  });
});
