import { expect, test } from "vitest";
import { root, run } from "../package/command.ts";

const fuzz = (...args: string[]) => run(process.execPath, [`${root}test/fuzz/formats.mjs`, ...args]);

test("three thousand damaged and hostile files are refused, or read right, within bounded memory", async () => {
  const { code, stdout } = await fuzz("--inputs", "3000", "--seed", "1");
  expect(stdout).toMatch(/the readers are well\n$/);
  expect(code).toBe(0);
});

test.each(["formats", "kernel"])(
  "where nothing was tried, the fuzzer of %s does not say that all is well",
  async (what) => {
    const { code, stdout } = await run(process.execPath, [`${root}test/fuzz/${what}.mjs`, "--minutes", "0"]);
    expect(stdout).toMatch(/FAILED/);
    expect(code).toBe(1);
  },
);
