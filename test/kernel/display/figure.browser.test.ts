import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { figureOf } from "../../../kernel/display/figure/figure.ts";
import { canComeAlive, libraryFile, libraryVersion } from "../../../kernel/display/figure/library.ts";
import { figureHtml, svgUri } from "../../../kernel/display/figure/page.ts";
import { sketch } from "../../../kernel/display/figure/sketch.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];
const found = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const executablePath = found.find((file) => existsSync(file));

/** Outputs below each other, and a loader of modules in the way. */
function outputs(...tops: number[]): string {
  const figures = tops.map((top) => {
    const figure = figureOf([{ y: [1, 2, top] }, { type: "heatmap", z: [[1, 2]] }], {});
    return figureHtml(figure, svgUri(sketch(figureOf([{ y: [1, 2, top] }], {}), "a line")!), "a line");
  });
  return `<script>window.define = () => {}; window.define.amd = {};</script>${figures.join("\n")}`;
}

const settings = '<script type="application/json" id="jupyter-config-data">{"baseUrl":"/user/a/"}</script>';

type Specs = Record<string, { name: string; spec: { metadata: object } }>;
const spec = (name: string, metadata: object): Specs => ({ [name]: { name, spec: { metadata } } });

/** What a Jupyter server does for a page: its kernels, and the files that lie beside them. */
async function serve(page: string, specs: Specs): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [path] = url.split("?");
    if (path === "/user/a/lab") response.setHeader("content-type", "text/html").end(page);
    else if (path === "/user/a/api/kernelspecs") response.end(JSON.stringify({ kernelspecs: specs }));
    else if (path?.endsWith("/plotly.min.js")) response.end(readFileSync(libraryFile()));
    else response.writeHead(404).end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/user/a/lab`, asked };
}

describe.skipIf(executablePath === undefined)("a figure's HTML in Chromium (skipped where none is on the PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
    args.push("--disable-background-networking", "--disable-component-update");
    browser = await chromium.launch({ executablePath: executablePath!, args });
  });
  afterAll(() => browser?.close());

  async function open(address: string, javaScriptEnabled = true): Promise<{ page: Page; errors: string[] }> {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(address);
    return { page, errors };
  }

  async function asFile(html: string): Promise<string> {
    const file = join(await mkdtemp(join(tmpdir(), "figure-")), "page.html");
    await writeFile(file, html);
    return pathToFileURL(file).href;
  }

  const live = (page: Page) => page.locator(".js-plotly-plot .main-svg .scatterlayer").count();

  test("every figure is drawn by one library, that of the kernel which has it, whatever its name", async () => {
    const specs = {
      ...spec("python3", {}),
      ...spec("old", { stridelab: { version: "0.0.1" } }),
      ...spec("another", { stridelab: { version: "0.1.0", plotly: "1.0.0" } }),
      ...spec("ts.lab", { stridelab: { version: "0.1.0", plotly: libraryVersion() } }),
    };
    const { address, asked } = await serve(settings + outputs(0, 1, 2), specs);
    const { page, errors } = await open(address);
    await expect.poll(() => live(page)).toBe(3);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("[role=img][aria-label='a line'] .heatmaplayer image").count()).toBe(3);
    expect(asked.filter((path) => path.includes("kernelspecs/"))).toEqual([
      `/user/a/kernelspecs/ts.lab/plotly.min.js?v=${libraryVersion()}`,
    ]);
    expect(errors).toEqual([]);
  });

  test("ink and ground follow the page's theme, also when it changes", async () => {
    const { address } = await serve(
      `${settings}<body style="color: rgb(1, 2, 3)">${outputs(3)}</body>`,
      spec("stridelab", { stridelab: { plotly: libraryVersion() } }),
    );
    const { page } = await open(address);
    const fill = () => page.evaluate("getComputedStyle(document.querySelector('.xtick text')).fill");
    await expect.poll(() => live(page)).toBe(1);
    expect(await fill()).toBe("rgb(1, 2, 3)");
    await page.evaluate(
      'document.body.style.color = "rgb(250, 250, 250)"; document.body.dataset.jpThemeLight = "false"',
    );
    await expect.poll(fill).toBe("rgb(250, 250, 250)");
  });

  test("the library knows the traces that it is trusted with, and no others", async () => {
    const { address } = await serve(settings + outputs(1), spec("a", { stridelab: { plotly: libraryVersion() } }));
    const { page } = await open(address);
    await expect.poll(() => live(page)).toBe(1);
    const known = await page.evaluate("stridelabPlotly.then((it) => Object.keys(it.PlotSchema.get().traces))");
    const drawn = (type: string) => canComeAlive({ data: [{ type }], layout: {} });
    expect((known as string[]).filter((type) => !drawn(type))).toEqual([]);
    expect(["surface", "scatter3d", "scattergl", "sankey"].filter(drawn)).toEqual([]);
  });

  test("without a server, a kernel that has the library, or scripts, the still pictures stay", async () => {
    const none = await serve(settings + outputs(1, 2), spec("python3", {}));
    const opened = [
      await open(await asFile(outputs(1, 2))),
      await open(none.address),
      await open((await serve(settings + outputs(1), {})).address, false),
    ];
    for (const { page, errors } of opened) {
      const image = page.locator("img").first();
      await page.waitForTimeout(100);
      expect(await image.isVisible()).toBe(true);
      expect((await image.boundingBox())?.width).toBe(640);
      expect(errors).toEqual([]);
    }
  });
});
