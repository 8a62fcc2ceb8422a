import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startKernel } from "../../kernel/notebook/client.ts";

/** A kernel that runs a cell, and what that prints first. */
async function kernelWith(code: string) {
  const kernel = await startKernel();
  let hear: (text: string) => void;
  const printed = new Promise<string>((resolve) => {
    hear = resolve;
  });
  const reply = kernel.execute(code, {
    onOutput: ({ content }) => {
      if ("text" in content) hear(content.text);
    },
  });
  reply.catch(() => {}); // a kernel that has ended answers nothing more
  return { kernel, printed, reply };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("an exit handler that never ends does not keep the process", async () => {
  const { kernel, printed } = await kernelWith(
    'process.on("exit", () => { while (true); }); console.log(process.pid); setTimeout(() => process.exit(0)); await new Promise(() => {});',
  );
  const pid = Number(await printed);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  await kernel.shutdown().catch(() => {});
});

test("a child process that is interrupted while it starts leaves no folder behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stridelab-test-"));
  const { kernel, printed, reply } = await kernelWith(`import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
process.env.TMPDIR = ${JSON.stringify(folder)};
const input = () => { console.log(readdirSync(process.env.TMPDIR!).length); while (true); };
spawnSync("cat", { stdio: ["pipe", "inherit", "inherit"], get input(): string { return input()!; } });`);
  expect(await printed).toBe("1\n");
  await kernel.interrupt();
  expect(await reply).toMatchObject({ ename: "Interrupted" });
  await kernel.shutdown();
  await expect.poll(() => readdirSync(folder), { timeout: 30_000 }).toEqual([]);
  rmSync(folder, { recursive: true });
});
