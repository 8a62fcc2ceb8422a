import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newConnection } from "../../kernel/protocol/client-sockets.ts";

const bin = fileURLToPath(new URL("../../bin/stridelab.js", import.meta.url));
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const stridelab = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });

test("--version prints the package's version, --help and no arguments the commands", () => {
  expect(stridelab("--version")).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
  expect(stridelab("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("install") });
  expect(stridelab()).toMatchObject({ status: 0, stdout: expect.stringContaining("run NOTEBOOK") });
});

test("an unknown command or option is named, with the usage, and exits with 2", () => {
  expect(stridelab("fly")).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown command "fly"') });
  expect(stridelab("--fly")).toMatchObject({ status: 2, stderr: expect.stringContaining("--fly") });
});

test("start without a usable connection file says what is wrong and exits with 2", () => {
  expect(stridelab("start")).toMatchObject({ status: 2, stderr: expect.stringContaining("CONNECTION_FILE") });
  const missing = stridelab("start", "/nowhere/connection.json");
  expect(missing).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("/nowhere/connection.json: cannot be read"),
  });
});

test("start where somebody else listens names the channel and the address, and exits with 1", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stridelab-test-"));
  const connection = await newConnection(folder, "tcp");
  const other = createServer().listen(connection.control_port, "127.0.0.1");
  await once(other, "listening");
  const path = join(folder, "connection.json");
  writeFileSync(path, JSON.stringify(connection), { mode: 0o600 });
  const address = `control cannot listen at tcp://127.0.0.1:${connection.control_port}`;
  expect(stridelab("start", path)).toMatchObject({ status: 1, stderr: expect.stringContaining(address) });
  other.close();
  rmSync(folder, { recursive: true });
});
