import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportDemo, lenet5 } from "../../lib/index.ts";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { openNotebook, runUntil } from "./cells.ts";
import { expectToAnswer } from "./drawing.ts";
import { firefoxPath, startFirefox } from "./firefox.ts";
import { FIGURES, faults, figures, gallery, played } from "./gallery.ts";
import { type Lab, startLab } from "./lab.ts";
import { executed } from "./notebooks.ts";
import { expectToPlay } from "./playing.ts";
import { chromiumPath, pythonPrograms } from "./tools.ts";

/** Other front ends, and another browser's engine, than those that all else is looked at in: a little of everything. */
const SCRIPT = `// %%
import { convolutionPlayer, digits, fit, lenet5, SGD, sketchpad } from "stridelab";
import { plot } from "stridelab/notebook";
const data = digits({ count: 300 });
const net = lenet5();
display(convolutionPlayer(net, data.images, { layer: "conv1", maps: [0] }));
plot([{ y: [3, 1, 2], name: "loss" }]);
// %%
sketchpad(net, [1, 28, 28], { image: data.images.slice(0, 1) })
// %%
const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
const history = await fit(net, data, { optimizer, epochs: 1000, panel: true, onStep: () =>
  optimizer.learningRate === 0.003 ? "stop" : undefined });
history.changes.map(({ setting, to }) => setting + " " + to).join()`;

const firefox = firefoxPath();
const browsers: { Chromium?: Browser; Firefox?: Browser } = {};
let lab: Lab;

beforeAll(async () => {
  const folder = temporaryFolder(afterAll);
  const script = join(folder, "seen.nb.ts");
  writeFileSync(script, SCRIPT);
  await succeed(process.execPath, ["bin/stridelab.js", "convert", script]);
  lab = await startLab(folder);
  // Chromium's sandbox does not start for root, as whom containers run.
  browsers.Chromium = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
  if (firefox !== undefined) browsers.Firefox = await startFirefox(firefox);
});
afterAll(async () => {
  await Promise.all(Object.values(browsers).map((browser) => browser.close()));
  await lab?.stop();
});

/** What a page complains about. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  return found;
}

async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", `${name}.png`) });
}

/** Runs the notebook: a figure, a player, a drawing that the kernel answers, a training that the page steers. */
async function expectAllToWork(browser: Browser, address: string, name: string): Promise<void> {
  const page = await openNotebook(browser, address, lab);
  await runUntil(page, 0, figures(page).first());
  await expectToPlay(page.locator("[data-stridelab-player]"), ...played);
  expect(await faults(page, ".jp-OutputArea-output")).toEqual([]);

  await runUntil(page, 1, page.locator(".drawing"));
  const answer = () => page.locator(".bars").innerText();
  await expect.poll(answer).toMatch(/9\s+\d+\.\d %/);
  const given = await answer();
  await page.locator(".drawing").click(); // a dot
  await expect.poll(answer, { message: "the kernel answers" }).not.toBe(given);
  await photograph(page, `${name}-drawing`);

  const panel = page.locator(".stridelab-panel");
  await runUntil(page, 2, panel);
  const note = () => panel.locator(".note").textContent();
  await expect.poll(note).toMatch(/^step \d+ of 5000$/);
  await panel.getByRole("button", { name: "Pause" }).click();
  await panel.getByRole("button", { name: "Go on" }).waitFor();
  await expect.poll(note).toMatch(/^paused at/);
  await photograph(page, `${name}-training`);
  const rate = panel.getByLabel("learning rate", { exact: true });
  await rate.press("Control+a");
  await page.keyboard.type("0.003");
  await page.keyboard.press("Enter");
  await panel.getByRole("button", { name: "Go on" }).click();
  await page.locator(".jp-OutputArea-executeResult", { hasText: "learning rate 0.003" }).waitFor();
  await expect.poll(() => figures(page).count(), { message: "the curve is a figure at the end" }).toBe(2);
  await page.context().close();
}

test("Notebook 7 draws, plays, answers what one draws, and steers a training", () =>
  expectAllToWork(browsers.Chromium!, lab.notebook("seen.ipynb"), "notebook7"));

describe.skipIf(firefox === undefined)("Firefox (skipped where there is none and none can be installed)", () => {
  test("draws, plays, answers what one draws, and steers a training in JupyterLab", () =>
    expectAllToWork(browsers.Firefox!, lab.open("seen.ipynb"), "firefox-lab"));

  test.each(["nbconvert's page", "the exported page"])("shows all pictures on %s, and plays", async (which) => {
    const own = which === "the exported page";
    const saved = await executed(gallery);
    let { html } = saved;
    if (!own) {
      const folder = temporaryFolder();
      const jupyter = join(await pythonPrograms(), "jupyter");
      await succeed(jupyter, ["nbconvert", "--to", "html", saved.ipynb, "--output-dir", folder, "--output", "page"]);
      html = join(folder, "page.html");
    }
    const page = await browsers.Firefox!.newPage({ viewport: { width: 1200, height: 900 } });
    const trouble = complaints(page);
    await page.goto(pathToFileURL(html).href, { waitUntil: "domcontentloaded" });
    if (own) await expect.poll(() => figures(page).count()).toBe(FIGURES);
    const outputs = own ? ".output" : ".jp-OutputArea-output";
    expect(await page.locator(`${outputs} img`).count()).toBeGreaterThan(20);
    expect(await faults(page, own ? `${outputs} .html` : outputs)).toEqual([]);
    await expectToPlay(page.locator("[data-stridelab-player]"), ...played);
    await photograph(page, own ? "firefox-page" : "firefox-nbconvert");
    const answer = () => page.locator(".bars").innerText();
    const given = await answer();
    await page.locator(".drawing").click(); // a dot
    await expect.poll(answer, { message: "the network that is in the page answers" }).not.toBe(given);
    if (own) expect(trouble).toEqual([]); // nbconvert's page asks for MathJax and require.js, which is nothing of ours
    await page.context().close();
  });

  test("runs a network in the page that exportDemo writes, light and dark", async () => {
    const network = lenet5();
    const file = join(temporaryFolder(), "demo.html");
    await exportDemo(file, network, [1, 28, 28], { title: "Draw a digit" });
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browsers.Firefox!.newPage({ viewport: { width: 1050, height: 900 }, colorScheme });
      const trouble = complaints(page);
      await page.goto(pathToFileURL(file).href);
      await expectToAnswer(page, network);
      await photograph(page, `firefox-demo-${colorScheme}`);
      expect(trouble).toEqual([]);
      await page.context().close();
    }
  });
});
