import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { compilerFlags } from "../../../kernel/commands/compiler-flags.ts";
import { snapshotPath } from "../../../kernel/commands/snapshot.ts";
import { startKernel } from "../../../kernel/notebook/client.ts";
import { stridelab } from "./command.ts";

let folder: string;
let env: { STRIDELAB_CACHE: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "prepare-"));
  env = { STRIDELAB_CACHE: join(folder, "cache") };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prepare = (variables: Record<string, string> = env) => stridelab(["prepare"], { cwd: folder, env: variables });

/** Starts a kernel and has it add up. */
async function add(): Promise<unknown> {
  const kernel = await startKernel({ cwd: folder, env });
  try {
    const outputs: unknown[] = [];
    await kernel.execute("import { tensor } from 'stridelab'; tensor([1, 2]).sum().item()", {
      onOutput: ({ content }) => outputs.push(content),
    });
    return outputs.at(-1);
  } finally {
    await kernel.shutdown();
  }
}
const three = expect.objectContaining({ data: { "text/plain": "3" } });

test("makes one snapshot, which kernels start from, and makes it once", async () => {
  expect((await prepare()).stdout).toMatch(/^made .*compiler-[0-9a-f]{32}\.blob\n$/);
  const [file = "", ...others] = readdirSync(env.STRIDELAB_CACHE);
  expect(others).toEqual([]);
  const path = join(env.STRIDELAB_CACHE, file);
  const { mode } = statSync(path);
  expect(process.platform === "win32" || (mode & 0o022) === 0).toBe(true);
  expect((await prepare()).stdout).toMatch(/^there already is /);
  utimesSync(path, 0, 0);
  expect(await add()).toEqual(three);
  expect(statSync(path).mtimeMs).toBeGreaterThan(0); // used, so it is not among the oldest that are removed
});

test("a snapshot that is damaged is removed, and the kernel does without", async () => {
  const [file = ""] = readdirSync(env.STRIDELAB_CACHE);
  const path = join(env.STRIDELAB_CACHE, file);
  truncateSync(path, 1000);
  expect(await add()).toEqual(three);
  await vi.waitUntil(() => !readdirSync(env.STRIDELAB_CACHE).includes(file) || statSync(path).size > 1000);
});

test("somebody else who is making it is left to it", async () => {
  const cache = join(folder, "another");
  const file = snapshotPath({ STRIDELAB_CACHE: cache }, process.platform) ?? "";
  mkdirSync(cache);
  writeFileSync(`${file}.claim`, "");
  expect((await prepare({ STRIDELAB_CACHE: cache })).stdout).toBe(`another process is making ${file}\n`);
});

test("without a place to keep it, or with arguments, nothing is made", async () => {
  expect(await prepare({ STRIDELAB_CACHE: "off" })).toMatchObject({ code: 2 });
  expect(await stridelab(["prepare", "all"], { cwd: folder, env })).toMatchObject({ code: 2 });
  writeFileSync(join(folder, "file"), "");
  const { code, stderr } = await prepare({ STRIDELAB_CACHE: join(folder, "file") });
  expect([code, stderr]).toEqual([1, expect.stringContaining(join(folder, "file"))]);
});

test("its name stands for the folder that the variables say, and for this build", () => {
  const linux = (variables: Record<string, string>) => snapshotPath(variables, "linux") ?? "";
  expect(linux({ HOME: "/home/me" })).toMatch(/^\/home\/me\/\.cache\/stridelab\/compiler-/);
  expect(linux({ HOME: "/home/me", XDG_CACHE_HOME: "/cache" })).toMatch(/^\/cache\/stridelab\/compiler-/);
  expect(snapshotPath({ HOME: "/Users/me" }, "darwin")).toMatch(/^\/Users\/me\/Library\/Caches\/stridelab\/compiler-/);
  expect(basename(linux({ STRIDELAB_CACHE: "/c" }))).toBe(basename(linux({ HOME: "/h" })));
  // A heap made with other flags of V8 is refused, and would be taken for a damaged one.
  expect(basename(linux({ HOME: "/h", NODE_OPTIONS: "--max-old-space-size=768" }))).not.toBe(
    basename(linux({ HOME: "/h" })),
  );
  expect(snapshotPath({ STRIDELAB_CACHE: "off" }, "linux")).toBeUndefined();
});

test("this Node takes the flags, which are those of its V8", () => {
  const args = [...compilerFlags(), "-p", "6 * 7"];
  expect(spawnSync(process.execPath, args, { encoding: "utf8" })).toMatchObject({ stdout: "42\n", stderr: "" });
  expect(compilerFlags("11.3.244.8-node.38").join()).toContain("--interrupt-budget=");
  expect(compilerFlags("14.6.202.34-node.34").join()).toContain("--invocation-count-for-turbofan=");
});
