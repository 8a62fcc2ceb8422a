import { describe, expect, test } from "vitest";
import type { CodeCell } from "../../../kernel/notebook/notebook.ts";
import { Progress } from "../../../kernel/notebook/progress.ts";

const cell = (source: string, title?: string): CodeCell => ({
  type: "code",
  id: "a",
  source,
  metadata: title === undefined ? {} : { title },
  executionCount: null,
  outputs: [],
});

function show(terminal: { isTTY?: boolean; columns?: number }, ...cells: CodeCell[]): string {
  let written = "";
  const progress = new Progress({ ...terminal, write: (text: string) => (written += text) });
  progress.note("starting the kernel");
  for (const [i, each] of cells.entries()) {
    const step = { cell: each, number: i + 1, total: 10 };
    progress.start(step);
    progress.end(step);
  }
  progress.clear();
  return written;
}

describe("progress", () => {
  test("is a line for each finished cell when the output is no terminal", () => {
    const text = show({}, cell("x", "Train LeNet"), cell('import "x";\n\nconst a = 1;\n'));
    expect(text).toMatch(/^\[ 1\/10\] Train LeNet {2}0\.0 s\n\[ 2\/10\] const a = 1; {2}0\.0 s\n$/);
  });

  test("is one line written over on a terminal, never wider than it, and gone at the end", () => {
    const text = show({ isTTY: true, columns: 24 }, cell("x", "A title that is longer than the window"));
    const lines = text.split("\r\u001b[K");
    expect(lines).toEqual(["", "starting the kernel", "[ 1/10] A title that i…", ""]);
  });
});
