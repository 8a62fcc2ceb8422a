import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { displaySymbol as display } from "../../kernel/display/mime.ts";
import { openLive } from "../../kernel/session/live.ts";

describe("a live display", () => {
  afterEach(() => void vi.useRealTimers());

  test("draws at once, then at most ten times a second with the last state kept, and the final one on close", () => {
    vi.useFakeTimers();
    const drawn: [string, boolean][] = [];
    let state = 0;
    const value = { [display]: () => ({ "text/plain": `${state}` }) };
    const live = openLive(value, ({ data }, update) => drawn.push([String(data["text/plain"]), update]));
    expect(drawn).toEqual([["0", false]]);
    for (state = 1; state <= 5; state++) live.update();
    state = 5;
    expect(drawn).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(drawn.slice(1)).toEqual([["5", true]]);
    vi.advanceTimersByTime(1000);
    expect(drawn).toHaveLength(2);
    state = 6;
    live.update();
    state = 7;
    live.update();
    live.close();
    live.update();
    live.close();
    vi.advanceTimersByTime(1000);
    expect(drawn.slice(2)).toEqual([
      ["6", true],
      ["7", true],
    ]);
  });

  test("is drawn without a wait where the code says that nothing else is to be done, if there is anything new", () => {
    vi.useFakeTimers();
    const drawn: string[] = [];
    let state = 0;
    const value = { [display]: () => ({ "text/plain": `${state}` }) };
    const live = openLive(value, ({ data }) => drawn.push(String(data["text/plain"])));
    live.redraw();
    state = 1;
    live.update();
    live.redraw();
    live.redraw();
    vi.advanceTimersByTime(1000);
    expect(drawn).toEqual(["0", "1"]);
  });

  test("asks for what only who shows no HTML looks at in the end alone", () => {
    let asked = 0;
    const value = {
      [display]: () => ({
        "text/html": "<p>0</p>",
        get "image/png"() {
          asked++;
          return "iVBORw0KGgo=";
        },
        "text/plain": "0",
      }),
    };
    const drawn: string[][] = [];
    const live = openLive(value, ({ data }) => drawn.push(Object.keys(data)));
    live.close();
    expect(drawn).toEqual([
      ["text/html", "text/plain"],
      ["text/html", "image/png", "text/plain"],
    ]);
    expect(asked).toBe(1);
  });

  test("shares a part of the time with all others of its cell", () => {
    vi.useFakeTimers();
    const drawings = [0, 0];
    const values = drawings.map((_, i) => ({
      [display]: () => {
        drawings[i]!++;
        vi.advanceTimersByTime(10); // so long a drawing takes
        return { "text/plain": "" };
      },
    }));
    const share = { open: 0 };
    const lives = values.map((value) => openLive(value, () => {}, share));
    const begin = performance.now();
    for (let i = 0; i < 100_000; i++) {
      vi.advanceTimersByTime(1); // a step
      for (const live of lives) live.update();
    }
    const spent = 10 * (drawings[0]! + drawings[1]! - 2);
    expect(spent / (performance.now() - begin)).toBeLessThan(0.01);
    expect(drawings[1]! / drawings[0]!).toBeCloseTo(1, 1); // none at the cost of the other
    for (const live of lives) live.close();
    expect(share.open).toBe(0);
  });

  test("keeps one display_id, and never lets a slow drawing replace a newer one", async () => {
    const ids = new Set<unknown>();
    const texts: unknown[] = [];
    const waits = [30, 0];
    let n = 0;
    const value = {
      async [display]() {
        const mine = n++;
        await delay(waits[mine]);
        return { "text/plain": `${mine}` };
      },
    };
    const live = openLive(value, ({ data, transient }) => {
      ids.add(transient?.display_id);
      texts.push(data["text/plain"]);
    });
    live.close();
    await delay(60);
    expect(texts).toEqual(["1"]);
    expect(ids.size).toBe(1);
  });
});
