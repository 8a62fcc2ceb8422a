import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, type KernelOutput, startKernel } from "../../kernel/notebook/client.ts";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel();
});
afterAll(() => kernel.shutdown());

/** Everything a cell shows, as text: what is printed by its stream's name, the rest by its type. */
async function outputsOf(code: string): Promise<KernelOutput[]> {
  const outputs: KernelOutput[] = [];
  const reply = await kernel.execute(code, { onOutput: (output) => outputs.push(output) });
  expect(reply, JSON.stringify(outputs.at(-1))).toMatchObject({ status: "ok" });
  return outputs;
}

const printed = (outputs: KernelOutput[], stream?: string): string =>
  outputs
    .map(({ content }) => ("text" in content && (stream === undefined || content.name === stream) ? content.text : ""))
    .join("");

test("a hundred thousand lines arrive in order before idle, in few messages", async () => {
  const outputs = await outputsOf('for (let i = 0; i < 100_000; i++) console.log("line " + i);');
  const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join("");
  expect(printed(outputs) === lines).toBe(true);
  expect(outputs.length).toBeLessThan(1000);
});

test("fifty megabytes arrive, in messages of about a megabyte", async () => {
  const outputs = await outputsOf('process.stdout.write("é".repeat(25_000_000));');
  const text = printed(outputs);
  expect(text.length).toBe(25_000_000);
  expect(/^é*$/.test(text)).toBe(true);
  for (const { content } of outputs) if ("text" in content) expect(content.text.length).toBeLessThan(2_000_000);
});

test("stdout, stderr and displays keep their order", async () => {
  const outputs = await outputsOf(
    'import { display } from "tslab"; process.stdout.write("a"); console.error("b"); display.html("<b>c</b>"); console.log("d"); void 0',
  );
  const order = outputs.map((output) =>
    output.type === "stream" ? `${output.content.name} ${output.content.text}` : output.type,
  );
  expect(order).toEqual(["stdout a", "stderr b\n", "display_data", "stdout d\n"]);
});

test("what is printed is seen while a loop goes on that never yields", async () => {
  let seen = () => {};
  const begun = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const reply = kernel.execute('console.log("a"); console.log("b"); while (true) {}', {
    onOutput: ({ content }) => {
      if ("text" in content && content.text.endsWith("b\n")) seen();
    },
  });
  await begun; // else the test's own time limit ends it
  await kernel.interrupt();
  expect(await reply).toMatchObject({ ename: "Interrupted" });
});

/** What was printed, cut where the stream changes: into how many messages depends on when it was flushed. */
function inOrder(outputs: KernelOutput[]): string[] {
  const runs: { name: string; text: string }[] = [];
  for (const { content } of outputs) {
    if (!("text" in content)) continue;
    const last = runs.at(-1);
    if (last?.name === content.name) last.text += content.text;
    else runs.push({ name: content.name, text: content.text });
  }
  return runs.map(({ name, text }) => `${name} ${text}`);
}

test("what is written to the descriptors of stdout and stderr, or to their files, is printed by the cell, in order", async () => {
  const outputs = await outputsOf(`import fs, { writeSync as sync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
const { writeFileSync } = require("fs");
console.log("log");
const written = [sync(1, "sync,"), fs.writeSync(1, Buffer.from("_bytes,_"), 1, 6), fs.writevSync(1, [Buffer.from("vec"), Buffer.from("tor,")])];
writeFileSync(1, "file,"); fs.appendFileSync("/dev/stdout", "Zm9yLA==", "base64");
fs.writeFileSync("/dev/stderr", "error"); fs.writeSync(2, " twice");
await writeFile("/dev/stdout", "promise,");
const { bytesWritten } = await promisify(fs.write)(1, "callback,");
const descriptor = fs.openSync("/dev/stdout", "w"); fs.writeSync(descriptor, "opened,"); fs.closeSync(descriptor);
await new Promise<void>((r) => fs.createWriteStream("/dev/stdout").end("stream,", () => r()));
fs.writeSync(1, Buffer.from([0xe2, 0x82])); fs.writeSync(1, Buffer.from([0xac]));
console.log(String(written), bytesWritten);
try { (fs as any).writeSync(1, {}); } catch (error) { console.log((error as any).code); }`);
  expect(inOrder(outputs)).toEqual([
    "stdout log\nsync,bytes,vector,file,for,",
    "stderr error twice",
    "stdout promise,callback,opened,stream,€5,6,7 9\nERR_INVALID_ARG_TYPE\n",
  ]);
});

test("the streams are what programs expect of a pipe, and outlive their ends", async () => {
  const ended = await outputsOf(`import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
const { stdout } = process;
await pipeline(Readable.from(["piped "]), stdout);
await new Promise((finish) => stdout.once("finish", finish).end("bye "));
await new Promise<void>((done) => stdout.end("bye", "utf8", () => done())); void 0`);
  expect(inOrder(ended)).toEqual(["stdout piped bye bye"]);
  const after = await outputsOf(
    "const { isTTY, columns, fd, writable, getWindowSize } = process.stdout; console.log(isTTY, columns, fd, writable, getWindowSize); console.error(process.stderr.isTTY, process.stderr.fd);",
  );
  expect(inOrder(after)).toEqual(["stdout false undefined 1 true undefined\n", "stderr false 2\n"]);
});

test("a child process that inherits prints into its cell, in order with what the cell prints", async () => {
  const outputs = await outputsOf(`import cp from "node:child_process";
console.log("before");
cp.execSync("echo inherited; echo error >&2", { stdio: "inherit" });
console.log("between");
cp.spawnSync("sh", ["-c", "echo numbered"], { stdio: [0, 1, 2] });
const child = cp.spawn("sh", ["-c", "echo streamed"], { stdio: ["ignore", process.stdout, "inherit"] });
await new Promise((resolve) => child.on("close", resolve));
console.log("after", child.stdout);`);
  expect(inOrder(outputs)).toEqual([
    "stdout before\ninherited\n",
    "stderr error\n",
    "stdout between\nnumbered\nstreamed\nafter null\n",
  ]);
});

test("a child's output after its cell has ended is shown under that cell", async () => {
  const late: KernelOutput[] = [];
  await kernel.execute(
    'import { spawn } from "node:child_process"; spawn("sh", ["-c", "sleep 1; echo late"], { stdio: "inherit" }); void 0',
    { onOutput: (output) => late.push(output) },
  );
  await kernel.execute("1");
  await expect.poll(() => printed(late)).toBe("late\n");
});

test("a worker thread's lines are all there when its cell goes on after its end", async () => {
  const outputs = await outputsOf(`import { Worker } from "node:worker_threads";
const worker = new Worker("for (let i = 0; i < 2000; i++) console.log(i)", { eval: true });
await new Promise((resolve) => worker.on("exit", resolve));
console.log("ended");`);
  const lines = Array.from({ length: 2000 }, (_, i) => `${i}\n`).join("");
  expect(printed(outputs)).toBe(`${lines}ended\n`);
});
