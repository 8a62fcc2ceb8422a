import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { conv2dForward } from "../../lib/compute/reference.ts";
import { convolution, lengths } from "../lib/compute/support.ts";

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

/** Cases that the harness does not have: other sizes, steps, groups, batches, and residual blocks in training. */
const odd = {
  grouped: { kind: "conv", n: 3, ic: 6, h: 9, w: 11, oc: 8, k: 3, s: 2, p: 1, g: 2 },
  pointwise: { kind: "conv", n: 2, ic: 12, h: 7, w: 9, oc: 16, k: 1, s: 2, p: 0, g: 1 },
  wide_steps: { kind: "conv", n: 1, ic: 5, h: 10, w: 6, oc: 7, k: 4, s: 3, p: 2, g: 1 },
  depthwise: { kind: "conv", n: 2, ic: 8, h: 12, w: 12, oc: 8, k: 5, s: 2, p: 2, g: 8 },
};
const layers = [
  { t: "conv", oc: 8, k: 3, s: 1, p: 1, relu: true },
  { t: "res", m: 4, s: 1, proj: true },
  { t: "res", m: 4, s: 1 },
  { t: "gap" },
  { t: "fc", o: 10 },
];
const networks = {
  residual: { kind: "infer", n: 2, in: [3, 9, 9], layers },
  residual_training: { kind: "train", train: 1, n: 2, in: [3, 9, 9], layers },
};

test.skipIf(!existsSync(peers))("the server takes cases that the harness does not have", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stridelab-harness-"));
  try {
    cpSync(join(peers, "lib"), join(folder, "lib"), { recursive: true });
    appendFileSync(
      join(folder, "lib/cases.mjs"),
      `\nObject.assign(allCases, ${JSON.stringify({ ...odd, ...networks })});\n`,
    );
    const questions = [...Object.keys(odd), ...Object.keys(networks)].flatMap((name) => [
      { cmd: "prep", case: name },
      { cmd: "time", ms: 1, min: 3 },
      { cmd: "drop" },
    ]);
    const [, ...rest] = answers(folder, questions).said.map((text) => JSON.parse(text));
    expect(rest.filter(({ ok }) => ok !== 1)).toEqual([]);
    const checksums = rest.filter(({ checksum }) => checksum).map(({ checksum }) => checksum);
    const { fill } = (await import(pathToFileURL(join(folder, "lib/cases.mjs")).href)) as {
      fill: (count: number, seed: number) => Float32Array;
    };
    for (const [i, { n, ic, h, w, oc, k, s, p, g }] of Object.values(odd).entries()) {
      const square = { kernelHeight: k, kernelWidth: k, strideY: s, strideX: s, padTop: p, padLeft: p };
      const geometry = convolution({ n, c: ic, h, w, f: oc, groups: g, ...square });
      const out = new Float64Array(lengths(geometry).out);
      conv2dForward(geometry, fill(n * ic * h * w, 1), fill((oc * ic * k * k) / g, 2), null, out);
      const rms = Math.sqrt(out.reduce((sum, value) => sum + value ** 2, 0) / out.length);
      expect(checksums[i][1] / rms).toBeCloseTo(1, 3);
    }
    const [scores, loss] = checksums.slice(-2);
    expect(scores[1]).toBeGreaterThan(0);
    expect(loss[0]).toBeGreaterThan(0); // a mean of logarithms of probabilities
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("without the harness the server says what it misses", () => {
  const { said, stderr } = answers("no-such-folder", []);
  expect(said).toEqual([]);
  expect(stderr).toContain(
    "no-such-folder is not the peers' harness (it has no lib/cases.mjs): name its folder in PEERS",
  );
});
