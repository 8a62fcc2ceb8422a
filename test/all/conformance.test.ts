import { expect, test } from "vitest";
import { run } from "../package/command.ts";

const timeout = 1_800_000; // minutes, each of the two, where nothing else runs

test("the installed kernel passes Jupyter's own tests and ours", { timeout }, async () => {
  const { code, stdout, stderr } = await run(process.execPath, ["test/conformance/kernel.mjs"], { timeout });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^\d+ passed, 0 failed\n$/m);
});

test("a kernel stays well under messages that no honest front end sends", { timeout }, async () => {
  const fuzz = ["test/fuzz/kernel.mjs", "--minutes", "0.33", "--seed", "20"];
  const { code, stdout, stderr } = await run(process.execPath, fuzz, { timeout });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});
