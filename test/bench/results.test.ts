import { expect, test } from "vitest";
import { measured } from "./measured.mjs";
import { tables } from "./tables.mjs";
import { judge, verdict } from "./targets.mjs";

const heading = { run: "bench", args: ["--threads", "1,2"], node: "v20.0.0", machine: "2 × a machine" };

/** A line as the harness writes it. */
function line(peer: string, threads: number, name: string, best: number, checksum = [0, 1]) {
  const speed = { gflops: 10 / best, gflops_best: 20 / best };
  return { peer, threads, case: name, best_ms: best, med_ms: 2 * best, ...speed, checksum };
}

const lines = [
  heading,
  { hello: 1, ok: 1, name: "torch", version: "2" },
  line("torch", 1, "vgg_3_2", 4),
  line("torch", 2, "vgg_3_2", 2),
  { peer: "jax-js", threads: 1, case: "vgg_3_2", err: "skipped: too slow for the time budget" },
  line("ours", 1, "vgg_3_2", 8),
  line("ours", 2, "vgg_3_2", 8),
  line("torch", 1, "lenet_c1", 3),
  line("ours", 1, "lenet_c1", 1),
];

test("a ratio compares times of the same case on as many threads, in the same run", () => {
  const { ratios, gains } = measured(lines);
  expect([...ratios]).toEqual([
    ["torch 1 vgg_3_2", { best: 0.5, median: 0.5 }],
    ["torch 2 vgg_3_2", { best: 0.25, median: 0.25 }],
    ["torch 1 lenet_c1", { best: 3, median: 3 }],
  ]);
  expect([...gains]).toEqual([["vgg_3_2", { best: 1, median: 1 }]]);
});

test("of a case that a later run repeats, the later figures count", () => {
  const again = [...lines, heading, line("ours", 1, "lenet_c1", 6), line("torch", 1, "lenet_c1", 3)];
  expect(measured(again).ratios.get("torch 1 lenet_c1")).toEqual({ best: 0.5, median: 0.5 });
});

test("checksums that differ in the fourth digit of what they hold are named", () => {
  const near = [heading, line("torch", 1, "vgg_5", 1, [0.2, 2.0008]), line("ours", 1, "vgg_5", 1, [0.2, 2])];
  const far = [heading, line("torch", 1, "vgg_5", 1, [0.202, 2]), line("ours", 1, "vgg_5", 1, [0.2, 2])];
  expect(measured(near).disagreeing).toEqual([]);
  expect(measured(far).disagreeing).toEqual([{ peer: "torch", case: "vgg_5" }]);
});

test("a promise is judged by its worst case", () => {
  const ratio = (peer: string, threads: number, name: string) =>
    peer === "ort-web" && threads === 1 ? { vgg_5: 6, vgg_1_2: 3.6, lenet_c1: 3.9 }[name] : undefined;
  const found = judge(ratio, () => undefined);
  expect(found.map(({ what, worst, verdict }) => [what, worst, verdict])).toEqual([
    ["forward, 3x3", "vgg_1_2", "must"],
    ["forward, small", "lenet_c1", "missed"],
  ]);
});

test("a figure that just reaches what is asked for has reached it", () => {
  expect(verdict(1.8, 1.8, 1.95)).toBe("must");
  expect(verdict(1.95, 1.8, 1.95)).toBe("aim");
  expect(verdict(100, 50, undefined)).toBe("must");
  expect(verdict(Number.NaN, 0.5, 1)).toBe("missed");
});

test("the tables hold speed, part of the peak, ratios and what was lost", () => {
  const text = tables(lines, [{ name: "128-bit", limits: [5, 10] }]);
  expect(text).toContain("| vgg_3_2 | 8.00 (16.0) |  | 2.50 (1.25) | 50 % | 0.50 (0.50) |");
  expect(text).toContain("| torch | forward, 3x3 | 2 | vgg_3_2 | 0.25 | 0.4 | 0.85 | **missed**, 0.63 of it |");
  expect(text).toContain("| vgg_3_2 | 8.00 (16.0) |  | 2.50 (1.25) | 25 % | 1.00 (1.00) | 0.25 (0.25) |");
  expect(text).toContain("- torch, 2 threads: vgg_3_2 0.25\n- torch, 1 thread: vgg_3_2 0.50");
  expect(text).toContain("Checksums: all agree.");
});

test("what the library failed to compute is not passed over", () => {
  const failure = { peer: "ours", threads: 2, case: "vgg16", err: "out of memory" };
  expect(tables([heading, failure], [])).toContain("**Failed** on vgg16, 2 threads: out of memory");
});

test("a process that needs as much memory as the limit has missed it", () => {
  const fresh = (peak: number) => ({ fresh: 1, case: "lenet5", threads: 1, runs: 9, peak_mb: peak });
  expect(tables([heading, fresh(130)], [])).toContain("| lenet5 | 1 | 9 | 130 | 130 | **missed** |");
  expect(tables([heading, fresh(129)], [])).toContain("| lenet5 | 1 | 9 | 129 | 130 |  |");
});

test("the first training step of a fresh process is to be ahead of every peer", () => {
  const startup = (peer: string, time: number) => {
    return { startup: 1, peer, case: "lenet5", ready_ms: 100, first_result_ms: time, peak_rss_mb: 90 };
  };
  const text = tables([heading, startup("torch", 900), startup("ours", 300)], []);
  expect(text).toContain("| lenet5 | ours | 100 | 300 | 90 | must |");
  expect(tables([heading, startup("torch", 200), startup("ours", 201)], [])).toContain("**missed**");
});
