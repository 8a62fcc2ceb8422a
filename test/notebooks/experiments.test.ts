import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../../kernel/notebook/nbformat.ts";
import { isCode } from "../../kernel/notebook/notebook.ts";
import { Random } from "../../lib/random.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const experiments = join(root, "notebooks", "experiments");
const sizes = { train: 520, test: 32 };

/** A folder in CIFAR-10's format, of noise: what an experiment does with photographs is not what is tested here. */
function noise(): string {
  const folder = mkdtempSync(join(tmpdir(), "cifar-"));
  const random = new Random(1);
  for (const [name, count] of [
    ["data_batch_1.bin", sizes.train],
    ["test_batch.bin", sizes.test],
  ] as const) {
    const bytes = Uint8Array.from({ length: count * 3073 }, () => random.integer(256));
    for (let i = 0; i < count; i++) bytes[i * 3073] = i % 10;
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

describe("experiments run from top to bottom, on little data", () => {
  test.each(readdirSync(experiments).filter((name) => name.endsWith(".nb.ts")))(
    "%s",
    { timeout: 180_000 },
    async (name) => {
      const out = join(mkdtempSync(join(tmpdir(), "experiment-")), "a.ipynb");
      const parameters = ["epochs=1", "examples=512"];
      const single = name === "interpretation.nb.ts"; // looks into one network
      if (!single) parameters.push("seeds=2");
      if (!single && name !== "lenet-mnist.nb.ts") {
        parameters.push(`data=${noise()}`, `trainImages=${sizes.train}`, `testImages=${sizes.test}`);
      }
      const given = parameters.flatMap((parameter) => ["-p", parameter]);
      const command = ["bin/stridelab.js", "run", join(experiments, name), "--out", out, ...given];
      await promisify(execFile)(process.execPath, command, { cwd: root });
      const outputs = parseNotebook(readFileSync(out, "utf8"), out)
        .cells.filter(isCode)
        .flatMap((cell) => cell.outputs);
      expect(outputs.filter(({ type }) => type === "error")).toEqual([]);
      const words = outputs.map((output) => ("data" in output ? output.data["text/plain"] : "")).join("\n");
      // every other experiment ends in figures over its seeds
      expect(words).toMatch(single ? /taken for another class than before/ : /± .*\(2 seeds\)/);
    },
  );
});
