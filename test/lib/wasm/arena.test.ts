import { expect, test, vi } from "vitest";
import { Random } from "../../../lib/random.ts";
import { Arena } from "../../../lib/wasm/arena.ts";

const line = 64;

/** A memory of one page that may grow to eight, of which the first line is taken. */
const arena = () => new Arena(1, 8, true, line);

/** All the bytes that are free, reserved line by line and given back. */
function room(memory: Arena): number {
  const lines: number[] = [];
  for (let at = memory.reserve(line); at !== 0; at = memory.reserve(line)) lines.push(at);
  expect(new Set(lines).size).toBe(lines.length);
  for (const at of lines) memory.release(at);
  return lines.length * line;
}

test("blocks do not overlap, whatever is reserved and given back, and all of them come back", () => {
  const [memory, random] = [arena(), new Random(7)];
  const all = room(memory); // it has grown to its most
  const blocks = new Map<number, number>();
  for (let i = 0; i < 2000; i++) {
    const bytes = 1 + random.integer(5000);
    const address = random.uniform() < 0.6 ? memory.reserve(bytes) : 0;
    if (address !== 0) {
      for (const [other, size] of blocks) expect(address + bytes <= other || other + size <= address).toBe(true);
      blocks.set(address, bytes);
    } else {
      const [oldest] = blocks.keys();
      if (oldest === undefined) continue;
      memory.release(oldest);
      blocks.delete(oldest);
    }
  }
  for (const address of blocks.keys()) memory.release(address);
  expect([memory.used, room(memory)]).toEqual([0, all]);
});

test.each(["set", "delete"] as const)("a change that is broken off at claims.%s leaves the memory whole", (step) => {
  const memory = arena();
  const all = room(memory);
  const [first, second, third] = [memory.reserve(100, "a"), memory.reserve(100, "b"), memory.reserve(100, "c")];
  vi.spyOn(memory.claims, step).mockImplementationOnce(() => {
    throw new Error("broken off");
  });
  expect(() => (step === "set" ? memory.reserve(100, "d") : memory.release(second))).toThrow("broken off");
  const fourth = memory.reserve(100, "e");
  expect(new Set(memory.claims.values())).toEqual(new Set(step === "set" ? ["a", "b", "c", "e"] : ["a", "c", "e"]));
  for (const address of [first, third, fourth, ...(step === "set" ? [second] : [])]) memory.release(address);
  expect([memory.used, room(memory), memory.claims.size]).toEqual([0, all, 0]);
});

test("a block that is not there is not given back", () => {
  expect(() => arena().release(128)).toThrow("no block at 128");
});
