/** The debugger of a real kernel, over its control channel. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { debugClient, shown } from "./debug-client.ts";
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
async function run(code: string): Promise<Record<string, unknown>> {
  return (await kernel.execute(code).reply()).content;
}

/** Runs a cell as far as the first of these lines. */
async function stopIn(code: string, lines: number[]) {
  await debug.start();
  await debug.breakpoints(code, lines);
  const cell = kernel.execute(code);
  return { cell, ...(await debug.stopped()) };
}

async function goOn(command: "continue" | "next" | "stepIn" | "stepOut" | "pause") {
  await debug.request(command, { threadId: 1 });
  return command === "continue" ? undefined : debug.stopped();
}

/** The line of a frame, without its cell's number. */
const unnumbered = (at: string[]) => at.map((each) => each.replace(/cell \d+/, "cell"));

const scaled = `const point = { x: 1, y: 2 };
// what follows is stopped in
function scaled(factor: number): number {
  const product: number = point.x * factor;
  return product;
}
interface Unused { a: string }
const twice = scaled(2);
const words = ["a", "b"].map((word) => word + twice);
words.join()`;

test("a cell stops where it is told before it runs, shows its variables, steps, and goes on to its result", async () => {
  const { cell, reason, at } = await stopIn(scaled, [4]);
  expect([reason, ...unnumbered(at)]).toEqual(["breakpoint", "scaled:4", "cell:8"]);
  const early = expect.stringMatching(/^(undefined|\(no value yet\))$/); // Node 20's V8 does not tell
  expect(await debug.scope("Locals")).toEqual({ factor: "2", product: early });
  expect(await debug.scope("Closure")).toMatchObject({ point: "{ x: 1, y: 2 }" });
  expect((await goOn("next"))?.at[0]).toBe("scaled:5");
  expect(await debug.scope("Locals")).toEqual({ factor: "2", product: "2", "(returns)": "2" });
  expect(unnumbered((await goOn("stepOut"))?.at ?? [])).toEqual(["cell:9"]); // nothing is left to do on line 8
  expect(cell.hasReply()).toBe(false);
  await goOn("continue");
  expect((await cell.reply()).content.status).toBe("ok");
  expect(cell.outputs().map(({ header }) => header.msg_type)).toContain("execute_result");
});

test("a function of an earlier cell stops where it is told after it ran, called from another cell", async () => {
  await run(scaled);
  await debug.start();
  await debug.breakpoints(scaled, [5]);
  const cell = kernel.execute("const later = 3;\nscaled(later)");
  const { at, frames } = await debug.stopped();
  expect(unnumbered(at)).toEqual(["scaled:5", "cell:2"]);
  expect(frames[0]?.source?.path).not.toBe(frames[1]?.source?.path);
  await goOn("continue");
  expect((await cell.reply()).content.status).toBe("ok");
});

test("a breakpoint on a line without code goes to the next line with some", async () => {
  await debug.start();
  expect(await debug.breakpoints(scaled, [2, 3, 7, 10])).toEqual([4, 4, 8, 10]);
  const { sourcePath } = await debug.request("dumpCell", { code: "let end = 1;\n// nothing" });
  const { breakpoints } = await debug.request("setBreakpoints", {
    source: { path: sourcePath },
    breakpoints: [{ line: 2 }],
  });
  expect(breakpoints).toMatchObject([{ verified: false, line: 2, message: expect.stringContaining("no code") }]);
});

test("pointing at a name shows the value of any cell's, and changes nothing", async () => {
  await run("let pointedAt = 1;");
  const code =
    'import { basename } from "node:path";\nfunction inner(own: number) {\n  return own;\n}\ninner(basename("/a").length)';
  const { cell, frames } = await stopIn(code, [3]);
  const hover = async (expression: string) =>
    (await debug.ask("evaluate", { expression, frameId: frames[0]?.id, context: "hover" })) as DebugProtocol.Response;
  expect((await hover("pointedAt")).body.result).toBe("1");
  expect((await hover("basename")).body.result).toBe("[Function: basename]");
  expect(await hover("pointedAt = 2")).toMatchObject({ success: false });
  expect((await hover("pointedAt")).body.result).toBe("1");
  await goOn("continue");
  await cell.reply();
});

test("scopes hold what the user named, not what the emit made up, and values say what they are", async () => {
  const { cell } = await stopIn(
    `import { basename } from "node:path";
import { tensor } from "stridelab";
const base = basename("/a/b"), weights = tensor([[1, 2], [3, 4]]);
{
  using closing = { [Symbol.dispose]() {} };
  const inner = new Map([["k", 1]]), list = [1, 2, 3], nothing = null, big = 3n, f = (a: number) => a;
  inner.size;
}`,
    [7],
  );
  expect(await debug.scope("Locals")).toEqual({
    base: "'b'",
    weights: "Tensor float32 [2, 2] [[1, 2], [3, 4]]",
    closing: expect.stringContaining("{"),
    inner: "Map(1) { 'k' → 1 }",
    list: "Array(3) [ 1, 2, 3 ]",
    nothing: "null",
    big: "3n",
    f: "[Function: f]",
  });
  expect(await debug.scope("Globals")).toMatchObject({ scaled: "[Function: scaled]" });
  await goOn("continue");
  expect((await cell.reply()).content.status).toBe("ok");
});

test("values unfold: objects with private members and getters, maps, and large arrays in ranges", async () => {
  const { cell } = await stopIn(
    `class Counter { #count = 7; step = 2; get next() { throw new Error("run"); } own = { deep: [10, 20] }; }
const counter = new Counter(), table = new Map([[{ a: 1 }, "one"]]), many = new Float32Array(25_000);
counter`,
    [3],
  );
  const frameId = (await debug.request("stackTrace")).stackFrames[0].id;
  const unfold = async (expression: string): Promise<DebugProtocol.Variable[]> => {
    const { variablesReference } = await debug.request("evaluate", { expression, frameId });
    return (await debug.request("variables", { variablesReference })).variables;
  };
  expect(shown(await unfold("counter"))).toEqual({ "#count": "7", step: "2", own: "{ deep: Array(2) }" });
  expect(shown(await unfold("counter.own"))).toEqual({ deep: "Array(2) [ 10, 20 ]" });
  expect(shown(await unfold("({ get g() { return 1; } })"))).toEqual({ g: "(getter)" });
  expect(shown(await unfold("table"))).toEqual({ "{…}": "'one'" });
  const ranges = await unfold("many");
  expect(ranges.map(({ name }) => name)).toEqual(["[0 … 9999]", "[10000 … 19999]", "[20000 … 24999]"]);
  const { variables } = await debug.request("variables", { variablesReference: ranges[2]?.variablesReference });
  expect(variables).toHaveLength(50);
  expect(variables[49].name).toBe("[24900 … 24999]");
  await goOn("continue");
  await cell.reply();
});

test("expressions are TypeScript, see the frame and all cells, and change them", async () => {
  await run('let shared = 1;\nconst greet = (name: string) => "hello " + name;');
  const { cell } = await stopIn(
    'import { basename } from "node:path";\nconst used = 3;\nfunction stay(own: number) {\n  return own;\n}\nstay(4)',
    [4],
  );
  expect(await debug.evaluate("basename('/a/b') + used")).toBe("'b3'"); // of this cell, and not used in the function
  expect(await debug.evaluate("(own as number) + shared")).toBe("5");
  expect(await debug.evaluate("greet('you')")).toBe("'hello you'");
  expect(await debug.evaluate("{ own, shared }")).toBe("{ own: 4, shared: 1 }");
  expect(await debug.evaluate("shared = 40; own = 2; own + shared")).toBe("42");
  expect(await debug.evaluate("[1, 2].map((shared) => shared * own)")).toBe("Array(2) [ 2, 4 ]");
  expect(await debug.ask("evaluate", { expression: "absent.x", frameId: 1e6 })).toMatchObject({ success: false });
  await expect(debug.evaluate("absent.x")).rejects.toThrow("ReferenceError: absent is not defined");
  await expect(debug.evaluate("own +")).rejects.toThrow("SyntaxError");
  await goOn("continue");
  const result = () => cell.outputs().find(({ header }) => header.msg_type === "execute_result")?.content;
  await cell.reply();
  expect(result()).toMatchObject({ data: { "text/plain": "2" } });
  expect((await run("if (shared !== 40) throw new Error()")).status).toBe("ok");
});

test("an expression without an end is given up, and the cell still stands where it was", async () => {
  const { cell, at } = await stopIn("let here = 1;\nhere + 41", [2]);
  await expect(debug.evaluate("for (;;) here++")).rejects.toThrow();
  expect((await debug.request("stackTrace")).totalFrames).toBe(at.length);
  await debug.evaluate("here = 1");
  await goOn("continue");
  expect((await cell.reply()).content.status).toBe("ok");
  expect(cell.outputs().find(({ content }) => content.data)?.content.data).toEqual({ "text/plain": "42" });
});

test("steps go by lines: into functions of cells, over those of packages, over an await", async () => {
  const code = `async function waits(ms: number) {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return ms;
}
const first = [1, 2].filter((n) => n > 1);
const waited = await waits(5);
const last = first.length + waited;
last`;
  const { cell } = await stopIn(code, [5]);
  const lines = async (command: "next" | "stepIn") => unnumbered((await goOn(command))?.at ?? [])[0];
  expect(await lines("next")).toBe("cell:6");
  expect(await lines("stepIn")).toBe("waits:2");
  expect(await lines("next")).toBe("waits:3");
  const { stackFrames } = await debug.request("stackTrace");
  expect(stackFrames.map(({ name, line }: DebugProtocol.StackFrame) => `${name}:${line}`)[1]).toMatch(
    /^await in cell \d+:6$/,
  );
  expect(unnumbered((await goOn("stepOut"))?.at ?? [])[0]).toBe("cell:7");
  expect(await lines("next")).toBe("cell:8");
  await debug.request("next");
  expect((await cell.reply()).content.status).toBe("ok");
});

test("a step off a cell's end stops no other cell", async () => {
  const { cell } = await stopIn("let a = 1;\na++;", [2]);
  await debug.request("next");
  await cell.reply();
  expect((await debug.request("stackTrace")).stackFrames).toEqual([]);
  expect((await run("let b = 1;\nb")).status).toBe("ok");
  const next = kernel.execute("let c = 1;\ndebugger;\nc");
  expect(unnumbered((await debug.stopped()).at)).toEqual(["cell:2"]);
  await goOn("continue");
  await next.reply();
});

test("a loop that never yields can be paused, looked at and interrupted", async () => {
  await debug.start();
  const cell = kernel.execute('console.log("begun");\nlet rounds = 0;\nwhile (true) {\n  rounds++;\n}');
  await vi.waitUntil(() => cell.text().includes("begun"));
  const stop = await goOn("pause");
  expect(stop?.reason).toBe("pause");
  expect(unnumbered(stop?.at ?? [])[0]).toMatch(/^cell:[34]$/);
  expect(Number(await debug.evaluate("rounds"))).toBeGreaterThan(0);
  await kernel.send("interrupt_request", {}, { channel: "control" }).reply();
  expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "Interrupted" });
});

describe("exceptions", () => {
  const cases: [name: string, code: string, uncaught: string | undefined, all: string][] = [
    ["in a cell", 'const a = 1;\nthrow new Error("thrown")', "cell:2", "cell:2"],
    ["caught", 'try {\n  throw new Error("thrown");\n} catch {}', undefined, "cell:2"],
    ["after an await", 'await null;\nthrow new Error("thrown")', "cell:2", "cell:2"],
    [
      "caught by who awaits",
      'async function f() {\n  await null;\n  throw new Error("thrown");\n}\ntry {\n  await f();\n} catch {}',
      undefined,
      "f:3",
    ],
    [
      "not caught by who awaits",
      'async function f() {\n  await null;\n  throw new Error("thrown");\n}\nawait f();',
      "f:3",
      "f:3",
    ],
    [
      "in a function that is made where it would be caught",
      'let f = () => {};\ntry {\n  f = () => {\n    throw new Error("thrown");\n  };\n} catch {}\nf();',
      "f:4",
      "f:4",
    ],
    ["in a package", 'import { tensor } from "stridelab";\ntensor([[1], [2, 3]] as never)', "cell:2", "cell:2"],
    ["in Node", "const text = '{';\nJSON.parse(text)", "cell:2", "cell:2"],
  ];
  test.each(cases)("%s", async (_, code, uncaught, all) => {
    for (const [filter, where] of [
      ["uncaught", uncaught],
      ["all", all],
    ] as const) {
      await debug.start();
      await debug.request("setExceptionBreakpoints", { filters: [filter] });
      const cell = kernel.execute(code);
      if (where !== undefined) {
        const { reason, text, at } = await debug.stopped();
        expect([filter, reason, unnumbered(at)[0]]).toEqual([filter, "exception", where]);
        expect(text).toMatch(/^\w*Error: /);
        expect((await debug.request("exceptionInfo")).exceptionId).toMatch(/Error$/);
      }
      await debug.request("disconnect");
      await cell.reply();
    }
  });
});

test("an interrupt ends a stopped cell where it stands; the next one stops again", async () => {
  await run("let reached = 0;");
  const code = "reached = 1;\nreached = 2;\nreached = 3;";
  for (let round = 0; round < 2; round++) {
    const { cell, at } = await stopIn(code, [2]);
    expect(unnumbered(at)).toEqual(["cell:2"]);
    await kernel.send("interrupt_request", {}, { channel: "control" }).reply();
    expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(debug.events().at(-1)?.event).toBe("continued");
    expect((await run("if (reached !== 1) throw new Error(String(reached))")).status).toBe("ok");
  }
});

test("an interrupt lets stopped work that looks at the convention come to its next look", async () => {
  const code = `const asked = (globalThis as any)[Symbol.for("Jupyter.interrupt")];
for (let step = 0; !asked.requested(); step++) {
  const begun = step;
  await null;
}
console.log("ended between steps");`;
  const { cell } = await stopIn(code, [3]);
  await kernel.send("interrupt_request", {}, { channel: "control" }).reply();
  await cell.reply();
  expect(cell.text()).toBe("ended between steps\n");
});

test("everything but cells is answered while one has stopped, and cells wait", async () => {
  const { cell } = await stopIn("const held = 1;\nheld", [2]);
  const waiting = kernel.execute("held + 1");
  expect((await kernel.send("kernel_info_request", {}).reply()).content).toMatchObject({
    debugger: true,
    supported_features: expect.arrayContaining(["debugger"]),
  });
  const completed = await kernel.send("complete_request", { code: "scal", cursor_pos: 4 }).reply();
  expect(completed.content.matches).toContain("scaled");
  expect((await debug.request("debugInfo")).stoppedThreads).toEqual([1]);
  expect([cell.hasReply(), waiting.hasReply()]).toEqual([false, false]);
  await goOn("continue");
  expect((await waiting.reply()).content.status).toBe("ok");
});

test("what was printed before a stop is there when it is told", async () => {
  const { cell } = await stopIn('console.log("before");\nconst after = 1;', [2]);
  expect(cell.text()).toBe("before\n");
  await goOn("continue");
  await cell.reply();
});

test("disconnecting lets a stopped cell go on, and forgets the breakpoints", async () => {
  const { cell } = await stopIn("const left = 1;\nleft", [2]);
  expect((await debug.request("debugInfo")).breakpoints).toHaveLength(1);
  await debug.request("disconnect");
  expect((await cell.reply()).content.status).toBe("ok");
  expect(await debug.request("debugInfo")).toMatchObject({ isStarted: false, breakpoints: [], stoppedThreads: [] });
  expect((await run("const left = 1;\nleft")).status).toBe("ok");
});

test("without a debugger nothing stops, not even at a debugger statement", async () => {
  expect((await run("debugger;")).status).toBe("ok");
  await debug.start();
  const cell = kernel.execute("const here = 1;\ndebugger;\nhere");
  expect(unnumbered((await debug.stopped()).at)).toEqual(["cell:2"]);
  await goOn("continue");
  await cell.reply();
});

test("a file beside the notebook stops and steps like a cell", async () => {
  const file = join(kernel.folder, "helper.ts");
  writeFileSync(
    file,
    "export function helped(n: number): number {\n  const more: number = n + 1;\n  return more;\n}\n",
  );
  await run('import { helped } from "./helper";');
  await debug.start();
  const { modules } = await debug.request("modules");
  expect(modules).toContainEqual(expect.objectContaining({ name: "helper.ts", path: file }));
  const source = { path: file };
  const set = await debug.request("setBreakpoints", { source, breakpoints: [{ line: 2 }] });
  expect(set.breakpoints).toMatchObject([{ verified: true, line: 2 }]);
  const cell = kernel.execute("helped(1)");
  expect(unnumbered((await debug.stopped()).at)).toEqual(["helped:2", "cell:1"]);
  expect((await debug.request("source", { source })).content).toContain("more: number");
  expect((await goOn("next"))?.at[0]).toBe("helped:3");
  await goOn("continue");
  expect((await cell.reply()).content.status).toBe("ok");
});

test("variables of cells are shown without a debugger, and each as it draws itself", async () => {
  await run('import { tensor } from "stridelab";\nconst drawn = tensor([[1, 2]]);\nlet counted = 5;');
  const { variables } = await debug.request("inspectVariables");
  expect(shown(variables)).toMatchObject({ drawn: "Tensor float32 [1, 2] [[1, 2]]", counted: "5" });
  const { data } = await debug.request("richInspectVariables", { variableName: "drawn" });
  expect(Object.keys(data)).toEqual(expect.arrayContaining(["text/plain", "text/html"]));
  expect(await debug.request("richInspectVariables", { variableName: "no name" })).toEqual({ data: {}, metadata: {} });
  const { cell, frames } = await stopIn("{\n  const inside = { a: 1 };\n  inside.a;\n}", [3]);
  const rich = await debug.request("richInspectVariables", { variableName: "inside", frameId: frames[0]?.id });
  expect(rich.data["text/plain"]).toBe("{ a: 1 }");
  await goOn("continue");
  await cell.reply();
});

test("what cannot be done is said in words", async () => {
  const message = async (command: string, given?: object) => (await debug.ask(command, given)).message;
  expect(await message("stackTrace")).toBe("stackTrace: the debugger is not started; send initialize and attach first");
  await debug.start();
  expect(await message("continue")).toBe("continue: nothing has stopped");
  expect(await message("stepBack")).toBe("stepBack: this debugger does not know the command");
  expect(await message("dumpCell", { code: 5 })).toBe('dumpCell: "code" should be a text, but is 5');
  expect(await message("setBreakpoints", {})).toBe('setBreakpoints: source: "path" should be a text, but is undefined');
  expect(await message("variables", { variablesReference: 99 })).toContain("nothing behind 99");
  expect(await message("source", { source: { path: "/etc/hostname" } })).toContain("neither a cell nor a file");
});

test("a kernel that is stopped shuts down", async () => {
  const other = await startRawKernel();
  const client = debugClient(other);
  await client.start();
  const code = "const a = 1;\nfor (;;) {}";
  await client.breakpoints(code, [2]);
  other.execute(code);
  await client.stopped();
  await other.send("shutdown_request", { restart: true }, { channel: "control" }).reply();
  await Promise.race([other.exited, delay(20_000, undefined, { ref: false }).then(() => expect.fail("it lives"))]);
  await other.close();
});
