import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MemoryWatch, type WatchedMemory } from "../../kernel/io/memory-watch.ts";
import { type KernelClient, startKernel } from "../../kernel/notebook/client.ts";
import type { ErrorContent } from "../../kernel/protocol/contents.ts";

describe("a watch of a cell's memory", () => {
  const gibibyte = 2 ** 30;

  /** A process and what it does, in gibibytes: `heap` of at most 4, on a machine of 16. */
  function processWith(now: { heap: number; garbage?: number; arrays?: number; others?: number; list?: number }) {
    const resident = () => now.heap + (now.garbage ?? 0) + (now.arrays ?? 0);
    const memory: WatchedMemory = {
      heapLimit: 4 * gibibyte,
      machine: 16 * gibibyte,
      available: () => (16 - resident() - (now.others ?? 0)) * gibibyte,
      resident: () => resident() * gibibyte,
      longestList: async () => (now.list ?? 0) * 1e6,
      heapUsed: async () => (now.heap + (now.garbage ?? 0)) * gibibyte,
      collect: async () => {
        now.garbage = 0;
      },
    };
    const watch = new MemoryWatch(memory);
    const errors: ErrorContent[] = [];
    /** Returns when the watch has seen with how much the cell begins. */
    const start = async () => {
      watch.start((error) => errors.push(error));
      await delay(20);
    };
    return { now, watch, errors, start };
  }

  test("stops it once for values that fill the heap, and says how much and what allows more", async () => {
    const { now, errors, start } = processWith({ heap: 0.1 });
    await start();
    now.heap = 3.1;
    await vi.waitUntil(() => errors.length > 0);
    expect(errors[0]?.ename).toBe("OutOfMemory");
    expect(errors[0]?.evalue).toContain("JavaScript's values take 3.1 of at most 4.0 GiB");
    expect(errors[0]?.evalue).toContain("NODE_OPTIONS=--max-old-space-size=8192");
    await delay(250);
    expect(errors).toHaveLength(1);
  });

  test("forgives garbage, and what other processes take", async () => {
    const rich = processWith({ heap: 1 });
    const crowded = processWith({ heap: 1 });
    await Promise.all([rich.start(), crowded.start()]);
    rich.now.garbage = 2.5;
    crowded.now.others = 14.5;
    await vi.waitUntil(() => rich.now.garbage === 0);
    await delay(250);
    expect([...rich.errors, ...crowded.errors]).toEqual([]);
    rich.watch.stop();
    crowded.watch.stop();
  });

  test("stops it for typed arrays that fill the machine", async () => {
    const { now, errors, start } = processWith({ heap: 0.5 });
    await start();
    now.arrays = 14;
    await vi.waitUntil(() => errors.length > 0);
    expect(errors[0]?.evalue).toContain("the kernel takes 14.5 GiB, and 1.5 of the machine's 16.0 GiB are left");
  });

  test("gives some of what is left to a cell that begins with too much, so that it can let go of something", async () => {
    const { now, errors, start } = processWith({ heap: 3.2 });
    await start();
    now.heap = 3.3;
    await delay(250);
    expect(errors).toEqual([]);
    now.heap = 3.5;
    await vi.waitUntil(() => errors.length > 0);
    expect(errors[0]?.evalue).toContain("3.5 of at most 4.0 GiB");
  });

  test("stops it for a list that grows and that V8 could give no more room, not for one that is as long", async () => {
    const growing = processWith({ heap: 0.1, list: 5 });
    const still = processWith({ heap: 0.1, list: 5 });
    const small = processWith({ heap: 0.1, list: 5 });
    const all = [growing, still, small];
    await Promise.all(all.map(({ start }) => start()));
    const tick = setInterval(() => {
      growing.now.list! += 0.1;
      small.now.list! += 0.1;
    }, 5);
    for (const { now } of all) now.heap = 0.9;
    growing.now.list = 90;
    still.now.list = 110;
    small.now.list = 70;
    await vi.waitUntil(() => growing.errors.length > 0);
    await delay(250);
    clearInterval(tick);
    expect(growing.errors[0]?.evalue).toMatch(/a list has 9\d million elements .* no list of more than 89 million/);
    expect([...still.errors, ...small.errors]).toEqual([]);
    for (const { watch } of all) watch.stop();
  });

  test("ends with the cell", async () => {
    const { now, errors, watch, start } = processWith({ heap: 0.1 });
    await start();
    now.heap = 3.5;
    watch.stop();
    await delay(250);
    expect(errors).toEqual([]);
  });
});

describe("a kernel with 768 MiB for JavaScript's values", () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=768");
    kernel = await startKernel();
    vi.unstubAllEnvs();
    await kernel.execute("let before = 5; let kept: object[] = [];");
  });
  afterAll(() => kernel.shutdown());

  test.each([
    ["a loop", "for (let i = 0; ; i++) kept.push({ i, pair: [i] });"],
    ["a loop that awaits", "for (let i = 0; ; i++) { await null; kept.push({ i, pair: [i] }); }"],
  ])("survives %s that allocates without end, and goes on", async (_, code) => {
    expect(await kernel.execute(code)).toMatchObject({ status: "error", ename: "OutOfMemory" });
    expect(await kernel.execute("kept = []; before + 1")).toMatchObject({ status: "ok" });
  });

  test("lets a cell make garbage without end", async () => {
    const code = "let sum = 0; for (let i = 0; i < 300_000; i++) sum += Array(1000).fill(i).length; sum";
    expect(await kernel.execute(code)).toMatchObject({ status: "ok" });
  });
});

test("a list of numbers that grows without end is stopped before V8 would end the process", async () => {
  const kernel = await startKernel();
  const reply = await kernel.execute("const list: number[] = [];\nfor (let i = 0; ; i++) list.push(i);");
  expect(reply).toMatchObject({ status: "error", ename: "OutOfMemory" });
  expect(await kernel.execute("if (list.at(-1) !== list.length - 1) throw new Error();")).toMatchObject({
    status: "ok",
  });
  await kernel.shutdown();
});
