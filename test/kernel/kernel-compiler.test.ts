import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, type KernelOutput, startKernel } from "../../kernel/notebook/client.ts";
import { compilersOf } from "./compilers.ts";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel();
});
afterAll(() => kernel.shutdown());

async function run(code: string) {
  const outputs: KernelOutput[] = [];
  const reply = await kernel.execute(code, { onOutput: (output) => outputs.push(output) });
  return { reply, outputs };
}

/** Three to the power of fourteen types: five million instantiations, where the compiler gives up by itself. */
const endless = `type Tree<T extends unknown[], N> = T["length"] extends 14
  ? 1
  : Tree<[...T, N], [N, 0]> | Tree<[...T, N], [N, 1]> | Tree<[...T, N], [N, 2]>;
const tree: Tree<[], 1> = 1;`;

test("a compiler that does not come to an end is given up at an interrupt, and the next one knows the cells before", async () => {
  await run("// @session strict=off\nconst early: number[] = [1, 2]; class Kept { x = 1 }");
  await run("'shown'");
  let answered = false;
  const reply = kernel.execute(endless).finally(() => {
    answered = true;
  });
  const asking = setInterval(() => void (!answered && kernel.interrupt()), 300); // the first may come before the cell does
  expect(await reply).toMatchObject({ status: "error", ename: "Interrupted" });
  clearInterval(asking);
  const { reply: after, outputs } = await run(
    "const f = (x) => x; [early.length, new Kept().x, _.toUpperCase(), f(1)]",
  );
  expect(after).toMatchObject({ status: "ok" });
  expect(outputs.at(-1)).toMatchObject({ content: { data: { "text/plain": "[ 2, 1, 'SHOWN', 1 ]" } } });
});

test.skipIf(process.platform !== "linux")("also where the next cell comes in the moment of the interrupt", async () => {
  await run("const five = 5;");
  await run("five"); // by now the compiler has noted what the first one declared
  const [pid] = compilersOf(kernel.pid);
  process.kill(pid!, "SIGSTOP");
  const stuck = kernel.execute("five");
  const next = stuck.then(() => run("five + 1")); // which ends what was asked for
  await delay(300); // for the cell to be with the compiler
  await kernel.interrupt();
  expect(await stuck).toMatchObject({ status: "error", ename: "Interrupted" });
  expect((await next).outputs.at(-1)).toMatchObject({ content: { data: { "text/plain": "6" } } });
});

test("type errors that are warnings are printed before the cell's own output", async () => {
  const { reply, outputs } = await run("// @cell typeErrors=warn\nconsole.error('own'); const n: number = 'text';");
  expect(reply).toMatchObject({ status: "ok" });
  const text = outputs.map(({ content }) => ("text" in content ? content.text : "")).join("");
  expect(text).toMatch(/^2:29 TS2322: .*\n.*\n.*\nown\n$/);
});

test("user expressions see _ and leave it as it is", async () => {
  await run("6 * 7");
  const { user_expressions } = await kernel.request("execute_request", {
    code: "",
    user_expressions: { a: "_ + 1", b: "_" },
  });
  expect(user_expressions).toMatchObject({ a: { data: { "text/plain": "43" } }, b: { data: { "text/plain": "42" } } });
});

test.skipIf(process.platform !== "linux")("a compiler's process that is killed takes nothing with it", async () => {
  await run("const kept = 12;");
  const [pid, ...others] = compilersOf(kernel.pid);
  expect(others).toEqual([]);
  process.kill(pid!, "SIGKILL");
  const { outputs } = await run("kept + early.length");
  if (outputs.at(-1)?.type === "error") await run("kept"); // it was at work on that cell
  expect((await run("kept + early.length")).outputs.at(-1)).toMatchObject({
    content: { data: { "text/plain": "14" } },
  });
});
