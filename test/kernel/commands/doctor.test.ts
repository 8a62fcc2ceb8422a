import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Finding, Surroundings } from "../../../kernel/commands/doctor/finding.ts";
import { askJupyter, checkJupyter, checkVariables } from "../../../kernel/commands/doctor/jupyter.ts";
import { checkShadows, checkSpec, dataFolders, findSpecs } from "../../../kernel/commands/doctor/kernelspecs.ts";
import { checkDisks, checkHistory, checkRuntime, checkTemporary } from "../../../kernel/commands/doctor/machine.ts";
import { checkCopies } from "../../../kernel/commands/doctor/notebook-folder.ts";
import { printReport } from "../../../kernel/commands/doctor/report.ts";
import { checkNode, checkOptions, checkPackage, checkParts } from "../../../kernel/commands/doctor/software.ts";
import { checkTrial } from "../../../kernel/commands/doctor/trial.ts";
import { kernelSpec } from "../../../kernel/commands/kernelspec.ts";
import { libraryName } from "../../../kernel/display/figure/library.ts";
import { stridelab } from "./command.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const posix = process.platform !== "win32";

let home: string;
let around: Surroundings;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "doctor-")));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  around = {
    env: { HOME: home, JUPYTER_DATA_DIR: join(home, "data"), PATH: join(home, "programs") },
    platform: process.platform,
    nodeVersion: process.versions.node,
    node: process.execPath,
    root,
    version,
    folder: home,
    temporary: join(home, "tmp"),
    command: "stridelab",
  };
});

/** Writes a file below the test's folder. @returns its path */
function put(path: string, content: string, mode = 0o644): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
  return file;
}

const variables = (): Record<string, string> =>
  Object.fromEntries(Object.entries(around.env).map(([name, value]) => [name, value ?? ""]));

const status = ({ status }: Finding): string => status;
const said = ({ text, mend = [] }: Finding): string => [text, ...mend].join("\n");

describe("Node", () => {
  test.each([
    ["18.20.0", "wrong"],
    ["20.18.3", "wrong"],
    ["20.19.0", "ok"],
    ["21.7.0", "wrong"],
    ["22.11.0", "wrong"],
    ["22.12.0", "ok"],
    ["23.1.0", "look"],
    ["24.0.0", "ok"],
    ["26.2.1", "ok"],
  ])("%s is %s", (nodeVersion, expected) => {
    const found = checkNode({ ...around, nodeVersion });
    expect(status(found)).toBe(expected);
    if (expected !== "ok") expect(found.mend).toContain("stridelab install");
  });

  test("is given the options of NODE_OPTIONS", () => {
    expect(checkOptions(around)).toEqual([]);
    expect(checkOptions({ ...around, env: { NODE_OPTIONS: "--inspect" } })[0]!.text).toContain("--inspect");
  });
});

describe("a package", () => {
  test("in npx's cache, or not built, is named with what to type", () => {
    expect(status(checkPackage(around))).toBe("ok");
    const inCache = checkPackage({ ...around, root: join(home, "_npx", "1a", "node_modules", "stridelab") });
    expect(inCache).toMatchObject({ status: "wrong", mend: ["npm install --global stridelab", "stridelab install"] });
    expect(checkPackage({ ...around, root: home })).toMatchObject({ status: "wrong", mend: ["npm run build"] });
  });

  test("whose parts load has nothing wrong", async () => {
    expect((await checkParts(around)).map(status)).toEqual(["ok", "ok"]);
  });

  test("with a native addon for another machine, and without its compiler, is named with both", async () => {
    put("node_modules/zeromq/package.json", '{ "main": "index.js" }');
    put("node_modules/zeromq/index.js", 'throw new Error("No native build was found for platform=linux arch=mips")');
    const [sockets, compiler] = await checkParts({ ...around, root: home });
    expect(sockets).toMatchObject({
      subject: "sockets",
      status: "wrong",
      mend: [expect.any(String), "stridelab install"],
    });
    expect(sockets!.text).toContain("the package zeromq does not load");
    expect(sockets!.text).toContain(`Node ${process.versions.node} on ${process.platform} ${process.arch}`);
    expect(sockets!.text).toContain("No native build was found for platform=linux arch=mips");
    expect(compiler).toMatchObject({ subject: "compiler", status: "wrong" });
    expect(compiler!.text).toContain("Cannot find package 'tslab'");
    put("package-lock.json", "{}");
    expect((await checkParts({ ...around, root: home }))[0]!.mend).toEqual([`cd ${home} && npm ci && npm run build`]);
  });
});

describe("a kernelspec", () => {
  type Spec = ReturnType<typeof kernelSpec>;
  const place = "data/kernels/stridelab/kernel.json";
  const good = (): Spec => kernelSpec("TypeScript");

  async function judge(spec: Spec | string, where = place): Promise<Finding[]> {
    put(where, typeof spec === "string" ? spec : JSON.stringify(spec));
    put(join(dirname(where), libraryName), "");
    const [found] = await findSpecs(dataFolders(around));
    return checkSpec(found!, around);
  }

  test("that stridelab install wrote has nothing wrong", async () => {
    expect((await judge(good())).map(status)).toEqual(["ok"]);
  });

  test.each<[string, (spec: Spec) => Spec | string, string, string]>([
    ["cut off", (spec) => JSON.stringify(spec).slice(0, 40), "wrong", "its file is damaged"],
    ["without argv", () => '{"metadata": {"stridelab": {}}}', "wrong", "its file is damaged"],
    ["that is a list", () => "[1]", "wrong", "its file is damaged"],
    [
      "whose Node is gone",
      (spec) => ({ ...spec, argv: ["/gone/node", ...spec.argv.slice(1)] }),
      "wrong",
      "/gone/node, which is gone",
    ],
    [
      "whose program is gone",
      (spec) => ({ ...spec, argv: [spec.argv[0]!, "/gone/bin/stridelab.js", "start", "{connection_file}"] }),
      "wrong",
      "/gone/bin/stridelab.js, which is gone",
    ],
    [
      "that starts something else",
      (spec) => ({ ...spec, argv: [spec.argv[0]!, "x.js", "{connection_file}"] }),
      "wrong",
      "does not start stridelab.js",
    ],
    [
      "without a connection file",
      (spec) => ({ ...spec, argv: spec.argv.slice(0, -1) }),
      "wrong",
      "lacks {connection_file}",
    ],
    [
      "interrupted by signals",
      (spec) => ({ ...spec, interrupt_mode: "signal" }) as unknown as Spec,
      "wrong",
      'interrupt_mode is not "message"',
    ],
    [
      "with the drawing library of another version",
      (spec) => ({ ...spec, metadata: { debugger: true, stridelab: { version, plotly: "1.2.3" } } }),
      "look",
      "is of another version (1.2.3)",
    ],
  ])("%s is named, with what to type, and that mends it", async (_, damage, expected, words) => {
    const fault = (await judge(damage(good()))).find(({ text }) => text.includes(words));
    expect(fault).toMatchObject({ subject: "kernel stridelab", status: expected });
    for (const line of fault!.mend!) {
      const [program, ...words] = line.split(" ");
      if (program === "rm") rmSync(words[1]!, { recursive: true });
      else expect(await stridelab(words, { cwd: home, env: variables() })).toMatchObject({ code: 0 });
    }
    const [mended] = await findSpecs(dataFolders(around));
    expect((await checkSpec(mended!, around)).map(status)).toEqual(["ok"]);
    expect(fault!.text).toContain(join(home, place));
  });

  test("without the drawing library beside it is named, and that mends it", async () => {
    put(place, JSON.stringify(good()));
    const judgement = async () => checkSpec((await findSpecs(dataFolders(around)))[0]!, around);
    expect(await judgement()).toMatchObject([
      { status: "look", text: expect.stringContaining("plotly.min.js is missing"), mend: ["stridelab install"] },
    ]);
    expect(await stridelab(["install"], { cwd: home, env: variables() })).toMatchObject({ code: 0 });
    expect((await judgement()).map(status)).toEqual(["ok"]);
  });

  test("into npx's cache, a temporary folder, or another version is named", async () => {
    const at = (program: string): Spec => ({
      ...good(),
      argv: [process.execPath, program, "start", "{connection_file}"],
    });
    const inCache = await judge(at(put("_npx/1a/bin/stridelab.js", "")));
    expect(inCache[0]).toMatchObject({
      status: "wrong",
      mend: ["npm install --global stridelab", "stridelab install"],
    });
    expect((await judge(at(put("tmp/bin/stridelab.js", ""))))[0]).toMatchObject({
      status: "look",
      text: expect.stringContaining("in a folder for temporary files"),
    });
    put("old/package.json", '{ "version": "0.0.1" }');
    expect((await judge(at(put("old/bin/stridelab.js", ""))))[0]).toMatchObject({
      status: "look",
      text: expect.stringContaining(`it starts StrideLab 0.0.1, this is ${version}`),
      mend: ["stridelab install"],
    });
  });

  test.runIf(posix)("with too old a Node is named (on POSIX, where a script can play an old Node)", async () => {
    const old = put("old/node", "#!/bin/sh\necho v18.1.0\n", 0o755);
    const [fault] = await judge({ ...good(), argv: [old, ...good().argv.slice(1)] });
    expect(fault!.text).toContain("v18.1.0: the kernel needs 20.19, 22.12 or newer");
  });

  test("under another name or prefix is mended there", async () => {
    around.env.JUPYTER_PATH = [join(home, "venv", "share", "jupyter"), join(home, "odd")].join(delimiter);
    const prefix = `stridelab install --prefix ${join(home, "venv")}`;
    const [damage] = await judge("{", "venv/share/jupyter/kernels/stridelab/kernel.json");
    expect(damage!.mend).toEqual([`rm -r ${join(home, "venv/share/jupyter/kernels/stridelab")}`, prefix]);
    const damaged = '{"metadata": {"stridelab": {}}}';
    expect((await judge(damaged, "venv/share/jupyter/kernels/a/kernel.json"))[0]!.mend).toEqual([`${prefix} --name a`]);
  });

  test.runIf(posix)("whose Node is another program is told so, without what that program says of itself", async () => {
    const [fault] = await judge({ ...good(), argv: ["/bin/echo", ...good().argv.slice(1)] });
    expect(fault!.text).toBe(`its Node is /bin/echo: that is no Node\n${join(home, place)}`);
  });

  test("of somebody else is not looked at", async () => {
    put("data/kernels/python3/kernel.json", '{"argv": ["/gone/python"]}');
    put("data/kernels/broken/kernel.json", "{");
    expect((await findSpecs(dataFolders(around))).filter(({ folder }) => folder.startsWith(home))).toEqual([]);
  });

  test("that hides another program's of the same name is named, with the way to remove either", async () => {
    around.env.VIRTUAL_ENV = join(home, "venv");
    const inner = "venv/share/jupyter/kernels/stridelab/kernel.json";
    put(inner, JSON.stringify(good()));
    put(place, JSON.stringify(good()));
    const specs = async () => (await findSpecs(dataFolders(around))).filter(({ folder }) => folder.startsWith(home));
    expect(checkShadows(await specs(), around)).toEqual([]); // both start the same
    put(place, JSON.stringify({ ...good(), argv: ["other"] }));
    const [shadow] = checkShadows(await specs(), around);
    expect(shadow).toMatchObject({ subject: "kernel stridelab", status: "look" });
    expect(shadow!.text).toContain(`${join(home, dirname(inner))}\n${join(home, dirname(place))}`);
    expect(shadow!.mend).toContain(`stridelab uninstall --prefix ${join(home, "venv")}`);
    expect(shadow!.mend).toContain("stridelab uninstall");
  });
});

describe.runIf(posix)("Jupyter, played by a script (on POSIX)", () => {
  const spec = () => ({ name: "stridelab", folder: join(home, "data/kernels/stridelab"), spec: kernelSpec("T") });
  const list = (folder: string) => `{"kernelspecs": {"stridelab": {"resource_dir": "${folder}"}}}`;
  const play = (answer: string) =>
    put(
      "programs/jupyter",
      `#!/bin/sh\nif [ "$1" = --paths ]; then echo '{"data": ["/share"]}'; else ${answer}; fi\n`,
      0o755,
    );
  const judge = async () => checkJupyter(await askJupyter(around), [spec()], around);

  test("that is not there is no fault", async () => {
    expect(await judge()).toMatchObject({ status: "note", text: expect.stringContaining("no jupyter on the PATH") });
  });

  test("that lists the kernel is well", async () => {
    play(`echo '${list(spec().folder)}'`);
    expect(await judge()).toMatchObject({ status: "ok" });
  });

  test("that looks elsewhere is told where the kernel is and where it looks", async () => {
    play(`echo '{"kernelspecs": {}}'`);
    const found = await judge();
    expect(found).toMatchObject({
      status: "wrong",
      mend: [expect.stringContaining("stridelab install"), expect.any(String)],
    });
    expect(found.text).toContain(`which is in\n${spec().folder}\nit looks in\n/share`);
  });

  test("that is broken is quoted", async () => {
    play("echo 'ModuleNotFoundError: jupyter_core' >&2; exit 1");
    const found = await judge();
    expect(found.status).toBe("look");
    expect(found.text).toContain("ModuleNotFoundError: jupyter_core");
  });
});

describe("a folder", () => {
  test("of JUPYTER_PATH that is not there is named", () => {
    const env = { JUPYTER_PATH: [home, join(home, "none")].join(delimiter), JUPYTER_DATA_DIR: join(home, "later") };
    const [path, data] = checkVariables({ ...around, env });
    expect(path).toMatchObject({ subject: "JUPYTER_PATH", status: "look" });
    expect(said(path!)).toContain(`there is no folder ${join(home, "none")}\ncorrect the variable`);
    expect(data).toMatchObject({ subject: "JUPYTER_DATA_DIR", status: "note" });
  });

  test("for temporary files that cannot be written, or is too long for sockets, is named", async () => {
    expect(status(await checkTemporary({ ...around, temporary: home }))).toBe("ok");
    const file = put("file", "");
    expect(said(await checkTemporary({ ...around, temporary: file }))).toContain(`${file} cannot be written`);
    const long = join(home, "long".repeat(30));
    mkdirSync(long);
    if (posix)
      expect(said(await checkTemporary({ ...around, temporary: long }))).toContain("too long a path for socket files");
  });

  test("for connection files that others can write into, or that is a file, is named", async () => {
    expect(status(await checkRuntime(around))).toBe("ok");
    const runtime = join(home, "runtime");
    around.env.JUPYTER_RUNTIME_DIR = runtime;
    mkdirSync(runtime, { mode: 0o700 });
    expect(status(await checkRuntime(around))).toBe("ok");
    rmSync(runtime, { recursive: true });
    writeFileSync(runtime, "");
    expect(said(await checkRuntime(around))).toContain(`${runtime} is a file`);
    around.env.JUPYTER_RUNTIME_DIR = join(runtime, "below");
    expect(said(await checkRuntime(around))).toContain(`${runtime} is a file`);
  });

  test.runIf(posix)(
    "or a history that others can read or write is named with chmod (POSIX has such modes)",
    async () => {
      const runtime = join(home, "data", "runtime");
      mkdirSync(runtime, { recursive: true });
      const { chmodSync } = await import("node:fs");
      chmodSync(runtime, 0o777);
      expect(await checkRuntime(around)).toMatchObject({ status: "wrong", mend: [`chmod 700 ${runtime}`] });
      const history = put("data/stridelab/history.jsonl", "");
      chmodSync(history, 0o644);
      expect(await checkHistory(around)).toMatchObject({ status: "look", mend: [`chmod 600 ${history}`] });
      chmodSync(history, 0o600);
      expect(await checkHistory(around)).toMatchObject({ status: "ok", text: history });
    },
  );

  test("in the history's place is named; no history, or none wanted, is well", async () => {
    expect(status(await checkHistory(around))).toBe("ok");
    expect(status(await checkHistory({ ...around, env: { STRIDELAB_HISTORY: "off" } }))).toBe("ok");
    const inPlace = await checkHistory({ ...around, env: { ...around.env, STRIDELAB_HISTORY: home } });
    expect(inPlace).toMatchObject({ status: "look", mend: ["export STRIDELAB_HISTORY=off"] });
  });

  test.each([
    [1e12, "ok", "1000.0 GB"],
    [100e6, "look", "100 MB"],
    [1e6, "wrong", "1 MB"],
  ])("on a disk with %d bytes left is %s", async (bytes, expected, size) => {
    const free = (folder: string) => Promise.resolve(folder === home ? bytes : 1e13);
    const found = await checkDisks(around, free);
    expect(status(found)).toBe(expected);
    expect(found.text).toContain(`${size} free for ${home}`);
  });
});

test("a folder with another version of the library than the kernel's is named, with both ways out", async () => {
  const copy = (at: string) => checkCopies({ ...around, folder: join(home, at) });
  expect((await copy(".")).filter(({ text }) => text.includes(home))).toEqual([]);
  put("course/node_modules/stridelab/package.json", '{ "name": "stridelab", "version": "0.0.1" }');
  mkdirSync(join(home, "course", "week1"));
  const [found] = await copy("course/week1");
  expect(found!.text).toContain(`cells here import stridelab 0.0.1, the kernel is ${version}`);
  expect(found!.mend![0]).toBe(`cd ${join(home, "course")} && npm install stridelab@${version}`);
  put("course/node_modules/stridelab/package.json", JSON.stringify({ version }));
  expect((await copy("course")).map(status)).toEqual(["ok"]);
  mkdirSync(join(home, "clone", "node_modules"), { recursive: true });
  symlinkSync(root, join(home, "clone", "node_modules", "stridelab"), "junction");
  expect(await copy("clone")).toEqual([]);
});

test("a report puts verdicts and subjects under each other, and what mends a fault below it", () => {
  const findings: Finding[] = [
    { subject: "Node", status: "ok", text: "24.0.0" },
    { subject: "kernel x", status: "wrong", text: "is gone\n/its/folder", mend: ["stridelab install", "again"] },
    { subject: "Jupyter", status: "note", text: "none", mend: ["pip install jupyterlab"] },
  ];
  expect(printReport("title", findings, false)).toBe(
    [
      "title",
      "",
      "  ok     Node      24.0.0",
      "  wrong  kernel x  is gone",
      "                   /its/folder",
      "                   mend: stridelab install",
      "                         again",
      "  note   Jupyter   none",
      "                   try:  pip install jupyterlab",
      "",
      "1 thing is wrong.",
      "",
    ].join("\n"),
  );
});

test("a cell is tried with this package's own command where the kernelspec's is damaged", async () => {
  const spec = { name: "stridelab", folder: home, spec: { argv: "node stridelab.js" as never } };
  expect(await checkTrial(around, spec)).toMatchObject({ status: "ok" });
});

describe("stridelab doctor", () => {
  const doctor = (...args: string[]) => {
    const clean = { JUPYTER_PATH: "", VIRTUAL_ENV: "", CONDA_PREFIX: "", STRIDELAB_HISTORY: "" };
    return stridelab(args, { cwd: home, env: { ...clean, ...variables() } });
  };

  test("finds nothing wrong with an installed kernel, which it starts, and names the fault of a broken one", async () => {
    expect(await doctor("install")).toMatchObject({ code: 0 });
    const well = await doctor("doctor");
    expect(well.stdout).toContain("1 + 1 gave 2");
    expect(well.stdout).toMatch(/^All is well/m);
    expect([well.code, well.stderr]).toEqual([0, ""]);

    const file = join(home, "data/kernels/stridelab/kernel.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(JSON.stringify(process.execPath), '"/gone/node"'));
    const { code, stdout } = await doctor("doctor", "--json");
    expect(code).toBe(1);
    const { well: verdict, findings } = JSON.parse(stdout) as { well: boolean; findings: Finding[] };
    expect(verdict).toBe(false);
    const wrong = findings.filter((each) => each.status === "wrong");
    expect(wrong.map(({ subject }) => subject)).toEqual(["kernel stridelab", "a cell"]);
    expect(wrong[0]!.text).toContain("/gone/node, which is gone");
    expect(wrong[0]!.mend![0]).toMatch(/ install$/);
  });

  test.each([
    [["now"], "what is now?"],
    [["--fast"], "Unknown option '--fast'"],
  ])("refuses %j with 2", async (args, message) => {
    const { code, stderr } = await doctor("doctor", ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
