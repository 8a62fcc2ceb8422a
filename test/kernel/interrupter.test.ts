import { expect, test } from "vitest";
import { Interrupter } from "../../kernel/io/interrupter.ts";
import { type CellId, newFlags, type Reach, type Unwound } from "../../kernel/protocol/threads.ts";

/** An interrupter over a thread that the test plays. */
function start(found: (reach: Reach) => Unwound = () => "idle") {
  const flags = newFlags();
  const asked: CellId[] = [];
  const reaches: (Reach | "absorb")[] = [];
  const interrupter = new Interrupter({
    flags,
    ask: (id) => void asked.push(id),
    unwind: async (reach) => {
      reaches.push(reach);
      return found(reach);
    },
    absorb: async () => void reaches.push("absorb"),
    stuck: () => {},
    isHeld: () => false,
    release: () => {},
  });
  return { interrupter, asked, reaches };
}

test("where nothing is found five times and nothing answers, what runs next is broken off, but no later cell", async () => {
  const { interrupter, reaches } = start((reach) => {
    if (reach !== "next") return "idle";
    interrupter.settled(1);
    return "unwinding";
  });
  await interrupter.begin();
  interrupter.started(1);
  interrupter.request();
  await expect.poll(() => reaches).toEqual(["cells", "cells", "cells", "cells", "cells", "next", "absorb"]);
});

test("all cells that run are asked, and none that has settled", async () => {
  const { interrupter, asked } = start();
  for (const id of [1, 2, 3]) {
    await interrupter.begin();
    interrupter.started(id);
  }
  interrupter.settled(2);
  interrupter.request();
  await expect.poll(() => asked.slice(0, 2)).toEqual([1, 3]);
  interrupter.settled(1);
  interrupter.settled(3);
});

test("a cell's turn begins at once, also after an interrupt; while one is under way, when the others are over", async () => {
  const { interrupter } = start();
  const begun: string[] = [];
  const begin = (name: string) => interrupter.begin().then(() => void begun.push(name));
  await begin("first");
  await begin("second");
  interrupter.request();
  const third = begin("third");
  interrupter.end();
  await Promise.resolve();
  expect([begun, interrupter.requested]).toEqual([["first", "second"], true]);
  interrupter.end();
  await third;
  expect([begun, interrupter.requested]).toEqual([["first", "second", "third"], false]);
  interrupter.request();
  interrupter.end();
  void interrupter.begin();
  expect(interrupter.requested).toBe(false);
});

test("a cell's turn waits for what was done to stop the one before, which might hit it", async () => {
  const { interrupter, reaches } = start((reach) => {
    if (reach === "next") setTimeout(() => interrupter.settled(1), 20);
    return reach === "next" ? "unwinding" : "idle";
  });
  await interrupter.begin();
  interrupter.started(1);
  interrupter.request();
  await expect.poll(() => reaches).toContain("next");
  interrupter.end();
  await interrupter.begin();
  expect(reaches.at(-1)).toBe("absorb");
});

test("a comm message forgets an interrupt, unless what it was meant for is still there", async () => {
  const { interrupter } = start();
  interrupter.started(-1);
  interrupter.request();
  interrupter.refresh();
  expect(interrupter.requested).toBe(true);
  interrupter.settled(-1);
  interrupter.refresh();
  expect(interrupter.requested).toBe(false);
});

test("a listener hears of the next request, or of one that there was, and can be taken back", () => {
  const { interrupter } = start();
  const heard: string[] = [];
  interrupter.onRequest(() => heard.push("before"));
  interrupter.onRequest(() => heard.push("taken back"))();
  interrupter.request();
  interrupter.onRequest(() => heard.push("after"));
  expect(heard).toEqual(["before", "after"]);
});
