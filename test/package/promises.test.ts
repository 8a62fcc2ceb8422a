import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, run, temporaryFolder, tool } from "./command.ts";

test("the linter sees types: a promise that nobody waits for, or that is taken for a value, is an error", async () => {
  const folder = temporaryFolder();
  cpSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const lines = [
    "async function step(): Promise<boolean> { return true; }",
    "export function floating() { step(); }",
    "export function misused() { if (step()) return 1; return 2; }",
    "export function dropped() { [1].forEach(async () => { await step(); }); }",
    "export async function needless() { await 3; }",
    "export async function right() { await step(); void step(); }",
  ];
  writeFileSync(join(folder, "seeds.ts"), lines.join("\n"));
  // The program that knows the types is found beside the linter.
  const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` };
  const { code, stdout } = await run(tool("oxlint"), ["--type-aware", "--format=unix"], { cwd: folder, env });
  const found = [...stdout.matchAll(/^seeds\.ts:(\d+):.*typescript\(([a-z-]+)\)/gm)].map(
    ([, line, rule]) => `${line} ${rule}`,
  );
  expect(found.sort()).toEqual([
    "2 no-floating-promises",
    "3 no-misused-promises",
    "4 no-misused-promises",
    "5 await-thenable",
  ]);
  expect(code).toBe(1);
});
