/** What is measured of each kernel, in turn: each measure is a list of numbers by kernel. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startKernel } from "../../../dist/kernel/notebook/client.js";
import { usageOf } from "./processes.mjs";

/** The measures, in the order of the tables; `start` are those of fresh kernels. */
export const measures = {
  info: { title: "spawn to kernel_info reply", unit: "ms", start: true },
  first: { title: "spawn to the first result of `1+1`", unit: "ms", start: true },
  firstProcessor: { title: "the same, processor time of all its processes", unit: "ms", start: true },
  libraryCold: { title: "first cell of a fresh kernel: imports stridelab, shows a tensor", unit: "ms", start: true },
  memory: { title: "memory after `1+1`, all processes", unit: "MB", start: true },
  libraryWarm: { title: "the same cell again", unit: "ms" },
  number: { title: "`1+1`", unit: "ms" },
  declaration: { title: "a declaration", unit: "ms" },
  completion: { title: "completion", unit: "ms" },
  inspection: { title: "inspection", unit: "ms" },
  numberLate: { title: "`1+1` after CELLS cells", unit: "ms" },
  declarationLate: { title: "a declaration after CELLS cells", unit: "ms" },
  completionLate: { title: "completion after CELLS cells", unit: "ms" },
  inspectionLate: { title: "inspection after CELLS cells", unit: "ms" },
};

/** Milliseconds in which a kernel comes to rest after its answers, so that the next one does not pay for that. */
const rest = 50;

/** Milliseconds after which a kernel counts as hanging: plain tslab sometimes does in the course of a thousand cells. */
const patience = 60_000;

/** Starts a kernel; its process is the first of the command's, wherever that runs. */
async function start({ command, prefix = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "bench-kernel-"));
  const from = performance.now();
  const kernel = await startKernel({ command: [...prefix, ...command], cwd: folder, transport: "tcp", startTimeout: 60_000 });
  const info = performance.now() - from;
  const end = async () => {
    await kernel.shutdown();
    rmSync(folder, { recursive: true, force: true });
  };
  return { kernel, from, info, end };
}

async function execute(kernel, code) {
  const from = performance.now();
  let shown = performance.now();
  const reply = await kernel.execute(code, {
    onOutput: ({ type }) => {
      if (type !== "stream") shown = performance.now();
    },
  });
  if (reply.status !== "ok") throw new Error(`${code}\n${JSON.stringify(reply)}`);
  return { whole: performance.now() - from, shown };
}

/** One round of fresh kernels, one at a time: each is alone on the machine while it starts. */
export async function startRound(kernels, add, tell) {
  for (const each of kernels) {
    const one = await start(each).catch((error) => {
      if (each.kind === "stridelab") throw new Error(`${each.name}: ${error.message}`);
      tell(`${each.name}: ${error.message}`);
    });
    if (one === undefined) continue;
    add(each, "info", one.info);
    const { shown } = await execute(one.kernel, each.cells.number(1));
    add(each, "first", shown - one.from);
    await delay(300); // it settles
    const usage = usageOf(one.kernel.pid);
    add(each, "firstProcessor", usage.processor);
    add(each, "memory", usage.megabytes);
    await one.end();
    if (each.cells.library === undefined) continue;
    const other = await start(each);
    add(each, "libraryCold", (await execute(other.kernel, each.cells.library)).whole);
    await other.end();
  }
}

/** Kernels that live side by side and are asked in turn, before and after many cells. */
export async function warmRounds(kernels, rounds, cells, add, tell) {
  const running = [];
  for (const each of kernels) running.push({ each, ...(await start(each)), count: 0 });
  const declare = (one) => execute(one.kernel, one.each.cells.declaration(one.count++));
  for (const one of running) {
    for (let i = 0; i < 5; i++) await declare(one);
    if (one.each.cells.library !== undefined) await execute(one.kernel, one.each.cells.library);
  }
  const round = async (late) => {
    for (const one of running) {
      if (one.hangs) continue;
      const { kernel, each } = one;
      await delay(rest);
      const timed = async (measure, work) => {
        const from = performance.now();
        await work();
        add(each, `${measure}${late}`, performance.now() - from);
      };
      await timed("number", () => execute(kernel, each.cells.number(one.count)));
      await timed("declaration", () => declare(one));
      for (const [measure, type] of [["completion", "complete_request"], ["inspection", "inspect_request"]]) {
        const { code, at } = each.cells[measure];
        await timed(measure, () => kernel.request(type, { code, cursor_pos: at, detail_level: 0 }));
      }
      if (each.cells.library !== undefined && late === "") await timed("libraryWarm", () => execute(kernel, each.cells.library));
    }
  };
  for (let i = 0; i < rounds; i++) await round("");
  if (cells > 0) {
    for (const one of running) {
      tell(`${one.each.name}: ${cells} cells`);
      while (one.count < cells && !one.hangs) {
        const hangs = delay(patience, true, { ref: false });
        one.hangs = (await Promise.race([declare(one).then(() => false), hangs])) === true;
      }
      if (one.hangs) tell(`${one.each.name}: hangs at cell ${one.count}`);
    }
    for (let i = 0; i < rounds; i++) await round("Late");
  }
  for (const { end, hangs } of running) if (!hangs) await end();
  for (const { kernel, hangs } of running) if (hangs) process.kill(kernel.pid, "SIGKILL");
}
