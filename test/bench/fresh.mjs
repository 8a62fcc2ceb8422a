/**
 * A fresh process for each case of the peers' harness: how long to the end of the first run, how much memory at most
 * (VmHWM, so Linux alone) while it goes on for some seconds.
 *
 *     node test/bench/fresh.mjs [--seconds 10] [--threads 1] [lenet5 vgg16]
 *
 * Run `npm run build` first; PEERS as in `peers.mjs`, whose `startup` times the peers' first runs likewise. `results.mjs`
 * makes a table of what is printed.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { extraPeers, heading } from "./peers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "10" }, threads: { type: "string", default: "1" } },
});

async function measure(name) {
  const { cmd, env } = extraPeers().ours;
  const begin = performance.now();
  const settings = { env: { ...process.env, ...env, THREADS: values.threads }, stdio: ["pipe", "pipe", "inherit"] };
  const server = spawn(cmd[0], cmd.slice(1), settings);
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    const said = done ? { err: "the server ended" } : JSON.parse(value);
    if (said.ok) return said;
    throw new Error(`${name}: ${said.err}`);
  };
  const ask = (question) => {
    server.stdin.write(`${JSON.stringify(question)}\n`);
    return answer();
  };
  try {
    await answer(); // ready
    const ready = performance.now() - begin;
    await ask({ cmd: "prep", case: name });
    const first = performance.now() - begin;
    const early = await ask({ cmd: "mem" });
    const { s } = await ask({ cmd: "time", ms: Number(values.seconds) * 1000 });
    const late = await ask({ cmd: "mem" });
    const memory = { peak_mb_first: early.hwm_mb, peak_mb: late.hwm_mb };
    const times = { ready_ms: Math.round(ready), first_ms: Math.round(first) };
    return { fresh: 1, case: name, threads: Number(values.threads), ...times, runs: s.length + 1, ...memory };
  } finally {
    server.stdin.end();
  }
}

console.log(JSON.stringify(heading("fresh", process.argv.slice(2))));
for (const name of positionals.length > 0 ? positionals : ["lenet5", "vgg16"]) {
  console.log(JSON.stringify(await measure(name)));
}
