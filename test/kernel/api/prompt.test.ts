import { afterEach, expect, test, vi } from "vitest";
import { type NotebookHost, notebookSymbol } from "../../../kernel/api/host.ts";
import { prompt } from "../../../kernel/api/index.ts";

const globals = globalThis as Record<string | symbol, unknown>;
afterEach(() => {
  delete globals[notebookSymbol];
  delete globals.prompt;
});

function answering(answer: string) {
  const host = { prompt: vi.fn<NotebookHost["prompt"]>(() => answer) };
  globals[notebookSymbol] = host;
  return host.prompt;
}

test("a question goes to the kernel as it is, and the answer comes back", () => {
  const asked = answering("Ada");
  expect(prompt("name: ")).toBe("Ada");
  expect(prompt("word: ", { password: true })).toBe("Ada");
  expect(asked.mock.calls).toEqual([
    ["name: ", false],
    ["word: ", true],
  ]);
});

test("an empty answer means the default, which the question shows", () => {
  const asked = answering("");
  expect(prompt("epochs?", "5")).toBe("5");
  expect(prompt("epochs?", { default: "7" })).toBe("7");
  expect(prompt()).toBe("");
  expect(prompt("key? ", { default: "secret", password: true })).toBe("secret");
  expect(asked.mock.calls.map(([message]) => message)).toEqual(["epochs? [5] ", "epochs? [7] ", "", "key? "]);
});

test("outside a kernel a browser's own prompt is asked, and plain Node says that there is nobody", () => {
  expect(() => prompt("name")).toThrow("neither a notebook nor a browser");
  globals.prompt = (message: string, fallback: string) => (message === "name" ? `${fallback}!` : null);
  expect(prompt("name", "Ada")).toBe("Ada!");
  expect(prompt("cancelled", "Ada")).toBe("Ada");
});
