import type { Comms } from "../api/comms.ts";
import type { Widget, WidgetOptions } from "../api/widget.ts";
import { type StateContent, WidgetModel } from "../api/widget-model.ts";

/** Where a page that was loaded again asks for the state of all widgets at once, and the version of what it says. */
const [controlTarget, controlProtocol] = ["jupyter.widget.control", "1.0.0"];

/** The widgets of a session, by Jupyter's widget protocol on its comms. */
export class Widgets {
  readonly #comms: Comms;
  readonly #all = new Set<WidgetModel<object>>();

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

  /** @throws TypeError for options that are none */
  open<S extends object>(options: WidgetOptions<S>): Widget<S> {
    const widget = new WidgetModel(options, (opening) => this.#comms.open("jupyter.widget", opening));
    this.#all.add(widget as unknown as WidgetModel<object>);
    return widget;
  }

  #states() {
    const states: Record<string, object> = {};
    const paths: (readonly (string | number)[])[] = [];
    const all: StateContent["buffers"] = [];
    for (const widget of this.#all) {
      if (!widget.isOpen) {
        this.#all.delete(widget);
        continue;
      }
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
