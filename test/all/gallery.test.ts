import { cpSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode } from "fast-png";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { FIGURES, faults, figures, gallery, played } from "./gallery.ts";
import { type Lab, startLab } from "./lab.ts";
import { executed } from "./notebooks.ts";
import { expectToPlay } from "./playing.ts";
import { expectAsStored, mistakable } from "./screenshots.ts";
import { chromiumPath, pythonPrograms } from "./tools.ts";

const interpretation = "notebooks/experiments/interpretation.nb.ts";
let browser: Browser;
let lab: Lab;
let saved: { ipynb: string; html: string };

beforeAll(async () => {
  const folder = temporaryFolder(afterAll);
  saved = await executed(gallery);
  // Some to be run, and one that another machine ran, whose outputs this one has no reason to trust.
  for (const script of [gallery, interpretation]) {
    const copy = join(folder, basename(script));
    cpSync(join(root, script), copy);
    await succeed(process.execPath, ["bin/stridelab.js", "convert", copy]);
  }
  cpSync(saved.ipynb, join(folder, "foreign.ipynb"));
  lab = await startLab(folder);
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

/** A page, and what it complained about: not of files that Lab itself asks for in vain. */
async function newPage(offline = false): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  await context.setOffline(offline);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    const { url } = message.location();
    const own = url === "" || url.startsWith("blob:") || url.includes("kernelspecs") || !/^https?:/.test(url);
    if (message.type() === "error" && own) errors.push(message.text());
  });
  return { page, errors };
}

async function open(file: string): Promise<{ page: Page; errors: string[] }> {
  const opened = await newPage();
  await opened.page.goto(lab.open(file));
  await opened.page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
  return opened;
}

const run = (page: Page, command: string, args: object = {}): Promise<unknown> =>
  page.evaluate(`jupyterapp.commands.execute(${JSON.stringify(command)}, ${JSON.stringify(args)}).then(() => 0)`);

/** Opens a notebook and runs all of its cells. */
async function openAndRun(file: string): Promise<{ page: Page; errors: string[] }> {
  const opened = await open(file);
  // Lab passes over cells that are run before their kernel is connected.
  const status = () => opened.page.evaluate("jupyterapp.shell.currentWidget?.sessionContext?.kernelDisplayStatus");
  await expect.poll(status, { timeout: 240_000 }).toBe("idle");
  await run(opened.page, "notebook:run-all-cells");
  return opened;
}

/** How many colours an element shows: one where nothing is drawn. */
async function colours(element: Locator): Promise<number> {
  await element.scrollIntoViewIfNeeded();
  const { data, channels, width, height } = decode(await element.screenshot());
  const found = new Set<number>();
  for (let i = 0; i < width * height; i += 7) {
    const at = i * channels;
    found.add((Number(data[at]) << 16) | (Number(data[at + 1]) << 8) | Number(data[at + 2]));
  }
  return found.size;
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", `${name}.png`) });
}

/** The whole of a notebook in Lab. */
async function shootAll(page: Page, name: string, height: number): Promise<void> {
  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, height });
  await page.evaluate('document.querySelector(".jp-WindowedPanel-outer").scrollTop = 0');
  await shoot(page, name);
  await page.setViewportSize(size);
}

test("JupyterLab draws every kind of picture, by the library beside the kernel, light and dark, and again when reopened", async () => {
  const { page, errors } = await openAndRun("gallery.ipynb");
  await page.locator(".jp-CodeCell").last().locator(".jp-OutputArea-output").first().waitFor();
  await expect.poll(() => figures(page).count(), { timeout: 60_000 }).toBe(FIGURES);
  const empty = await page.evaluate<string[]>(`[...document.querySelectorAll(".jp-CodeCell")].slice(1).filter((cell) =>
    ![...cell.querySelectorAll(".jp-OutputArea-output")].some((output) => output.getBoundingClientRect().height > 20)
  ).map((cell) => cell.textContent)`);
  expect(empty, "cells that show nothing").toEqual([]);
  expect(await faults(page, ".jp-OutputArea-output")).toEqual([]);
  expect(await page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()).toBe(0);
  for (const words of ["Sobel's horizontal filter", "Weights of fc1", "dead units", "the largest is", "Accuracy"]) {
    expect(
      await page.locator(`.jp-OutputArea-output :text("${words}"), .jp-OutputArea-output img[alt*="${words}"]`).count(),
    ).toBeGreaterThan(0);
  }
  for (const i of [0, FIGURES - 2]) expect(await colours(figures(page).nth(i))).toBeGreaterThan(10);
  await shoot(page, "gallery-lab-light");
  await expectAsStored(page, "gallery");

  const ink = () =>
    page.evaluate<string>('getComputedStyle(document.querySelector(".js-plotly-plot .xtick text")).fill');
  const light = await ink();
  await run(page, "apputils:change-theme", { theme: "JupyterLab Dark" });
  await expect.poll(ink).not.toBe(light);
  expect(await colours(figures(page).nth(0))).toBeGreaterThan(10);
  await shoot(page, "gallery-lab-dark");
  await run(page, "apputils:change-theme", { theme: "JupyterLab Light" });

  const player = page.locator("[data-stridelab-player]");
  await expectToPlay(player, ...played);
  // Keys that the player uses are its own, all others the notebook's, while the focus is in it.
  await player.locator(".player").focus();
  const cells = await page.locator(".jp-Cell").count();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Space");
  await expect(player.locator(".player").evaluate((element) => element.matches(":focus"))).resolves.toBe(true);
  await page.keyboard.press("Control+s");
  await page.locator("#jp-main-statusbar", { hasText: "Saving completed" }).waitFor();
  expect(await page.locator(".jp-Cell").count()).toBe(cells);

  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, width: 1000 }); // beside the list of files
  const summary = page.locator(".jp-OutputArea-output table", { hasText: "multiply-adds" }).first();
  const [table, room] = await Promise.all([summary.boundingBox(), summary.locator("..").boundingBox()]);
  expect(table!.x + table!.width, "the summary's last column is seen").toBeLessThanOrEqual(room!.x + room!.width + 1);
  await summary.scrollIntoViewIfNeeded();
  await shoot(page, "gallery-lab-narrow");
  await page.setViewportSize(size);
  expect(errors).toEqual([]);
  await page.context().close();
  const again = await open("gallery.ipynb");
  await expect.poll(() => figures(again.page).count(), { timeout: 60_000 }).toBe(FIGURES);
  expect(await again.page.title()).not.toBe("run");
  await expectToPlay(again.page.locator("[data-stridelab-player]"), ...played); // without a kernel
  expect(again.errors).toEqual([]);
  await again.page.context().close();
});

test("JupyterLab draws what a network looks at", async () => {
  const { page, errors } = await openAndRun("interpretation.ipynb");
  await page.locator(".jp-CodeCell").last().locator(".jp-OutputArea-output").first().waitFor();
  expect(await faults(page, ".jp-OutputArea-output")).toEqual([]);
  expect(await page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()).toBe(0);
  await expectAsStored(page, "interpretation");
  await run(page, "apputils:change-theme", { theme: "JupyterLab Dark" });
  await shootAll(page, "interpretation-lab-dark", 6600);
  await run(page, "apputils:change-theme", { theme: "JupyterLab Light" });
  expect(errors).toEqual([]);
  await page.context().close();
});

test.each(["gallery", "interpretation"])(
  "no stored picture of %s can be mistaken for a blank page or for another",
  (name) => {
    expect(mistakable(name)).toEqual([]);
  },
);

test("JupyterLab shows the still pictures of a notebook that it does not trust, and runs nothing of it", async () => {
  const { page, errors } = await open("foreign.ipynb");
  const still = page.locator(".jp-OutputArea-output img[src^='data:image/svg+xml']");
  await expect.poll(() => still.count(), { timeout: 60_000 }).toBeGreaterThan(FIGURES);
  expect(await faults(page, ".jp-OutputArea-output")).toEqual([]);
  expect(await figures(page).count()).toBe(0);
  expect(await page.title()).not.toBe("run");
  expect(await colours(still.first())).toBeGreaterThan(10);
  await still.first().scrollIntoViewIfNeeded();
  await shoot(page, "gallery-lab-untrusted");
  expect(errors).toEqual([]);
  await page.context().close();
});

test.each(["nbconvert's page", "the exported page"])("%s shows all pictures without a network", async (which) => {
  const folder = temporaryFolder();
  const html = join(folder, "page.html");
  if (which === "the exported page") cpSync(saved.html, html);
  else {
    const jupyter = join(await pythonPrograms(), "jupyter");
    await succeed(jupyter, ["nbconvert", "--to", "html", saved.ipynb, "--output-dir", folder, "--output", "page"]);
  }
  const { page, errors } = await newPage(true);
  await page.goto(pathToFileURL(html).href, { waitUntil: "domcontentloaded" });
  const own = which === "the exported page";
  if (own) await expect.poll(() => figures(page).count(), { timeout: 60_000 }).toBe(FIGURES);
  const outputs = own ? ".output" : ".jp-OutputArea-output";
  expect(await page.locator(`${outputs} img`).count()).toBeGreaterThan(20);
  expect(await faults(page, own ? `${outputs} .html` : outputs)).toEqual([]);
  expect(await page.title()).not.toBe("run");
  expect(errors.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
  const answer = () => page.locator(".bars").innerText();
  const given = await answer();
  await page.locator(".drawing").click(); // a dot
  await expect.poll(answer, { message: "the network that is in the page answers" }).not.toBe(given);
  await shoot(page, own ? "gallery-page" : "gallery-nbconvert");
  await page.context().close();
});
