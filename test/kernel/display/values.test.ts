import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { displaySymbol } from "../../../kernel/display/mime.ts";
import { richFormats } from "../../../kernel/display/rich.ts";
import { textOf } from "../../../kernel/display/text.ts";
import { bundleOf } from "../../../kernel/session/bundle.ts";

/** What a value is shown as beside its text. */
function html(value: unknown): string {
  const shown = richFormats(value, textOf(value))["text/html"];
  return typeof shown === "string" ? shown : "";
}

/** The text of a fragment as a reader sees it. */
const read = (fragment: string): string =>
  fragment
    .replace(/<(?:summary|div|tr|td|th)[^>]*>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&gt;/g, ">")
    .replace(/&lt;/g, "<")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ")
    .trim();

const long = "x".repeat(120);

describe("plain text is all there is for", () => {
  test.each([
    ["a number", 1, "1"],
    ["a long string", long, `'${long}'`],
    ["null", null, "null"],
    ["a short array", [1, 2, 3], "[ 1, 2, 3 ]"],
    ["many numbers", Array.from({ length: 30 }, () => 1.25), expect.stringMatching(/^\[\n {2}1\.25, 1\.25,/)],
    ["a small object", { a: 1 }, "{ a: 1 }"],
    ["a small map", new Map([["a", 1]]), "Map(1) { 'a' => 1 }"],
    ["a function", Math.max, "[Function: max]"],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["what inspects itself", { [inspect.custom]: () => "one\ntwo" }, "one\ntwo"],
  ])("%s", (_, value, text) => {
    expect(bundleOf(value)).toEqual({ "text/plain": text });
  });
});

describe("records", () => {
  const records = [
    { name: "Ada", born: 1815, pi: Math.PI },
    { name: "<b>", score: null, deep: { a: [1] } },
  ];

  test("are a table: all their columns, row numbers, nothing where a record has nothing", () => {
    expect(read(html(records))).toBe(
      "name born pi score deep 0 Ada 1815 3.14159 1 <b> null { a: Array(1) } 2 rows, 5 columns",
    );
  });

  test("have numbers at the right and words at the left, and the whole number as a hint", () => {
    expect(html(records)).toMatch(/<td style="text-align: right[^>]*title="3.141592653589793">3.14159</);
    expect(html(records)).toMatch(/<td style="text-align: left[^>]*dir="auto">Ada</);
  });

  test("beyond the limits are counted", () => {
    const row = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, i]));
    const text = read(html(Array.from({ length: 1200 }, () => row)));
    expect(text).toContain("c19 …");
    expect(text).toMatch(/20 of 1,200 rows, 20 of 30 columns$/);
  });

  test("that have little in common, or that draw themselves, are no table", () => {
    expect(html(Array.from({ length: 30 }, (_, i) => ({ [`k${i}`]: i })))).not.toContain("<table");
    expect(html([{ a: long, [displaySymbol]: () => ({}) }])).not.toContain("<table");
    expect(html([{ a: 1 }, null, long])).not.toContain("<table");
  });

  test("are never asked to compute anything", () => {
    const record = {
      a: 1,
      get b(): never {
        throw new Error("asked");
      },
    };
    expect(read(html([record, record]))).toBe("a 0 1 1 1 2 rows, 1 column");
  });
});

describe("a tree", () => {
  test("of an object lists its members, unfolds those that have some, and is open at the top alone", () => {
    const fragment = html({ name: long, list: [1, { deep: 2 }], none: null });
    expect(read(fragment)).toContain("list Array(2) [ 1, {…} ]");
    expect(fragment.match(/<details open/g)).toHaveLength(1);
    expect(fragment.match(/<details/g)).toHaveLength(3);
  });

  test("names the class of an instance, and the size and range of typed numbers", () => {
    class Layer {
      readonly name = long;
      readonly weights = new Float32Array([0.1, -2, Number.NaN]);
    }
    expect(read(html(new Layer()))).toMatch(/^Layer \{.*Float32Array\(3\), 12 bytes, -2 to 0.1, 1 NaN/);
  });

  test("of maps and sets shows keys, values and sizes", () => {
    const map = new Map<unknown, unknown>([
      ["k", long],
      [{ o: 1 }, new Set([1, 2])],
    ]);
    expect(read(html(map))).toMatch(/^Map\(2\).*'k' → 'xxx.*\{…\} → Set\(2\) \{ 1, 2 \} 1, 2$/);
  });

  test("marks circles, holes and accessors instead of following them", () => {
    const holes: unknown[] = [1];
    holes[3] = long;
    const value: Record<string, unknown> = { long, holes };
    value.self = value;
    Object.defineProperty(value, "lazy", {
      enumerable: true,
      get: () => {
        throw new Error("asked");
      },
    });
    const text = read(html(value));
    expect(text).toContain("self Object (circular)");
    expect(text).toContain("empty × 2");
    expect(text).toContain("lazy (getter)");
  });

  test("escapes whatever is in it", () => {
    const evil = "<script>alert(1)</script>";
    const fragment = html({ [evil]: evil, m: new Map([[evil, [long, evil]]]), e: new Error(evil), [Symbol(evil)]: 1 });
    expect(fragment).toContain("&lt;script&gt;");
    expect(fragment).not.toContain("<script");
  });

  test("has no scripts, no style sheet and no classes, so that untrusted notebooks show it whole", () => {
    expect(html({ long, a: [{ b: long }] })).not.toMatch(/<(script|style|link)|class=|\son\w+=/);
  });
});

describe("an error as a value", () => {
  test("says its name, message, place and cause", () => {
    class ShapeError extends Error {}
    const text = read(html(new ShapeError("5 > 3", { cause: new TypeError("why <b>") })));
    expect(text).toMatch(/^ShapeError: 5 > 3 .*at .*Caused by TypeError: why <b>/);
  });

  test("says what else it carries, and runs no getter for it", () => {
    const odd = Object.assign(new RangeError("far"), { code: "E_FAR", at: { line: 3 }, "<b>": [1], cause: { why: 1 } });
    Object.defineProperty(odd, "late", { get: () => expect.unreachable(), enumerable: true });
    const text = read(html(odd));
    expect(text).toContain("code 'E_FAR' at { line: 3 } <b> Array(1) [ 1 ] late (getter)");
    expect(text.match(/why/g)).toHaveLength(1);
    const many = Object.assign(
      new Error("many"),
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i])),
    );
    expect(read(html(many))).toContain("k19 19 … 10 more");
  });

  test("within something else is a line that unfolds, however long its message", () => {
    const inside = html({ error: new Error("m".repeat(300)), long });
    expect(inside).toMatch(/<summary style="cursor: pointer">Error: m{93} …<\/summary>/);
    expect(inside).toMatch(/m{300}/);
  });

  test("whose causes form a circle, or whose parts throw, is shown all the same", () => {
    const circle = new Error("round");
    circle.cause = circle;
    expect(read(html(circle)).match(/round/g)).toHaveLength(2);
    class Broken extends Error {
      override get message(): string {
        throw new Error("no");
      }
    }
    expect(read(html(new Broken()))).toContain("Broken");
  });
});

/** Bytes and text of one drawing: what a page is asked to hold. */
const sizeOf = (value: unknown): number => JSON.stringify(bundleOf(value)).length;

describe("stays small, whatever the value", () => {
  const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i]));
  const deep: Record<string, unknown> = {};
  for (let i = 0, at = deep; i < 50; i++) at = at.n = {} as Record<string, unknown>;
  const own = new AggregateError([], "own");
  own.errors = Array.from({ length: 20 }, () => own);
  const errors = (depth: number): Error =>
    depth === 0
      ? new Error(long)
      : new AggregateError(
          Array.from({ length: 20 }, () => errors(depth - 1)),
          long,
        );
  const wordy = new Error("w".repeat(5e6));
  const cube = Array.from({ length: 60 }, () =>
    Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => [1])),
  );
  test.each([
    ["ten million elements", new Array(1e7).fill(0)],
    ["ten million holes", Object.assign([1], { length: 1e7 })],
    ["a hundred thousand keys", keys],
    ["a hundred thousand keys further in", { a: { b: keys }, c: [keys] }],
    ["fifty levels", deep],
    ["many levels of many elements", cube],
    ["long strings", new Array(1000).fill("s".repeat(1e5))],
    ["a hundred thousand records", Array.from({ length: 100_000 }, (_, i) => ({ i, text: long }))],
    ["this process", process],
    ["an error with a long message", wordy],
    ["a list of them", Array.from({ length: 50 }, () => wordy)],
    ["errors made of errors", errors(3)],
    ["an error that is all of its own parts", own],
    ["long names of few properties", [{ ["n".repeat(1e6)]: 1 }, { ["n".repeat(1e6)]: [{ a: long }] }]],
  ])("%s", (_, value) => {
    expect(sizeOf(value)).toBeLessThan(1_500_000);
  });
});

test("a character of two halves is whole or left out", () => {
  const faces = "😀".repeat(120);
  const odd = `x${faces}`;
  const shown = JSON.stringify([richFormats([{ odd }], ""), richFormats({ [odd]: [odd, { odd }] }, `${long}\n`)]);
  expect(shown).toContain("😀…");
  expect(shown).not.toMatch(/\\ud83d|\ufffd/i);
});

test("a proxy is not asked what it is made of", () => {
  const asked: unknown[] = [];
  const traps = new Proxy({}, { get: (_, trap) => void asked.push(trap) });
  expect(richFormats(new Proxy({ a: { b: long } }, traps), `${long}\n`)).toEqual({});
  expect(asked).toEqual([]);
});

describe("shows a value that resists being looked at, without an exception", () => {
  const angry = (): never => {
    throw new Error("go away");
  };
  const traps = { get: angry, has: angry, ownKeys: angry, getPrototypeOf: angry, getOwnPropertyDescriptor: angry };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  test.each([
    ["a proxy that throws", new Proxy({ a: 1 }, traps)],
    ["a revoked proxy", revoked.proxy],
    ["a proxy that has every method", new Proxy(() => {}, { get: () => () => "anything" })],
    ["a proxy for a prototype", Object.create(new Proxy({}, traps))],
    ["a proxy inside", { long, inside: new Proxy({}, traps), list: [new Proxy([], traps)] }],
    ["records that are proxies", [new Proxy({ a: 1 }, traps), new Proxy({ a: 2 }, traps)]],
    [
      "a tag that throws",
      {
        long,
        get [Symbol.toStringTag]() {
          return angry();
        },
      },
    ],
    ["a constructor that lies", { long, constructor: new Proxy(() => {}, traps) }],
    ["no prototype", Object.assign(Object.create(null) as object, { long })],
    ["a module with an accessor", Object.defineProperty({ long }, "x", { get: angry, enumerable: true })],
    [
      "a subclass of arrays that computes",
      new (class extends Array {
        static override get [Symbol.species]() {
          return angry();
        }
      })(3).fill({ a: 1 }),
    ],
  ])("%s", async (_, value) => {
    expect(await bundleOf(value)).toHaveProperty(["text/plain"], expect.any(String));
  });
});
