import type { Comm, CommOpenOptions, Comms } from "../api/comms.ts";
import type { Widget, WidgetOptions } from "../api/widget.ts";
import { type Pending, type StateContent, WidgetModel } from "../api/widget-model.ts";
import type { DisplayData } from "../protocol/contents.ts";
import type { CellId } from "../protocol/threads.ts";
import { Places } from "./places.ts";

/** Where a page that was loaded again asks for the state of all widgets at once, and the version of what it says. */
const [controlTarget, controlProtocol] = ["jupyter.widget.control", "1.0.0"];

/** By which an output says that it is a view of a widget, and of which. */
const viewType = "application/vnd.jupyter.widget-view+json";

type Model = WidgetModel<object>;

/**
 * The widgets of a session, by Jupyter's widget protocol on its comms. A widget lives as long as it can be reached: by code that
 * has it, or by a user who sees it. What a cell of the notebook has made and shown is taken from the page when that cell is run
 * again; a widget of which nothing else is known is then held by code alone, and closed when it is garbage.
 */
export class Widgets {
  readonly #comms: Comms;
  /** By their ids. The engine keeps what a weak reference has led to until its next turn, so few are followed. */
  readonly #all = new Map<string, { comm: Comm; model: WeakRef<Model> }>();
  readonly #places = new Places<Model>();
  readonly #waiting = new Set<Pending>();
  readonly #garbage = new FinalizationRegistry<Comm>((comm) => {
    this.#all.delete(comm.id);
    comm.close();
  });

  constructor(comms: Comms) {
    this.#comms = comms;
    comms.register(controlTarget, (comm) => {
      comm.onMessage(({ data }) => {
        if (data.method !== "request_states") return;
        const { states, buffer_paths, buffers } = this.#states();
        comm.send(
          { method: "update_states", states, buffer_paths },
          { buffers, metadata: { version: controlProtocol } },
        );
      });
    });
  }

  /**
   * @param cell that makes it
   * @throws TypeError for options that are none
   */
  open<S extends object>(options: WidgetOptions<S>, cell: CellId): Widget<S> {
    let opened: Comm | undefined;
    const open = (opening: CommOpenOptions) => {
      opened = this.#comms.open("jupyter.widget", opening);
      return opened;
    };
    const widget = new WidgetModel(options, open, this.#waiting);
    if (opened !== undefined) this.#keep(widget as unknown as Model, opened, cell);
    return widget;
  }

  /** A cell begins, of which the front end may say which of the notebook's it is. */
  begin(cell: CellId, place: string | undefined): void {
    this.#places.begin(cell, place);
    for (const { comm } of [...this.#all.values()]) if (!comm.isOpen) this.#all.delete(comm.id);
    this.#places.forget(({ isOpen }) => !isOpen);
  }

  /** Sends what has yet to be: whoever keeps a notebook, as nbclient does, listens no longer when the cell is over. */
  flush(): void {
    for (const widget of [...this.#waiting]) widget.flush();
  }

  /** An output is shown, or another takes its place. */
  shown(cell: CellId, { data, transient }: DisplayData, update: boolean): void {
    const { model_id } = (data[viewType] ?? {}) as { model_id?: unknown };
    const model = this.#all.get(String(model_id))?.model.deref();
    this.#places.shown(cell, model, { display: transient?.display_id, update });
  }

  /** Nothing here that lasts may lead to the model but what is shown. */
  #keep(model: Model, comm: Comm, cell: CellId): void {
    const weak = new WeakRef(model);
    comm.onMessage((message) => weak.deref()?.receive(message));
    this.#all.set(comm.id, { comm, model: weak });
    this.#garbage.register(model, comm);
    this.#places.shown(cell, model);
  }

  #states() {
    const states: Record<string, object> = {};
    const paths: (readonly (string | number)[])[] = [];
    const all: StateContent["buffers"] = [];
    for (const { model } of this.#all.values()) {
      const widget = model.deref();
      if (widget?.isOpen !== true) continue;
      const { data, buffers } = widget.content();
      const {
        _model_name: model_name,
        _model_module: model_module,
        _model_module_version: model_module_version,
      } = data.state;
      states[widget.id] = { model_name, model_module, model_module_version, state: data.state };
      paths.push(...data.buffer_paths.map((path) => [widget.id, "state", ...path]));
      all.push(...buffers);
    }
    return { states, buffer_paths: paths, buffers: all };
  }
}
