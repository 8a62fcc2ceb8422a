/** What cells show, over real sockets: the notebook API found from a folder that has no package. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, type KernelOutput, startKernel } from "../../kernel/notebook/client.ts";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel({ cwd: mkdtempSync(join(tmpdir(), "display-")) });
});
afterAll(() => kernel.shutdown());

async function run(code: string) {
  const outputs: KernelOutput[] = [];
  const reply = await kernel.execute(code, { onOutput: (output) => outputs.push(output) });
  /** Formats of what was shown, in order. */
  const shown = outputs.flatMap(({ content }) => ("data" in content ? [content.data] : []));
  return { reply, outputs, shown };
}

test("display, update, clear and print arrive in the order in which the cell calls them", async () => {
  const { outputs } = await run(`import { clear, updateDisplay } from "stridelab/notebook";
const place = display("one", { id: "place" });
console.log("text");
place.update("two");
clear({ wait: true });
updateDisplay("place", "three");
undefined`);
  const kinds = outputs.map(({ type, content }) => ("text" in content ? content.text : type));
  // The first update is left out where the second one overtakes it.
  const [, ...others] = [...kinds].reverse();
  expect(others.filter((kind) => kind !== "update_display_data")).toEqual(["clear_output", "text\n", "display_data"]);
  expect(outputs.at(-1)?.content).toMatchObject({
    data: { "text/plain": "'three'" },
    transient: { display_id: "place" },
  });
});

test("a drawing that takes time is shown before the cell is over, and a handle shows nothing itself", async () => {
  const { outputs } = await run(`display({
  [Symbol.for("Jupyter.display")]: async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { "text/plain": "late" };
  },
})`);
  expect(outputs.map(({ type }) => type)).toEqual(["display_data"]);
});

test("the global display is typed", async () => {
  expect((await run('display(1, { idd: "x" })')).reply).toMatchObject({
    ename: "TypeCheckError",
    evalue: expect.stringContaining("'idd'"),
  });
});

test("every figure is small and has HTML, a cell's own as well as a plain value's", async () => {
  const { shown } = await run(
    'import { plot } from "stridelab/notebook"; display(plot([{ y: [1] }])); ({ data: [{ y: [3] }], layout: {} })',
  );
  expect(shown).toHaveLength(2);
  for (const data of shown) {
    expect(Object.keys(data).sort()).toEqual([
      "application/vnd.plotly.v1+json",
      "image/svg+xml",
      "text/html",
      "text/plain",
    ]);
    expect(JSON.stringify(data).length).toBeLessThan(20_000);
  }
});

test("a value of the session's own classes, and one of a package, are drawn alike", async () => {
  const { shown } = await run('import { html } from "stridelab/notebook"; html`<i>$' + '{[1, "<"]}</i>`');
  expect(shown).toEqual([{ "text/html": "<i>1&lt;</i>", "text/plain": "1<" }]);
  const records = await run("[{ a: 1, b: 'x' }, { a: 2, b: 'y' }]");
  expect(records.shown[0]).toMatchObject({ "text/html": expect.stringContaining("<table") });
});
