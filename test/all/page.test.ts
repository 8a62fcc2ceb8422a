import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, temporaryFolder } from "../package/command.ts";
import { executed, notebooks } from "./notebooks.ts";
import { chromiumPath } from "./tools.ts";

let browser: Browser;

beforeAll(async () => {
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

/** What a page asked for beside itself, and what it complained about. */
interface Trouble {
  requests: string[];
  errors: string[];
}

/** Opens an exported page alone in an empty folder, with the network off, and waits until its figures are drawn. */
async function open(html: string): Promise<{ page: Page; trouble: Trouble }> {
  const file = join(temporaryFolder(), "page.html");
  cpSync(html, file);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  await context.setOffline(true);
  const page = await context.newPage();
  const trouble: Trouble = { requests: [], errors: [] };
  page.on("request", (request) => {
    const url = request.url();
    if (url !== address && !/^(data|blob|about):/.test(url)) trouble.requests.push(url);
  });
  page.on("console", (message) => {
    if (message.type() === "error") trouble.errors.push(message.text());
  });
  page.on("pageerror", (error) => trouble.errors.push(String(error)));
  await page.goto(address);
  await page.waitForFunction('document.querySelectorAll("figure.plotly:not(.drawn)").length === 0');
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  return { page, trouble };
}

/** How many elements a selector finds, and how many of them have no extent on the page. */
const count = (page: Page, selector: string) =>
  page.evaluate<{ all: number; empty: number }>(`(() => {
    const boxes = [...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.getBoundingClientRect());
    return { all: boxes.length, empty: boxes.filter((box) => box.width === 0 || box.height === 0).length };
  })()`);

/** The last heads of networks' summaries that reach beyond what is seen of them. */
const cutSummaries = `[...document.querySelectorAll(".output table")].flatMap((table) => {
  const head = table.querySelector("thead th:last-child");
  if (head?.textContent !== "sees") return [];
  const seen = table.closest(".output").getBoundingClientRect();
  return table.getBoundingClientRect().right > Math.min(seen.right, innerWidth) + 0.5 ? [head.textContent] : [];
})`;

test.each(notebooks)("the page of %s shows everything in a browser without a network", async (notebook) => {
  const { name, html } = await executed(notebook);
  const { page, trouble } = await open(html);
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", `${name}.png`), fullPage: true });

  expect(trouble).toEqual({ requests: [], errors: [] });
  const broken =
    "[...document.images].filter((image) => !image.complete || image.naturalWidth === 0).map((image) => image.alt)";
  expect(await page.evaluate(broken), "pictures that are broken").toEqual([]);
  const lost = '[...document.fonts].filter((font) => font.status === "error").map((font) => font.family)';
  expect(await page.evaluate(lost), "fonts that did not load").toEqual([]);

  const pictures = await count(page, "img, .output svg, figure.plotly .main-svg");
  expect(pictures.all).toBeGreaterThan(0);
  const formulas = await count(page, "math");
  expect(formulas.all).toBeGreaterThan(0);
  expect(formulas.empty, "formulas without extent").toBe(0);
  const figures = await count(page, "figure.plotly");
  expect((await count(page, "figure.plotly.drawn .js-plotly-plot")).all, "figures that plotly drew").toBe(figures.all);
  expect(figures.empty, "figures without extent").toBe(0);
  if (notebook.includes("/lectures/")) expect(figures.all, "every lecture has a figure to move").toBeGreaterThan(0);
  for (const width of [600, 800, 1000]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(cutSummaries), `summaries that lose columns at ${width} pixels`).toEqual([]);
  }
  await page.context().close();
});

test("a page that asks for something beside itself, or complains, is found out", async () => {
  const file = join(temporaryFolder(), "bad.html");
  writeFileSync(
    file,
    '<img src="https://example.org/a.png"><script>console.error("oh"); throw new Error("no")</script>',
  );
  const { page, trouble } = await open(file);
  expect(trouble.requests).toEqual(["https://example.org/a.png"]);
  expect(trouble.errors).toEqual(expect.arrayContaining(["oh", "Error: no"]));
  await page.context().close();
});
