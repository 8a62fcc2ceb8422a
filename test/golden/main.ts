import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { argv, cwd, env, exit } from "node:process";
import { checkFile } from "./check.ts";
import { parseGolden } from "./format.ts";

const help = `usage: npm run --silent golden -- FILE [FILE ...]

Compares the library with PyTorch's values in files of the format of test/golden/values.json: each case's output and
all its gradients, each optimiser's trace, in float64 to 1e-9 and in float32 to 1e-4, relative to the expected number;
where a sum cancels, relative to a hundredth (float64) or a tenth (float32) of that times the tensor's largest number.
An operation, option or input that the table of test/golden does not know counts as failed. Ends with the line
"P passed, F failed"; the exit code is 1 if any failed.`;

const files = argv.slice(2);
if (files.length === 0 || files.includes("--help")) {
  console.log(help);
  exit(files.length === 0 ? 2 : 0);
}
let [passed, failed] = [0, 0];
for (const file of files) {
  try {
    const verdict = checkFile(parseGolden(readFileSync(resolve(env.INIT_CWD ?? cwd(), file), "utf8")));
    for (const failure of verdict.failures) console.log(failure);
    passed += verdict.passed;
    failed += verdict.failures.length;
  } catch (error) {
    console.log(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    failed++;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
