import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { openNotebook, runUntil } from "./cells.ts";
import { type Lab, startLab } from "./lab.ts";
import { chromiumPath, pythonPrograms } from "./tools.ts";

let browser: Browser;
let lab: Lab;

beforeAll(async () => {
  const folder = temporaryFolder(afterAll);
  for (const [name, text] of Object.entries(scripts)) {
    const script = join(folder, `${name}.nb.ts`);
    writeFileSync(script, text);
    await succeed(process.execPath, ["bin/stridelab.js", "convert", script]);
  }
  lab = await startLab(folder);
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const scripts = {
  typed: `// %%
interface Point { readonly x: number }
const point: Point = { x: 42 };
point.x`,
  debugged: `// %%
import { tensor } from "stridelab";
const weights = tensor([[1, 2], [3, 4]]);
// what is tripled
function tripled(n: number): number {
  const result = { triple: 3 * n, from: [n] };
  return result.triple;
}
tripled(14)`,
  slider: `// %%
import { widget } from "stridelab/notebook";
const esm = \`export default {
  render({ model, el }) {
    const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1, step: 0.01 });
    const label = document.createElement("output");
    const bytes = (view) => [...new Float32Array(view.buffer, view.byteOffset, view.byteLength / 4)].join();
    const show = () => {
      slider.value = model.get("rate");
      label.textContent = "rate " + model.get("rate") + ", bytes " + bytes(model.get("weights"));
    };
    slider.addEventListener("input", () => {
      model.set("rate", Number(slider.value));
      model.set("weights", new DataView(new Float32Array([3, 4]).buffer));
      model.save_changes();
    });
    model.on("change", show);
    model.on("msg:custom", (content, [view]) => label.append(", heard " + content + " " + bytes(view)));
    show();
    el.append(slider, label);
  }
}\`;
const control = widget({ state: { rate: 0.1, weights: new Float32Array([1, 2]) }, esm });
display(control);
control
// %%
while (control.state.rate < 0.5) await new Promise((resolve) => setTimeout(resolve, 20));
const [first, second] = control.state.weights;
control.state.weights = new Float32Array([first! + second!]);
control.send("bye", [new Float32Array([5])]);
\`ended at \${control.state.rate}\``,
  kept: `// %%
import { widget } from "stridelab/notebook";
const esm = "export default { render({ model, el }) { el.append('rate ' + model.get('rate') + ' of before'); } }";
const label = widget({ state: { rate: 0.1 }, esm });
((globalThis as any).made ??= []).push(new WeakRef(label));
label
// %%
label.state.rate = 0.5;
// %%
await new Promise((resolve) => setTimeout(resolve));
(globalThis as any)[Symbol.for("stridelab.collect")]();
const { made } = globalThis as any;
made.filter((widget: WeakRef<object>) => widget.deref()).length + " of " + made.length + " are left"`,
  awaiting: `// %%
let steps = 0;
let goesOn = true;
// %%
while (goesOn) {
  steps++;
  await new Promise((resolve) => setTimeout(resolve, 10));
}
"stopped"`,
  training: `// %%
import { digits, fit, lenet5, SGD } from "stridelab";
const net = lenet5();
const optimizer = new SGD(net.parameters(), { learningRate: 0.01, momentum: 0.9 });
const history = await fit(net, digits({ count: 300 }), { optimizer, epochs: 1000, panel: true, onStep: () =>
  optimizer.learningRate === 0.003 ? "stop" : undefined });
history.changes.map(({ setting, to }) => setting + " " + to).join()`,
  sketchpad: `// %%
import { Adam, digitSets, fit, lenet5, noGrad, seed, sketchpad, softmax } from "stridelab";
seed(0);
const { train, test } = digitSets({ count: 1000 });
const net = lenet5();
const classes = Array.from({ length: 10 }, (_, i) => (i === 3 ? '<img src="x" onerror="document.title = 1">' : String(i)));
const pad = sketchpad(net, [1, 28, 28], { classes, title: "Draw a digit", image: test.images.slice(0, 1) });
display(pad);
pad
// %%
JSON.stringify([...noGrad(() => softmax(net.eval().forward(pad.image))).data])
// %%
const history = await fit(net, train, { optimizer: new Adam(net.parameters()), epochs: 100, live: false, onStep: () =>
  pad.image.data.some((x) => x > 0) ? undefined : "stop" });
\`ended after \${history.steps} steps\``,
};

const open = (name: keyof typeof scripts) => openNotebook(browser, lab.open(`${name}.ipynb`), lab);

async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", `${name}.png`) });
}

test("JupyterLab colours a cell as TypeScript, and runs it", async () => {
  const page = await open("typed");
  const editor = page.locator(".jp-CodeCell .cm-content");
  // Words that are keywords in TypeScript only look like one that both languages have.
  const classOf = (word: string) =>
    editor
      .locator("span", { hasText: new RegExp(`^${word}$`) })
      .first()
      .getAttribute("class");
  const keyword = await classOf("const");
  expect(keyword).toBeTruthy();
  expect([await classOf("interface"), await classOf("readonly")]).toEqual([keyword, keyword]);
  await runUntil(page, 0, page.locator(".jp-CodeCell .jp-OutputArea-executeResult", { hasText: "42" }));
  await photograph(page, "jupyterlab");
  await page.context().close();
});

test("a widget's views move together, steer a cell that awaits, exchange bytes, and are back after the page is loaded again", async () => {
  const page = await open("slider");
  const sliders = page.locator(".jp-OutputArea-output input[type=range]");
  await runUntil(page, 0, sliders.nth(1));
  const labels = page.locator(".jp-OutputArea-output output");
  const both = async (text: string) => {
    for (const view of [0, 1]) await expect.poll(() => labels.nth(view).textContent()).toBe(text);
  };
  await both("rate 0.1, bytes 1,2");
  await page.locator(".jp-CodeCell .cm-content").nth(1).click();
  await page.keyboard.press("Control+Enter");
  await page.locator(".jp-CodeCell .jp-InputPrompt", { hasText: "[*]" }).waitFor();
  await sliders.nth(0).fill("0.3");
  await both("rate 0.3, bytes 3,4");
  expect(await sliders.nth(1).inputValue()).toBe("0.3");
  await sliders.nth(1).fill("0.8");
  await page.locator(".jp-OutputArea-executeResult", { hasText: "ended at 0.8" }).waitFor();
  await both("rate 0.8, bytes 7, heard bye 5");
  await photograph(page, "jupyterlab-widget");
  await page.keyboard.press("Control+s");
  await page.locator("#jp-main-statusbar", { hasText: "Saving completed" }).waitFor();
  await page.reload();
  await sliders.nth(1).waitFor();
  await both("rate 0.8, bytes 7");
  await page.context().close();
});

test("a widget that nbclient has kept with a notebook is there when it is opened; a cell that is run again has one, not two", async () => {
  const { folder } = lab;
  const python = join(await pythonPrograms(), "python");
  const [script, notebook] = [join(folder, "kept.nb.ts"), join(folder, "kept.ipynb")];
  const own = { JUPYTER_PATH: join(folder, "share/jupyter"), JUPYTER_DATA_DIR: join(folder, "jupyter/data") };
  const env = { ...process.env, ...own };
  await succeed(python, ["test/all/run_with_nbclient.py", script, notebook], { env });
  await succeed(python, ["-m", "jupyter", "trust", notebook], { env }); // of others' notebooks nothing that runs is shown
  const page = await open("kept");
  const output = page.locator(".jp-OutputArea-output");
  await output.filter({ hasText: "rate 0.5 of before" }).waitFor();
  await photograph(page, "jupyterlab-widget-kept");
  await runUntil(page, 0, output.filter({ hasText: "rate 0.1 of before" }));
  await runUntil(page, 0, page.locator(".jp-CodeCell .jp-InputPrompt", { hasText: "[2]" }));
  await runUntil(page, 2, output.filter({ hasText: "1 of 2 are left" }));
  expect(await output.filter({ hasText: "of before" }).count()).toBe(1);
  await page.context().close();
});

test("the panel of a training run pauses it, steps, and sets its learning rate; nothing moves when it goes", async () => {
  const page = await open("training");
  const panel = page.locator(".stridelab-panel");
  await runUntil(page, 0, panel);
  const button = (name: string) => panel.getByRole("button", { name, exact: true });
  const note = () => panel.locator(".note").textContent();
  const picture = page.locator(".jp-OutputArea-child").nth(1);
  await expect.poll(note).toMatch(/^step \d+ of 5000$/);
  await button("Pause").click();
  await button("Go on").waitFor();
  await expect.poll(note).toMatch(/^paused at/);
  const stepped = Number(/\d+/.exec((await note()) ?? "")?.[0]);
  await button("Step").click();
  await expect.poll(note).toBe(`paused at step ${stepped + 1} of 5000`);
  const rate = panel.getByLabel("learning rate", { exact: true });
  await rate.fill("-1");
  await rate.press("Enter");
  await expect.poll(note).toBe("the learning rate is above 0");
  expect(await rate.inputValue()).toBe("0.01");
  await photograph(page, "jupyterlab-panel");
  const before = await picture.boundingBox();
  await rate.fill("0.003");
  await rate.press("Enter");
  await button("Go on").click();
  await page.locator(".jp-OutputArea-executeResult", { hasText: "learning rate 0.003" }).waitFor();
  await expect.poll(() => panel.count()).toBe(0);
  const after = await picture.boundingBox();
  expect([after?.y, after?.height]).toEqual([before?.y, before?.height]);
  await photograph(page, "jupyterlab-panel-after");
  await page.context().close();
});

test("a drawing is answered by the network in the kernel, anew as it learns, in every view and after the page is loaded again", async () => {
  const page = await open("sketchpad");
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const pads = page.locator(".drawing");
  await runUntil(page, 0, pads.nth(1));
  /** The probabilities that a view shows. */
  const shares = (view: number) =>
    page
      .locator(".bars")
      .nth(view)
      .locator("li")
      .evaluateAll((rows) =>
        rows.map((row) => Number((row as unknown as { dataset: { share: string } }).dataset.share)),
      );
  /** How bright the picture is that the network sees. */
  const light = (view: number) =>
    page
      .locator(".seen")
      .nth(view)
      .evaluate((canvas) => {
        const context = (canvas as unknown as { getContext(kind: "2d"): PixelReader }).getContext("2d");
        return context.getImageData(0, 0, 28, 28).data.reduce((sum, byte) => sum + byte, 0);
      });
  const given = await shares(0);
  expect(given).toHaveLength(10);
  const draw = async (view: number, ...points: [x: number, y: number][]) => {
    await pads.nth(view).scrollIntoViewIfNeeded();
    const box = (await pads.nth(view).boundingBox())!;
    const to = ([x, y]: [number, number]) =>
      page.mouse.move(box.x + (x * box.width) / 28, box.y + (y * box.height) / 28, { steps: 8 });
    await to(points[0]!);
    await page.mouse.down();
    for (const point of points.slice(1)) await to(point);
    await page.mouse.up();
  };
  await page.getByRole("button", { name: "Clear" }).first().click();
  await expect.poll(() => light(1), { message: "the other view is wiped, too" }).toBe(255 * 784); // all opaque
  await expect.poll(() => shares(0)).not.toEqual(given);
  const empty = await shares(0);
  await draw(0, [8, 7], [20, 7], [12, 22]);
  await expect.poll(() => shares(0)).not.toEqual(empty);
  const seenIn = async (view: number) => [await light(view), ...(await shares(view))].join();
  const alike = async () => (await seenIn(0)) === (await seenIn(1));
  await expect.poll(alike, { message: "both views show the same" }).toBe(true);

  await runUntil(page, 1, page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-executeResult"));
  const said = await page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-executeResult pre").innerText();
  const expected = JSON.parse(said.trim().replace(/^'|'$/g, "")) as number[];
  const distance = async () => Math.max(...(await shares(0)).map((share, i) => Math.abs(share - expected[i]!)));
  await expect.poll(distance, { message: "one rounding to float32" }).toBeLessThan(1e-6);
  const before = await shares(0);
  await pads.nth(0).scrollIntoViewIfNeeded();
  await photograph(page, "jupyterlab-sketchpad-light");

  await page.locator(".jp-CodeCell .cm-content").nth(2).click();
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => shares(0), { message: "it learns" }).not.toEqual(before);
  const drawn = await light(0);
  await draw(1, [6, 23], [22, 23]);
  await expect.poll(() => light(0), { message: "drawn while a cell awaits" }).not.toBe(drawn);
  await expect.poll(async () => (await shares(0))[2], { message: "now it is a two" }).toBeGreaterThan(0.5);
  await page.evaluate(
    'jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" }).then(() => 0)',
  );
  await expect.poll(() => page.locator("#jupyterlab-splash").count()).toBe(0);
  await pads.nth(0).scrollIntoViewIfNeeded();
  await photograph(page, "jupyterlab-sketchpad-dark");
  await page.evaluate(
    'jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Light" }).then(() => 0)',
  );
  await page.getByRole("button", { name: "Clear" }).first().click();
  await page.locator(".jp-OutputArea-executeResult", { hasText: "ended after" }).waitFor();

  await pads.nth(0).focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("Shift+ArrowUp");
  await expect.poll(() => light(0), { message: "arrow keys draw" }).toBeGreaterThan(255 * 784);
  await expect.poll(alike).toBe(true);
  const last = await light(0);
  // All other keys are the notebook's: they save it, while the focus is still on the drawing.
  await page.keyboard.press("Control+s");
  await page.locator("#jp-main-statusbar", { hasText: "Saving completed" }).waitFor({ timeout: 30_000 });
  await page.reload();
  await pads.nth(1).waitFor();
  await expect.poll(() => light(1)).toBe(last);
  expect(await page.title()).not.toBe("1");
  expect(errors).toEqual([]);
  await page.context().close();
});

/** Of the browser's, whose types are not known here. */
interface PixelReader {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}

test("JupyterLab's debugger stops at a line that was clicked, shows variables, steps and goes on", async () => {
  const page = await open("debugged");
  const cell = page.locator(".jp-CodeCell").first();
  // The button is there for a kernel whose kernelspec announces a debugger, and works once it is connected.
  await page.locator(".jp-DebuggerBugButton:not([disabled])").click();
  const gutter = cell.locator(".cm-breakpoint-gutter.cm-gutter");
  const [column, line] = [await gutter.boundingBox(), await cell.locator(".cm-line").nth(4).boundingBox()];
  await page.mouse.click(column!.x + column!.width / 2, line!.y + line!.height / 2);
  await gutter.locator(".cm-breakpoint-icon").nth(1).waitFor(); // the first only keeps the column open
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Control+Enter");

  const stoppedAt = cell.locator(".jp-DebuggerEditor-highlight");
  await expect.poll(() => stoppedAt.textContent(), { timeout: 60_000 }).toContain("const result");
  const variables = page.locator(".jp-DebuggerVariables-body").first();
  await expect.poll(() => variables.innerText()).toMatch(/n\s+14/);
  await page.keyboard.press("F10");
  await expect.poll(() => stoppedAt.textContent()).toContain("return result");
  const result = variables.locator("jp-tree-item", { hasText: "result" }).first();
  await expect.poll(() => result.innerText()).toContain("{ triple: 42, from: Array(1) }");
  await result.click();
  await expect.poll(() => result.innerText()).toMatch(/triple\s+42/);
  await photograph(page, "jupyterlab-debugger");

  await page.keyboard.press("F9");
  await cell.locator(".jp-OutputArea-executeResult", { hasText: "42" }).waitFor();
  await expect.poll(() => variables.innerText()).toContain("Tensor float32 [2, 2] [[1, 2], [3, 4]]"); // of all cells, now
  await page.context().close();
});

test("a console of a subshell sees and ends what a cell of the notebook awaits", async () => {
  const page = await open("awaiting");
  const cells = page.locator(".jp-Notebook .jp-CodeCell");
  await runUntil(page, 0, cells.nth(0).locator(".jp-InputPrompt", { hasText: "[1]" }));
  await cells.nth(1).locator(".cm-content").click();
  await page.keyboard.press("Control+Enter");
  await cells.nth(1).locator(".jp-InputPrompt", { hasText: "[*]" }).waitFor();
  await cells.nth(1).click({ button: "right" });
  await page.getByText("New Subshell Console for Notebook").click();
  const prompt = page.locator(".jp-CodeConsole-promptCell .cm-content");
  const enter = async (code: string) => {
    await prompt.click();
    await page.keyboard.insertText(code);
    await page.keyboard.press("Shift+Enter");
  };
  const result = page.locator(".jp-CodeConsole-content .jp-OutputArea-executeResult");
  // What is entered before Lab has the subshell goes to the shell of the cell, and waits there for its end.
  const answers = async () => {
    await enter("steps > 0 && goesOn");
    const answer = result.filter({ hasText: "true" }).first();
    return answer.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(answers, { timeout: 240_000 }).toBe(true);
  await photograph(page, "jupyterlab-subshell");
  await enter("goesOn = false; 'told'");
  await result.filter({ hasText: "'told'" }).waitFor();
  await cells.nth(1).locator(".jp-OutputArea-executeResult", { hasText: "'stopped'" }).waitFor();
  await page.context().close();
});
