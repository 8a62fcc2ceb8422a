import type { KernelComm } from "./client.ts";
import { isCode, type Metadata, type Notebook } from "./notebook.ts";

/** The place of a widget in an output. */
export const widgetView = "application/vnd.jupyter.widget-view+json";

/** Where a notebook keeps the state of its widgets, for pages that are made of it. */
const mime = "application/vnd.jupyter.widget-state+json";

interface WidgetState {
  state: Record<string, unknown>;
  /** By the text of their path. */
  buffers: Map<string, { encoding: "base64"; path: unknown[]; data: string }>;
}

/** What is known of the widgets that cells have made, from what the kernel says of them, as nbclient keeps it. */
export class WidgetStates {
  readonly #open = new Map<string, WidgetState>();

  add({ type, content, buffers }: KernelComm): void {
    const id = String(content.comm_id);
    if (type === "comm_close") this.#open.delete(id);
    if (type === "comm_open" && content.target_name === "jupyter.widget") {
      this.#open.set(id, { state: {}, buffers: new Map() });
    }
    const widget = this.#open.get(id);
    const { state, buffer_paths: paths } = (content.data ?? {}) as { state?: unknown; buffer_paths?: unknown };
    if (widget === undefined || typeof state !== "object" || state === null) return;
    Object.assign(widget.state, state);
    // Bytes of a value that was replaced are none of its any more.
    for (const [key, { path }] of widget.buffers) if (String(path[0]) in state) widget.buffers.delete(key);
    if (!Array.isArray(paths)) return;
    for (const [i, bytes] of buffers.entries()) {
      const path = paths[i] as unknown[];
      const data = Buffer.from(bytes).toString("base64");
      widget.buffers.set(JSON.stringify(path), { encoding: "base64", path, data });
    }
  }

  /** Puts them into the notebook, in place of those of an earlier run, if there is a view of one in it. */
  keepIn(notebook: Notebook): void {
    const { widgets, ...others } = notebook.metadata as Metadata & { widgets?: Metadata };
    const { [mime]: _, ...kinds } = widgets ?? {};
    const state = Object.fromEntries([...this.#open].map(([id, widget]) => [id, modelOf(widget)]));
    const outputs = notebook.cells.filter(isCode).flatMap((cell) => cell.outputs);
    const views = outputs.some((output) => "data" in output && widgetView in output.data);
    if (views && this.#open.size > 0) kinds[mime] = { state, version_major: 2, version_minor: 0 };
    notebook.metadata = Object.keys(kinds).length === 0 ? others : { ...others, widgets: kinds };
  }
}

function modelOf({ state, buffers }: WidgetState): object {
  const { _model_name: model_name, _model_module: model_module, _model_module_version: model_module_version } = state;
  const bytes = buffers.size === 0 ? {} : { buffers: [...buffers.values()] };
  return { model_name, model_module, model_module_version, state, ...bytes };
}
