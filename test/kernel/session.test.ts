import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { displaySymbol as display } from "../../kernel/display/mime.ts";
import type { ConvertedCell, FromSession, Outcome } from "../../kernel/protocol/threads.ts";
import { flag, newFlags } from "../../kernel/protocol/threads.ts";
import { bundleOf } from "../../kernel/session/bundle.ts";
import { ErrorReporter } from "../../kernel/session/errors.ts";
import { evaluate } from "../../kernel/session/evaluate.ts";
import { resolveForImport } from "../../kernel/session/import-conditions.ts";
import { interruptRequest } from "../../kernel/session/interrupt.ts";
import { CellModules } from "../../kernel/session/modules.ts";
import { hookedOrigin } from "../../kernel/session/origin.ts";
import { Session } from "../../kernel/session/session.ts";
import { captureStreams } from "../../kernel/session/streams.ts";
import { tslabModule } from "../../kernel/session/tslab-module.ts";

/** A session alone, fed with JavaScript written here, listening to nobody. */
function newSession() {
  const posted: FromSession[] = [];
  const flags = newFlags();
  const session = new Session({ post: (message) => posted.push(message), flags, folder: tmpdir(), versions: {} });
  let last = 0;
  const outcomeOf = (id: number) =>
    vi
      .waitUntil(() => posted.find((message) => message.type === "done" && message.id === id), { timeout: 30_000 })
      .then((message) => {
        return (message as { outcome: Outcome }).outcome;
      });
  const run = (cell: Partial<ConvertedCell>) => {
    const id = ++last;
    const whole = { javascript: "", isAsync: false, sourceMaps: [], lineOffset: 0, modules: [], ...cell };
    session.run({
      type: "run",
      id,
      title: `cell ${id}`,
      source: whole.javascript,
      cell: whole,
      mode: "result",
      allowStdin: false,
    });
    return { id, outcome: outcomeOf(id) };
  };
  return { session, flags, run, posted };
}

describe("a session", () => {
  test("gives the value of the last expression, and nothing for undefined", async () => {
    const { run } = newSession();
    const { outcome } = run({ javascript: "exports.last = [1, 2]", resultName: "last" });
    expect(await outcome).toEqual({ status: "ok", result: { data: { "text/plain": "[ 1, 2 ]" }, metadata: {} } });
    expect(await run({ javascript: "exports.last = undefined", resultName: "last" }).outcome).toEqual({ status: "ok" });
  });

  test("a promise of a value that draws itself is shown as what it draws, now or when it comes; others as promises", async () => {
    const { run, posted } = newSession();
    const drawing = `({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "drawn" }) })`;
    const textOf = async (javascript: string) => {
      const settled = await run({ javascript: `exports.last = ${javascript}`, resultName: "last" }).outcome;
      return settled.status === "ok" && settled.result?.data["text/plain"];
    };
    expect(await textOf(`Promise.resolve(${drawing})`)).toBe("drawn");
    expect(await textOf("Promise.resolve('<pending>')")).toBe("Promise { '<pending>' }");
    const broken = `({ get [Symbol.for("Jupyter.display")]() { throw new Error("no ink"); } })`;
    expect(await textOf(`Promise.resolve(${broken})`)).toContain("display hook failed: Error: no ink");
    expect(await textOf("new Promise(() => {})")).toBe("Promise { <pending> }");
    const later = `new Promise((resolve) => { globalThis.resolveLater = () => resolve(${drawing}); })`;
    expect(await textOf(later)).toBe("Promise { <pending> }");
    (globalThis as unknown as { resolveLater: () => void }).resolveLater();
    const isLate = (message: FromSession) =>
      message.type === "display" && message.content.data["text/plain"] === "drawn";
    await expect.poll(() => posted.some(isLate)).toBe(true);
  });

  test("a cell that throws says what it came to define, and later cells see it", async () => {
    const { run } = newSession();
    await run({ javascript: "exports.old = 1; exports.same = 1;" }).outcome;
    const { outcome } = run({
      javascript: "exports.a = 1; exports.same = 1; throw new RangeError('no'); exports.b = 2;",
    });
    expect(await outcome).toMatchObject({ status: "error", error: { ename: "RangeError" }, defined: ["a"] });
    const { outcome: later } = run({ javascript: "exports.last = exports.a + exports.old", resultName: "last" });
    expect(await later).toMatchObject({ result: { data: { "text/plain": "2" } } });
  });

  test("an interrupted await ends as Interrupted, and what it does afterwards is nobody's outcome", async () => {
    const { session, run } = newSession();
    const { id, outcome } = run({
      isAsync: true,
      javascript: "exports.x = 1; await new Promise((r) => setTimeout(r, 20));",
    });
    session.interrupt(id);
    expect(await outcome).toMatchObject({ error: { ename: "Interrupted" }, defined: ["x"] });
    await delay(40);
    expect(await run({ javascript: "exports.last = exports.x", resultName: "last" }).outcome).toMatchObject({
      result: { data: { "text/plain": "1" } },
    });
  });

  test("whatever a cell throws after an interrupt was asked for is an interrupt, with its own words", async () => {
    const { flags, run } = newSession();
    Atomics.store(flags, flag.interrupt, 1);
    const { outcome } = run({ javascript: "throw new Error('stopped after step 12')" });
    expect(await outcome).toMatchObject({ error: { ename: "Interrupted", evalue: "stopped after step 12" } });
  });

  test("the interrupt convention reads the shared flag", () => {
    const flags = newFlags();
    const { requested } = interruptRequest(flags);
    expect(requested()).toBe(false);
    Atomics.store(flags, flag.interrupt, 1);
    expect(requested()).toBe(true);
  });
});

describe("a value's bundle", () => {
  test("is its own method's, always with text", () => {
    class Picture {
      [display]() {
        return { "image/png": new Uint8Array([1, 2, 3]), "application/json": { a: [1] }, "text/html": undefined };
      }
    }
    expect(bundleOf(new Picture())).toEqual({
      "text/plain": "Picture {}",
      "image/png": "AQID",
      "application/json": { a: [1] },
    });
  });

  test("may come as a promise", async () => {
    expect(await bundleOf({ [display]: async () => ({ "text/plain": "drawn" }) })).toEqual({ "text/plain": "drawn" });
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  test.each([
    [
      "throws",
      () => {
        throw new Error("no ink");
      },
      "Error: no ink",
    ],
    [
      "rejects",
      async () => {
        throw new Error("no ink");
      },
      "Error: no ink",
    ],
    ["returns text", () => "picture", "it is 'picture'"],
    ["returns what JSON cannot carry", () => ({ "application/json": circle }), "circular"],
  ])("degrades to text with a note if the method %s", async (_, draw, note) => {
    const { "text/plain": text } = await bundleOf({ [display]: draw });
    expect(text).toContain("(display hook failed: ");
    expect(text).toContain(note);
  });

  test("survives values that break inspection", async () => {
    const hostile = {
      get [Symbol.toStringTag](): string {
        throw new Error("go away");
      },
    };
    expect(await bundleOf(hostile)).toHaveProperty("text/plain");
    expect(
      await bundleOf(
        new Proxy(
          {},
          {
            get: () => {
              throw new Error("go away");
            },
          },
        ),
      ),
    ).toHaveProperty("text/plain");
  });
});

describe("errors", () => {
  const reporter = new ErrorReporter();
  let detach: () => void;
  beforeAll(() => {
    detach = reporter.attach();
  });
  afterAll(() => detach());
  const source = "\nthrow make()";
  reporter.add("cell:1", { title: "cell 1", source, sourceMaps: [], lineOffset: 0 });
  const thrownBy = (make: () => unknown): unknown => {
    try {
      void evaluate(source, { make }, { filename: "cell:1", isAsync: false });
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test("name what was thrown and where in the cell, without frames of Node or the kernel", () => {
    const { ename, evalue, traceback } = reporter.report(thrownBy(() => new RangeError("too far")));
    expect([ename, evalue]).toEqual(["RangeError", "too far"]);
    expect(traceback).toEqual(["RangeError: too far", "  2 | throw make()", "    |       ^", "    at cell 1, 2:7"]);
  });

  test("show a line of endless recursion once, with how often it was repeated", () => {
    const down = "function down(n) { return down(n + 1) + 1; }\ndown(0)";
    reporter.add("cell:2", { title: "cell 2", source: down, sourceMaps: [], lineOffset: 0 });
    try {
      void evaluate(down, {}, { filename: "cell:2", isAsync: false });
    } catch (error) {
      const frames = reporter
        .report(error)
        .traceback.filter((line) => !line.startsWith("  ") || line.startsWith("    "));
      expect(frames.at(-1)).toMatch(/^ {4}… the same \d\d times more$/);
      expect(frames.length).toBeLessThan(8);
    }
    expect.assertions(2);
  });

  test("show causes and the parts of an AggregateError, and stop at a circle", () => {
    const error = new AggregateError([new Error("one"), "two"], "all", { cause: new Error("why") });
    const lines = reporter.report(error).traceback;
    expect(lines).toEqual(["AggregateError: all", "Caused by Error: why", "One of Error: one", "One of 'two'"]);
    const circle = new Error("round");
    circle.cause = circle;
    expect(reporter.report(circle).traceback).toEqual(["Error: round", "Caused by Error: round"]);
  });

  test("of many parts, each again of many, are told up to a bound", () => {
    const own = new AggregateError([], "own");
    own.errors = Array.from({ length: 21 }, () => own);
    const twenty = Array.from({ length: 20 }, () => "One of AggregateError: own");
    expect(reporter.report(own).traceback).toEqual(["AggregateError: own", ...twenty, "… 1 more"]);
    const level = (depth: number): Error =>
      depth === 0
        ? new Error("leaf")
        : new AggregateError(
            Array.from({ length: 10 }, () => level(depth - 1)),
            "all",
          );
    expect(reporter.report(level(4)).traceback.length).toBeLessThan(1000);
    const crowd = new AggregateError(
      Array.from({ length: 300_000 }, () => "no"),
      "crowd",
    );
    expect(reporter.report(crowd).traceback).toHaveLength(22);
  });

  test("keep their words and places where a part of them throws when it is asked for", () => {
    for (const part of ["stack", "cause", "errors", "suppressed"]) {
      const { ename, evalue, traceback } = reporter.report(
        thrownBy(() => {
          const get = () => {
            throw new Error(`no ${part}`);
          };
          return Object.defineProperty(new RangeError("too far"), part, { get });
        }),
      );
      expect([ename, evalue]).toEqual(["RangeError", "too far"]);
      // With `stack` replaced before anybody read it, V8 from Node 22 on tells its frames to nobody.
      const places = part === "stack" ? ["    at cell 1, 2:7", "RangeError: too far"] : ["    at cell 1, 2:7"];
      expect(places).toContain(traceback.at(-1));
    }
  });

  test("know a class by its own name, and describe what is not an error", () => {
    class ShapeError extends Error {}
    expect(reporter.report(new ShapeError("5 ≠ 6")).ename).toBe("ShapeError");
    expect(reporter.report({ code: 5 })).toMatchObject({ ename: "Thrown", evalue: "{ code: 5 }" });
    expect(reporter.report(undefined)).toMatchObject({ evalue: "undefined" });
  });
});

describe("modules of cells", () => {
  const folder = mkdtempSync(join(tmpdir(), "modules-"));
  const addPackage = (name: string, manifest: object, files: Record<string, string>) => {
    const root = join(folder, "node_modules", name);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, "package.json"), JSON.stringify({ name, ...manifest }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  };
  addPackage("plain", {}, { "index.js": "exports.name = 'plain';" });
  addPackage(
    "import-only",
    { type: "module", exports: { ".": { import: "./main.js" }, "./parts/*": { import: "./*.js" } } },
    { "main.js": "export const name = 'import-only';", "wheel.js": "export const name = 'wheel';" },
  );
  const modules = new CellModules(folder, new Map([["tslab", "own"]]));
  const file = (path: string, javascript: string) => ({ path: join(folder, path), javascript, sourceMaps: [] });

  test("come from the kernel, from the notebook's folder, and as the last resort from the kernel's package", () => {
    expect(modules.require("tslab")).toBe("own");
    expect(modules.require("plain")).toEqual({ name: "plain" });
    expect(resolveForImport("nowhere", folder)).toBeUndefined();
    expect(() => modules.require("nowhere")).toThrow("Cannot find module 'nowhere'");
  });

  test("may be packages that only export for import, by name and by pattern", () => {
    expect(modules.require("import-only")).toMatchObject({ name: "import-only" });
    expect(modules.require("import-only/parts/wheel")).toMatchObject({ name: "wheel" });
    expect(() => modules.require("import-only/secret")).toThrow("is not defined by");
  });

  test("may be files beside the notebook that import each other, loaded once until one changes", () => {
    modules.update([
      file(
        "a.js",
        "exports.b = require('./b.ts').b; exports.loads = (globalThis.aLoads = (globalThis.aLoads ?? 0) + 1);",
      ),
      file("b.js", "exports.b = 1;"),
    ]);
    expect([modules.require("./a"), modules.require("./a.ts"), modules.require("./a.js")]).toEqual(
      Array.from({ length: 3 }, () => ({ b: 1, loads: 1 })),
    );
    modules.update([file("b.js", "exports.b = 2;")]);
    expect(modules.require("./a")).toEqual({ b: 2, loads: 2 });
  });
});

describe("the origin of late code", () => {
  test("follows timers, promises, microtasks and ticks, and ends with them", async () => {
    const origin = hookedOrigin<number>();
    const seen: Record<string, number | undefined> = {};
    try {
      origin.run(7, () => {
        setTimeout(() => {
          seen.timer = origin.current();
        });
        setImmediate(() => {
          seen.immediate = origin.current();
        });
        queueMicrotask(() => {
          seen.microtask = origin.current();
        });
        process.nextTick(() => {
          seen.tick = origin.current();
        });
        void (async () => {
          await delay(5);
          await Promise.resolve();
          seen.await = origin.current();
        })();
      });
      seen.outside = origin.current();
      await delay(30);
      expect(seen).toEqual({ timer: 7, immediate: 7, microtask: 7, tick: 7, await: 7, outside: undefined });
    } finally {
      origin.dispose();
    }
  });
});

test("captured streams give text, joined across bytes of one character, and are put back", () => {
  const { write } = process.stdout;
  const received: string[] = [];
  const restore = captureStreams((name, text) => received.push(`${name}:${text}`));
  const euro = Buffer.from("€");
  process.stdout.write(euro.subarray(0, 1));
  process.stdout.write(euro.subarray(1));
  process.stdout.write("plain");
  process.stderr.write("6869", "hex");
  restore();
  expect(received).toEqual(["stdout:€", "stdout:plain", "stderr:hi"]);
  expect(process.stdout.write).toBe(write);
});

test("tslab's display publishes by MIME type, and newDisplay replaces its own picture", () => {
  const published: unknown[] = [];
  const module = tslabModule((content, update) => published.push([content.data, update]), { tslab: "1" });
  const { display: show, newDisplay } = module as {
    display: Record<string, (data: unknown) => void>;
    newDisplay: () => typeof show;
  };
  show.png?.(new Uint8Array([1, 2, 3]));
  const place = newDisplay();
  place.html?.("<b>1</b>");
  place.html?.("<b>2</b>");
  expect(published).toEqual([
    [{ "image/png": "AQID" }, false],
    [{ "text/html": "<b>1</b>" }, false],
    [{ "text/html": "<b>2</b>" }, true],
  ]);
});
