import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "../../../kernel/commands/run.ts";
import { parseNotebook } from "../../../kernel/notebook/nbformat.ts";
import { isCode, type Output } from "../../../kernel/notebook/notebook.ts";
import { stridelab } from "./command.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "run-"));
});

const script = (name: string, text: string) => writeFile(join(folder, name), text);

async function written(file: string): Promise<{ counts: (number | null)[]; outputs: string[] }> {
  const notebook = parseNotebook(await readFile(join(folder, file), "utf8"), file);
  const cells = notebook.cells.filter(isCode);
  return {
    counts: cells.map((cell) => cell.executionCount),
    outputs: cells.flatMap((cell) => cell.outputs.map(textOf)),
  };
}

function textOf(output: Output): string {
  if (output.type === "stream") return output.text;
  return output.type === "error" ? `${output.ename}: ${output.evalue}` : Object.keys(output.data).join(" ");
}

describe("stridelab run, with the real kernel", () => {
  test("runs the hello notebook and writes it and its page into out/", async () => {
    const hello = fileURLToPath(new URL("../../../notebooks/hello.nb.ts", import.meta.url));
    await copyFile(hello, join(folder, "hello.nb.ts"));
    const { code, stdout, stderr } = await stridelab(["run", "hello.nb.ts", "-p", "samples=32"], { cwd: folder });
    expect(stderr).toMatch(/^\[1\/4\] .*\n\[2\/4\] .*\n\[3\/4\] Slide a filter over a signal .*\n\[4\/4\] .*\n$/);
    expect(code).toBe(0);
    expect(stdout).toContain(`notebook  ${join("out", "hello.ipynb")}\n`);
    expect(stdout).toContain(`page      ${join("out", "hello.html")}\n`);
    expect(stdout).toMatch(/ install && jupyter lab out\n$/);
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["hello.html", "hello.ipynb"]);

    const { counts, outputs } = await written("out/hello.ipynb");
    expect(counts).toEqual([1, 2, 3, 4]);
    expect(outputs).toEqual([
      "32 samples, 28 places for a filter of 5\n",
      "text/plain",
      expect.stringMatching(/image\/svg\+xml/),
    ]);
    const page = await readFile(join(folder, "out", "hello.html"), "utf8");
    for (const part of ["<math", "سلام", 'src="data:image/svg+xml', "32 samples, 28 places"])
      expect(page).toContain(part);
    expect(await readFile(join(folder, "hello.nb.ts"), "utf8")).toBe(await readFile(hello, "utf8"));
  });

  test("a relative path given as a parameter is meant from the shell's folder, not the notebook's", async () => {
    await mkdir(join(folder, "books"));
    await mkdir(join(folder, "data", "digits"), { recursive: true });
    await script(
      join("books", "paths.nb.ts"),
      '// %% tags=["parameters"]\nconst data = "";\nconst label = "";\n// %%\nconsole.log(data, label)\n',
    );
    const parameters = ["-p", "data=data/digits", "-p", "label=either/or"];
    const { code } = await stridelab(["run", "books/paths.nb.ts", "--out", "o.ipynb", ...parameters], { cwd: folder });
    expect(code).toBe(0);
    expect((await written("o.ipynb")).outputs).toEqual([`${join(folder, "data", "digits")} either/or\n`]);
  });

  test("process.exit ends the run with its words and an error in the cell that called it", async () => {
    await script("exit.nb.ts", '// %%\nconsole.log("last words"); process.exit(3);\n// %%\nconsole.log("never");\n');
    const { code, stderr } = await stridelab(["run", "exit.nb.ts", "--out", "exit.ipynb"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain("process.exit(3)");
    expect((await written("exit.ipynb")).outputs).toEqual(["last words\n", "ProcessExit: process.exit(3)"]);
  });

  test("ends with 1 at a cell that fails, shows the cell and its error, and writes what ran", async () => {
    await script(
      "a.nb.ts",
      "// %%\nconst kept = 1;\nconsole.log('ran', kept);\n\n// %% Breaks\nconst row = 2;\nthrow new RangeError('row ' + (row + kept));\n\n// %%\nkept;\n",
    );
    const { code, stderr } = await stridelab(["run", "a.nb.ts", "--out", "deep/a.ipynb", "--html", "b.htm"], {
      cwd: folder,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "a.nb.ts:6: cell 2 of 3 failed\n\n  6 | const row = 2;\n  7 | throw new RangeError('row ' + (row + kept));",
    );
    expect(stderr).toContain("RangeError: row 3");
    expect(await written("deep/a.ipynb")).toEqual({ counts: [1, 2, null], outputs: ["ran 1\n", "RangeError: row 3"] });
    expect(await readFile(join(folder, "b.htm"), "utf8")).toContain("RangeError: row 3");
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("ends with 1 when the kernel dies, and writes what was put out until then", async () => {
    await script(
      "a.ts",
      '// %%\nconsole.log("last words");\n\n// %%\nprocess.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});\n',
    );
    const { code, stderr } = await stridelab(["run", "a.ts", "--out", "a.ipynb"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain("a.ts:5: cell 2 of 2 did not end, the kernel died while it ran");
    expect(stderr).toContain("the kernel died (signal SIGKILL)");
    const { outputs } = await written("a.ipynb");
    expect(outputs).toEqual(["last words\n", expect.stringContaining("KernelDied: the kernel died (signal SIGKILL)")]);
  });

  test.skipIf(process.platform === "win32")(
    "is interrupted by Ctrl-C in a loop, ends with 130 and writes (skipped on Windows, which has no such signal)",
    async () => {
      await script("a.ts", '// %%\nawait (await import("node:fs/promises")).writeFile("looping", "");\nfor (;;) {}\n');
      const after = () => existsSync(join(folder, "looping"));
      const { code, stderr } = await stridelab(["run", "a.ts", "--out", "a.ipynb"], {
        cwd: folder,
        signal: { name: "SIGINT", after },
      });
      expect(code).toBe(130);
      expect(stderr).toContain("a.ts:2: cell 1 of 1 was interrupted");
      expect((await written("a.ipynb")).counts).toEqual([1]);
    },
  );
});

describe("stridelab run does nothing and ends with 2", () => {
  const PARAMETERS = '// %% tags=["parameters"]\nconst epochs = 2;\n';

  test.each([
    [[], "which notebook?"],
    [["F/a.ts", "F/b.ts"], "what is F/b.ts?"],
    [["--fast", "F/a.ts"], "Unknown option '--fast'"],
    [["F/a.ts", "--out", "F/a.ts"], "--out F/a.ts must end in .ipynb"],
    [["F/a.ts", "--html", "F/a.pdf"], "--html F/a.pdf must end in .html"],
    [["F/a.ts", "--timeout", "soon"], "--timeout soon must be a number of seconds above 0"],
    [["F/none.nb.ts"], "F/none.nb.ts: there is no such file"],
    [["F"], "F: is a folder"],
    [["F/broken.ipynb"], "F/broken.ipynb: is not JSON"],
    [["F/python.ipynb"], "F/python.ipynb: is in another language"],
    [["F/a.ts", "-p", "epoch=3"], "did you mean -p epochs=...?"],
    [["F/a.ts", "-p", "epochs=many"], "the value is a string, the parameter is number"],
    [["F/a.ts", "--out", "F/a.ts/b.ipynb"], "F/a.ts/b.ipynb: cannot be written"],
  ])("when asked %j", async (args, message) => {
    await script("a.ts", PARAMETERS);
    await script("broken.ipynb", "{");
    const metadata = { language_info: { name: "python" } };
    await script("python.ipynb", JSON.stringify({ cells: [], metadata, nbformat: 4, nbformat_minor: 5 }));
    let shown = "";
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      shown += String(text);
      return true;
    });
    const code = await run(args.map((arg) => arg.replace(/^F/, folder))).finally(() => vi.restoreAllMocks());
    expect(shown.replaceAll(folder, "F")).toContain(message);
    expect(code).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(["a.ts", "broken.ipynb", "python.ipynb"]);
  });

  test("as a process", async () => {
    const { code, stdout, stderr } = await stridelab(["run", "none.nb.ts"], { cwd: folder });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("none.nb.ts: there is no such file");
  });
});
