/**
 * What failed, in few lines each, for a log of which only the end is kept: node failures.mjs REPORT... of Vitest's. A test
 * that ran other programs has their whole output in its message; of that, the lines that say what is wrong.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** Lines of one message. */
const most = 12;

const telling = /\bFAIL\b|Error\b|[✗×]|hangs|replied|timed out|Expected|Received|^\s*[-+] /;

for (const file of process.argv.slice(2)) {
  for (const { name, message, assertionResults } of resultsOf(file)) {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    for (const { fullName, failureMessages } of failed) print(fullName, failureMessages.join("\n"));
    if (failed.length === 0 && message) print(name, message);
  }
}

/** A suite that did not come to its report has none. */
function resultsOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch (error) {
    return [{ name: file, message: error.message, assertionResults: [] }];
  }
}

function print(title, message) {
  const [first = "", ...rest] = stripVTControlCharacters(message).split("\n");
  const lines = [first, ...rest.filter((line) => telling.test(line)).slice(0, most - 1)];
  console.log([`FAILED ${title}`, ...lines.map((line) => `  ${line.slice(0, 300)}`)].join("\n"));
}
