import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../../kernel/notebook/nbformat.ts";
import { isCode, type Output } from "../../kernel/notebook/notebook.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const lectures = join(root, "notebooks", "lectures");

async function run(name: string): Promise<{ outputs: Output[]; page: string }> {
  const folder = mkdtempSync(join(tmpdir(), "lecture-"));
  const [out, html] = [join(folder, "a.ipynb"), join(folder, "a.html")];
  const script = join(lectures, name);
  await promisify(execFile)(process.execPath, ["bin/stridelab.js", "run", script, "--out", out, "--html", html], {
    cwd: root,
  });
  const { cells } = parseNotebook(readFileSync(out, "utf8"), out);
  return { outputs: cells.filter(isCode).flatMap((cell) => cell.outputs), page: readFileSync(html, "utf8") };
}

const text = (outputs: Output[]): string =>
  outputs
    .map((output) => (output.type === "stream" ? output.text : "data" in output ? output.data["text/plain"] : ""))
    .join("\n");

describe("lectures run from top to bottom", () => {
  const known: Record<string, (outputs: Output[], page: string) => void> = {
    "01-convolution.nb.ts": (outputs, page) => {
      const words = text(outputs);
      expect(words).toContain("4·1 + 9·0 + 2·(-1) + 5·1 + 6·0 + 2·(-1) + 2·1 + 4·0 + 5·(-1) = 2");
      expect(words).toContain("61,706");
      // The accuracy that the lecture promises; the figure itself follows from the seed.
      const accuracy = Number(/test accuracy ([\d.]+) % on 2000 images/.exec(words)?.[1]);
      expect(accuracy).toBeGreaterThan(98);
      const types = outputs.flatMap((output) => ("data" in output ? Object.keys(output.data) : []));
      expect(types.filter((type) => type === "application/vnd.plotly.v1+json")).toHaveLength(1);
      for (const part of ["<math", "Filters of conv1", "True digit by predicted digit", "data:image/"]) {
        expect(page).toContain(part);
      }
    },
  };

  test.each(readdirSync(lectures).filter((name) => name.endsWith(".nb.ts")))(
    "%s",
    { timeout: 180_000 },
    async (name) => {
      const { outputs, page } = await run(name);
      expect(outputs.filter(({ type }) => type === "error")).toEqual([]);
      known[name]?.(outputs, page);
    },
  );
});
