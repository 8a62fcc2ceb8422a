/** Subshells of a real kernel. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { compilersOf } from "./compilers.ts";
import { type RawKernel, startRawKernel } from "./raw-kernel.ts";

let kernel: RawKernel;
let subshell: string;
beforeAll(async () => {
  kernel = await startRawKernel();
  const { content } = await kernel.send("create_subshell_request", {}, { channel: "control" }).reply();
  subshell = String(content.subshell_id);
});
afterAll(() => kernel.close());

const inShell = (code: string, more = {}) => kernel.execute(code, more);
const inSubshell = (code: string, more = {}) => kernel.execute(code, more, { header: { subshell_id: subshell } });

type Sent = ReturnType<typeof inShell>;
const status = async (cell: Sent) => (await cell.reply()).content.status;
const result = async (cell: Sent) => {
  const { content } = await cell.reply();
  if (content.status !== "ok") throw new Error(JSON.stringify(content));
  const shown = cell.outputs().find(({ header }) => header.msg_type === "execute_result");
  return (shown?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
};

test("are announced", async () => {
  const { content } = await kernel.send("kernel_info_request", {}).reply();
  expect(content.supported_features).toContain("kernel subshells");
});

test("a cell runs while another awaits, sees its values and lets it go on; each has its own output", async () => {
  await status(inShell("let open = () => {}; let steps: string[] = [];"));
  const waits = inShell(
    "console.log('waits'); const gate = new Promise<void>((r) => { open = r; }); await gate; console.log('goes on'); steps.push('end'); steps.length",
  );
  await expect.poll(() => waits.text()).toContain("waits");
  const opens = inSubshell(
    "console.log('opens'); steps.push('opened'); open(); const fromSubshell = 7; fromSubshell * 2",
  );
  expect(await result(opens)).toBe("14");
  expect(await result(waits)).toBe("2");
  expect(opens.text()).toBe("opens\n");
  expect(waits.text()).toBe("waits\ngoes on\n");
  expect(await result(inShell("steps.join() + fromSubshell.toFixed()"))).toBe("'opened,end7'");
});

test("cells that end in one breath have each its own result", async () => {
  await status(inShell("let release = () => {}; const held = new Promise<void>((r) => { release = r; });"));
  const cells = [
    inShell("await held; 'of the shell'"),
    inSubshell("setTimeout(release, 100); await held; 'of the subshell'"),
  ];
  expect(await Promise.all(cells.map(result))).toEqual(["'of the shell'", "'of the subshell'"]);
});

test("an interrupt ends both, and both go on with their next cells", async () => {
  const cells = [
    inShell("console.log('on'); await new Promise(() => {});"),
    inSubshell("console.log('on'); await new Promise(() => {});"),
  ];
  for (const cell of cells) await expect.poll(() => cell.text()).toContain("on");
  await kernel.send("interrupt_request", {}, { channel: "control" }).reply();
  for (const cell of cells)
    expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(await result(inSubshell("1 + 1"))).toBe("2");
  expect(await result(inShell("2 + 2"))).toBe("4");
});

test("a loop in one is broken off, though the other awaits", async () => {
  const awaits = inShell("console.log('on'); await new Promise(() => {});");
  await expect.poll(() => awaits.text()).toContain("on");
  const loops = inSubshell("console.log('on'); for (;;) {}");
  await expect.poll(() => loops.text()).toContain("on");
  await kernel.send("interrupt_request", {}, { channel: "control" }).reply();
  expect((await loops.reply()).content).toMatchObject({ ename: "Interrupted" });
  expect((await awaits.reply()).content).toMatchObject({ ename: "Interrupted" });
  expect(await result(inShell("3 + 3"))).toBe("6");
});

test("a cell that fails in one leaves what waits in the other", async () => {
  const slow = inSubshell("await new Promise((r) => setTimeout(r, 300));");
  const behind = inSubshell("'ran'");
  const fails = inShell("throw new Error('no')");
  const aborted = inShell("'never'");
  expect([await status(fails), await status(aborted)]).toEqual(["error", "aborted"]);
  expect([await status(slow), await result(behind)]).toEqual(["ok", "'ran'"]);
});

test.skipIf(process.platform !== "linux")("a compiler that is replaced still knows what runs", async () => {
  await status(inShell("let go = () => {};"));
  const shell = inShell("const inShell = 1; console.log('on'); await new Promise<void>((r) => { go = r; });");
  await expect.poll(() => shell.text()).toContain("on");
  const [pid] = compilersOf(Number(await result(inSubshell("process.pid"))));
  process.kill(pid!, "SIGKILL");
  // The cell that it was at work on may fail.
  await status(inSubshell("let timer = setTimeout(() => {}, 0);"));
  await status(inSubshell("setTimeout(() => go(), 50); 1"));
  expect(await status(shell)).toBe("ok");
  expect(await result(inShell("inShell + 1"))).toBe("2");
});
