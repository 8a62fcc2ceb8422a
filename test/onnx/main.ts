import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { argv, cwd, env, exit } from "node:process";
import { runTest, testsBelow } from "./backend.ts";

const help = `usage: npm run --silent conformance:onnx -- FOLDER [FOLDER ...]

Runs every backend test of ONNX below the folders, at any depth: folders with a model.onnx and test_data_set_* beside it.
Fractions may differ by 1e-3 relative and 1e-7 absolute, as ONNX's own runner has it; all else is equal, types and shapes
too. Whether a test is supported follows from its model alone, before it runs: from its operators (the list with reasons is
lib/onnx/operators/unsupported.ts), their sets, and the types of its inputs and outputs. Ends with the line
"P passed, F failed, U unsupported"; the exit code is 1 if any failed.`;

const folders = argv.slice(2);
if (folders.length === 0 || folders.includes("--help")) {
  console.log(help);
  exit(folders.length === 0 ? 2 : 0);
}
const missing = folders.find((folder) => !existsSync(resolve(env.INIT_CWD ?? cwd(), folder)));
if (missing !== undefined) {
  console.log(`${missing}: no such folder`);
  exit(2);
}
const counts = { passed: 0, failed: 0, unsupported: 0 };
for (const folder of folders) {
  const root = resolve(env.INIT_CWD ?? cwd(), folder);
  for (const test of testsBelow(root)) {
    const { kind, reason } = runTest(test);
    counts[kind]++;
    if (kind !== "passed") console.log(`${kind} ${relative(root, test) || test}: ${reason}`);
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.unsupported} unsupported`);
process.exitCode = counts.failed > 0 ? 1 : 0;
