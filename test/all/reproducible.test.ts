import { beforeAll, expect, test } from "vitest";
import { run, succeed } from "../package/command.ts";
import { nodeOf } from "./tools.ts";

const program = "test/all/reproducible.mjs";

let expected = "";

beforeAll(async () => {
  expected = (await succeed(process.execPath, [program])).stdout;
});

const ways = [
  ["fused", "3"],
  ["simd", "1"],
  ["typescript", "1"],
] as const;

test.each([20, 22, 24, 26].flatMap((major) => ways.map((way) => [major, ...way] as const)))(
  "forty steps of training leave the same bits under Node %i with %s instructions and %s threads",
  async (major, instructions, threads) => {
    const { code, stdout, stderr } = await run(await nodeOf(major), [program, instructions, threads]);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(expected);
  },
);

test("and where there is no WebAssembly at all", async () => {
  const [all, few] = [
    ["--jitless", program, "fused", "1", "2"],
    [program, "fused", "1", "2"],
  ];
  const { stdout } = await succeed(process.execPath, few);
  expect((await succeed(process.execPath, all, { timeout: 500_000 })).stdout).toBe(stdout);
});
