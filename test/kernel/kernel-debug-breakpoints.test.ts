/** What breakpoints of a real kernel's debugger hang on: conditions, counts and messages. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { debugClient } from "./debug-client.ts";
import { type RawKernel, startRawKernel } from "./raw-kernel.ts";

let kernel: RawKernel;
let debug: ReturnType<typeof debugClient>;
beforeAll(async () => {
  kernel = await startRawKernel();
  debug = debugClient(kernel);
});
afterEach(() => debug.request("disconnect"));
afterAll(() => kernel.close());

/** Runs a cell to its end. */
const run = async (code: string) => (await kernel.execute(code).reply()).content;

const goOn = () => debug.request("continue", { threadId: 1 });

test("a breakpoint with a condition stops when it holds, and knows the names of other cells", async () => {
  await run("const limit = 6;");
  const code = "let sum = 0;\nfor (let i = 0; i < 9; i++) {\n  sum += i;\n}\nsum";
  await debug.start();
  const { sourcePath } = await debug.request("dumpCell", { code });
  const breakpoints = [{ line: 3, condition: "i >= (limit as number)" }];
  await debug.request("setBreakpoints", { source: { path: sourcePath }, breakpoints });
  const cell = kernel.execute(code);
  await debug.stopped();
  expect(await debug.scope("Locals")).toMatchObject({ i: "6", sum: "15" });
  await debug.request("setBreakpoints", { source: { path: sourcePath }, breakpoints: [] });
  await goOn();
  await cell.reply();
});

const counting = "let sum = 0;\nfor (let i = 0; i < 12; i++) {\n  sum += i;\n}\nsum";

/** Sets a breakpoint in the loop, and runs it. */
async function runWith(terms: object) {
  await debug.start();
  const { sourcePath } = await debug.request("dumpCell", { code: counting });
  const breakpoints = [{ line: 3, ...terms }];
  const set = await debug.request("setBreakpoints", { source: { path: sourcePath }, breakpoints });
  return { point: set.breakpoints[0] as DebugProtocol.Breakpoint, cell: kernel.execute(counting) };
}

test.each([
  ["4", {}, ["3"]],
  ["== 4", {}, ["3"]],
  ["> 10", {}, ["10", "11"]],
  ["%5", {}, ["4", "9"]],
  ["2", { condition: "i > 6" }, ["8"]],
])("a breakpoint stops when its line was reached so often: %s", async (hitCondition, terms, expected) => {
  const { cell } = await runWith({ hitCondition, ...terms });
  for (const i of expected) {
    await debug.stopped();
    expect((await debug.scope("Locals")).i).toBe(i);
    await goOn();
  }
  expect((await cell.reply()).content.status).toBe("ok");
});

test("a breakpoint with a message prints it, and stops nowhere", async () => {
  await run('const label = "odd";');
  const logMessage = "i is {i}, {label} {[{ i }, 0].length} {absent} { open";
  const { cell } = await runWith({ logMessage, condition: "i % 2 === 1", hitCondition: "<= 2" });
  expect((await cell.reply()).content.status).toBe("ok");
  const rest = "odd 2 (ReferenceError: absent is not defined) { open\n";
  expect(cell.text()).toBe(`i is 1, ${rest}i is 3, ${rest}`);
});

test.each([
  [{ condition: "i ==" }, 'The condition "i ==" is no expression.'],
  [{ condition: "const j = i" }, "is no expression."],
  [{ hitCondition: "often" }, 'The hit count "often" means nothing; write 5, >= 3 or % 10.'],
  [{ logMessage: "{i +}" }, 'The log message\'s "i +" is no expression.'],
])("a breakpoint whose terms mean nothing is not set, and says why: %j", async (terms, message) => {
  const { point, cell } = await runWith(terms);
  expect(point).toMatchObject({ verified: false, message: expect.stringContaining(message) });
  expect((await cell.reply()).content.status).toBe("ok");
});

test("a condition that fails stops, so that somebody sees it, and is reported", async () => {
  const { cell } = await runWith({ condition: "nobody.x > i" });
  await debug.stopped();
  expect(cell.text()).toBe(
    'The condition "nobody.x > i" of a breakpoint failed: ReferenceError: nobody is not defined\n',
  );
  await debug.request("disconnect");
  expect((await cell.reply()).content.status).toBe("ok");
});

test("a page that is loaded again is told of breakpoints with all that they hang on", async () => {
  const terms = { condition: "i > 1", hitCondition: "% 3", logMessage: "{i}" };
  const { cell } = await runWith(terms);
  await cell.reply();
  const { breakpoints } = await debug.request("debugInfo");
  expect(breakpoints).toMatchObject([{ breakpoints: [{ line: 3, ...terms }] }]);
});
