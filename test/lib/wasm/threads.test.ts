import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import type { Code } from "../../../lib/wasm/code.ts";
import { Job, workMemory } from "../../../lib/wasm/jobs.ts";
import { setThreadCount, threadCount } from "../../../lib/wasm/threads.ts";
import type { I32 } from "../../../lib/wasm/values.ts";

const memory = workMemory();
const before = threadCount();
afterAll(() => setThreadCount(before));

const items = 64;
const worth = 1e9;

/** Adds 1 + 1/2 + … of `terms` numbers to the item's own place, through the thread's own memory. */
function harmonic(code: Code, to: I32, terms: I32, item: I32, scratch: I32): void {
  code.storeF32(scratch, 0);
  code.count(0, terms, 1, (i) => {
    code.storeF32(scratch, scratch.loadF32().plus(code.f32(1).dividedBy(i.plus(1).toF32())));
  });
  const place = to.plus(item.times(4));
  code.storeF32(place, place.loadF32().plus(scratch.loadF32()));
}

function sumOf(terms: number): number {
  let sum = 0;
  for (let i = 1; i <= terms; i++) sum = Math.fround(sum + Math.fround(1 / i));
  return sum;
}

function harmonicJob() {
  return new Job({ to: "i32", terms: "i32" }, (code, { to, terms }, item, scratch) => {
    harmonic(code, to, terms, item, scratch);
  });
}

describe.runIf(memory)("a job", () => {
  const job = harmonicJob();

  test.each([1, 2, 3, 8])("does every item once, with the same bits, on %i threads", (count) => {
    setThreadCount(count);
    const address = memory!.reserve(4 * items);
    const numbers = memory!.floats(address, items);
    for (let round = 1; round <= 300; round++) {
      numbers.fill(0);
      const terms = round % 10 === 0 ? 3000 : round % 7;
      job.run({ to: address, terms }, items, worth, 8 + 64 * (round % 5)); // memory of their own grows meanwhile
      const expected = sumOf(terms);
      expect(numbers.every((value) => value === expected)).toBe(true);
    }
    memory!.release(address);
  });

  test("that workers meet for the first time is done without them until they have compiled it", async () => {
    setThreadCount(3);
    await delay(50); // so that they sleep
    const address = memory!.reserve(4 * items);
    const numbers = memory!.floats(address, items);
    for (let round = 0; round < 40; round++) {
      numbers.fill(0);
      harmonicJob().run({ to: address, terms: 500 + round }, items, worth, 8);
      expect(numbers.every((value) => value === sumOf(500 + round))).toBe(true);
    }
    memory!.release(address);
  });

  test("finds memory that has grown since its workers started", () => {
    setThreadCount(3);
    const end = memory!.memory.buffer.byteLength;
    const blocks: number[] = [];
    while (memory!.memory.buffer.byteLength === end) blocks.push(memory!.reserve(2 ** 22));
    const numbers = memory!.floats(blocks.at(-1)!, items).fill(0);
    job.run({ to: blocks.at(-1)!, terms: 1000 }, items, worth, 8);
    expect(numbers.every((value) => value === sumOf(1000))).toBe(true);
    for (const block of blocks) memory!.release(block);
  });

  test("that fails says so, in whichever thread, and leaves the next one in order", () => {
    const address = memory!.reserve(4 * items);
    const numbers = memory!.floats(address, items);
    const failing = new Job({ to: "i32", zero: "i32" }, (code, { to, zero }, item) => {
      code.storeF32(to.plus(item.times(4)), item.dividedBy(zero).toF32());
    });
    for (let round = 0; round < 50; round++) {
      setThreadCount(1 + (round % 3));
      expect(() => failing.run({ to: address, zero: 0 }, items, worth)).toThrow(/divide by zero|to, zero/);
      numbers.fill(0);
      job.run({ to: address, terms: 100 }, items, worth, 8);
      expect(numbers.every((value) => value === sumOf(100))).toBe(true);
    }
    memory!.release(address);
  });
});
