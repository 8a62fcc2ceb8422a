import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { executed, notebooks, outline, readCells, sources } from "./notebooks.ts";
import { pythonPrograms } from "./tools.ts";

/** Where the Python programs find each other and, among kernels, ours, registered as a user registers it. */
let env: NodeJS.ProcessEnv;
let python: string;

beforeAll(async () => {
  const programs = await pythonPrograms();
  const prefix = temporaryFolder(afterAll);
  await succeed(process.execPath, ["bin/stridelab.js", "install", "--prefix", prefix]);
  python = join(programs, "python");
  env = {
    ...process.env,
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    JUPYTER_PATH: join(prefix, "share/jupyter"),
  };
});

const jupyter = (...args: string[]) => succeed(python, ["-m", "jupyter", ...args], { env, timeout: 550_000 });

test("jupyter lists the installed kernel", async () => {
  expect((await jupyter("kernelspec", "list")).stdout).toMatch(/^ +stridelab /m);
});

test("nbconvert takes a notebook for TypeScript, whether it was run or only made of a script", async () => {
  const folder = temporaryFolder();
  const script = join(folder, "typed.nb.ts");
  writeFileSync(script, "// %%\ninterface Point { readonly x: number }\n");
  await succeed(process.execPath, ["bin/stridelab.js", "convert", script, join(folder, "made.ipynb")]);
  await succeed(process.execPath, ["bin/stridelab.js", "run", script, "--out", join(folder, "run.ipynb")]);
  for (const name of ["made", "run"]) {
    await jupyter("nbconvert", "--to", "html", join(folder, `${name}.ipynb`));
    const page = readFileSync(join(folder, `${name}.html`), "utf8");
    expect(page).toContain('class="highlight hl-typescript"');
    expect(page).toMatch(/<span class="k[a-z]?">interface<\/span>.*<span class="k[a-z]?">readonly<\/span>/);
    await jupyter("nbconvert", "--to", "script", join(folder, `${name}.ipynb`));
    expect(readFileSync(join(folder, `${name}.ts`), "utf8")).toContain("interface Point { readonly x: number }");
  }
});

describe.each(notebooks)("%s", (notebook) => {
  test("runs under nbclient, all cells", async () => {
    const { stdout } = await succeed(python, ["test/all/run_with_nbclient.py", notebook], { env, timeout: 550_000 });
    const [ran, all] = stdout.split(" of ").map((part) => Number.parseInt(part, 10));
    expect(ran).toBe(all);
    expect(ran).toBeGreaterThan(0);
  });

  test("is executed by nbconvert as by stridelab run, and exported with its pictures", async () => {
    const { ipynb } = await executed(notebook);
    const folder = temporaryFolder();
    await jupyter(
      "nbconvert",
      "--to",
      "notebook",
      "--execute",
      "--output-dir",
      folder,
      "--output",
      "again.ipynb",
      ipynb,
    );
    const again = readCells(join(folder, "again.ipynb"));
    expect(outline(again).flat()).not.toContain("error");
    expect(outline(again)).toEqual(outline(readCells(ipynb)));

    await jupyter("nbconvert", "--to", "html", "--output-dir", folder, join(folder, "again.ipynb"));
    expect(readFileSync(join(folder, "again.html"), "utf8")).toMatch(/<svg |src="data:image\//);
  });

  test("reads the same as a percent script in jupytext and in stridelab", async () => {
    const { ipynb } = await executed(notebook);
    const theirs = join(temporaryFolder(), "theirs.ipynb");
    await succeed(python, ["-m", "jupytext", "--to", "ipynb", "--output", theirs, notebook], { env });
    expect(sources(readCells(ipynb))).toEqual(sources(readCells(theirs)));
  });

  test("goes from a script through a notebook to the same script, whichever of the two does which half", async () => {
    const script = readFileSync(join(root, notebook), "utf8");
    const folder = temporaryFolder();
    const makers = {
      stridelab: (from: string, to: string) => succeed(process.execPath, ["bin/stridelab.js", "convert", from, to]),
      jupytext: (from: string, to: string) =>
        succeed(python, ["-m", "jupytext", "--to", to.endsWith(".ts") ? "ts:percent" : "ipynb", "-o", to, from], {
          env,
        }),
    };
    for (const [first, makeNotebook] of Object.entries(makers)) {
      const ipynb = join(folder, `${first}.ipynb`);
      await makeNotebook(join(root, notebook), ipynb);
      for (const [second, makeScript] of Object.entries(makers)) {
        const back = join(folder, `${first}-${second}.nb.ts`);
        await makeScript(ipynb, back);
        // jupytext puts this line above every script, Python's aside, that is not ASCII throughout.
        const coding = second === "jupytext" && /[^\0-\x7f]/.test(script) ? "// -*- coding: utf-8 -*-\n" : "";
        expect(readFileSync(back, "utf8"), `${first}, then ${second}`).toBe(coding + script);
      }
    }
  });
});
