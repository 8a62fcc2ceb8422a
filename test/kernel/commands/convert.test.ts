import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parseNotebook, printNotebook } from "../../../kernel/notebook/nbformat.ts";
import { type Finished, stridelab } from "./command.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "convert-"));
});

const convert = (...args: string[]): Promise<Finished> => stridelab(["convert", ...args], { cwd: folder });
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

const SCRIPT = "//%% [md]\r\n//text\r\n// %%\r\nthrow new Error();";

describe("stridelab convert", () => {
  test("makes a notebook of a script without running it, and the same script of the notebook", async () => {
    await write("a.nb.ts", SCRIPT);
    expect(await convert("a.nb.ts")).toEqual({ code: 0, stdout: "a.nb.ts -> a.ipynb\n", stderr: "" });
    expect(parseNotebook(await read("a.ipynb"), "a.ipynb").cells.map(({ type, source }) => [type, source])).toEqual([
      ["markdown", "text"],
      ["code", "throw new Error();"],
    ]);
    expect(await convert("a.ipynb", join("deep", "b.ts"))).toMatchObject({ code: 0 });
    expect(await read("deep/b.ts")).toBe(SCRIPT);
  });

  test("says what stays in the notebook", async () => {
    const code = (id: string) => ({ type: "code" as const, id, source: "x", metadata: {}, executionCount: 1 });
    const outputs = [{ type: "stream" as const, name: "stdout" as const, text: "x" }];
    const picture = { type: "markdown" as const, id: "c", source: "", metadata: {}, attachments: { a: {} } };
    const cells = [{ ...code("a"), outputs }, { ...code("b"), outputs }, picture];
    await write("a.ipynb", printNotebook({ cells, metadata: {}, minor: 5 }));
    const { stdout } = await convert("a.ipynb");
    expect(stdout).toContain("only in a.ipynb: the outputs of 2 cells and the pictures pasted into 1 cell\n");
  });

  test("replaces a file only when told to", async () => {
    await write("a.nb.ts", SCRIPT);
    await write("a.ipynb", "precious");
    const refused = await convert("a.nb.ts");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("a.ipynb: exists\n  fix: name another file, or replace it with --force");
    expect(await read("a.ipynb")).toBe("precious");
    expect(await convert("a.nb.ts", "--force")).toMatchObject({ code: 0 });
    expect(await read("a.ipynb")).toContain("throw new Error();");
  });

  test.each([
    [[], "which notebook?"],
    [["a.nb.ts", "b.ipynb", "c.ipynb"], "what is c.ipynb?"],
    [["a.nb.ts", "b.nb.ts"], "a.nb.ts and b.nb.ts are of the same kind"],
    [["a.nb.ts", "b.py"], "b.py must end in .ipynb, .nb.ts or .ts"],
    [["none.nb.ts"], "none.nb.ts: there is no such file"],
    [["bad.nb.ts"], "bad.nb.ts:1: there is no cell type [html]"],
  ])("refuses %j with 2 and writes nothing", async (args, message) => {
    await write("a.nb.ts", SCRIPT);
    await write("bad.nb.ts", "// %% [html]\n");
    const { code, stderr } = await convert(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    for (const name of ["b.ipynb", "b.nb.ts", "b.py", "bad.ipynb", "none.ipynb"]) {
      expect(existsSync(join(folder, name))).toBe(false);
    }
  });
});
