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

test("a child process that inherits prints into its cell, in order with what the cell prints", async () => {
  const outputs = await outputsOf(`import cp from "node:child_process";
console.log("before");
cp.execSync("echo inherited; echo error >&2", { stdio: "inherit" });
console.log("between");
cp.spawnSync("sh", ["-c", "echo numbered"], { stdio: [0, 1, 2] });
const child = cp.spawn("sh", ["-c", "echo streamed"], { stdio: ["ignore", process.stdout, "inherit"] });
await new Promise((resolve) => child.on("close", resolve));
console.log("after", child.stdout);`);
  const streams = outputs.flatMap(({ content }) => ("text" in content ? [content] : []));
  // How the text is cut into messages depends on when it was flushed.
  const order = streams.map(({ name, text }, i) => (streams[i - 1]?.name === name ? text : `${name} ${text}`));
  expect(order.join("")).toBe(
    "stdout before\ninherited\nstderr error\nstdout between\nnumbered\nstreamed\nafter null\n",
  );
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
