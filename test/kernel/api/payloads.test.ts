import { afterEach, expect, test, vi } from "vitest";
import { type NotebookHost, notebookSymbol } from "../../../kernel/api/host.ts";
import { nextInput, page } from "../../../kernel/api/index.ts";

const globals = globalThis as Record<symbol, unknown>;
afterEach(() => {
  delete globals[notebookSymbol];
  vi.restoreAllMocks();
});

test("a pager text and the next input travel with the reply", () => {
  const host = { payload: vi.fn<NotebookHost["payload"]>() };
  globals[notebookSymbol] = host;
  page("long");
  nextInput("1 + 1");
  nextInput("2 + 2", { replace: true });
  expect(host.payload.mock.calls.map(([payload]) => payload)).toEqual([
    { source: "page", data: { "text/plain": "long" }, start: 0 },
    { source: "set_next_input", text: "1 + 1", replace: false },
    { source: "set_next_input", text: "2 + 2", replace: true },
  ]);
});

test("outside a kernel a pager text is printed, and there is no next input", () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  page("long");
  nextInput("1 + 1");
  expect(print.mock.calls).toEqual([["long"]]);
});
