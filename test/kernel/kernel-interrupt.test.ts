import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, type KernelOutput, startKernel } from "../../kernel/notebook/client.ts";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel();
  await kernel.execute("let count = 0; let last = -1;");
});
afterAll(() => kernel.shutdown());

/** Interrupts a cell some milliseconds after it says that it has begun. */
async function interrupt(code: string, after = 30) {
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const outputs: KernelOutput[] = [];
  const reply = kernel.execute(`count++;\nconsole.log("begun");\n${code}`, {
    onOutput: (output) => {
      outputs.push(output);
      begun();
    },
  });
  await Promise.race([started, reply]);
  await delay(after);
  await kernel.interrupt();
  return { reply: await reply, outputs };
}

/**
 * What the next cell replies and shows. On a busy machine an interrupt may come before a timer's loop: then that is stopped, too,
 * when the timer comes.
 */
async function next(code: string): Promise<{ reply: unknown; value: unknown }> {
  let value: unknown;
  const again = setInterval(() => void kernel.interrupt(), 10_000);
  const reply = await kernel.execute(code, {
    onOutput: ({ content }) => {
      if ("data" in content) value = content.data["text/plain"];
    },
  });
  clearInterval(again);
  return "ename" in reply && reply.ename === "Interrupted" ? next(code) : { reply, value };
}

const cases = [
  ["a loop", "while (true) {}"],
  ["a loop after an await", "await null;\nwhile (true) {}"],
  ["a loop after a timer", "await new Promise((r) => setTimeout(r, 10));\nwhile (true) {}"],
  ["a loop in a timer", "setTimeout(() => { while (true); }, 1);\nawait new Promise(() => {});"],
  ["a loop in a .then", "await Promise.resolve().then(() => { while (true); });"],
  ["a loop that catches everything", "while (true) { try { while (true) JSON.parse('{}'); } catch {} }"],
  ["a flood of microtasks", "const flood = (): Promise<void> => Promise.resolve().then(flood);\nawait flood();"],
  ["a catastrophic regular expression", '/^(a+)+$/.test("a".repeat(40) + "b");'],
  ["an await that never settles", "await new Promise(() => {});"],
  [
    "a loop within AsyncLocalStorage",
    'import { AsyncLocalStorage } from "node:async_hooks"; await new AsyncLocalStorage().run(1, async () => { await null; while (true); });',
  ],
  [
    "a flood of microtasks under an async hook",
    'import { createHook } from "node:async_hooks"; const hook = createHook({ init() {}, before() {} }).enable(); setTimeout(() => hook.disable(), 500); const flooded = (): Promise<void> => Promise.resolve().then(flooded); await flooded();',
  ],
  [
    "a loop in the second of two immediates",
    "setImmediate(() => {}); setImmediate(() => { while (true); }); await new Promise(() => {});",
  ],
  ["a loop in what console.log calls", "console.log({ get [Symbol.toStringTag](): string { while (true); } });"],
  ["a loop in a display hook", '({ [Symbol.for("Jupyter.display")]() { while (true); } })'],
  ["a loop in nextTick", "process.nextTick(() => { while (true); }); await new Promise(() => {});"],
  [
    "a loop in an event of a stream",
    'import { Readable } from "node:stream"; Readable.from([1]).on("data", () => { while (true); }); await new Promise(() => {});',
  ],
  ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"],
];

test.each(cases)("%s ends as Interrupted, with the state intact", async (_, code) => {
  const { reply, outputs } = await interrupt(code as string);
  expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(outputs.at(-1)).toMatchObject({ type: "error", content: { ename: "Interrupted" } });
  const timers = "await new Promise((r) => setTimeout(() => setImmediate(r, 'timers'), 5))";
  const after = await next(`last = count; [count, ${timers}]`);
  expect(after.reply).toMatchObject({ status: "ok" });
  expect(after.value).toMatch(/^\[ \d+, 'timers' \]$/);
});

test("every interrupted cell had run up to its interrupt", async () => {
  const { user_expressions } = await kernel.request("execute_request", {
    code: "",
    user_expressions: { count: "count" },
  });
  expect(user_expressions).toMatchObject({ count: { data: { "text/plain": String(cases.length) } } });
});

test.each([
  ["map", "rounds.push([...Array(1000)].map((_, i) => ({ i })));"],
  ["forEach", "[1, 2, 3, 4].forEach((x) => rounds.push({ x }));"],
  ["reduce", "rounds.push({ x: [1, 2, 3, 4].reduce((a, b) => a + b, rounds.length) });"],
  ["filter", "rounds.push([...Array(1000)].filter((_, i) => i % 2 === 0));"],
  ["sort", "rounds.push([3, 1, 2].sort((a, b) => a - b));"],
])("a loop around %s ends when it has been optimised, too", async (_, body) => {
  const rounds = `let rounds: object[] = []; for (;;) { ${body} if (rounds.length > 10_000) rounds = []; }`;
  expect((await interrupt(rounds, 2000)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
});

test("a loop around nothing but JSON.stringify, which runs no code of the cell's, ends within it", async () => {
  const code = "const long = Array.from({ length: 1e6 }, (_, i) => ({ i })); for (;;) JSON.stringify(long);";
  expect((await interrupt(code, 1000)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
});

test("work that looks at the convention stops between two steps, in its own words", async () => {
  const { reply } = await interrupt(`const asked = (globalThis as any)[Symbol.for("Jupyter.interrupt")];
let done = 0;
try {
  while (!asked.requested()) done++;
  throw new Error("stopped between steps");
} finally {
  console.log("cleaned up");
}`);
  expect(reply).toMatchObject({ status: "error", ename: "Interrupted", evalue: "stopped between steps" });
});

test("a cell that looks keeps its seconds: steps far longer than the usual grace are never torn", async () => {
  const { reply } = await interrupt(`const wanted = (globalThis as any)[Symbol.for("Jupyter.interrupt")];
let begun = 0, ended = 0;
while (true) {
  if (wanted.requested()) throw new Error(\`begun \${begun}, ended \${ended}\`);
  begun++;
  for (const until = performance.now() + 400; performance.now() < until; ) {}
  ended++;
  await new Promise((resolve) => setTimeout(resolve, 0));
}`);
  const [, begun, ended] = /begun (\d+), ended (\d+)/.exec((reply as { evalue: string }).evalue) ?? [];
  expect(Number(begun)).toBeGreaterThan(0);
  expect(ended).toBe(begun);
});

test("a cell broken off by force counts as a termination, since its finally blocks never ran", async () => {
  await interrupt("while (true) {}");
  const { user_expressions } = await kernel.request("execute_request", {
    code: "",
    silent: false,
    store_history: false,
    allow_stdin: false,
    stop_on_error: true,
    user_expressions: { count: '(globalThis as any)[Symbol.for("Jupyter.interrupt")].terminations > 0' },
  });
  expect(user_expressions).toMatchObject({ count: { data: { "text/plain": "true" } } });
});

test("cells behind an interrupted one are aborted, and an interrupt of an idle kernel changes nothing", async () => {
  const queued = interrupt("while (true) {}");
  const behind = kernel.execute("1");
  expect((await queued).reply.status).toBe("error");
  expect((await behind).status).toBe("aborted");
  await kernel.interrupt();
  expect((await kernel.execute("1")).status).toBe("ok");
});

test("a native call is said to be one, and the interrupt takes effect when it returns", async () => {
  const { reply, outputs } = await interrupt(
    'import { execSync } from "node:child_process"; execSync("sleep 6"); while (true);',
  );
  expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
  const said = outputs.filter(({ content }) => "name" in content && content.name === "stderr");
  expect(said).toMatchObject([{ content: { text: expect.stringContaining("restart the kernel") } }]);
});

test("SIGINT interrupts a waiting cell instead of ending the kernel", async () => {
  const reply = await kernel.execute(
    'setTimeout(() => process.kill(process.pid, "SIGINT"), 5); await new Promise(() => {});',
  );
  expect(reply).toMatchObject({ ename: "Interrupted" });
});
