import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { env } from "../../vitest.config.ts";

/** What computes, and has no clock that it must be in time by: two at a time. The others run kernels, or a browser. */
const computing = ["docs", "formats", "onnx", "reproducible", "torchvision", "typescript"].map(
  (name) => `test/all/${name}.test.ts`,
);

/** What needs more than `npm ci` brings: other compilers, other versions of Node, Python's Jupyter, a browser. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    globalSetup: ["test/all/fresh.ts"],
    projects: [
      { extends: true, test: { name: "computing", include: computing, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: "all cores",
          include: ["test/all/**/*.test.ts"],
          exclude: computing,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    maxConcurrency: 2, // of the tests in a file that say they run beside each other
    env,
    testTimeout: 600_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 600_000,
  },
});
