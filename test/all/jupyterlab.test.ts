import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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
  const script = join(folder, "typed.nb.ts");
  writeFileSync(script, SCRIPT);
  await succeed(process.execPath, ["bin/stridelab.js", "convert", script]);
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
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((resolve) => server?.once("exit", resolve));
  if (server?.kill() && server.exitCode === null) await ended; // its kernels end with it
});

const TOKEN = "a-token-of-this-test";
const SCRIPT = `// %%
interface Point { readonly x: number }
const point: Point = { x: 42 };
point.x`;

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

test("JupyterLab colours a cell as TypeScript, and runs it", async () => {
  const answers = () =>
    fetch(`${address}/api?token=${TOKEN}`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers, { timeout: 300_000, interval: 500, message: "JupyterLab answers" }).toBe(true);
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  page.setDefaultTimeout(240_000);
  await page.goto(`${address}/lab/tree/typed.ipynb?token=${TOKEN}`);
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
  mkdirSync(join(root, "out"), { recursive: true });
  await page.screenshot({ path: join(root, "out", "jupyterlab.png") });
  await page.context().close();
});
