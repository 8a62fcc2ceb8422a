import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../lib/errors.ts";
import { linear } from "../../lib/ops/linear.ts";
import { zeros } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const papers = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
const readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);

  test.each(blocks.map((code, i) => [i + 1, code] as const))(
    "shows TypeScript that runs in cells as it stands: block %i",
    { timeout: 120_000 },
    async (number, code) => {
      const folder = mkdtempSync(join(tmpdir(), "readme-"));
      writeFileSync(join(folder, "block.nb.ts"), code.startsWith("// %%") ? code : `// %%\n${code}`);
      const args = [join(root, "bin", "stridelab.js"), "run", "block.nb.ts", "--out", "block.ipynb"];
      await promisify(execFile)(process.execPath, args, { cwd: folder });
      if (number > 1) return;
      expect(code.trim().split("\n").length).toBeLessThanOrEqual(12);
      const executed = readFileSync(join(folder, "block.ipynb"), "utf8");
      expect(executed).toContain("validation accuracy");
      expect(executed).toContain("image/png");
    },
  );

  test("quotes an error as it really is", () => {
    let message = "";
    try {
      linear(zeros([64, 1152]) as Tensor, zeros([10, 1150]));
    } catch (error) {
      if (error instanceof ShapeError) message = `${error.name}: ${error.message}`;
    }
    expect(readme).toContain(message);
  });

  test.each(papers)("%s links to files that exist", (name) => {
    const text = readFileSync(join(root, name), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map(([, target]) => target as string);
    const local = links.filter((target) => !target.includes("://"));
    expect(local.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });
});
