import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { env } from "../../vitest.config.ts";

/** What needs more than `npm ci` brings: other compilers, other versions of Node, Python's Jupyter, a browser. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/all/**/*.test.ts"],
    globalSetup: ["test/all/fresh.ts"],
    fileParallelism: false, // each file runs kernels, compilers or a browser, which take all cores there are
    maxConcurrency: 2, // of the tests in a file that say they run beside each other
    env,
    testTimeout: 600_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 600_000,
  },
});
