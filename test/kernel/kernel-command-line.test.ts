import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

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
