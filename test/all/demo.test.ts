import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digits, exportDemo, lenet5, type Module, sketchpad, softmax } from "../../lib/index.ts";
import { display } from "../../lib/mime.ts";
import { formOf } from "../lib/display/support.ts";
import { root, temporaryFolder } from "../package/command.ts";
import { expectToAnswer, sharesOf } from "./drawing.ts";
import { chromiumPath } from "./tools.ts";

let browser: Browser;

beforeAll(async () => {
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

test.each(["light", "dark"] as const)(
  "a network answers what one draws, in a browser without a network, as it does in Node; %s",
  async (colorScheme) => {
    const network = lenet5();
    const file = join(temporaryFolder(), "demo.html");
    await exportDemo(file, network, [1, 28, 28], { title: "Draw a digit" });
    const context = await browser.newContext({ viewport: { width: 1050, height: 900 }, colorScheme });
    await context.setOffline(true);
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") trouble.push(message.text());
    });
    page.on("pageerror", (error) => trouble.push(String(error)));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) trouble.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await expect.poll(async () => (await sharesOf(page)).length).toBe(10);
    const empty = await sharesOf(page);
    await expectToAnswer(page, network);

    const headings = await page.locator(".layers figcaption").allInnerTexts();
    expect(headings).toEqual(
      expect.arrayContaining(["conv1/Conv: 6 × 28 × 28", "fc3/Gemm: 10", "conv1/Conv: 6 × 1 × 5 × 5"]),
    );
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", `demo-${colorScheme}.png`), fullPage: true });

    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => sharesOf(page)).toEqual(empty);
    await page.locator(".drawing").focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press("Shift+ArrowDown");
    await expect.poll(() => sharesOf(page), { message: "keys draw, too" }).not.toEqual(empty);
    const chooser = page.locator("input[type=file]");
    await chooser.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
    const problem = () =>
      chooser.evaluate((input) => (input as unknown as { validationMessage: string }).validationMessage);
    await expect
      .poll(problem)
      .toBe("notes.txt is no picture that this browser reads: open a PNG, a JPEG or another one");
    expect(trouble).toEqual([]);
    await context.close();
  },
);

test("outputs that hold their networks run them, each its own, also where a page's policy has no WebAssembly", async () => {
  const { images } = digits({ count: 2 });
  const networks = [lenet5(), lenet5()];
  const outputs = networks.map((network: Module, i) => {
    const pad = sketchpad(network, [1, 28, 28], { image: images.slice(i, i + 1), layers: ["relu1"], embed: true });
    return formOf(pad[display](), "text/html");
  });
  const file = join(temporaryFolder(), "outputs.html");
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`;
  writeFileSync(file, `<!DOCTYPE html><html lang="en"><head>${head}</head><body>${outputs.join("")}</body></html>`);
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  for (const [i, network] of networks.entries()) {
    const bars = page.locator("[data-stridelab-demo]").nth(i).locator(".bars li[data-share]");
    await expect.poll(() => bars.count()).toBe(10);
    const found = await bars.evaluateAll((rows) =>
      rows.map((row) => Number((row as unknown as { dataset: { share: string } }).dataset.share)),
    );
    const expected = softmax(network.eval().forward(images.slice(i, i + 1))).data;
    // The drawing is bytes, each off by half a 255th at most; scores of a network without training hardly notice.
    expect(Math.max(...found.map((share, k) => Math.abs(share - expected[k]!)))).toBeLessThan(1e-2);
  }
  const headings = await page.locator(".layers figcaption").allInnerTexts();
  expect(headings).toEqual(["relu1/Relu: 6 × 28 × 28", "relu1/Relu: 6 × 28 × 28"]);
  expect(trouble).toEqual([]);
  await page.context().close();
});
