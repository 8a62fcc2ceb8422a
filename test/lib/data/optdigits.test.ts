import { describe, expect, test } from "vitest";
import { optdigits } from "../../../lib/data/optdigits.ts";
import { DataError } from "../../../lib/errors.ts";
import { hasShared, sharedPath } from "../shared.ts";
import { folderOf } from "./idx-files.ts";

const line = (label: number, change: (j: number) => string | number = (j) => j % 17): string =>
  `${Array.from({ length: 64 }, (_, j) => change(j)).join(",")},${label}`;

const files = (tra: string, tes = `${line(3)}\n`) => ({
  "optdigits.tra": Buffer.from(tra),
  "optdigits.tes": Buffer.from(tes),
});

async function failure(tra: string): Promise<string> {
  const error = await optdigits(folderOf(files(tra)), { train: 2, test: 1 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

describe("optdigits", () => {
  test.each([
    ["with a line of names", `Block 1,Block 2,Class\n${line(5)}\n${line(9)}\n`],
    ["without", `${line(5)}\n${line(9)}`],
    ["with the ends of lines of Windows", `${line(5)}\r\n${line(9)}\r\n`],
  ])("reads lines of counts %s", async (_, tra) => {
    const { train, test } = await optdigits(folderOf(files(tra)), { train: 2, test: 1 });
    expect(train.images.shape).toEqual([2, 1, 8, 8]);
    expect([...train.labels.data, ...test.labels.data]).toEqual([5, 9, 3]);
    expect(train.images.data).toEqual(Float32Array.from({ length: 128 }, (_, i) => ((i % 64) % 17) / 16));
  });

  test.each([
    ["a line cut short", `${line(1)}\n1,2,3\n`, /optdigits\.tra\n.*64 counts and a label in line 2\n.*3 numbers/],
    [
      "a count beyond 16",
      `${line(1)}\n${line(1, (j) => (j === 5 ? 17 : 0))}\n`,
      /0 \.\. 16 in column 6 of line 2\n.*"17"/,
    ],
    ["what is no number", `${line(1, (j) => (j === 0 ? "" : 1))}\n${line(1)}`, /column 1 of line 1\n.*the text ""/],
    ["a label beyond 9", `${line(10)}\n${line(1)}\n`, /label 0 \.\. 9.* of line 1\n.*"10"/],
    ["a line too many", `${line(1)}\n${line(1)}\n${line(1)}\n`, /2 lines of digits\n.*3\n.*subset/],
  ])("refuses %s", async (_, tra, message) => {
    expect(await failure(tra)).toMatch(message);
  });

  test("refuses a folder without the files, and unknown options", async () => {
    await expect(optdigits(folderOf({}))).rejects.toThrow(/a file optdigits\.tra\n.*an empty folder/);
    await expect(optdigits("x", { normalize: true } as never)).rejects.toThrow('unknown option "normalize"');
    await expect(optdigits(null as never)).rejects.toThrow("the folder is null");
  });
});

describe.skipIf(!hasShared("data/optdigits"))("the real optdigits (skipped where shared/data is missing)", () => {
  test("have the class counts of their own description", async () => {
    const { train, test } = await optdigits(sharedPath("data/optdigits"));
    const counts = (labels: Int32Array): number[] => {
      const found = new Array<number>(10).fill(0);
      for (const label of labels) found[label]!++;
      return found;
    };
    expect(counts(train.labels.data)).toEqual([376, 389, 380, 389, 387, 376, 377, 387, 380, 382]);
    expect(counts(test.labels.data)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });
});
