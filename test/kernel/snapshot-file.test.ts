import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SnapshotFile } from "../../kernel/io/snapshot-file.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "snapshot-file-"));
  file = join(folder, "compiler.blob");
  writeFileSync(file, "", { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const snapshot = () => new SnapshotFile({ file, command: [], make: [] }, () => {});

test("one that is used is marked as used", () => {
  utimesSync(file, 0, 0);
  expect(snapshot().use()).toBe(true);
  expect(statSync(file).mtimeMs).toBeGreaterThan(0);
});

test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("one is kept whose process somebody ended by %s", (signal) => {
  const one = snapshot();
  one.failed("it ended", signal);
  expect(existsSync(file)).toBe(true);
  expect(one.use(), "but not tried again by the same kernel").toBe(false);
});

test.each(["SIGSEGV", "SIGABRT", null] as const)("one is removed whose process ended by itself: %s", (signal) => {
  snapshot().failed("it ended", signal);
  expect(existsSync(file)).toBe(false);
});
