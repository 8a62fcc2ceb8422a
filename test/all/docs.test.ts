import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, succeed } from "../package/command.ts";
import { chromiumPath } from "./tools.ts";

const site = join(root, "out/docs");
let browser: Browser;

beforeAll(async () => {
  await succeed(process.execPath, [join(root, "test/docs/build.mjs")]);
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

describe("the site that npm run docs builds", () => {
  test("has a page for every kind of thing that is exported", () => {
    expect(readdirSync(join(site, "functions"))).toContain("stridelab.conv2d.html");
    expect(readdirSync(join(site, "classes"))).toContain("stridelab.Tensor.html");
    expect(readdirSync(join(site, "functions"))).toContain("stridelab_notebook.display.html");
  });

  test.each([
    ["index.html", "light", "import"],
    ["modules/stridelab.html", "dark", "Operations"],
    ["functions/stridelab.conv2d.html", "light", "Cross-correlates"],
    ["classes/stridelab.Tensor.html", "dark", "row-major"],
  ] as const)("shows %s in a browser without a network, %s", async (path, colorScheme, word) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, colorScheme });
    await context.setOffline(true);
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) foreign.push(request.url());
    });
    page.on("pageerror", (error) => foreign.push(String(error)));
    await page.goto(pathToFileURL(join(site, path)).href);
    await page.waitForFunction("document.querySelectorAll('.tsd-navigation li').length > 3");
    expect(await page.textContent("main, .col-content")).toContain(word);
    const [ink, paper] = await page.evaluate<[string, string]>(
      "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()",
    );
    const brightness = (colour: string): number =>
      colour
        .match(/\d+/g)!
        .slice(0, 3)
        .map(Number)
        .reduce((sum, each) => sum + each, 0);
    expect(brightness(paper) > brightness(ink), "dark letters on light paper").toBe(colorScheme === "light");
    await page.screenshot({ path: join(root, "out", `docs-${path.replaceAll("/", "-")}.png`) });
    expect(foreign).toEqual([]);
    await context.close();
  });
});
