/**
 * Interrupts cells of every kind that blocks, in random order, in one kernel: each has to end as Interrupted, and the
 * next cell has to find the state, its timers and its immediates as they were.
 *
 *     node test/all/interrupts.mjs [times=100] [node=this one] [only=a regular expression for names of cases]
 *
 * Run `npm run build` first. Everything that fails is printed, with the seed; the exit code says whether anything did.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startKernel } from "../../dist/kernel/notebook/client.js";
import { startCommand } from "../../dist/kernel/protocol/package.js";

const [times = "100", node = process.execPath, only = ""] = process.argv.slice(2);
const command = [node, ...startCommand.slice(1)];

/** Milliseconds after which a kernel counts as hanging; a busy machine takes seconds to compile a cell. */
const limit = 120_000;

/** Milliseconds after which what runs in a cell's stead is interrupted. */
const patience = 10_000;

const cases = {
  "loop": "while (true) {}",
  "loop after await": "await null; while (true) {}",
  "loop after timer": "await new Promise((r) => setTimeout(r, 10));\nwhile (true) {}",
  "loop in timer": "setTimeout(() => { while (true); }, 1);\nawait new Promise(() => {});",
  "loop in then": "await Promise.resolve().then(() => { while (true); });",
  "nextTick": "process.nextTick(() => { while (true); }); await new Promise(() => {});",
  "fs callback": "import fs from 'node:fs'; fs.readFile('/etc/hostname', () => { while (true); }); await new Promise(() => {});",
  "fs promise": "import fsp from 'node:fs/promises'; await fsp.readFile('/etc/hostname'); while (true);",
  "emitter": "import { EventEmitter } from 'node:events'; const em = new EventEmitter(); em.on('x', () => { while (true); }); em.emit('x');",
  "queueMicrotask": "queueMicrotask(() => { while (true); }); await new Promise(() => {});",
  "setImmediate": "setImmediate(() => { while (true); }); await new Promise(() => {});",
  "second immediate": "setImmediate(() => {}); setImmediate(() => { while (true); }); setImmediate(() => {}); await new Promise(() => {});",
  "timers immediate": "import timersModule from 'node:timers'; timersModule.setImmediate(() => {}); timersModule.setImmediate(() => { while (true); }); await new Promise(() => {});",
  "setInterval": "setInterval(() => { const e = Date.now() + 30; while (Date.now() < e); }, 1); await new Promise(() => {});",
  "stream data": "import { Readable } from 'node:stream'; for await (const c of Readable.from([1,2,3])) { while (true); }",
  "socket": "import net from 'node:net'; const srv = net.createServer((s) => { s.on('data', () => { while (true); }); }).listen(0, '127.0.0.1', () => { const c = net.connect((srv.address() as any).port, '127.0.0.1'); c.write('x'); }); srv.unref(); await new Promise(() => {});",
  "http": "import http from 'node:http'; const hs = http.createServer((q, s) => { while (true); }).listen(0, '127.0.0.1'); hs.unref(); await new Promise((r) => hs.once('listening', r)); await fetch(`http://127.0.0.1:${(hs.address() as any).port}`);",
  "finalization": "import v8 from 'node:v8'; import vm from 'node:vm'; v8.setFlagsFromString('--expose-gc'); const gc0 = vm.runInNewContext('gc') as any; const reg = new FinalizationRegistry(() => { while (true); }); (() => { reg.register({}, 0); for (let i = 0; i < 0; i++) reg.register({}, i); })(); await new Promise((r) => setTimeout(r, 5)); gc0(); await new Promise(() => {});",
  "microtask flood": "const flood = (): Promise<void> => Promise.resolve().then(flood);\nawait flood();",
  "nextTick flood": "const flood2 = (): void => process.nextTick(flood2); flood2(); await new Promise(() => {});",
  "immediate flood": "const flood3 = (): void => { setImmediate(flood3); }; flood3(); await new Promise(() => {});",
  "regexp": '/^(a+)+$/.test("a".repeat(40) + "b");',
  "sort": "const arr = Array.from({ length: 2000 }, () => Math.random()); arr.sort((a, b) => { const e = performance.now() + 1; while (performance.now() < e); return a - b; });",
  "pending": "await new Promise(() => {});",
  "Atomics.wait": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "Atomics.wait after await": "await null; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "Atomics.wait loop": "while (true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);",
  "pbkdf2": "import crypto from 'node:crypto'; import { promisify } from 'node:util'; while (true) await promisify(crypto.pbkdf2)('a', 'b', 200000, 32, 'sha256');",
  "zlib": "import zlib from 'node:zlib'; import { promisify as pf2 } from 'node:util'; const zb = Buffer.alloc(4_000_000, 'abcd'); while (true) await pf2(zlib.gzip)(zb);",
  "zlib sync": "import zlib2 from 'node:zlib'; const zb2 = Buffer.alloc(1_000_000, 'abcd'); while (true) zlib2.gzipSync(zb2);",
  "worker": "import { Worker } from 'node:worker_threads'; const wk = new Worker('while (true);', { eval: true }); wk.unref(); await new Promise((r) => wk.once('exit', r));",
  "generator": "function* g() { while (true) yield 1; }\nfor (const x of g()) { if (x > 1) break; }",
  "async generator": "async function* ag() { while (true) yield 1; }\nlet agn = 0; for await (const x of ag()) agn += x;",
  "proxy": "const px: any = new Proxy({}, { get: () => { while (true); } }); px.x;",
  "try catch": "while (true) try { JSON.parse('{'); } catch {}",
  "try finally": "const tf = () => { while (true) { try { try { while (true); } catch {} finally { while (true); } } catch {} } }; tf();",
  "async try finally": "const atf = async () => { while (true) { try { await null; while (true); } catch {} finally { await null; while (true); } } }; while (true) { try { await atf(); } catch {} }",
  "recursion": "const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(70);",
  "stack overflow loop": "const so = (): void => { so(); }; while (true) { try { so(); } catch {} }",
  "display hook": "({ [Symbol.for('Jupyter.display')]() { while (true); } })",
  "async display hook": "({ async [Symbol.for('Jupyter.display')]() { await null; while (true); } })",
  "pending display hook": "({ [Symbol.for('Jupyter.display')]() { return new Promise(() => {}); } })",
  "inspect custom": "({ [Symbol.for('nodejs.util.inspect.custom')]() { while (true); } })",
  "getter": "console.log({ get [Symbol.toStringTag](): string { while (true); } });",
  "toString thrown": "throw { toString() { while (true); }, [Symbol.for('nodejs.util.inspect.custom')]() { while (true); } };",
  "error message getter": "class Ev extends Error { override get message(): string { while (true); } } throw new Ev();",
  "live": "const lv = { [Symbol.for('Jupyter.display')]() { while (true); } }; (globalThis as any)[Symbol.for('Jupyter.live')](lv);",
  "live timer": "let go = false; const lv2 = { [Symbol.for('Jupyter.display')]() { while (go); return { 'text/plain': 'x' }; } }; const h = (globalThis as any)[Symbol.for('Jupyter.live')](lv2); go = true; h.update(); await new Promise(() => {});",
  "json stringify": "const big2 = Array.from({ length: 1e6 }, (_, i) => ({ i })); while (true) JSON.stringify(big2);",
  "console.log flood": "for (let i = 0; ; i++) console.log('line', i);",
  "async log flood": "for (let i = 0; ; i++) { console.log('line', i); await null; }",
  "wasm": "const WA = (globalThis as any).WebAssembly; const wm = new WA.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11])); (new WA.Instance(wm).exports as any).f();",
  "string build": "while (true) { let s = ''; for (let i = 0; i < 1e6; i++) s += 'x'; s.replace(/x/g, 'yy'); }",
  "ALS": "import { AsyncLocalStorage } from 'node:async_hooks'; const als = new AsyncLocalStorage<number>(); await als.run(1, async () => { await null; while (true); });",
  "ALS timer": "import { AsyncLocalStorage as ALS2 } from 'node:async_hooks'; const als2 = new ALS2<number>(); await als2.run(1, async () => { await new Promise((r) => setTimeout(r, 5)); while (true); });",
  "createHook": "import { createHook } from 'node:async_hooks'; createHook({ init() {}, before() {}, after() {} }).enable(); await null; while (true);",
  "eval": "eval('while(true);');",
  "vm": "import vmm from 'node:vm'; vmm.runInNewContext('while(true);');",
  "uncaught": "setTimeout(() => { throw { [Symbol.for('nodejs.util.inspect.custom')]() { while (true); } }; }, 1); await new Promise(() => {});",
  "thenable": "await ({ then() { while (true); } } as any);",
  "sigint handler": "process.on('SIGUSR2', () => { while (true); }); process.kill(process.pid, 'SIGUSR2'); await new Promise(() => {});",
  "beforeExit event": "process.emitWarning('x'); process.on('warning', () => { while (true); }); await new Promise(() => {});",
  "message port": "import { MessageChannel as MC } from 'node:worker_threads'; const mc = new MC(); mc.port1.on('message', () => { while (true); }); mc.port2.postMessage(1); await new Promise(() => {});",
  "event target": "const et = new EventTarget(); et.addEventListener('x', () => { while (true); }); et.dispatchEvent(new Event('x'));",
  "abort signal": "const ac = new AbortController(); ac.signal.onabort = () => { while (true); }; setTimeout(() => ac.abort(), 1); await new Promise(() => {});",
};

const names = Object.keys(cases).filter((name) => new RegExp(only).test(name));
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
let state = seed;
const random = () => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 2 ** 31;
};

let kernel;
let count = 0;
async function start() {
  kernel = await startKernel({ command });
  count = 0;
  await kernel.execute("let count = 0;");
}

/** What is waited for, to be told where it does not come. */
let step = "";

/** @returns what went wrong, or nothing */
async function attempt(code) {
  let last;
  step = "before the cell began";
  let begin = () => {};
  const begun = new Promise((resolve) => {
    begin = resolve;
  });
  count++;
  const running = kernel.execute(`count++; console.log("begun");\n${code}`, {
    onOutput(output) {
      last = output;
      if (output.content.ename === undefined) begin();
    },
  });
  // A callback that an earlier cell left may come to its loop only now: it is stopped, and this cell with it.
  const stopping = setInterval(() => void kernel.interrupt(), patience);
  const early = await Promise.race([begun, running]);
  clearInterval(stopping);
  if (early?.ename === "Interrupted") {
    count--;
    return attempt(code);
  }
  await delay(5 + random() * 100);
  step = "before the interrupt was answered";
  await kernel.interrupt();
  step = "before the cell was answered";
  const reply = await running;
  step = "before the next cell was answered";
  if (reply.ename !== "Interrupted") return `replied ${JSON.stringify(reply).slice(0, 500)}`;
  if (last?.content.ename !== "Interrupted") return `showed ${JSON.stringify(last)} last`;
  let value;
  const turns = "await new Promise((r) => setTimeout(() => setImmediate(() => setImmediate(r, 'turns')), 5))";
  let after;
  do {
    // A cell that was stopped before it came to its loop leaves a callback which comes to it later: that is stopped too.
    const again = setInterval(() => void kernel.interrupt(), patience);
    after = await kernel.execute(`[count, ${turns}]`, {
      onOutput({ content }) {
        value = content.data?.["text/plain"] ?? value;
      },
    });
    clearInterval(again);
  } while (after.ename === "Interrupted");
  if (after.status !== "ok") return `the next cell failed: ${JSON.stringify(after).slice(0, 500)}`;
  return value === `[ ${count}, 'turns' ]` ? undefined : `the next cell saw ${value}, not ${count}`;
}

await start();
let failures = 0;
for (let i = 0; i < Number(times); i++) {
  const name = names[Math.floor(random() * names.length)];
  const attempted = attempt(cases[name]).catch((error) => String(error));
  const hangs = delay(limit, undefined, { ref: false }).then(() => `hangs ${step}`);
  const problem = await Promise.race([attempted, hangs]);
  if (problem === undefined) continue;
  failures++;
  console.log(`${i} ${name}: ${problem}`);
  await kernel.shutdown();
  await start();
}
await kernel.shutdown();
console.log(`${Number(times) - failures} of ${times} interrupts left the kernel whole (${node}, seed ${seed})`);
process.exitCode = failures === 0 ? 0 : 1;
