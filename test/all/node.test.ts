import { join } from "node:path";
import { expect, test } from "vitest";
import { root, run, succeed, temporaryFolder } from "../package/command.ts";
import { nodeOf } from "./tools.ts";

test.each([20, 22, 24, 26])("a notebook runs under Node %i", async (major) => {
  const node = await nodeOf(major);
  expect((await succeed(node, ["--version"])).stdout).toMatch(new RegExp(`^v${major}\\.`));
  const out = join(temporaryFolder(), "hello.ipynb");
  const { code, stderr } = await run(node, ["bin/stridelab.js", "run", "notebooks/hello.nb.ts", "--out", out]);
  expect(code, stderr).toBe(0);
});

/**
 * What hangs on Node and V8: processes, threads, sockets, the debugger, the compiler's snapshot. The rest is plain TypeScript.
 * Kernels answer in time where nothing else runs: one test at a time. The library's tests compute, so each core takes some.
 */
const running = {
  workers: "1",
  part: "the running kernel",
  folders: ["kernel", "session", "interrupter", "io", "memory-watch", "commands/prepare", "stdin"].map(
    (name) => `test/kernel/${name}`,
  ),
};

/** What an engine or a system decides: code emitted for it, its arithmetic, threads, files. The rest is plain TypeScript. */
const engine = ["wasm", "compute", "tensor", "autograd", "files", "formats", "data", "train", "optim"];
const library = {
  workers: "100%",
  part: "the library close to the engine",
  folders: engine.map((part) => `test/lib/${part}/`),
};

// 20 is the version under which npm test itself is run; what the library asks of 22's engine, it asks of those around it.
test.each([
  { major: 22, ...running },
  { major: 24, ...running },
  { major: 24, ...library },
  { major: 26, ...running },
  { major: 26, ...library },
])("under Node $major the tests of $part pass", { timeout: 1_000_000 }, async ({ major, folders, workers }) => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { code, stdout, stderr } = await run(
    await nodeOf(major),
    [vitest, "run", ...folders, `--maxWorkers=${workers}`],
    {
      env: { ...process.env, NO_COLOR: "1" },
      timeout: 900_000, // one to four minutes on a machine that does nothing else
    },
  );
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});

test.each([20, 22, 24, 26])("a hundred interrupts of every kind leave a kernel under Node %i whole", async (major) => {
  const { code, stdout, stderr } = await run(
    process.execPath,
    ["test/all/interrupts.mjs", "100", await nodeOf(major)],
    {
      timeout: 590_000,
    },
  );
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});
