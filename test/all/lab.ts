import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { succeed } from "../package/command.ts";
import { pythonPrograms } from "./tools.ts";

/** A JupyterLab that has this kernel, and the folder that it shows. */
export interface Lab {
  readonly folder: string;
  /** The address of a file in the folder, in a workspace of its own: another's tabs come back late, and cover it. */
  open(file: string): string;
  /** The address of the same file in Notebook 7, which the server has, too. */
  notebook(file: string): string;
  /** What it has printed so far. */
  printed(): string;
  stop(): Promise<void>;
}

const TOKEN = "a-token-of-this-test";

/** Every cell is on the page, also where nobody has scrolled to it; no question about news covers some of them. */
const SETTINGS = {
  "@jupyterlab/notebook-extension": { tracker: { windowingMode: "none" } },
  "@jupyterlab/apputils-extension": { notification: { fetchNews: "false", checkForUpdates: false } },
};

/** Starts JupyterLab on a port of this machine alone, with the kernel installed for it, and waits until it answers. */
export async function startLab(folder: string): Promise<Lab> {
  const python = join(await pythonPrograms(), "python");
  await succeed(process.execPath, ["bin/stridelab.js", "install", "--prefix", folder]);
  const own = (name: string) => join(folder, "jupyter", name);
  for (const [extension, settings] of Object.entries(SETTINGS)) {
    const place = join(own("config"), "lab", "user-settings", extension);
    mkdirSync(place, { recursive: true });
    for (const [name, values] of Object.entries(settings)) {
      writeFileSync(join(place, `${name}.jupyterlab-settings`), JSON.stringify(values));
    }
  }
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const args = ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--ServerApp.port_retries=0"];
  args.push("--expose-app-in-browser", `--IdentityProvider.token=${TOKEN}`, `--ServerApp.root_dir=${folder}`);
  const server = spawn(python, ["-m", "jupyterlab", ...args], {
    env: {
      ...process.env,
      JUPYTER_PATH: join(folder, "share/jupyter"),
      JUPYTER_DATA_DIR: own("data"),
      JUPYTER_CONFIG_DIR: own("config"),
      JUPYTER_RUNTIME_DIR: own("runtime"),
    },
  });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (printed += String(text)));
  let workspaces = 0;
  const lab: Lab = {
    folder,
    open: (file) => `${address}/lab/workspaces/w${++workspaces}/tree/${file}?token=${TOKEN}`,
    notebook: (file) => `${address}/notebooks/${file}?token=${TOKEN}`,
    printed: () => printed,
    stop: () => stop(server),
  };
  const started = performance.now();
  while (!(await answers(`${address}/api?token=${TOKEN}`))) {
    if (server.exitCode !== null || performance.now() - started > 300_000) {
      await stop(server);
      throw new Error(`JupyterLab does not answer; it printed\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return lab;
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** Its kernels end with it. */
async function stop(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  if (server.exitCode === null && server.kill()) await ended;
}

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
