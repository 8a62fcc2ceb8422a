/** `PASSED FAILED` of a Vitest report: node counts.mjs REPORT EXIT_STATUS. Whatever failed beside a test counts as one. */
import { readFileSync } from "node:fs";

const [, , file, status] = process.argv;
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
// A file that could not be loaded, or whose preparation failed, has no failed test of its own.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
).length;
const failed = numFailedTests + brokenFiles;
console.log(numPassedTests, failed === 0 && status !== "0" ? 1 : failed);
