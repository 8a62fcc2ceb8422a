import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parseNotebook } from "../../kernel/notebook/nbformat.ts";
import { isCode } from "../../kernel/notebook/notebook.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("every cell of the gallery shows a picture, with words and in a small output", { timeout: 300_000 }, async () => {
  const out = join(mkdtempSync(join(tmpdir(), "gallery-")), "a.ipynb");
  const command = ["bin/stridelab.js", "run", "notebooks/experiments/gallery/gallery.nb.ts", "--out", out];
  await promisify(execFile)(process.execPath, [...command, "-p", "examples=256", "-p", "epochs=1"], { cwd: root });
  const all = parseNotebook(readFileSync(out, "utf8"), out).cells.filter(isCode);
  const cells = all.slice(all.findIndex(({ source }) => source.includes("import"))); // behind its parameters
  expect(cells.length).toBeGreaterThan(25);
  for (const { source, outputs } of cells) {
    expect(
      outputs.map(({ type }) => type),
      source,
    ).not.toContain("error");
    const [shown] = outputs.flatMap((output) => ("data" in output ? [output.data] : []));
    expect(shown?.["text/html"], source).toMatch(/<(img|table|svg)/);
    expect(shown?.["text/plain"], source).not.toBe("");
    // Two large networks' worth of boxes, or all maps of a network, are the largest; but for LeNet-5 itself, of 61,706 weights.
    const most = source.includes("embed: true") ? 520_000 : 130_000;
    expect(JSON.stringify(shown).length, source).toBeLessThan(most);
  }
});
