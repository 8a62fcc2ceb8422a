import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const server = fileURLToPath(new URL("server.mjs", import.meta.url));
const peers = fileURLToPath(new URL("../../../shared/peers", import.meta.url));

/** What the server answers to some questions, once all are asked. */
function answers(folder: string, questions: readonly object[]) {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const env = { ...process.env, PEERS: folder, THREADS: "1" };
  const { stdout, stderr } = spawnSync(process.execPath, [server], { input, env, encoding: "utf8" });
  return { said: stdout.split("\n").filter(Boolean), stderr };
}

// mean and root mean square of what torch 2.15 computes, from the harness's own server of torch
const torch = { lenet_c1: [0.000080077, 0.41001], dw_3x3: [0.0000020388, 0.35554], lenet5: [2.3008, 2.3008] };

test.skipIf(!existsSync(peers))("the server for the peers' harness computes what torch computes", () => {
  const questions = Object.keys(torch).map((name) => ({ cmd: "prep", case: name }));
  const { said } = answers(peers, [...questions, { cmd: "time", ms: 1, min: 2 }, { cmd: "quit" }]);
  const [hello, ...rest] = said.map((text) => JSON.parse(text));
  expect(hello).toMatchObject({ ok: 1, peer: "stridelab", threads: 1, node: process.version });
  const times = rest.pop();
  expect(times.s.length).toBeGreaterThanOrEqual(2);
  for (const [i, [mean, rms]] of Object.values(torch).entries()) {
    // five digits are printed; sums in another order differ by less than 1e-5 of what the numbers are
    expect(Math.abs(rest[i].checksum[0] - mean!)).toBeLessThan(1e-4 * rms!);
    expect(Math.abs(rest[i].checksum[1] - rms!)).toBeLessThan(1e-4 * rms!);
  }
});

test("without the harness the server says what it misses", () => {
  const { said, stderr } = answers("no-such-folder", []);
  expect(said).toEqual([]);
  expect(stderr).toContain(
    "no-such-folder is not the peers' harness (it has no lib/cases.mjs): name its folder in PEERS",
  );
});
