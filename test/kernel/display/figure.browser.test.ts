import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { figureOf } from "../../../kernel/display/figure/figure.ts";
import { figureHtml } from "../../../kernel/display/figure/page.ts";
import { sketch } from "../../../kernel/display/figure/sketch.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];
const found = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const executablePath = found.find((file) => existsSync(file));

/** A page as an exporter or a front end makes it: outputs below each other, and a loader of modules in the way. */
function pageOf(...libraries: boolean[]): string {
  const figures = libraries.map((library, i) => {
    const figure = figureOf([{ y: [1, 2, i] }], {});
    return figureHtml(figure, sketch(figure, "a line"), "a line", library);
  });
  return `<script>window.define = () => {}; window.define.amd = {};</script>${figures.join("\n")}`;
}

describe.skipIf(executablePath === undefined)("a figure's HTML in Chromium (skipped where none is on the PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
    args.push("--disable-background-networking", "--disable-component-update");
    browser = await chromium.launch({ executablePath: executablePath!, args });
  });
  afterAll(() => browser?.close());

  async function open(html: string, javaScriptEnabled = true): Promise<{ page: Page; errors: string[] }> {
    const file = join(await mkdtemp(join(tmpdir(), "figure-")), "page.html");
    await writeFile(file, html);
    const page = await (await browser.newContext({ javaScriptEnabled, offline: true })).newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(pathToFileURL(file).href);
    return { page, errors };
  }

  test("every figure is drawn by the one library, also those above the figure that brings it", async () => {
    const { page, errors } = await open(pageOf(false, true, false));
    await expect.poll(() => page.locator(".js-plotly-plot .main-svg .scatterlayer").count()).toBe(3);
    expect(await page.locator("img").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("without a library, or without scripts, the still pictures stay", async () => {
    for (const { page, errors } of [await open(pageOf(false, false)), await open(pageOf(true), false)]) {
      const image = page.locator("img").first();
      expect(await image.isVisible()).toBe(true);
      expect((await image.boundingBox())?.width).toBe(640);
      expect(errors).toEqual([]);
    }
  });
});
