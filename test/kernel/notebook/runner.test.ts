import { describe, expect, test } from "vitest";
import type { KernelOutput } from "../../../kernel/notebook/client.ts";
import type { CodeCell, Notebook, Output } from "../../../kernel/notebook/notebook.ts";
import { runNotebook, type Step } from "../../../kernel/notebook/runner.ts";
import { type Act, fakeClient } from "./fake-client.ts";

const code = (source: string, ...tags: string[]): CodeCell => ({
  type: "code",
  id: source || "empty",
  source,
  metadata: tags.length > 0 ? { tags } : {},
  executionCount: 99,
  outputs: [{ type: "stream", name: "stdout", text: "of an earlier run" }],
});

const notebookOf = (...cells: Notebook["cells"]): Notebook => ({ cells, metadata: {}, minor: 5 });

const stdout = (text: string): KernelOutput => ({ type: "stream", content: { name: "stdout", text } });
const stderr = (text: string): KernelOutput => ({ type: "stream", content: { name: "stderr", text } });
const show = (text: string, id?: string): KernelOutput => ({ type: "display_data", content: shown(text, id) });
const update = (text: string, id: string): KernelOutput => ({ type: "update_display_data", content: shown(text, id) });
const clear = (wait: boolean): KernelOutput => ({ type: "clear_output", content: { wait } });
const shown = (text: string, id?: string) => ({
  data: { "text/plain": text },
  metadata: {},
  ...(id !== undefined && { transient: { display_id: id } }),
});

/** Outputs of the cells that play these parts one after another. */
async function outputsOf(...parts: KernelOutput[][]): Promise<string[][]> {
  const acts = Object.fromEntries(parts.map((outputs, i) => [`cell ${i}`, { outputs } satisfies Act]));
  const cells = Object.keys(acts).map((source) => code(source));
  await runNotebook(notebookOf(...cells), fakeClient(acts));
  return cells.map(({ outputs }) => outputs.map(textOf));
}

function textOf(output: Output): string {
  if (output.type === "stream") return `${output.name}: ${output.text}`;
  return output.type === "error" ? `error: ${output.evalue}` : `${output.data["text/plain"]}`;
}

describe("a run", () => {
  test("runs the code cells in order, counts them, and takes away what earlier runs left", async () => {
    const text = { type: "markdown" as const, id: "m", source: "text", metadata: {} };
    const cells = [code("a"), text, code("  \n"), code("skipped", "skip-execution"), code("b")];
    const notebook = notebookOf(...cells);
    const client = fakeClient({});
    const steps: Step[] = [];
    expect(await runNotebook(notebook, client, { onStart: (step) => steps.push(step) })).toEqual({ status: "ok" });
    expect(client.executed).toEqual(["a", "b"]);
    expect(steps.map(({ number, total }) => [number, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(cells.map((cell) => (cell.type === "code" ? [cell.executionCount, cell.outputs] : "text"))).toEqual([
      [1, []],
      "text",
      [null, []],
      [null, []],
      [2, []],
    ]);
    expect(notebook.metadata.language_info).toMatchObject({ name: "typescript" });
  });

  test("ends at the first cell that fails, with its output kept", async () => {
    const [first, failing, last] = [code("a"), code("b"), code("c")];
    const client = fakeClient({ b: { outputs: [stdout("so far")], reply: "error" } });
    const result = await runNotebook(notebookOf(first, failing, last), client);
    expect(result).toMatchObject({ status: "failed", cause: "error", step: { cell: failing, number: 2, total: 3 } });
    expect(failing.outputs.map(textOf)).toEqual(["stdout: so far", "error: no"]);
    expect(failing.executionCount).toBe(2);
    expect(last).toMatchObject({ executionCount: null, outputs: [] });
  });

  test("keeps of a widget the HTML that stands by itself, and its view where there is none", async () => {
    const view = { "application/vnd.jupyter.widget-view+json": { model_id: "a" } };
    const words = { "text/plain": "a widget" };
    const bundles = [
      { ...view, ...words, "text/html": "<p>still</p>" },
      { ...view, ...words },
    ];
    const outputs = bundles.map((data): KernelOutput => ({ type: "display_data", content: { data, metadata: {} } }));
    const cell = code("a");
    await runNotebook(notebookOf(cell), fakeClient({ a: { outputs } }));
    const kept = [
      { ...words, "text/html": "<p>still</p>" },
      { ...view, ...words },
    ];
    expect(cell.outputs.map((output) => output.type === "display_data" && output.data)).toEqual(kept);
  });

  test("goes on after a cell tagged raises-exception", async () => {
    const client = fakeClient({ a: { reply: "error" } });
    expect(await runNotebook(notebookOf(code("a", "raises-exception"), code("b")), client)).toEqual({ status: "ok" });
    expect(client.executed).toEqual(["a", "b"]);
  });

  test("reports the death of the kernel with the outputs that came before it", async () => {
    const cell = code("a");
    const dies = new Error("the kernel died (signal SIGKILL)");
    const result = await runNotebook(
      notebookOf(cell, code("b")),
      fakeClient({ a: { outputs: [stdout("last words")], dies } }),
    );
    expect(result).toMatchObject({ status: "died", reason: dies, step: { number: 1 } });
    expect(cell.outputs.map(textOf)).toEqual(["stdout: last words", "error: the kernel died (signal SIGKILL)"]);
  });

  test("interrupts the cell that runs when its signal is aborted, and ends even if the cell may fail", async () => {
    const client = fakeClient({ a: { hangs: true } });
    const controller = new AbortController();
    const running = runNotebook(notebookOf(code("a", "raises-exception"), code("b")), client, {
      signal: controller.signal,
      onStart: () => setImmediate(() => controller.abort()),
    });
    expect(await running).toMatchObject({ status: "failed", cause: "interrupt" });
    expect(client).toMatchObject({ interrupts: 1, executed: ["a"] });
  });

  test("interrupts a cell that takes longer than the timeout", async () => {
    const client = fakeClient({ a: { hangs: true } });
    const result = await runNotebook(notebookOf(code("a")), client, { timeout: 0.02 });
    expect(result).toMatchObject({ status: "failed", cause: "timeout" });
    expect(client.interrupts).toBe(1);
  });
});

describe("outputs of a cell", () => {
  test("join messages of one stream while nothing comes between", async () => {
    const parts = [stdout("a"), stdout("b\n"), stderr("c"), stdout("d"), show("e"), stdout("f")];
    expect(await outputsOf(parts)).toEqual([["stdout: ab\n", "stderr: c", "stdout: d", "e", "stdout: f"]]);
  });

  test("keep the last state of a line that is written over, also across messages", async () => {
    const parts = [stdout("start\n 1 %\r"), stdout(" 2 %"), stdout("\r 3 %\r\nend"), stdout("\b\b\bdone\n")];
    expect(await outputsOf(parts)).toEqual([["stdout: start\n 3 %\r\ndone\n"]]);
  });

  test("change with update_display_data in every cell that shows the id, and only there", async () => {
    expect(
      await outputsOf(
        [show("a", "x"), show("other", "y")],
        [show("b", "x"), update("c", "x")],
        [update("nowhere", "z"), update("d", "x")],
      ),
    ).toEqual([["d", "other"], ["d"], []]);
  });

  test("change where an id stands when it is shown again", async () => {
    expect(await outputsOf([show("a", "x")], [show("b", "x")])).toEqual([["b"], ["b"]]);
  });

  test("go at once with clear_output, or with the next output if that waits", async () => {
    expect(
      await outputsOf(
        [stdout("a"), clear(false), stdout("b")],
        [stdout("a"), clear(true)],
        [stdout("a"), clear(true), stdout("b"), stdout("c")],
      ),
    ).toEqual([["stdout: b"], ["stdout: a"], ["stdout: bc"]]);
  });

  test("that were cleared are not brought back by an update", async () => {
    expect(await outputsOf([show("a", "x"), clear(false), update("b", "x"), show("c", "y")])).toEqual([["c"]]);
  });
});
