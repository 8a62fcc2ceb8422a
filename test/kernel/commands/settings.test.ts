import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { checkSettings } from "../../../kernel/commands/doctor/settings.ts";
import { kernelSpec } from "../../../kernel/commands/kernelspec.ts";
import { findSettings } from "../../../kernel/commands/settings.ts";
import { type KernelOutput, startKernel } from "../../../kernel/notebook/client.ts";
import { startCommand } from "../../../kernel/protocol/package.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const put = (content: unknown) =>
  writeFileSync(join(folder, "stridelab.json"), typeof content === "string" ? content : JSON.stringify(content));

describe("settings", () => {
  test("are the defaults where nobody has set any", () => {
    const { settings, origins, problems } = findSettings(folder, []);
    const nothing = { threads: undefined, memory: undefined, output: undefined };
    expect(settings).toEqual({ language: "", warnings: true, ...nothing });
    expect(origins.get("typeErrors")).toEqual({ value: "block", from: "default" });
    expect(problems).toEqual([]);
  });

  test("come from the file beside the notebook, before the kernel's arguments", () => {
    put({ typeErrors: "warn", strict: false, memory: "1.5 GiB", warnings: "off" });
    const { settings, origins, problems } = findSettings(folder, ["threads=2", "memory=4GB", "output=10 MB"]);
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      ...{ language: "typeErrors=warn strict=off", warnings: false, threads: 2 },
      ...{ memory: 1.5 * 2 ** 30, output: 10e6 },
    });
    expect(origins.get("memory")).toEqual({ value: "1.5 GiB", from: "stridelab.json" });
    expect(origins.get("threads")).toEqual({ value: "2", from: "the kernel's arguments" });
  });

  test.each<[unknown, string]>([
    [{ strct: true }, 'no setting is called "strct"; known are typeErrors=block|warn and strict'],
    [{ __proto__: null, toString: "on" }, 'no setting is called "toString"'],
    [{ strict: "yes" }, 'strict is "yes", but may be on or off'],
    [{ typeErrors: "ignore" }, 'typeErrors is "ignore", but may be block or warn'],
    [{ threads: 0 }, 'threads is "0", but may be a whole number from 1 to 256'],
    [{ threads: 2.5 }, 'threads is "2.5"'],
    [{ memory: "4" }, 'memory is "4", but may be a size from 500MB on, such as 4GB'],
    [{ memory: "100MB" }, 'memory is "100MB", but may be a size from 500MB on'],
    [{ output: null }, 'output is "null"'],
    [{ warnings: {} }, 'warnings is "{}", but may be on or off'],
    ["{ threads: 2 }", "it is no JSON"],
    ["", "it is no JSON"],
    [[], 'it is no object such as { "typeErrors": "warn" }'],
  ])("that are wrong are named and passed over: %j", (content, problem) => {
    put(content);
    const { settings, problems } = findSettings(folder, ["threads=3"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`stridelab.json: ${problem}`);
    expect(settings.threads).toBe(3);
  });

  test("are shown by the doctor, with who has set them, and what is wrong with them", () => {
    const argv = [...kernelSpec("TS", ["threads=2"]).argv];
    const spec = { name: "ts", folder: "", spec: { argv } };
    const well = checkSettings({ folder }, spec);
    expect(well).toMatchObject({ subject: "settings", status: "ok" });
    expect(well.text).toMatch(/^1 of 10 are set, for the kernel ts, in this folder$/m);
    expect(well.text).toMatch(/^threads=2 +the kernel's arguments$/m);
    expect(well.text).toMatch(/^strict=on +default$/m);
    put({ threads: "many" });
    const { status, text, mend } = checkSettings({ folder }, { ...spec, spec: { argv: [...argv, "--set=output=1"] } });
    expect(status).toBe("look");
    expect(text).toContain('stridelab.json: threads is "many"');
    expect(text).toContain('the kernel\'s arguments: output is "1"');
    expect(mend).toEqual([`correct ${join(folder, "stridelab.json")}`, "install the kernel anew: --set name=value"]);
    expect(checkSettings({ folder }, undefined).text).toContain("in this folder");
  });
});

/** A kernel in the folder, and what its cells show. */
async function kernel(...set: string[]) {
  const command = [...startCommand, ...set.flatMap((word) => ["--set", word])];
  const client = await startKernel({ command, cwd: folder });
  onTestFinished(() => client.shutdown());
  return async (code: string) => {
    const outputs: KernelOutput[] = [];
    const reply = await client.execute(code, { onOutput: (output) => outputs.push(output) });
    const text = (name: string) =>
      outputs.map(({ content }) => ("name" in content && content.name === name ? content.text : "")).join("");
    const result = outputs.find((output) => output.type === "execute_result")?.content.data["text/plain"];
    return { reply, result, out: text("stdout"), err: text("stderr") };
  };
}

test("a kernel has the settings of the file and of its arguments; what is wrong, the first cell says", async () => {
  put({ typeErrors: "warn", output: "1kB", memory: "600MB", fast: true, warnings: false });
  const run = await kernel("threads=3", "strict=off", "nonsense");
  const first = await run('const f = (x) => x;\nconst n: number = "text";\nn');
  expect(first).toMatchObject({ reply: { status: "ok" }, result: "'text'" });
  expect(first.err).toContain("TS2322");
  expect(first.err).not.toContain("TS7006"); // an implicit any, which is an error only where it is strict
  expect(first.err).toContain('stridelab.json: no setting is called "fast"');
  expect(first.err).toContain('the kernel\'s arguments: no setting is called "nonsense"');
  const second = await run('import { threads } from "stridelab";\nthreads()');
  expect(second).toMatchObject({ result: "3", err: "" });

  const printed = await run('process.emitWarning("hidden"); for (let i = 0; i < 500; i++) console.log("0123456789")');
  expect(printed.out).toHaveLength(1000);
  expect(printed.err).toContain('the kernel\'s setting "output" lets a cell print 1,000 characters');
  expect(printed.err).not.toContain("hidden");
  expect((await run("console.log('again')")).out).toBe("again\n"); // each cell for itself

  const full = await run("const kept: Float64Array[] = []; for (;;) kept.push(new Float64Array(1e6).fill(1));");
  expect(full.reply).toMatchObject({ status: "error", ename: "OutOfMemory" });
  expect(full.reply).toHaveProperty("evalue", expect.stringContaining('its setting "memory"'));
  expect((await run("kept.length > 0")).result).toBe("true");
});

test("a file that cannot be read keeps no kernel from starting", async () => {
  put("{ oh");
  const run = await kernel();
  const { result, err } = await run("6 * 7");
  expect(result).toBe("42");
  expect(err).toContain("stridelab.json: it is no JSON");
});
