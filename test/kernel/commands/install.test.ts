import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { decode } from "fast-png";
import { beforeEach, describe, expect, test } from "vitest";
import { obstacleIn } from "../../../kernel/commands/install.ts";
import { userDataFolder } from "../../../kernel/commands/kernelspec.ts";
import { shellWord } from "../../../kernel/commands/self.ts";
import { libraryVersion } from "../../../kernel/display/figure/library.ts";
import { stridelab } from "./command.ts";

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "install-"));
  env = { JUPYTER_DATA_DIR: join(folder, "data"), VIRTUAL_ENV: "", CONDA_PREFIX: "" };
});

const command = (...args: string[]) => stridelab(args, { cwd: folder, env });

describe("stridelab install", () => {
  test("writes a kernel that starts this program under this Node, and uninstall takes exactly that away", async () => {
    const kernels = join(folder, "data", "kernels");
    await mkdir(join(kernels, "python3"), { recursive: true });
    const installed = await command("install");
    const spec = join(kernels, "stridelab");
    expect(installed).toMatchObject({ code: 0, stderr: "" });
    expect(installed.stdout).toContain(spec);
    expect(installed.stdout).toContain("check with: jupyter kernelspec list");

    const logos = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];
    expect((await readdir(spec)).sort()).toEqual(["kernel.json", ...logos, "plotly.min.js"]);
    // Jupyter's servers give pages real files alone, and pages look for the version that their figures are made for.
    expect((await lstat(join(spec, "plotly.min.js"))).isFile()).toBe(true);
    expect(await readFile(join(spec, "plotly.min.js"), "utf8")).toMatch(/^\/\*\*\n\* plotly\.js/);
    const { argv, ...rest } = JSON.parse(await readFile(join(spec, "kernel.json"), "utf8"));
    expect(rest).toMatchObject({
      display_name: "TypeScript (stridelab)",
      language: "typescript",
      interrupt_mode: "message",
      metadata: { stridelab: { plotly: libraryVersion() } },
    });
    expect(argv[0]).toBe(process.execPath);
    expect(argv.slice(-2)).toEqual(["start", "{connection_file}"]);
    const program = argv.at(-3);
    expect([isAbsolute(program), existsSync(program)]).toEqual([true, true]);
    for (const size of [32, 64]) {
      const logo = decode(await readFile(join(spec, `logo-${size}x${size}.png`)));
      expect(logo).toMatchObject({ width: size, height: size });
    }

    expect(await command("install")).toMatchObject({ code: 0 }); // again is an update
    expect(await command("uninstall")).toMatchObject({
      code: 0,
      stdout: `removed the kernel stridelab from ${spec}\n`,
    });
    expect(await readdir(kernels)).toEqual(["python3"]);
    const again = await command("uninstall");
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`there is no kernel in ${spec}`);
  });

  test("gives the kernels that it starts settings, and refuses wrong ones", async () => {
    expect(await command("install", "--set", "threads=2", "--set", "typeErrors=warn")).toMatchObject({ code: 0 });
    const file = join(folder, "data", "kernels", "stridelab", "kernel.json");
    const { argv } = JSON.parse(await readFile(file, "utf8"));
    expect(argv.slice(-5)).toEqual(["{connection_file}", "--set", "threads=2", "--set", "typeErrors=warn"]);
    const refused = await command("install", "--set", "threads=none");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('threads is "none", but may be a whole number from 1 to 256');
  });

  test("writes where it is told, under the name it is told", async () => {
    await command("install", "--prefix", "here", "--name", "ts-lab", "--display-name", "TS");
    const spec = JSON.parse(await readFile(join(folder, "here/share/jupyter/kernels/ts-lab/kernel.json"), "utf8"));
    expect(spec.display_name).toBe("TS");
    env.VIRTUAL_ENV = join(folder, "venv");
    await command("install", "--sys-prefix");
    expect(existsSync(join(folder, "venv/share/jupyter/kernels/stridelab/kernel.json"))).toBe(true);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("leaves a kernel of somebody else alone, and so does uninstall", async () => {
    const spec = join(folder, "data", "kernels", "deno");
    await mkdir(spec, { recursive: true });
    await writeFile(join(spec, "kernel.json"), '{"argv": ["deno"]}');
    for (const name of ["install", "uninstall"])
      expect(await command(name, "--name", "deno")).toMatchObject({ code: 1 });
    expect(await readFile(join(spec, "kernel.json"), "utf8")).toBe('{"argv": ["deno"]}');
  });

  test.each([
    [["--user", "--prefix", "x"], "--user and --prefix exclude each other"],
    [["--sys-prefix"], "no environment is active"],
    [["--name", "../x"], "must consist of lower-case letters"],
    [["--nam", "x"], "Unknown option '--nam'"],
    [["x"], "what is x?"],
  ])("refuses %j with 2", async (args, message) => {
    const { code, stderr } = await command("install", ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(await readdir(folder)).toEqual([]);
  });

  test("does not point into npx's cache, which is emptied, nor at a package that is not built", () => {
    expect(obstacleIn(join(folder, "_npx", "1a2b", "node_modules", "stridelab"))).toContain(
      "npm install --global stridelab\n  stridelab install",
    );
    expect(obstacleIn(folder)).toContain("npm run build");
  });
});

describe("the user's data folder is Jupyter's own", () => {
  test.each<[NodeJS.Platform, Record<string, string>, string[]]>([
    ["linux", { HOME: "/h" }, ["/h", ".local", "share", "jupyter"]],
    ["linux", { HOME: "/h", XDG_DATA_HOME: "/x" }, ["/x", "jupyter"]],
    ["darwin", { HOME: "/h" }, ["/h", "Library", "Jupyter"]],
    ["win32", { HOME: "/h", APPDATA: "/a" }, ["/a", "jupyter"]],
    ["darwin", { HOME: "/h", JUPYTER_DATA_DIR: "/d" }, ["/d"]],
  ])("on %s with %j", (platform, variables, parts) => {
    expect(userDataFolder(variables, platform)).toBe(join(...parts));
  });
});

test("a word for the shell is quoted when it has to be", () => {
  const words = ["out/a-1.ipynb", "a b", "it's", "$HOME", "ö"];
  expect(words.map((word) => shellWord(word, "linux"))).toEqual([
    "out/a-1.ipynb",
    "'a b'",
    "'it'\\''s'",
    "'$HOME'",
    "'ö'",
  ]);
  expect(shellWord("C:\\a b", "win32")).toBe('"C:\\a b"');
});
