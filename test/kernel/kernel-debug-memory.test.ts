/** The watch of a cell's memory while a debugger holds the cell. */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { debugClient } from "./debug-client.ts";
import { type RawKernel, startRawKernel } from "./raw-kernel.ts";

let kernel: RawKernel;
let debug: ReturnType<typeof debugClient>;
beforeAll(async () => {
  vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=768");
  kernel = await startRawKernel();
  vi.unstubAllEnvs();
  debug = debugClient(kernel);
  await run("let kept: object[] = [];\nlet before = 5;");
});
afterEach(async () => {
  await debug.request("disconnect");
  await run("kept = [];");
});
afterAll(() => kernel.close());

const run = async (code: string) => (await kernel.execute(code).reply()).content;

/** Milliseconds in which the watch looks many times. */
const looks = 500;

const endless = "for (let i = 0; ; i++) kept.push(new Array(1000).fill(i));";

/** More than the watch leaves to a cell, less than V8 does: half a gibibyte or more. */
const garbage = "for (let i = 0; i < 80; i++) new Array(1e6).fill(i + 0.5);";

async function stopBefore(code: string) {
  const cell = `const held = 1;\n${code}\nheld`;
  await debug.start();
  await debug.breakpoints(cell, [2]);
  const sent = kernel.execute(cell);
  await debug.stopped();
  return sent;
}

test("a cell that is held stays held, and one that then allocates without end is stopped with the error", async () => {
  const cell = await stopBefore(endless);
  await delay(looks);
  expect(cell.hasReply()).toBe(false);
  expect(await debug.evaluate("held + before")).toBe("6");
  await debug.request("continue");
  expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "OutOfMemory" });
  expect(await run("if (kept.length < 1000 || before !== 5) throw new Error();")).toMatchObject({ status: "ok" });
});

test("garbage of what is asked for meanwhile is collected, and the cell goes on to its end", async () => {
  const cell = await stopBefore("let after = held + 1;");
  await debug.evaluate(`{ ${garbage} } held`);
  await delay(looks);
  expect(cell.hasReply()).toBe(false);
  expect(debug.isRunning()).toBe(false);
  expect(await debug.evaluate("held")).toBe("1");
  await debug.request("continue");
  expect((await cell.reply()).content).toMatchObject({ status: "ok" });
});

test("an expression that allocates without end ends with the cell that it was asked in, not with the kernel", async () => {
  const cell = await stopBefore("let never = held + 1;");
  const answer = debug.ask("evaluate", { expression: endless, frameId: (await frames())[0].id });
  expect(await answer).toMatchObject({ success: false });
  expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "OutOfMemory" });
  expect(debug.isRunning()).toBe(true);
  expect(await run("kept = [];\nbefore + 1")).toMatchObject({ status: "ok" });
});

const frames = async () => (await debug.request("stackTrace", { threadId: 1 })).stackFrames;
