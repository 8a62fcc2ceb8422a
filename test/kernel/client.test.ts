import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { KernelDied, type KernelOutput, startKernel } from "../../kernel/notebook/client.ts";
import { startCommand } from "../../kernel/protocol/package.ts";

/** A temporary folder of the test's own, so that what the client leaves there can be counted. */
const newTemporary = () => mkdtempSync(join(tmpdir(), "client-"));

test("the connection file is private, and gone once the kernel has read it; its folder goes with the kernel", async () => {
  const temporary = newTemporary();
  const { TMPDIR } = process.env;
  process.env.TMPDIR = temporary;
  try {
    const starting = startKernel();
    const fileIn = (folder = "") => join(temporary, folder, "connection.json");
    const appears = () => {
      const folders = readdirSync(temporary);
      return folders[0] !== undefined && existsSync(fileIn(folders[0])) && folders;
    };
    const [folder = ""] = await vi.waitUntil(appears, { timeout: 30_000 });
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(join(temporary, folder)).mode & 0o777).toBe(0o700);
    const kernel = await starting;
    expect(existsSync(fileIn(folder))).toBe(false);
    await kernel.shutdown();
    expect(await kernel.exited).toEqual({ code: 0, signal: null });
    await vi.waitUntil(() => readdirSync(temporary).length === 0, { timeout: 30_000 });
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
});

test("process.exit in a cell loses no output, answers the cell, and ends with its code", async () => {
  const kernel = await startKernel();
  const outputs: KernelOutput[] = [];
  const lines = "for (let i = 0; i < 2000; i++) console.log(i);";
  const reply = await kernel.execute(`${lines} process.exit(3);`, { onOutput: (output) => outputs.push(output) });
  const text = outputs.map(({ content }) => ("text" in content ? content.text : "")).join("");
  expect(text).toBe(Array.from({ length: 2000 }, (_, i) => `${i}\n`).join(""));
  expect(reply).toMatchObject({ status: "error", ename: "ProcessExit", evalue: "process.exit(3)" });
  expect(await kernel.exited).toEqual({ code: 3, signal: null });
  await kernel.shutdown();
});

test("a kernel that dies in the middle of a cell rejects it, with the signal", async () => {
  const kernel = await startKernel();
  const cell = kernel.execute('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});');
  const death = await cell.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(death).toBeInstanceOf(KernelDied);
  expect(death).toMatchObject({ exit: { code: null, signal: "SIGKILL" } });
  await expect(kernel.execute("1")).rejects.toBe(death);
});

test("an interrupt right after the start arrives, whichever channel connected first", async () => {
  const kernel = await startKernel();
  const cell = kernel.execute("while (true) {}");
  await kernel.interrupt();
  expect(await cell).toMatchObject({ status: "error", ename: "Interrupted" });
  await kernel.shutdown();
});

test("shutdown ends a kernel whose cell prints and never yields", async () => {
  const kernel = await startKernel();
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const cell = kernel
    .execute('while (true) { console.log("x"); const t = Date.now(); while (Date.now() < t + 5); }', {
      onOutput: begun,
    })
    .catch((error: unknown) => error);
  await started;
  await kernel.shutdown();
  expect(await cell).toBeInstanceOf(KernelDied);
  // By itself where the loop could be unwound in time, else by force: on a busy machine either may happen.
  expect([
    { code: 0, signal: null },
    { code: null, signal: "SIGKILL" },
  ]).toContainEqual(await kernel.exited);
});

test("a command that fails to start says so, with what it wrote", async () => {
  const script = join(newTemporary(), "broken.mjs");
  writeFileSync(script, 'console.error("no such thing"); process.exit(7);');
  await expect(startKernel({ command: [process.execPath, script] })).rejects.toThrow(/exit code 7\)\nno such thing/);
  await expect(startKernel({ command: ["/nowhere/kernel"] })).rejects.toThrow("ENOENT");
  const invalid = [...startCommand, "/nowhere/connection.json"];
  await expect(startKernel({ command: invalid })).rejects.toThrow("usage: stridelab start CONNECTION_FILE");
});
