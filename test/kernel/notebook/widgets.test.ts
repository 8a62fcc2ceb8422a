import { expect, test } from "vitest";
import type { KernelComm } from "../../../kernel/notebook/client.ts";
import type { Notebook } from "../../../kernel/notebook/notebook.ts";
import { WidgetStates, widgetView } from "../../../kernel/notebook/widgets.ts";

const mime = "application/vnd.jupyter.widget-state+json";
const model = { _model_name: "AnyModel", _model_module: "anywidget", _model_module_version: "*" };
const [model_name, model_module, model_module_version] = Object.values(model);

const open = (id: string, state: object, paths: unknown[] = [], buffers: Uint8Array[] = []): KernelComm => ({
  type: "comm_open",
  content: { comm_id: id, target_name: "jupyter.widget", data: { state: { ...model, ...state }, buffer_paths: paths } },
  buffers,
});
const update = (id: string, state: object, paths: unknown[] = [], buffers: Uint8Array[] = []): KernelComm => ({
  type: "comm_msg",
  content: { comm_id: id, data: { method: "update", state, buffer_paths: paths } },
  buffers,
});

/** The metadata of a notebook after these messages. @param viewed whether one of its outputs is a view of a widget */
function kept(messages: KernelComm[], metadata: Notebook["metadata"] = {}, viewed = true): Notebook["metadata"] {
  const states = new WidgetStates();
  for (const message of messages) states.add(message);
  const data = viewed ? { [widgetView]: { model_id: "a" } } : { "text/html": "<p>a</p>" };
  const outputs = [{ type: "display_data", data, metadata: {} } as const];
  const cell = { type: "code", id: "1", source: "", metadata: {}, executionCount: 1, outputs } as const;
  const notebook: Notebook = { cells: [{ ...cell, outputs: [...outputs] }], metadata, minor: 5 };
  states.keepIn(notebook);
  return notebook.metadata;
}

test("a notebook keeps its widgets' last states, with their bytes, as pages of it need them", () => {
  const metadata = kept([
    open(
      "a",
      { rate: 0.1, weights: null, old: null },
      [["weights"], ["old"]],
      [new Uint8Array([1]), new Uint8Array([2])],
    ),
    update("a", { rate: 0.5, old: 3 }),
    update("a", { weights: null }, [["weights"]], [new Uint8Array([3, 4])]),
    { type: "comm_msg", content: { comm_id: "a", data: { method: "custom", content: 1 } }, buffers: [] },
  ]);
  const state = { ...model, rate: 0.5, weights: null, old: 3 };
  const buffers = [{ encoding: "base64", path: ["weights"], data: "AwQ=" }];
  const widget = { model_name, model_module, model_module_version, state, buffers };
  expect(metadata).toEqual({ widgets: { [mime]: { state: { a: widget }, version_major: 2, version_minor: 0 } } });
});

test("what is closed, is no widget or stems from an earlier run is not kept", () => {
  const others = { kernelspec: { name: "stridelab" } };
  const metadata = kept(
    [
      open("a", {}),
      { type: "comm_close", content: { comm_id: "a", data: {} }, buffers: [] },
      { type: "comm_open", content: { comm_id: "b", target_name: "mine", data: { state: {} } }, buffers: [] },
      update("nobody", { x: 1 }),
    ],
    { ...others, widgets: { [mime]: { state: { old: {} } } } },
  );
  expect(metadata).toEqual(others);
});

test("nor is that of widgets of which no output is a view", () => {
  expect(kept([open("a", { rate: 0.1 })], {}, false)).toEqual({});
});
