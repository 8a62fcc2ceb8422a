import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { chromiumPath, pythonPrograms } from "./tools.ts";

let browser: Browser;
let server: ChildProcess;
let address: string;
let printed = "";

beforeAll(async () => {
  const folder = temporaryFolder(afterAll);
  const python = join(await pythonPrograms(), "python");
  await succeed(process.execPath, ["bin/stridelab.js", "install", "--prefix", folder]);
  for (const [name, text] of Object.entries({ typed: TYPED, debugged: DEBUGGED })) {
    const script = join(folder, `${name}.nb.ts`);
    writeFileSync(script, text);
    await succeed(process.execPath, ["bin/stridelab.js", "convert", script]);
  }
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const own = (name: string) => join(folder, "jupyter", name);
  const args = ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--ServerApp.port_retries=0"];
  server = spawn(
    python,
    ["-m", "jupyterlab", ...args, `--IdentityProvider.token=${TOKEN}`, `--ServerApp.root_dir=${folder}`],
    {
      env: {
        ...process.env,
        JUPYTER_PATH: join(folder, "share/jupyter"),
        JUPYTER_DATA_DIR: own("data"),
        JUPYTER_CONFIG_DIR: own("config"),
        JUPYTER_RUNTIME_DIR: own("runtime"),
      },
    },
  );
  for (const stream of [server.stdout!, server.stderr!]) stream.on("data", (text) => (printed += String(text)));
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
  const answers = () =>
    fetch(`${address}/api?token=${TOKEN}`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 300_000, interval: 500 });
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((resolve) => server?.once("exit", resolve));
  if (server?.kill() && server.exitCode === null) await ended; // its kernels end with it
});

const TOKEN = "a-token-of-this-test";
const TYPED = `// %%
interface Point { readonly x: number }
const point: Point = { x: 42 };
point.x`;
const DEBUGGED = `// %%
import { tensor } from "stridelab";
const weights = tensor([[1, 2], [3, 4]]);
// what is tripled
function tripled(n: number): number {
  const result = { triple: 3 * n, from: [n] };
  return result.triple;
}
tripled(14)`;

/** A port that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
      .once("error", reject)
      .listen(0, "127.0.0.1", () => {
        const { port } = probe.address() as { port: number };
        probe.close(() => resolve(port));
      });
  });

async function open(notebook: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  page.setDefaultTimeout(240_000);
  // In a workspace of its own, or Lab opens what the last page had open, too.
  await page.goto(`${address}/lab/workspaces/${notebook.replace(".", "-")}/tree/${notebook}?token=${TOKEN}`);
  return page;
}

/** For whoever wants to look. */
async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", `${name}.png`) });
}

test("JupyterLab colours a cell as TypeScript, and runs it", async () => {
  const page = await open("typed.ipynb");
  const editor = page.locator(".jp-CodeCell .cm-content[data-language=typescript]");
  await editor.waitFor().catch((error: unknown) => {
    throw new Error(`no cell was taken for TypeScript; the server printed\n${printed}`, { cause: error });
  });
  // Words that are keywords in TypeScript only look like one that both languages have.
  const classOf = (word: string) =>
    editor
      .locator("span", { hasText: new RegExp(`^${word}$`) })
      .first()
      .getAttribute("class");
  const keyword = await classOf("const");
  expect(keyword).toBeTruthy();
  expect([await classOf("interface"), await classOf("readonly")]).toEqual([keyword, keyword]);

  // Lab passes over a cell that is run before its kernel is connected, so it is asked again.
  const result = page.locator(".jp-CodeCell .jp-OutputArea-executeResult", { hasText: "42" });
  const runs = async () => {
    await editor.click();
    await page.keyboard.press("Control+Enter");
    return result.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(runs, { timeout: 240_000, message: "the cell shows 42" }).toBe(true);
  await picture(page, "jupyterlab");
  await page.context().close();
});

test("JupyterLab's debugger stops at a line that was clicked, shows variables, steps and goes on", async () => {
  const page = await open("debugged.ipynb");
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
  await picture(page, "jupyterlab-debugger");

  await page.keyboard.press("F9");
  await cell.locator(".jp-OutputArea-executeResult", { hasText: "42" }).waitFor();
  await expect.poll(() => variables.innerText()).toContain("Tensor float32 [2, 2] [[1, 2], [3, 4]]"); // of all cells, now
  await page.context().close();
});
