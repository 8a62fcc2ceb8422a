import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The user's own history and snapshots are none of the tests' business. */
export const env = {
  STRIDELAB_HISTORY: "off",
  STRIDELAB_CACHE: fileURLToPath(new URL(".cache/snapshots", import.meta.url)),
};

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"], // the built copies under dist/ must not run as tests
    exclude: ["test/all/**"], // these need Python, a browser or other compilers: npm run test:all
    setupFiles: ["test/quiet.ts"],
    env,
    maxWorkers: "100%", // a process each; Vitest leaves a core free, which on a machine of two is half
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } }, // a kernel on a busy machine answers late
    hookTimeout: 120_000,
  },
});
