import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { root, run } from "./command.ts";

const library = JSON.stringify(pathToFileURL(join(root, "dist/bundle/index.js")).href);

/** Prints how many threads compute, and the sum of a convolution's results in size, large enough for threads. */
const convolution = `
const { conv2d, tensor, threads } = await import(${library});
const x = tensor(Float32Array.from({ length: 65_536 }, (_, i) => Math.sin(i)), [16, 16, 16, 16]);
const filters = tensor(Float32Array.from({ length: 4608 }, (_, i) => Math.cos(i)), [32, 16, 3, 3]);
threads(2);
const compute = () => conv2d(x, filters, { padding: 1 }).data.reduce((sum, value) => sum + Math.abs(value), 0);
let sum = 0;
for (let i = 0; i < 20; i++) sum = compute();
`;
const tell = "console.log(threads(), sum.toPrecision(5));";

/** Runs it as a program of its own. */
const node = (program: string, flags: readonly string[] = []) =>
  run(process.execPath, [...flags, "--input-type=module", "-e", program], { timeout: 60_000 });

const [major] = process.versions.node.split(".").map(Number);
const permission = major! < 22 ? "--experimental-permission" : "--permission";

test("where a platform has no threads, no shared memory or no WebAssembly, results are the same without", async () => {
  const [threads, sum] = (await node(convolution + tell)).stdout.trim().split(" ");
  expect(threads).toBe("2");
  const withoutShared = await node(`delete globalThis.SharedArrayBuffer;${convolution}${tell}`);
  expect(withoutShared.stdout, withoutShared.stderr).toContain(sum);
  const withoutWebAssembly = await node(`delete globalThis.WebAssembly;${convolution}${tell}`);
  expect(withoutWebAssembly.stdout, withoutWebAssembly.stderr).toContain(sum);
  const refused = await node(convolution + tell, [permission, "--allow-fs-read=*"]);
  expect(refused.stdout.trim(), refused.stderr).toBe(`1 ${sum}`);
});

test.runIf(process.platform === "linux").each([2, 4, 8])(
  "with %i GB of address space a program computes",
  async (gigabytes) => {
    const program = convolution.replace("threads(2)", "threads(9)") + tell;
    const script = `ulimit -v ${gigabytes * 1_000_000}; exec "$0" --input-type=module -e "$1"`;
    const { code, stdout, stderr } = await run("/bin/sh", ["-c", script, process.execPath, program]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\d /);
  },
);

test("threads use no processor time while nothing is computed, and end with the program", async () => {
  const { code, stdout, stderr } = await node(`${convolution}
    const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    await delay(500);
    const before = process.cpuUsage();
    await delay(2000);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 2e6);`);
  expect(code, stderr).toBe(0);
  expect(Number(stdout)).toBeLessThan(0.05); // a thread that spins would take 1
});

test("a program may end by process.exit, and a user's own worker by terminate, while threads sleep or start", async () => {
  const exits = await node(`${convolution} process.exit(7);`);
  expect(exits.code, exits.stderr).toBe(7);
  const nested = await node(`
    import { Worker } from "node:worker_threads";
    const code = ${JSON.stringify(`(async () => { ${convolution} process.getBuiltinModule("node:worker_threads").parentPort.postMessage(sum.toPrecision(5)); })()`)};
    const sums = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
      const worker = new Worker(code, { eval: true });
      worker.on("error", reject);
      worker.on("message", async (sum) => { await worker.terminate(); resolve(sum); });
    })));
    ${convolution}
    console.log(sums.every((each) => each === sum.toPrecision(5)));`);
  expect(nested.stdout.trim(), nested.stderr).toBe("true");
});

test("importing the library and computing with it sets no flag of V8", async () => {
  const { stdout, stderr } = await node(`
    import v8 from "node:v8";
    const set = [];
    v8.setFlagsFromString = (flags) => set.push(flags);
    process.getBuiltinModule("node:v8").setFlagsFromString = v8.setFlagsFromString;
    ${convolution}
    console.log(JSON.stringify(set));`);
  expect(stdout.trim(), stderr).toBe("[]");
});
