/** How long the widgets of a real kernel live. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RawKernel, startRawKernel } from "./raw-kernel.ts";

let kernel: RawKernel;
beforeAll(async () => {
  kernel = await startRawKernel();
  await succeed('import { display, widget } from "stridelab/notebook"; let n = 0;');
});
afterAll(() => kernel.close());

/** Runs a cell, as a front end that says which of the notebook's it is. */
const run = (code: string, cellId?: string) =>
  kernel.execute(code, {}, { metadata: cellId === undefined ? {} : { cellId } }).reply();

/** The widgets that are open, by what they were made as. */
async function open(): Promise<string[]> {
  const { content } = await kernel.send("comm_info_request", { target_name: "jupyter.widget" }).reply();
  const made = kernel.published.filter(({ header }) => header.msg_type === "comm_open");
  const name = (id: string) =>
    made.find((each) => each.content.comm_id === id)?.content.data as { state: { name: string } };
  return Object.keys(content.comms as object).map((id) => name(id).state.name);
}

/** As the engine does by itself now and then. Each is told in a turn of its own, and each may free what the next one finds. */
async function collect() {
  for (let round = 0; round < 3; round++) await succeed('(globalThis as any)[Symbol.for("stridelab.collect")]();');
}

async function succeed(code: string, cellId?: string) {
  expect((await run(code, cellId)).content).toMatchObject({ status: "ok" });
}

const made = (name: string) => `widget({ state: { name: "${name}" + ++n }, esm: "export default {}" })`;

test("one that no code has is closed when the cell that showed it is run again; the page is told", async () => {
  for (let round = 0; round < 3; round++) await succeed(`const slider = ${made("slider")};\nslider`, "a");
  await succeed(`display(${made("shown")}); "last"`, "b");
  await collect();
  expect(await open()).toEqual(["slider3", "shown4"]);
  const closed = kernel.published.filter(({ header }) => header.msg_type === "comm_close");
  expect(closed).toHaveLength(2);
});

test("its handlers do not keep it, though they use it; a variable of another cell does", async () => {
  const steered = `{ const knob = ${made("knob")}; knob.on("change", () => knob.state.name); display(knob); kept.push(knob); }`;
  await succeed("let kept: object[] = [];");
  await succeed(steered, "c");
  await succeed("1", "c");
  await collect();
  expect(await open()).toContain("knob5");
  await succeed("kept = [];");
  await collect();
  expect(await open()).not.toContain("knob5");
});

test("where a front end does not say which cell it runs, all that was shown is kept", async () => {
  for (let round = 0; round < 2; round++) await succeed(`const loose = ${made("loose")};\nloose`);
  await collect();
  expect(await open()).toEqual(expect.arrayContaining(["loose6", "loose7"]));
});

test("what a cell has set last is told before the cell is over, however soon that is", async () => {
  await succeed(`const quick = ${made("quick")};`);
  const cell = kernel.execute('for (let i = 0; i < 100; i++) quick.state.name = "at " + i;');
  await cell.reply();
  await expect.poll(() => cell.outputs().at(-1)?.content.execution_state).toBe("idle");
  const told = cell.outputs().filter(({ header }) => header.msg_type === "comm_msg");
  expect(told.at(-1)?.content.data).toMatchObject({ method: "update", state: { name: "at 99" } });
});

test("bytes that were given away before they were sent are reported, and the cell ends all the same", async () => {
  await succeed('const bytes = widget({ state: { b: new Uint8Array(1) }, esm: "export default {}" });');
  const cell = kernel.execute(
    "bytes.state.b = new Uint8Array(2); const given = new Uint8Array(3); bytes.state.b = given; structuredClone(given, { transfer: [given.buffer] }); 1",
  );
  expect((await cell.reply()).content).toMatchObject({ status: "ok" });
  expect(cell.text()).toContain("Uncaught (in a widget) TypeError");
});
