import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportHtml } from "../../../kernel/notebook/html/page.ts";
import type { Cell } from "../../../kernel/notebook/notebook.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];
const found = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const executablePath = found.find((file) => existsSync(file));

const CELLS: Cell[] = [
  { type: "markdown", id: "a", metadata: {}, source: "# Title\n\nسلام $x^2$\n\nhello\n\n## Two\n\n## Three" },
  {
    type: "code",
    id: "b",
    metadata: {},
    source: "history",
    executionCount: 1,
    outputs: [
      {
        type: "display_data",
        metadata: {},
        data: {
          "application/vnd.plotly.v1+json": { data: [{ y: [3, 2, 1], name: "</script>" }], layout: { width: 5000 } },
          "image/svg+xml": '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
        },
      },
      {
        type: "display_data",
        metadata: {},
        data: {
          "text/html":
            '<img id="outside" src="http://127.0.0.1:9/x.png"><script>fetch("http://127.0.0.1:9/y")</script>',
        },
      },
    ],
  },
];

describe.skipIf(executablePath === undefined)("the page in Chromium (skipped where none is on the PATH)", () => {
  let browser: Browser;
  let page: Page;
  let address: string;
  const reached: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    const file = join(await mkdtemp(join(tmpdir(), "page-")), "page.html");
    await writeFile(file, await exportHtml({ cells: CELLS, metadata: {}, minor: 5 }, { name: "page", folder: "." }));
    address = pathToFileURL(file).href;
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
    args.push("--disable-background-networking", "--disable-component-update");
    browser = await chromium.launch({ executablePath: executablePath!, args });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on("requestfinished", (request) => reached.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(address);
    await page.waitForSelector("figure.plotly.drawn .live svg.main-svg");
  });

  afterAll(() => browser?.close());

  test("draws its figure in place of the picture", async () => {
    expect(await page.isVisible("figure.plotly .static")).toBe(false);
    // The one error allowed is that of the output's own request, which the policy refused.
    expect(errors.filter((message) => !message.includes("Failed to fetch"))).toEqual([]);
  });

  test("fetches nothing but itself, whatever an output asks for", () => {
    expect(reached.filter((url) => !/^(data|blob):/.test(url))).toEqual([address]);
  });

  test("loads the fonts inside it", async () => {
    const loaded = await page.evaluate(
      `document.fonts.ready.then((fonts) => [...fonts].filter((font) => font.status === "loaded").map((font) => font.family))`,
    );
    for (const family of [
      "Source Serif 4 Variable",
      "Vazirmatn Variable",
      "STIX Two Math",
      "JetBrains Mono Variable",
    ]) {
      expect(String(loaded)).toContain(family);
    }
  });

  test("sets Persian from right to left, English from left to right", async () => {
    const directions = await page.$$eval("main p", (blocks) =>
      blocks.map((block) => (block as unknown as { matches(selector: string): boolean }).matches(":dir(rtl)")),
    );
    expect(directions).toEqual([true, false]);
  });

  test.each([360, 1000, 2200])("fits a window of %i pixels without scrolling sideways", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    const [content, view] = (await page.evaluate(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    )) as [number, number];
    expect(content).toBeLessThanOrEqual(view);
  });

  test("shows the picture of the figure where no script runs", async () => {
    const plain = await browser.newPage({ javaScriptEnabled: false });
    await plain.goto(address);
    expect(await plain.isVisible("figure.plotly .static img")).toBe(true);
  });
});
