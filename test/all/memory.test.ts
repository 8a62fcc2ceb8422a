import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

/** V8's young generation grows within its limit as it likes, by up to 48 MB: that is not what this is about. */
const young = "--max-semi-space-size=2";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("memory stays flat without dispose", () => {
  // The bound is the one the project promises: a step that kept a kilobyte would pass it.
  test.concurrent.each(["sync", "async"])("in 40,000 steps of LeNet-5, %s", { timeout: 900_000 }, async (mode) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [young, "test/bench/memory.mjs", mode, "40000", "2"],
      {
        cwd: root,
      },
    );
    const result = JSON.parse(stdout.trim().split("\n").at(-1) as string) as {
      growth: number;
      changed: number;
      kept: number;
    };
    expect(result.growth).toBeLessThan(10); // MB from the first 20,000 steps to the second
    expect(result.kept).toBe(400);
    expect(result.changed).toBe(0); // numbers that the user kept are still the same
  });
});
