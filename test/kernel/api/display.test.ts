import { afterEach, describe, expect, test, vi } from "vitest";
import type { NotebookHost } from "../../../kernel/api/host.ts";
import { clear, comms, display, displaySymbol, updateDisplay } from "../../../kernel/api/index.ts";
import type { DisplayData } from "../../../kernel/protocol/contents.ts";
import { installHost, notebookHost } from "../../../kernel/session/notebook-host.ts";

let remove: (() => void) | undefined;
afterEach(() => {
  remove?.();
  remove = undefined;
  vi.restoreAllMocks();
});

/** What a session would send, in order. */
function install() {
  const sent: [string, unknown][] = [];
  const held: Promise<void>[] = [];
  const shown = (content: DisplayData, update: boolean) => void sent.push([update ? "update" : "display", content]);
  const host: NotebookHost = notebookHost({
    cell: () => 1,
    display: (_id, content, update) => shown(content, update),
    clear: (_id, wait) => void sent.push(["clear", wait]),
    prompt: () => "",
    payload: () => {},
    comms,
    hold: (_id, drawing) => void held.push(drawing),
  });
  remove = installHost(host);
  return { sent, held };
}

const text = (data: string, id: unknown = expect.any(String)) => ({
  data: { "text/plain": data },
  metadata: {},
  transient: { display_id: id },
});

describe("in a kernel", () => {
  test("display is a global, shows at once, and its handle changes the same place", () => {
    const { sent } = install();
    const handle = (globalThis as unknown as { display: typeof display }).display(1);
    handle.update(2);
    expect(sent).toEqual([
      ["display", text("1", handle.id)],
      ["update", text("2", handle.id)],
    ]);
  });

  test("a place may be named and changed by its name, and shown in again", () => {
    const { sent } = install();
    display("a", { id: "status", metadata: { width: 3 } });
    updateDisplay("status", "b").update("c");
    display("d", { id: "status" });
    expect(sent.map(([kind]) => kind)).toEqual(["display", "update", "update", "display"]);
    expect(sent[0]?.[1]).toEqual({ ...text("'a'", "status"), metadata: { width: 3 } });
    expect(sent[2]?.[1]).toEqual(text("'c'", "status"));
  });

  test("a raw value is a bundle as it is, with bytes as base64, and says so where it is none", () => {
    const { sent } = install();
    display({ "image/png": new Uint8Array([1, 2, 3]), "text/html": undefined }, { raw: true });
    display("no bundle", { raw: true });
    expect(sent[0]?.[1]).toMatchObject({ data: { "image/png": "AQID" } });
    expect(sent[1]?.[1]).toMatchObject({ data: { "text/plain": expect.stringContaining("not a MIME bundle") } });
  });

  test("a drawing that takes time holds its cell, and `ready` comes with it", async () => {
    const { sent, held } = install();
    const { ready } = display({ [displaySymbol]: async () => ({ "text/plain": "late" }) });
    expect(sent).toEqual([]);
    expect(held).toHaveLength(1);
    await ready;
    expect(sent).toEqual([["display", text("late")]]);
  });

  test("a value whose bundle is empty shows nothing, and a handle is such a value", () => {
    const { sent } = install();
    display({ [displaySymbol]: () => ({}) });
    display(display(1));
    expect(sent).toEqual([["display", text("1")]]);
  });

  test("clear passes on whether it waits", () => {
    const { sent } = install();
    clear();
    clear({ wait: true });
    expect(sent).toEqual([
      ["clear", false],
      ["clear", true],
    ]);
  });

  test("metadata that no message can carry is left out rather than thrown", () => {
    const { sent } = install();
    display(1, { metadata: { width: 4, scale: () => 2 } });
    expect(sent[0]?.[1]).toMatchObject({ metadata: { width: 4 } });
  });
});

test("outside a kernel, values are printed as text and clear does nothing", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await display({ [displaySymbol]: () => ({ "text/plain": "a chart", "text/html": "<b>" }) }).ready;
  await display([1, 2]).ready;
  clear();
  expect(log.mock.calls).toEqual([["a chart"], [[1, 2]]]);
  const broken = () => Promise.reject(new Error("no ink"));
  await display({ [displaySymbol]: broken }).ready;
  expect(log.mock.lastCall?.[0]).toMatch(/display hook failed: Error: no ink/);
});
