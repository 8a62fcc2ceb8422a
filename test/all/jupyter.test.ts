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

describe("the state of widgets, for pages that are made of a notebook", () => {
  const esm = "export default { render({ model, el }) { el.textContent = model.get('rate'); } }";
  const ours = `// %%
import { widget } from "stridelab/notebook";
const slider = widget({ state: { rate: 0.1, bytes: new Uint8Array([1, 2]) }, esm: ${JSON.stringify(esm)}, css: ".a {}" });
slider
// %%
slider.state.rate = 0.5;
slider.state.bytes = new Uint8Array([97, 98, 99]);
`;
  const theirs = `# %%
import anywidget, traitlets
class Slider(anywidget.AnyWidget):
    _esm = ${JSON.stringify(esm)}
    _css = ".a {}"
    rate = traitlets.Float(0.1).tag(sync=True)
    bytes = traitlets.Bytes(b"12").tag(sync=True)
slider = Slider()
slider
# %%
slider.rate = 0.5
slider.bytes = b"abc"
`;
  const folder = temporaryFolder(afterAll);
  const at = (name: string) => join(folder, name);

  /** The widget's model as a notebook keeps it; others are of ipywidgets' layouts. */
  function kept(ipynb: string): Model {
    const { metadata } = JSON.parse(readFileSync(ipynb, "utf8")) as { metadata: { widgets: Record<string, unknown> } };
    const { state } = metadata.widgets["application/vnd.jupyter.widget-state+json"] as { state: Record<string, Model> };
    return Object.values(state).find(({ model_name }) => model_name === "AnyModel") as Model;
  }

  test("is kept by nbclient, the last changes too, under anywidget's names", async () => {
    writeFileSync(at("ours.nb.ts"), ours);
    writeFileSync(at("theirs.py"), theirs);
    const nbclient = (...args: string[]) => succeed(python, ["test/all/run_with_nbclient.py", ...args], { env });
    await nbclient(at("ours.nb.ts"), at("nbclient.ipynb"));
    await nbclient(at("theirs.py"), at("theirs.ipynb"), "python3");
    const model = kept(at("nbclient.ipynb"));
    expect(model.state).toMatchObject({ rate: 0.5, _esm: esm, _css: ".a {}" });
    const { state, ...ofPython } = kept(at("theirs.ipynb"));
    expect(model).toMatchObject({ ...ofPython, model_module_version: "*" });
    // Those that it lacks have the defaults of Jupyter's own models.
    const lacking = Object.keys(state).filter((name) => !(name in model.state));
    expect(lacking.sort()).toEqual(["_dom_classes", "layout", "tabbable", "tooltip"]);
  });

  test("is not kept by stridelab run, whose notebook has what shows the values without any", async () => {
    await succeed(process.execPath, ["bin/stridelab.js", "run", at("ours.nb.ts"), "--out", at("run.ipynb")]);
    const { metadata, cells } = JSON.parse(readFileSync(at("run.ipynb"), "utf8")) as {
      metadata: object;
      cells: { outputs: { data: object }[] }[];
    };
    expect(metadata).not.toHaveProperty("widgets");
    expect(Object.keys(cells[0]?.outputs[0]?.data ?? {})).toEqual(["text/html", "text/plain"]);
  });

  test("is in nbconvert's page, with the view", async () => {
    await jupyter("nbconvert", "--to", "html", at("nbclient.ipynb"));
    const page = readFileSync(at("nbclient.html"), "utf8");
    const scripts = page.matchAll(/<script type="(application\/vnd\.jupyter\.widget-\w+\+json)">(.*?)<\/script>/gs);
    const found = new Map([...scripts].map(([, type = "", json = ""]) => [type, JSON.parse(json) as object]));
    const { model_id } = found.get("application/vnd.jupyter.widget-view+json") as { model_id: string };
    const { state } = found.get("application/vnd.jupyter.widget-state+json") as { state: Record<string, Model> };
    expect(state[model_id]).toEqual(kept(at("nbclient.ipynb")));
  });
});

interface Model {
  model_name: string;
  state: Record<string, unknown>;
}

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
