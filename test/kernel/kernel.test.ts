/** The kernel as front ends meet it: a process of its own, over real sockets. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ExecuteOptions,
  type KernelClient,
  type KernelOutput,
  startKernel,
} from "../../kernel/notebook/client.ts";

// A folder far from this repository, without any node_modules at first.
const folder = mkdtempSync(join(tmpdir(), "notebook-"));
let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel({ cwd: folder });
});
afterAll(() => kernel.shutdown());

async function run(code: string, options: ExecuteOptions = {}) {
  const outputs: KernelOutput[] = [];
  const reply = await kernel.execute(code, { onOutput: (output) => outputs.push(output), ...options });
  const text = (name: string) =>
    outputs
      .map((output) => (output.type === "stream" && output.content.name === name ? output.content.text : ""))
      .join("");
  return { reply, outputs, stdout: () => text("stdout"), stderr: () => text("stderr") };
}

/** The text/plain of a cell's value. */
async function textOf(code: string): Promise<unknown> {
  const { reply, outputs } = await run(code);
  if (reply.status !== "ok") throw new Error(reply.traceback.join("\n"));
  return outputs.flatMap((output) => (output.type === "execute_result" ? [output.content.data["text/plain"]] : []))[0];
}

test("kernel_info says the language as front ends want it", () => {
  expect(kernel.info).toMatchObject({
    status: "ok",
    protocol_version: "5.5",
    implementation: "stridelab",
    language_info: {
      name: "typescript",
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript", // JupyterLab would take an object's name, "javascript", for all there is to say
      nbconvert_exporter: "script",
    },
  });
});

describe("values", () => {
  test("the last expression is an execute_result, undefined is nothing", async () => {
    expect(await textOf("const list = [1, 2, 3]; list.map((x) => 2 * x)")).toBe("[ 2, 4, 6 ]");
    expect(await textOf("undefined")).toBeUndefined();
    expect(await textOf("const noValue = 1;")).toBeUndefined();
  });

  test("a cell awaits, and a value's own method may be asynchronous", async () => {
    expect(await textOf("await Promise.resolve(list.length)")).toBe("3");
    const { outputs } = await run('({ [Symbol.for("Jupyter.display")]: async () => ({ "image/svg+xml": "<svg/>" }) })');
    expect(outputs[0]).toMatchObject({ type: "execute_result", content: { data: { "image/svg+xml": "<svg/>" } } });
    expect(outputs[0]?.content).toHaveProperty(["data", "text/plain"]);
  });

  test("tslab's display works, and newDisplay updates in place", async () => {
    const { outputs } = await run(`import { display, newDisplay } from "tslab";
display.html("<b>hi</b>");
const place = newDisplay();
place.text("1");
place.text("2");`);
    expect(outputs.map(({ type }) => type)).toEqual(["display_data", "display_data", "update_display_data"]);
  });

  test("a live value is drawn, redrawn in place while the cell blocks, and drawn last as it ended", async () => {
    const begin = performance.now();
    const { outputs } = await run(`let step = 0, drawn = 0;
const curve = { [Symbol.for("Jupyter.display")]: () => ({ "text/html": String(step + 0 * ++drawn) }) };
const open = (globalThis as any)[Symbol.for("Jupyter.live")];
const live = open(curve);
const until = performance.now() + 1050;
while (performance.now() < until || drawn < 4) { step++; live.update(); } // a busy machine takes long to draw, and so waits long
step = -1;
live.close();`);
    expect(outputs[0]).toMatchObject({ type: "display_data", content: { data: { "text/html": "0" } } });
    const tenths = (performance.now() - begin) / 100;
    const updates = outputs.slice(1);
    expect(updates.length).toBeGreaterThanOrEqual(2); // where io is behind, what is overtaken is not sent
    expect(updates.length).toBeLessThanOrEqual(tenths + 1);
    expect(updates.at(-1)).toMatchObject({ type: "update_display_data", content: { data: { "text/html": "-1" } } });
    const ids = outputs.map(({ content }) => "transient" in content && content.transient?.display_id);
    expect(new Set(ids).size).toBe(1);
  });
});

describe("streams", () => {
  test("ten thousand lines arrive complete, in order, before idle, in few messages", async () => {
    const { outputs, stdout } = await run("for (let i = 0; i < 10000; i++) console.log('line ' + i);");
    expect(stdout()).toBe(Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(""));
    expect(outputs.length).toBeLessThan(200);
  });

  test("stdout, stderr and displays keep their order", async () => {
    const { outputs } = await run(
      'console.log("a"); console.error("b"); display.text("c"); process.stdout.write("d"); undefined',
    );
    expect(outputs.map(({ type, content }) => ("text" in content ? `${content.name}:${content.text}` : type))).toEqual([
      "stdout:a\n",
      "stderr:b\n",
      "display_data",
      "stdout:d",
    ]);
  });

  test("what a cell puts off to the next turn comes before the cell is over", async () => {
    const { stdout } = await run(
      'setTimeout(() => console.log("timer"), 0); setImmediate(() => console.log("immediate")); process.nextTick(() => console.log("tick"));',
    );
    expect(stdout().split("\n").toSorted()).toEqual(["", "immediate", "tick", "timer"]);
  });

  test("what a cell prints later still belongs to it", async () => {
    const early = await run(
      'setTimeout(() => console.log("late"), 60); (async () => { await new Promise((r) => setTimeout(r, 60)); console.log("later"); })();',
    );
    const next = await run("await new Promise((r) => setTimeout(r, 200));");
    await expect.poll(early.stdout).toContain("later");
    expect(early.stdout()).toContain("late\n");
    expect(next.outputs).toEqual([]);
  });
});

describe("errors", () => {
  test("point at line and column of the TypeScript, through types, blank lines and imports", async () => {
    const { reply, outputs } = await run(`import { sep } from "node:path";
interface Gone { x: number }

function fail(n: number): Gone {

  throw new RangeError(\`boom \${n}\${sep}\`, { cause: new Error("why") });
}
fail(3);`);
    expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "boom 3/" });
    expect(outputs.map(({ type }) => type)).toEqual(["error"]);
    const lines = "traceback" in reply ? reply.traceback : [];
    expect(lines[1]).toContain("6 |   throw new RangeError");
    expect(lines.join("\n")).toMatch(/at fail, cell \d+, 6:9\n {4}at cell \d+, 8:1\nCaused by Error: why/);
    expect(lines.join("\n")).not.toMatch(/node:|dist|\.js/);
  });

  test("of types stop the cell before anything runs", async () => {
    const { reply, stdout } = await run('console.log("ran");\nconst n: number = "text";');
    expect(reply).toMatchObject({ ename: "TypeCheckError", evalue: expect.stringContaining("2:7 TS2322") });
    expect(stdout()).toBe("");
  });

  test("leave what the cell had declared before it threw", async () => {
    await run('const survivor: number[] = [1]; if (survivor.length) throw new Error("x"); const never2 = 1;');
    expect(await textOf("survivor.length")).toBe("1");
    expect((await run("never2")).reply).toMatchObject({ ename: "TypeCheckError" });
  });

  test("that a cell prints or returns name the cell's own lines, and nothing of the kernel", async () => {
    const { outputs, stdout } = await run(`const caught = [1].map((n): Error => {
  return new TypeError(\`bad \${n}\`);
})[0];
console.log(caught);
caught`);
    expect(stdout()).toMatch(
      /^TypeError: bad 1\n {4}at cell \d+, 2:10\n {4}at Array\.map \(<anonymous>\)\n {4}at cell \d+, 1:\d+\n$/,
    );
    expect(outputs.at(-1)).toMatchObject({ content: { data: { "text/plain": stdout().trimEnd() } } });
  });

  test("whose own message throws end the cell all the same", async () => {
    const { reply } = await run(
      'class Broken extends Error { override get message(): string { throw new Error("no"); } } throw new Broken();',
    );
    expect(reply).toMatchObject({ status: "error", ename: "Thrown" }); // its words are Node's, and differ by version
    expect(await textOf("1 + 1")).toBe("2");
  });

  test("that nobody caught are shown under their cell, and the kernel lives", async () => {
    const { stderr } = await run(`setTimeout(() => { throw new Error("in a timer"); }, 5);
Promise.reject(new TypeError("in a promise"));
await new Promise((resolve) => setTimeout(resolve, 60));`);
    expect(stderr()).toContain("Uncaught Error: in a timer");
    expect(stderr()).toContain("Uncaught (in promise) TypeError: in a promise");
    expect(await textOf("1 + 1")).toBe("2");
  });
});

test("listeners of the process that a cell takes away are its own: what nobody caught does not end the kernel", async () => {
  const { stderr } = await run(`process.on("unhandledRejection", () => {});
process.removeAllListeners();
Promise.reject(new TypeError("in a promise"));
setTimeout(() => {
  for (const listener of process.listeners("uncaughtException")) process.off("uncaughtException", listener);
  throw new Error("in a timer");
});
await new Promise((resolve) => setTimeout(resolve, 60));`);
  expect(stderr()).toContain("Uncaught Error: in a timer");
  expect(stderr()).toContain("Uncaught (in promise) TypeError: in a promise");
  expect(await textOf('process.listenerCount("unhandledRejection")')).toBe("1");
});

describe("packages", () => {
  test("Node's types and modules are there in a folder without node_modules", async () => {
    expect(
      await textOf('import { basename } from "node:path"; import * as os from "os"; basename("/a/b") + typeof os.EOL'),
    ).toBe("'bstring'");
  });

  test("the kernel's own package is found from anywhere, by import and by import()", async () => {
    expect(await textOf('import * as ours from "stridelab"; typeof ours')).toBe("'object'");
    expect(await textOf('const again = await import("stridelab"); typeof again')).toBe("'object'");
  });

  test("one installed near the notebook while it runs is found, with types by its exports map", async () => {
    expect((await run('import { wheel } from "fresh/parts";')).reply).toMatchObject({ ename: "TypeCheckError" });
    const root = join(folder, "node_modules", "fresh");
    mkdirSync(root, { recursive: true });
    const exports = { "./parts": { types: "./parts.d.ts", import: "./parts.js" } };
    writeFileSync(join(root, "package.json"), JSON.stringify({ name: "fresh", type: "module", exports }));
    writeFileSync(join(root, "parts.js"), "export const wheel = 4;");
    writeFileSync(join(root, "parts.d.ts"), "export declare const wheel: number;");
    expect(await textOf('import { wheel } from "fresh/parts"; wheel.toFixed(1)')).toBe("'4.0'");
  });

  test("a type from a file that an exports map hides is known to later cells, also by its private parts", async () => {
    const root = join(folder, "node_modules", "hiding");
    mkdirSync(root, { recursive: true });
    const manifest = { name: "hiding", exports: { ".": { types: "./index.d.ts", default: "./index.js" } } };
    writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(root, "index.js"), "exports.make = () => ({ size: 4 }); exports.sizeOf = (x) => x.size;");
    const index =
      'import { Hidden } from "./hidden"; export function make(): Hidden; export function sizeOf(x: Hidden): number;';
    writeFileSync(join(root, "index.d.ts"), index);
    writeFileSync(join(root, "hidden.d.ts"), "export declare class Hidden { #private; size: number; }");
    await textOf('import { make, sizeOf } from "hiding"; const made = make();');
    expect(await textOf("sizeOf(made) + made.size")).toBe("8");
    expect((await run("made.nothing")).reply).toMatchObject({ evalue: expect.stringContaining("type 'Hidden'") });
    expect((await run('import { Hidden } from "hiding/hidden"')).reply).toMatchObject({ ename: "TypeCheckError" });
  });

  test("a TypeScript file beside the notebook is checked, run, and read again when it changes", async () => {
    const file = join(folder, "helper.ts");
    writeFileSync(
      file,
      "export const answer: number = 41;\nexport function fail(): never {\n  throw new Error('here');\n}\n",
    );
    expect(await textOf('import { answer } from "./helper.ts"; answer')).toBe("41");
    await delay(20); // for a modification time of its own
    writeFileSync(
      file,
      "export const answer: string = 'forty-two';\n\n\nexport function fail(): never { throw new Error('here'); }\n",
    );
    expect(await textOf('import { answer } from "./helper"; answer.toUpperCase()')).toBe("'FORTY-TWO'");
    const { reply } = await run('import { fail } from "./helper.ts"; fail();');
    expect("traceback" in reply && reply.traceback.join("\n")).toMatch(/helper\.(js|ts), 4:39/);
  });

  test("no warning of Node's about its own experiments reaches a cell", async () => {
    const { stderr } = await run('const { wheel: w2 } = await import("fresh/parts"); w2');
    expect(stderr()).toBe("");
  });
});

describe("requests", () => {
  test("execution_count counts stored cells; silent ones show nothing", async () => {
    const before = await run("0");
    const silent = await run('console.log("quiet"); 1', { silent: true });
    const unstored = await run("2", { storeHistory: false });
    const after = await run("3");
    expect(silent.outputs).toEqual([]);
    expect(unstored.outputs).toHaveLength(1);
    expect(after.reply.execution_count).toBe(before.reply.execution_count + 1);
  });

  test("user_expressions are evaluated after the cell, each with its own failure", async () => {
    const reply = await kernel.request("execute_request", {
      code: "const base = 20;",
      user_expressions: { twice: "base * 2", wrong: "nowhere" },
    });
    expect(reply.user_expressions).toMatchObject({
      twice: { status: "ok", data: { "text/plain": "40" } },
      wrong: { status: "error", ename: "TypeCheckError" },
    });
  });

  test("cells queued behind a failing one are aborted, unless it says otherwise", async () => {
    const status = (replies: { status: string }[]) => replies.map((reply) => reply.status);
    const fail = "throw new Error('stop');";
    expect(status(await Promise.all([kernel.execute(fail), kernel.execute("1")]))).toEqual(["error", "aborted"]);
    const tolerant = [kernel.execute(fail, { stopOnError: false }), kernel.execute("1")];
    expect(status(await Promise.all(tolerant))).toEqual(["error", "ok"]);
  });

  test("completion, inspection and kernel_info answer while a cell blocks the main thread", async () => {
    let busy = true;
    const cell = run("const stop = performance.now() + 1500; while (performance.now() < stop);").finally(() => {
      busy = false;
    });
    const [completion, inspection, info] = await Promise.all([
      kernel.request("complete_request", { code: "survivor.redu", cursor_pos: 13 }),
      kernel.request("inspect_request", { code: "survivor", cursor_pos: 8, detail_level: 0 }),
      kernel.request("kernel_info_request", {}),
    ]);
    expect(busy).toBe(true);
    expect(completion.matches).toContain("reduce");
    expect(inspection).toMatchObject({ found: true });
    expect(info.implementation).toBe("stridelab");
    await cell;
  });

  test("is_complete, history, comm_info and connect are answered", async () => {
    expect(await kernel.request("is_complete_request", { code: "if (1) {" })).toMatchObject({ status: "incomplete" });
    const history = await kernel.request("history_request", { hist_access_type: "tail", n: 1 });
    expect(history).toMatchObject({ status: "ok", history: [expect.any(Array)] });
    expect(await kernel.request("comm_info_request", {})).toEqual({ status: "ok", comms: {} });
    expect(await kernel.request("connect_request", {})).toMatchObject({ status: "ok", shell_port: expect.any(Number) });
  });
});
