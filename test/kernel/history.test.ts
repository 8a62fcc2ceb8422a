import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { historyPath } from "../../kernel/commands/history-path.ts";
import { matchesGlob } from "../../kernel/io/glob.ts";
import { History } from "../../kernel/io/history.ts";
import { HistoryFile } from "../../kernel/io/history-file.ts";

const newPath = () => join(mkdtempSync(join(tmpdir(), "history-")), "stridelab", "history.jsonl");

function newHistory(path: string | undefined, log: (text: string) => void = () => {}) {
  const history = new History(path === undefined ? undefined : new HistoryFile(path, log));
  return {
    history,
    run(...cells: string[]) {
      for (const [i, cell] of cells.entries()) history.record(i + 1, cell);
    },
    async ask(hist_access_type: string, fields: object = {}) {
      const { history: rows } = await history.answer({ hist_access_type, output: false, raw: true, ...fields });
      return rows;
    },
  };
}

describe("a history", () => {
  test("gives the newest cells, oldest first", async () => {
    const { run, ask } = newHistory(undefined);
    run("a", "b", "c");
    expect(await ask("tail", { n: 2 })).toEqual([
      [1, 2, "b"],
      [1, 3, "c"],
    ]);
    expect(await ask("tail", { n: 0 })).toEqual([]);
  });

  test("gives a range without its end, counted from the end below 0", async () => {
    const { run, ask } = newHistory(undefined);
    run("a", "b", "c");
    const inputs = async (fields: object) => (await ask("range", fields)).map(([, line]) => line);
    expect(await inputs({ session: 0, start: 1, stop: 3 })).toEqual([1, 2]);
    expect(await inputs({ session: 0, start: 2, stop: null })).toEqual([2, 3]);
    expect(await inputs({ session: 0, start: -2 })).toEqual([2, 3]);
    expect(await inputs({ session: 0, start: 1, stop: -1 })).toEqual([1, 2]);
    expect(await inputs({ session: 7, start: 1, stop: 3 })).toEqual([]);
  });

  test("finds by pattern: all, the newest, and each once", async () => {
    const { run, ask } = newHistory(undefined);
    run("x = 1", "y", "x = 2", "x = 1");
    const lines = async (fields: object) => (await ask("search", fields)).map(([, line]) => line);
    expect(await lines({ pattern: "x*" })).toEqual([1, 3, 4]);
    expect(await lines({ pattern: "x*", n: 2 })).toEqual([3, 4]);
    expect(await lines({ pattern: "x*", unique: true })).toEqual([3, 4]);
    expect(await lines({ pattern: "x" })).toEqual([]);
  });

  test("has the results of its own cells when asked for them", async () => {
    const { history, run, ask } = newHistory(undefined);
    run("a", "6 * 7");
    history.recordResult(2, "42");
    expect(await ask("tail", { output: true, n: 5 })).toEqual([
      [1, 1, ["a", null]],
      [1, 2, ["6 * 7", "42"]],
    ]);
  });

  test("remembers nothing that is blank or too long to be code", async () => {
    const { run, ask } = newHistory(undefined);
    run(" \n", "x".repeat(100_001), "a");
    expect(await ask("tail")).toEqual([[1, 3, "a"]]);
  });

  test.each([
    [{ hist_access_type: "all" }, 'should be tail, range or search, but is "all"'],
    [{ hist_access_type: "tail", n: "x" }, '"n" should be an integer, but is "x"'],
    [{ hist_access_type: "search", pattern: 5 }, '"pattern" should be a string, but is 5'],
  ])("refuses %j and says why", async (content, reason) => {
    await expect(newHistory(undefined).history.answer(content)).rejects.toThrow(reason);
  });
});

describe("the file", () => {
  test("is the user's alone, and so is its folder", async () => {
    const path = newPath();
    const { history, run } = newHistory(path);
    run("a");
    await history.written();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  test("holds the code and nothing of the results", async () => {
    const path = newPath();
    const { history, run, ask } = newHistory(path);
    run("secret()");
    history.recordResult(1, "hunter2");
    await ask("tail");
    const [line, ...rest] = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(rest).toEqual([]);
    expect(JSON.parse(String(line))).toEqual({ session: expect.any(String), line: 1, input: "secret()" });
  });

  test("tells later kernels of earlier ones, numbered in their order", async () => {
    const path = newPath();
    const first = newHistory(path);
    first.run("a", "b");
    await first.ask("tail");
    const second = newHistory(path);
    second.run("c");
    expect(await second.ask("tail")).toEqual([
      [1, 1, "a"],
      [1, 2, "b"],
      [2, 1, "c"],
    ]);
    expect(await second.ask("range", { session: -1, start: 1, stop: 2 })).toEqual([[1, 1, "a"]]);
    expect(await second.ask("range", { session: 1, start: 2, stop: 9 })).toEqual([[1, 2, "b"]]);
    expect(await first.ask("range", { session: 2, start: 1 })).toEqual([[2, 1, "c"]]);
  });

  test("is shared by kernels that run at once, which agree on their numbers", async () => {
    const path = newPath();
    const kernels = Array.from({ length: 5 }, () => newHistory(path));
    for (let line = 1; line <= 20; line++) {
      for (const [i, { history }] of kernels.entries()) history.record(line, `kernel ${i}, cell ${line}`);
    }
    for (const { ask } of kernels) await ask("tail"); // by now all have written
    const answers = await Promise.all(kernels.map(({ ask }) => ask("tail", { n: 1000 })));
    expect(answers[0]).toHaveLength(100);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(new Set(answers[0]?.map(([session]) => session))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test("loses a corrupt line and no other, also one torn at the end", async () => {
    const path = newPath();
    const first = newHistory(path);
    first.run("a");
    await first.ask("tail");
    appendFileSync(path, '\u0000garbage\n[1]\nnull\n{"session":5}\n{"session":"x","line":');
    const second = newHistory(path);
    second.run("b");
    expect(await second.ask("tail")).toEqual([
      [1, 1, "a"],
      [2, 1, "b"],
    ]);
  });

  test("that is too long loses its older half when a kernel starts, and sessions keep their numbers", async () => {
    const path = newPath();
    const first = newHistory(path);
    first.run("a");
    await first.ask("tail");
    const input = "x".repeat(90_000);
    const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ session: `s${i}`, line: 1, input }));
    writeFileSync(path, `${lines.join("\n")}\n`, { flag: "a" });
    const last = newHistory(path);
    last.run("b");
    const rows = await last.ask("tail", { n: 1000 });
    expect(statSync(path).size).toBeLessThan(2_100_000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(rows.at(-1)).toEqual([52, 1, "b"]);
    expect(rows.at(-2)?.[0]).toBe(51);
    expect(rows.length).toBe(1 + Math.floor(2_000_000 / (String(lines[49]).length + 1)));
    expect(await first.ask("range", { session: 0 })).toEqual([[1, 1, "a"]]); // a kernel that still runs keeps its own
  });

  test.each([
    ["below a file", () => join(newPath(), "..", "..", "file", "history.jsonl")],
    ["a folder", () => mkdtempSync(join(tmpdir(), "history-"))],
  ])("that cannot be written (%s) is named once, and the kernel remembers its own cells", async (_, pathOf) => {
    const path = pathOf();
    if (path.includes("/file/")) writeFileSync(join(path, ".."), "");
    const logged: string[] = [];
    const { run, ask } = newHistory(path, (text) => logged.push(text));
    run("a", "b");
    expect(await ask("tail")).toEqual([
      [1, 1, "a"],
      [1, 2, "b"],
    ]);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("remembers its own cells only");
  });

  test("lies where STRIDELAB_HISTORY says, else in Jupyter's data folder", () => {
    expect(historyPath({ STRIDELAB_HISTORY: "off" }, "linux")).toBeUndefined();
    expect(historyPath({ STRIDELAB_HISTORY: "/a/h.jsonl" }, "linux")).toBe("/a/h.jsonl");
    expect(historyPath({ JUPYTER_DATA_DIR: "/data" }, "linux")).toBe("/data/stridelab/history.jsonl");
  });
});

describe("a glob", () => {
  test.each([
    ["let x = 1", "*x*", true],
    ["let x = 1", "let ? = ?", true],
    ["let x = 1", "x", false],
    ["a\nb", "a*b", true],
    ["a[0]", "a[?]", true],
    ["", "*", true],
    ["", "?", false],
    ["aab", "*ab", true],
    ["abcabd", "*abd", true],
    ["ab", "ab*?", false],
  ])("%j against %j: %s", (text, pattern, matches) => {
    expect(matchesGlob(text, pattern)).toBe(matches);
  });

  test("that a backtracking matcher would take for ever over is answered", () => {
    expect(matchesGlob("a".repeat(5000), `${"*a".repeat(50)}*b`)).toBe(false);
  });
});
