import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import type { CommOutput } from "../../kernel/api/comm-end.ts";
import { displaySymbol, type MimeBundle, widget } from "../../kernel/api/index.ts";
import { widgetSymbol } from "../../kernel/api/widget.ts";
import { CommRegistry } from "../../kernel/session/comms.ts";
import { Widgets } from "../../kernel/session/widgets.ts";

const globals = globalThis as Record<symbol, unknown>;
afterEach(() => void delete globals[widgetSymbol]);

const esm = "export default { render({ model, el }) {} }";

/** The session's half, with `widget` of stridelab/notebook in front of it, and a page that says what it is told to. */
function harness() {
  const sent: CommOutput[] = [];
  const registry = new CommRegistry({ send: (output) => void sent.push(output), caller: () => 1 });
  const widgets = new Widgets(registry);
  globals[widgetSymbol] = (options: Parameters<typeof widget>[0]) => widgets.open(options, 1);
  const hear = (comm: string, data: Record<string, unknown>, buffers: Uint8Array[] = []) =>
    registry.receive({ type: "comm_msg", comm, target: "jupyter.widget", data, metadata: {}, buffers });
  return {
    sent,
    registry,
    hear,
    set: (comm: string, state: object, buffer_paths: unknown = [], buffers: Uint8Array[] = []) =>
      hear(comm, { method: "update", state, buffer_paths }, buffers),
    /** What the page was told since the opening, without the bytes. */
    told: () => sent.slice(1).map(({ data }) => data),
  };
}

const drawn = (value: { [displaySymbol](): unknown }) => value[displaySymbol]() as MimeBundle;

describe("a widget", () => {
  test("opens a comm with anywidget's names, the state, and bytes beside it", () => {
    const { sent } = harness();
    const weights = new Float32Array([1, 2]);
    const made = widget({ state: { rate: 0.1, nested: { list: [0, weights] } }, esm, css: ".a {}" });
    expect(sent[0]).toMatchObject({
      type: "comm_open",
      target: "jupyter.widget",
      metadata: { version: "2.1.0" },
      data: {
        state: {
          ...{ _model_module: "anywidget", _model_name: "AnyModel", _view_module: "anywidget", _view_name: "AnyView" },
          ...{ _esm: esm, _css: ".a {}", rate: 0.1, nested: { list: [0, null] } },
        },
        buffer_paths: [["nested", "list", 1]],
      },
    });
    expect(sent[0]?.buffers).toEqual([new Uint8Array(weights.buffer)]);
    expect(made.id).toBe(sent[0]?.comm);
  });

  test("is shown by its id, with its values where no widget can be", () => {
    harness();
    const bundle = drawn(widget({ state: { name: "<b>", rate: 0.1 }, esm }));
    expect(bundle["application/vnd.jupyter.widget-view+json"]).toMatchObject({ version_major: 2, version_minor: 1 });
    expect(bundle["text/plain"]).toBe("widget { name: '<b>', rate: 0.1 }");
    expect(bundle["text/html"]).toContain("pip install anywidget");
    expect(bundle["text/html"]).toContain("&lt;b&gt;");
    expect(bundle["text/html"]).not.toContain("<b>");
  });

  test("tells the page of values that changed, several in one message, and its handlers of each", () => {
    const { told } = harness();
    const made = widget({ state: { rate: 0.1, steps: 3 }, esm });
    const heard: unknown[] = [];
    made.on("change:rate", (value, previous) => {
      expectTypeOf(value).toEqualTypeOf<number>();
      heard.push([value, previous]);
    });
    made.on("change", (changed) => heard.push(changed));
    made.set({ rate: 0.2, steps: 3 });
    expect(told()).toEqual([{ method: "update", state: { rate: 0.2 }, buffer_paths: [] }]);
    expect(heard).toEqual([[0.2, 0.1], { rate: 0.2 }]);
    made.state.rate = 0.2; // nothing new
    expect(told()).toHaveLength(1);
  });

  test("tells of a flood of changes at most 25 times a second, and always of the last", async () => {
    const { told } = harness();
    const made = widget({ state: { n: 0, other: "" }, esm });
    for (let n = 1; n <= 1000; n++) made.state.n = n;
    made.state.other = "x";
    const soon = told().length;
    expect(soon).toBeLessThan(100); // of 1,000: how many depends on how fast they were set
    await delay(100);
    const state = Object.assign({}, ...told().map((data) => data.state as object)) as object;
    expect(state).toEqual({ n: 1000, other: "x" });
  });

  test("takes the page's changes, and says them to every page before its handlers are called", async () => {
    const { set, told } = harness();
    const made = widget({ state: { rate: 0.1 }, esm });
    made.on("change:rate", (rate) => {
      made.state.rate = Math.min(rate, 1);
    });
    await set(made.id, { rate: 5, _view_count: 2, unknown: 1, __proto__: null });
    expect(made.state.rate).toBe(1);
    expect(told()).toEqual([
      { method: "echo_update", state: { rate: 5 }, buffer_paths: [] },
      { method: "update", state: { rate: 1 }, buffer_paths: [] },
    ]);
  });

  test("takes bytes as the kind of array that stood there, and passes over paths that lead nowhere", async () => {
    const { set, sent } = harness();
    const made = widget({ state: { weights: new Float32Array(1), any: null as unknown }, esm });
    const bytes = new Uint8Array(new Float32Array([1, 2, 3]).buffer);
    await set(made.id, { any: { list: [null] } }, [["weights"], ["any", "list", 0]], [bytes, new Uint8Array([7])]);
    expect(made.state.weights).toEqual(new Float32Array([1, 2, 3]));
    expect(made.state.any).toEqual({ list: [new Uint8Array([7])] });
    expect(sent[1]?.data.buffer_paths).toEqual(expect.arrayContaining([["weights"], ["any", "list", 0]]));
    const wrong = [[], "x", ["any", "list", 9], ["any", "__proto__"], ["nobody", 0], [null], ["any", "toString", "x"]];
    await set(
      made.id,
      { any: { list: [1] } },
      wrong,
      wrong.map(() => new Uint8Array([9])),
    );
    expect(made.state.any).toEqual({ list: [1] });
    const [thrown] = await set(made.id, {}, [["weights"]], [new Uint8Array(3)]);
    expect(String(thrown)).toContain("state.weights: 3 bytes are no whole number of Float32Array's elements");
    expect(made.state.weights).toHaveLength(3);
  });

  test("sends and takes messages that are no state, after what was set before them", async () => {
    const { hear, told } = harness();
    const made = widget({ state: { n: 0 }, esm });
    const heard: unknown[] = [];
    const stop = made.on("msg:custom", (content, buffers) => heard.push([content, buffers]));
    await hear(made.id, { method: "custom", content: { click: 1 } }, [new Uint8Array([1])]);
    stop();
    await hear(made.id, { method: "custom", content: { click: 2 } });
    expect(heard).toEqual([[{ click: 1 }, [new Uint8Array([1])]]]);
    made.state.n = 1;
    made.state.n = 2;
    made.send("saved", [new Uint8Array([2])]);
    expect(told().at(-1)).toEqual({ method: "custom", content: "saved" });
    expect(told().at(-2)).toMatchObject({ method: "update", state: { n: 2 } });
  });

  test("answers a page that asks anew: for one, and for all that are open", async () => {
    const { hear, sent, registry } = harness();
    const [one, gone, two] = [1, 2, 3].map((n) => widget({ state: { n, bytes: new Uint8Array([n]) }, esm }));
    gone!.close();
    await hear(one!.id, { method: "request_state" });
    expect(sent.at(-1)?.data).toMatchObject({ method: "update", state: { n: 1, _esm: esm } });
    const control = { comm: "c", target: "jupyter.widget.control", metadata: {}, buffers: [] };
    await registry.receive({ type: "comm_open", data: {}, ...control });
    await registry.receive({ type: "comm_msg", data: { method: "request_states" }, ...control });
    const { data, buffers } = sent.at(-1)!;
    expect(data).toMatchObject({ method: "update_states", states: { [one!.id]: { model_module: "anywidget" } } });
    expect(Object.keys(data.states as object)).toEqual([one!.id, two!.id]);
    expect(data.buffer_paths).toEqual([one, two].map((each) => [each!.id, "state", "bytes"]));
    expect(buffers.map((bytes) => [...bytes])).toEqual([[1], [3]]);
  });

  test("closed, it is off the page and keeps its values", () => {
    const { sent, told } = harness();
    const made = widget({ state: { n: 0 }, esm });
    made.state.n = 1;
    made.state.n = 2;
    made.close();
    expect(sent.map(({ type }) => type)).toEqual(["comm_open", "comm_msg", "comm_msg", "comm_close"]);
    expect(told()[1]).toMatchObject({ state: { n: 2 } });
    expect(made.isOpen).toBe(false);
    made.state.n = 3;
    expect(made.state.n).toBe(3);
    expect(drawn(made)).not.toHaveProperty("application/vnd.jupyter.widget-view+json");
  });

  test("reports what its handlers throw, once all were called, and does not wait for promises", async () => {
    const { set } = harness();
    const made = widget({ state: { n: 0 }, esm });
    const heard: number[] = [];
    made.on("change:n", () => {
      throw new RangeError("no");
    });
    made.on("change:n", async (n) => {
      heard.push(n);
      await new Promise(() => {});
    });
    expect(await set(made.id, { n: 1 })).toEqual([new RangeError("no")]);
    expect(heard).toEqual([1]);
    expect(made.state.n).toBe(1);
  });
});

describe("what is wrong with a widget is said", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  test.each<[unknown, string]>([
    [undefined, "it was given undefined"],
    [{ state: {}, esm, cs: "" }, 'no option "cs"; there are state, esm and css'],
    [{ state: [1], esm }, "no object"],
    [{ state: {} }, "esm is undefined"],
    [{ state: {}, esm: "render()" }, "exports nothing"],
    [{ state: {}, esm, css: 1 }, "css is 1"],
    [{ state: { _esm: 1 }, esm }, "state._esm is a name that Jupyter's widgets use themselves"],
    [{ state: { f: () => 1 }, esm }, "state.f is a function; JSON knows none"],
    [{ state: { big: 1n }, esm }, "state.big cannot be sent"],
    [{ state: { circle }, esm }, "state.circle contains itself"],
  ])("%o", (options, text) => {
    const { sent } = harness();
    expect(() => widget(options as never)).toThrow(text);
    expect(sent).toEqual([]);
  });

  test("also of a name that it was not made with", () => {
    harness();
    const made = widget({ state: { rate: 0.1 }, esm });
    const loose = made as unknown as { state: Record<string, unknown>; on: (event: string, f: unknown) => void };
    const unknown = 'the widget\'s state has no "rat"; it has rate';
    expect(() => (loose.state.rat = 1)).toThrow(unknown);
    expect(() => loose.on("change:rat", () => {})).toThrow(unknown);
    expect(() => loose.on("changes", () => {})).toThrow("there are change:NAME, change and msg:custom");
    expect(() => loose.on("change", 5)).toThrow("the handler is 5, no function");
    expect(() => delete loose.state.rate).toThrow("keeps the names");
  });
});

test("outside a kernel a widget is its state", () => {
  const made = widget({ state: { rate: 0.1 }, esm });
  const heard: number[] = [];
  made.on("change:rate", (rate) => heard.push(rate));
  made.state.rate = 0.2;
  made.send("nobody hears");
  made.close();
  expect(heard).toEqual([0.2]);
  expect(made.isOpen).toBe(false);
  expect(drawn(made)["text/plain"]).toBe("widget { rate: 0.2 }");
});
