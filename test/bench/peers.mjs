/**
 * Runs a script of the peers' harness with the library beside the peers, on the Node that runs this.
 *
 *     PEERS=folder TORCH_PYTHON=interpreter node test/bench/peers.mjs bench --threads 1,2 > run.jsonl
 *     PEERS=folder TORCH_PYTHON=interpreter node test/bench/peers.mjs startup lenet5 > startup.jsonl
 *
 * PEERS is the harness's folder, default ../shared/peers beside this repository; its README tells what to install there.
 * Run `npm run build` first. The library's name among the peers is `ours`. What is printed is one line of JSON about the
 * run, then the harness's own; `results.mjs` makes tables of them.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The harness's folder. @throws Error if it is not there */
export function folderOfPeers() {
  const folder = resolve(process.env.PEERS ?? fileURLToPath(new URL("../../../shared/peers", import.meta.url)));
  if (existsSync(join(folder, "lib/cases.mjs"))) return folder;
  throw new Error(`${folder} is not the peers' harness (it has no lib/cases.mjs): name its folder in PEERS`);
}

/** What the harness's EXTRA_PEERS wants: how the library's own server is started. */
export function extraPeers() {
  const server = fileURLToPath(new URL("server.mjs", import.meta.url));
  return { ours: { cmd: [process.execPath, server], env: { PEERS: folderOfPeers() } } };
}

/** The line that a run begins with: what was asked for, and of which machine. */
export function heading(script, args) {
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0].model.trim()}, load ${loadavg()[0].toFixed(1)} at the start`;
  return { run: script, args, node: process.version, machine };
}

async function run(script, args) {
  console.log(JSON.stringify(heading(script, args)));
  const temporary = mkdtempSync(join(tmpdir(), "stridelab-peers-"));
  try {
    const extra = join(temporary, "extra.json");
    writeFileSync(extra, JSON.stringify(extraPeers()));
    const env = { ...process.env, EXTRA_PEERS: extra, NODE_BIN: process.execPath };
    const command = [join(folderOfPeers(), `${script}.mjs`), ...args];
    const harness = spawn(process.execPath, command, { env, stdio: "inherit" });
    return await new Promise((done) => harness.on("exit", (code) => done(code ?? 1)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [script = "bench", ...args] = process.argv.slice(2);
  process.exitCode = await run(script, args);
}
