import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { Value } from "../../../lib/onnx/values/value.ts";
import { runTest, testsBelow } from "../../onnx/backend.ts";
import { difference } from "../../onnx/compare.ts";
import { hasShared, readSharedJson, sharedPath } from "../shared.ts";

const folder = "conformance/onnx-node";
const groups = hasShared(folder) ? readSharedJson<Record<string, string[]>>(`${folder}/INDEX.json`) : {};

describe.skipIf(!hasShared(folder))("ONNX's own tests, which lie beside the repository", () => {
  test.each(Object.entries(groups))("of %s pass", (_, names) => {
    const verdicts = names.map((name) => ({ name, ...runTest(sharedPath(`${folder}/${name}`)) }));
    expect(verdicts.filter(({ kind }) => kind !== "passed")).toEqual([]);
  });

  test("are all in one of these groups", () => {
    const all = testsBelow(sharedPath(folder)).map((test) => basename(test));
    expect(all.filter((name) => !Object.values(groups).flat().includes(name))).toEqual([]);
  });
});

describe("results are those expected", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
  const value = (x: number) => Value.of("float32", [1], Float32Array.of(x));

  test.each([
    [1, 1.0009],
    [infinite, infinite],
    [nan, nan],
    [0, -0],
  ])("where %d stands for %d", (found, expected) => {
    expect(difference(value(found), value(expected))).toBeNull();
  });

  test.each([
    [1, 1.0011],
    [5, infinite],
    [infinite, 5],
    [-infinite, infinite],
    [1, nan],
    [nan, 1],
  ])("but not where %d stands for %d", (found, expected) => {
    expect(difference(value(found), value(expected))).toMatch(/^element 0 is/);
  });
});
