import { join } from "node:path";
import { expect, test } from "vitest";
import { compileErrors, consumer, type Resolution } from "../package/consumer.ts";
import { npmPackage } from "./tools.ts";

// 6 calls node10 resolution deprecated and 7 has it no more.
test.each<[version: string, resolution: Resolution]>([
  ["5.0.4", "node10"],
  ["5.0.4", "nodenext"],
  ["5", "node10"],
  ["5", "nodenext"],
  ["6", "nodenext"],
  ["7", "nodenext"],
])(
  "the declarations compile under stock TypeScript %s, its newest release, with %s resolution",
  async (version, resolution) => {
    const tsc = join(await npmPackage(`typescript@${version}`), "bin/tsc");
    expect(await compileErrors(tsc, consumer(resolution))).toEqual([]);
  },
);
