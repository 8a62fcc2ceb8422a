import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import { leafText } from "../display/preview.ts";
import { widgetHtml, widgetText } from "../display/widget.ts";
import { ofKind, putBack, type Separated, separated, type ValuePath } from "./binary.ts";
import type { Comm, CommMessage, CommOpenOptions } from "./comms.ts";
import type { Widget, WidgetOptions } from "./widget.ts";

/** The version of Jupyter's widget protocol that is spoken here. */
export const widgetProtocol = "2.1.0";

/** Milliseconds between two updates of the page: 25 a second, which look smooth and no server drops. */
const interval = 40;

/** Any version of anywidget's front end: its model and view have kept their names from the first on. */
const model = {
  ...{ _model_module: "anywidget", _model_name: "AnyModel", _model_module_version: "*" },
  ...{ _view_module: "anywidget", _view_name: "AnyView", _view_module_version: "*", _view_count: null },
};

/** The content of a message about state. */
export interface StateContent {
  readonly data: { readonly state: Record<string, unknown>; readonly buffer_paths: ValuePath[] };
  readonly buffers: (ArrayBuffer | ArrayBufferView)[];
}

/** What has changes that are yet to be sent. */
export interface Pending {
  /** Sends them now. */
  flush(): void;
}

type Handler = (...args: unknown[]) => unknown;

/** The kernel's side of a widget, whatever carries the messages: Jupyter's widget protocol, version 2.1. */
export class WidgetModel<S extends object> implements Widget<S> {
  readonly state: S;
  readonly #values: Record<string, unknown>;
  readonly #page: Readonly<Record<string, string>>;
  readonly #comm: Comm | undefined;
  readonly #handlers = new Map<string, Set<Handler>>();
  /** What the page has yet to hear. */
  readonly #unsent = new Map<string, Separated>();
  readonly #waiting: Set<Pending>;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param open opens the comm, whose messages `receive` is to be given; gives none where there is no page
   * @param waiting has this in it while there is something to flush
   */
  constructor(
    options: WidgetOptions<S>,
    open: (opening: CommOpenOptions) => Comm | undefined,
    waiting = new Set<Pending>(),
  ) {
    this.#waiting = waiting;
    const { state, esm, css } = checked(options);
    this.#values = { ...(state as Record<string, unknown>) };
    this.#page = { _esm: esm, _anywidget_id: "stridelab.widget", ...(css === undefined ? {} : { _css: css }) };
    this.state = sharedState(this.#values, (changes) => this.#change(changes, true)) as S;
    const { data, buffers } = this.content();
    this.#comm = open({ data, buffers, metadata: { version: widgetProtocol } });
  }

  get id(): string {
    return this.#comm?.id ?? "";
  }

  get isOpen(): boolean {
    return this.#comm?.isOpen ?? false;
  }

  set(changes: Partial<S>): void {
    this.#change({ ...changes }, true);
  }

  on(event: string, handler: (...args: never[]) => unknown): () => void {
    const key = event.startsWith("change:") ? event.slice("change:".length) : undefined;
    if (key === undefined && event !== "change" && event !== "msg:custom") {
      throw new TypeError(`on: there is no event "${event}"; there are change:NAME, change and msg:custom`);
    }
    if (key !== undefined && !Object.hasOwn(this.#values, key)) throw new TypeError(noName(key, this.#values));
    if (typeof handler !== "function") throw new TypeError(`on: the handler is ${leafText(handler)}, no function`);
    const entry: Handler = (...args) => (handler as Handler)(...args);
    const all = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, all.add(entry));
    return () => void all.delete(entry);
  }

  send(content: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): void {
    const { json } = separated(content, "send: the content");
    this.flush(); // what was set before is there before
    this.#comm?.send({ method: "custom", content: json }, { buffers, metadata: { version: widgetProtocol } });
  }

  close(): void {
    this.flush();
    this.#comm?.close();
  }

  [displaySymbol](): MimeBundle {
    const view = { version_major: 2, version_minor: 1, model_id: this.id };
    return {
      ...(this.isOpen ? { "application/vnd.jupyter.widget-view+json": view } : {}),
      "text/html": widgetHtml(this.#values),
      "text/plain": widgetText(this.#values),
    };
  }

  /** All that a page needs to show it. */
  content(): StateContent {
    const parts = Object.entries(this.#values).map(([key, value]) => [key, separated(value, `state.${key}`)] as const);
    const { data, buffers } = contentOf(new Map(parts));
    return { data: { ...data, state: { ...model, ...this.#page, ...data.state } }, buffers };
  }

  /** @param tell whether the page has to hear of it */
  #change(changes: Record<string, unknown>, tell: boolean): void {
    const parts = new Map<string, Separated>();
    for (const [key, value] of Object.entries(changes)) {
      if (!Object.hasOwn(this.#values, key)) throw new TypeError(noName(key, this.#values));
      if (tell) parts.set(key, separated(value, `state.${key}`)); // all of them, before any is set
    }
    const before = { ...this.#values };
    const changed = Object.keys(changes).filter((key) => !same(changes[key], before[key]));
    if (changed.length === 0) return;
    for (const key of changed) {
      this.#values[key] = changes[key];
      const part = parts.get(key);
      if (part !== undefined) this.#unsent.set(key, part);
      else this.#unsent.delete(key); // the page's own is newer
    }
    if (tell) this.#sendSoon();
    this.#emit([
      ...changed.map((key) => [`change:${key}`, changes[key], before[key]] as const),
      ["change", Object.fromEntries(changed.map((key) => [key, changes[key]]))],
    ]);
  }

  /**
   * Calls all handlers of some events. What one promises is not waited for, as the page sends nothing more until it is
   * answered.
   *
   * @throws what a handler has thrown, once all were called
   */
  #emit(events: readonly (readonly [event: string, ...args: unknown[]])[]): void {
    const failures: unknown[] = [];
    for (const [event, ...args] of events) {
      for (const handler of [...(this.#handlers.get(event) ?? [])]) {
        try {
          void handler(...args);
        } catch (error) {
          failures.push(error);
        }
      }
    }
    if (failures.length === 0) return;
    const [first] = failures;
    if (failures.length === 1 && first instanceof Error) throw first;
    throw new AggregateError(failures, `${failures.length} of a widget's handlers failed`);
  }

  /** Takes what the page says. */
  receive({ data, buffers }: CommMessage): void {
    if (data.method === "request_state") this.#send("update", this.content());
    else if (data.method === "custom") this.#emit([["msg:custom", data.content, buffers]]);
    else if (data.method === "update" && typeof data.state === "object" && data.state !== null) {
      const state = { ...data.state } as Record<string, unknown>;
      putBack(state, data.buffer_paths, buffers);
      // A page has attributes of its own, such as how many views there are.
      const ours = Object.entries(state).filter(([key]) => Object.hasOwn(this.#values, key));
      const values = ours.map(([key, value]) => [key, ofKind(value, this.#values[key], `state.${key}`)] as const);
      const parts = values.map(([key, value]) => [key, separated(value, `state.${key}`)] as const);
      // First of all, so that every page knows it before what handlers make of it.
      if (parts.length > 0) this.#send("echo_update", contentOf(new Map(parts)));
      this.#change(Object.fromEntries(values), false);
    }
  }

  /** Sends what is due. In a loop that never yields timers do not fire, so it is not left to them alone. */
  #sendSoon(): void {
    const wait = this.#sentAt + interval - performance.now();
    if (wait <= 0) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(() => this.flush(), wait);
      this.#waiting.add(this);
    }
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.delete(this);
    if (this.#unsent.size === 0) return;
    this.#sentAt = performance.now();
    const content = contentOf(this.#unsent);
    this.#unsent.clear();
    this.#send("update", content);
  }

  #send(method: "update" | "echo_update", { data, buffers }: StateContent): void {
    this.#comm?.send({ method, ...data }, { buffers, metadata: { version: widgetProtocol } });
  }
}

function contentOf(parts: ReadonlyMap<string, Separated>): StateContent {
  const all = [...parts];
  return {
    data: {
      state: Object.fromEntries(all.map(([key, { json }]) => [key, json])),
      buffer_paths: all.flatMap(([key, { paths }]) => paths.map((path) => [key, ...path])),
    },
    buffers: all.flatMap(([, { buffers }]) => buffers),
  };
}

/** Values that are read as any object's, and set through `change`. */
function sharedState(values: Record<string, unknown>, change: (changes: Record<string, unknown>) => void): object {
  const refuse = (): never => {
    throw new TypeError("a widget's state keeps the names that it was made with; assign values to them");
  };
  return new Proxy(values, {
    set(_, key, value) {
      if (typeof key === "symbol") return refuse();
      change({ [key]: value });
      return true;
    },
    deleteProperty: refuse,
    defineProperty: refuse,
    setPrototypeOf: refuse,
  });
}

function checked<S extends object>(options: WidgetOptions<S>): WidgetOptions<S> {
  const usage = 'write widget({ state: { rate: 0.1 }, esm: "export default { render({ model, el }) {} }" })';
  if (typeof options !== "object" || options === null)
    throw new TypeError(`widget: it was given ${leafText(options)}; ${usage}`);
  const stranger = Object.keys(options).find((name) => !["state", "esm", "css"].includes(name));
  if (stranger !== undefined)
    throw new TypeError(`widget: there is no option "${stranger}"; there are state, esm and css`);
  const { state, esm, css }: Partial<WidgetOptions<S>> = options;
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw new TypeError(`widget: the state is ${leafText(state)}, no object; ${usage}`);
  }
  const reserved = Object.keys(state).find(
    (name) => name.startsWith("_") || ["layout", "tabbable", "tooltip"].includes(name),
  );
  if (reserved !== undefined)
    throw new TypeError(`widget: state.${reserved} is a name that Jupyter's widgets use themselves; give it another`);
  if (typeof esm !== "string") throw new TypeError(`widget: esm is ${leafText(esm)}, no code; ${usage}`);
  if (!/\bexport\b|^https?:/.test(esm)) throw new TypeError(`widget: the module in esm exports nothing; ${usage}`);
  if (css !== undefined && typeof css !== "string")
    throw new TypeError(`widget: css is ${leafText(css)}, no style sheet`);
  return options;
}

const noName = (key: string, values: object): string =>
  `the widget's state has no "${key}"; it has ${Object.keys(values).join(", ") || "no names"}`;

/** Objects may have changed within. */
const same = (a: unknown, b: unknown): boolean => (typeof a !== "object" || a === null) && Object.is(a, b);
