import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { runTest, testsBelow } from "../../onnx/backend.ts";
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
