import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { Respondent } from "../../../lib/demo/answer.ts";
import type { SketchpadState } from "../../../lib/demo/correspondence.ts";
import type { EmbeddedSettings } from "../../../lib/demo/embed.ts";
import { LEVELS } from "../../../lib/demo/layer-image.ts";
import {
  Conv2d,
  Dropout,
  digits,
  Flatten,
  formatOnnx,
  Lambda,
  Linear,
  lenet5,
  type Module,
  normalized,
  parseOnnx,
  ReLU,
  Sequential,
  type SketchpadOptions,
  sketchpad,
  softmax,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { display, type MimeBundle } from "../../../lib/mime.ts";
import { expectHarmless, formOf, hostile } from "../display/support.ts";

const host = globalThis as Record<symbol, unknown>;
const symbol = Symbol.for("Jupyter.widget");
const viewMime = "application/vnd.jupyter.widget-view+json";

/** The page of a kernel with widgets: what it was told, and what it says. */
class Page {
  state!: SketchpadState;
  esm = "";
  told: Partial<SketchpadState>[] = [];
  isOpen = true;
  readonly #handlers = new Map<string, (value: unknown) => void>();

  make = ({ state, esm }: { state: SketchpadState; esm: string }) => {
    this.state = { ...state };
    this.esm = esm;
    const page = this;
    return {
      get isOpen() {
        return page.isOpen;
      },
      state: this.state,
      set: (changes: Partial<SketchpadState>) => {
        this.told.push(changes);
        Object.assign(this.state, changes);
        this.#handlers.get("change")?.(changes);
      },
      on: (event: string, handler: (value: unknown) => void) => void this.#handlers.set(event, handler),
      [display]: () => ({ [viewMime]: { model_id: "a" }, "text/plain": "widget", "text/html": "values" }),
    };
  };

  /** @returns the answer */
  draw(pixels: Uint8Array, question = "view 1") {
    this.#change({ pixels, question });
    return this.state.answer;
  }

  /** The same drawing once more: a page sends only what has changed. */
  ask(question: string) {
    this.#change({ question });
    return this.state.answer;
  }

  #change(changes: Partial<SketchpadState>): void {
    Object.assign(this.state, changes);
    this.#handlers.get("change")?.(changes);
  }

  say(content: unknown): void {
    this.#handlers.get("msg:custom")?.(content);
  }

  see(): void {
    this.say({ seen: this.state.answer.number });
  }
}

let before: unknown;
let page: Page;
beforeEach(() => {
  before = host[symbol];
  page = new Page();
  host[symbol] = page.make;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  if (before === undefined) delete host[symbol];
  else host[symbol] = before;
});

const bytesOf = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);
const drawn = (value: { [display](): unknown }) => value[display]() as MimeBundle;

/** Of 4 × 4 images: small, and in training it answers otherwise. */
const small = () =>
  new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 }),
    relu: new ReLU(),
    flat: new Flatten(),
    drop: new Dropout({ probability: 0.5 }),
    fc: new Linear({ inFeatures: 8, outFeatures: 3 }),
  });

/** What a network says by its own `forward`. */
function expected(network: Module, pixels: Uint8Array, shape: readonly number[]): number[] {
  const image = tensor(
    Float32Array.from(pixels, (byte) => byte / 255),
    [1, ...shape],
  ) as unknown as Tensor;
  return [...softmax(network.eval().forward(image) as Tensor<readonly [1, number]>).data];
}

/** Probabilities are rounded to float32 once more by `softmax` than by the sketchpad. */
const close = 1e-7;
const distance = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("in a kernel with widgets", () => {
  test("a drawing is answered by the network in evaluation, which stays as it was", () => {
    const network = small().train();
    sketchpad(network, [1, 4, 4]);
    const pixels = bytesOf(16);
    const { shares, to, problem } = page.draw(pixels, "view 7");
    expect([to, problem]).toEqual(["view 7", null]);
    expect(network.namedModules().every(([, part]) => part.training)).toBe(true);
    expect(network.parameters().every(({ grad }) => grad === null)).toBe(true);
    expect(distance(shares, expected(network, pixels, [1, 4, 4]))).toBeLessThan(close);
  });

  test("a question without another drawing is answered, too: an empty one that is wiped", () => {
    sketchpad(small(), [1, 4, 4]);
    const given = page.state.answer;
    expect(page.ask("view 1")).toMatchObject({ to: "view 1", shares: given.shares, problem: null });
  });

  test("layers travel as a byte a number, zero in the middle where there are negative ones", () => {
    const network = small();
    sketchpad(network, [1, 4, 4]);
    const pixels = bytesOf(16);
    const { layers } = page.draw(pixels);
    expect(layers.map(({ name, shape }) => `${name} ${shape.join("×")}`)).toEqual([
      ...["conv 2×2×2", "relu 2×2×2", "fc 3"],
    ]);
    const image = tensor(
      Float32Array.from(pixels, (byte) => byte / 255),
      [1, 1, 4, 4],
    );
    const maps = [...network.layers.conv.forward(image).data];
    const largest = Math.max(...maps.map(Math.abs));
    const signed = maps.some((value) => value < 0);
    const level = (value: number) => (LEVELS - 1) * (signed ? (value / largest + 1) / 2 : value / largest);
    expect(layers[0]!.signed).toBe(signed);
    expect(distance([...layers[0]!.levels], maps.map(level)), "to the next level").toBeLessThan(0.501);
  });

  test("only the layers that were chosen are looked at", () => {
    sketchpad(small(), [1, 4, 4], { layers: ["fc"] });
    expect(page.state.answer.layers.map(({ name }) => name)).toEqual(["fc"]);
  });

  test("of a deep network twelve layers are shown, from first to last", () => {
    const layers = Array.from(
      { length: 40 },
      (_, i) => [`l${i}`, new Linear({ inFeatures: 4, outFeatures: 4 })] as const,
    );
    sketchpad(new Sequential({ flat: new Flatten(), ...Object.fromEntries(layers) }), [1, 2, 2]);
    const names = page.state.answer.layers.map(({ name }) => name);
    expect(names).toHaveLength(12);
    expect([names[0], names.at(-1)]).toEqual(["l0", "l39"]);
  });

  test("the page's code is a module that renders, small enough for every cell", () => {
    sketchpad(small(), [1, 4, 4]);
    expect(page.esm).toMatch(/export\s*\{\s*\w+ as default\s*\}/);
    expect(page.esm.length).toBeLessThan(20_000);
  });

  test("the drawing is a tensor as the network takes it, of the image's sizes", () => {
    const pad = sketchpad(small(), [1, 4, 4], { statistics: { mean: 0.5, deviation: 0.25 } });
    page.draw(bytesOf(16));
    expectTypeOf(pad.image).toEqualTypeOf<Tensor<readonly [1, 1, 4, 4]>>();
    expect(pad.image.shape).toEqual([1, 1, 4, 4]);
    const normal = Float32Array.from(bytesOf(16), (byte) => (byte / 255 - 0.5) / 0.25);
    expect([...pad.image.data]).toEqual([...normal]);
  });

  test("is shown as a widget, and as the drawing of now where none can be", () => {
    const pad = sketchpad(small(), [1, 4, 4]);
    const empty = drawn(pad);
    expect(empty).toHaveProperty(viewMime);
    expect(empty["text/plain"]).toContain("An empty drawing.");
    expect(formOf(empty, "text/html")).toContain("pip install anywidget");
    page.draw(bytesOf(16));
    expect(drawn(pad)["text/plain"]).toContain("A drawing.");
    expect(drawn(pad)["text/html"]).not.toBe(empty["text/html"]);
  });
});

describe("while the network learns", () => {
  const learn = (network: Module, by = 1) => {
    for (const parameter of network.parameters()) parameter.assign(parameter.data.map((weight) => weight + by));
  };

  test("a page that has seen the answer is told the next one, unasked", () => {
    const network = small();
    sketchpad(network, [1, 4, 4]);
    page.draw(bytesOf(16));
    page.see();
    learn(network);
    const told = page.told.length;
    vi.advanceTimersByTime(1000);
    expect(page.told).toHaveLength(told + 1);
    expect(distance(page.state.answer.shares, expected(network, bytesOf(16), [1, 4, 4]))).toBeLessThan(close);
    learn(network);
    vi.advanceTimersByTime(60_000);
    expect(page.told, "it has not seen that yet").toHaveLength(told + 1);
    page.see();
    vi.advanceTimersByTime(1000);
    expect(page.told).toHaveLength(told + 2);
  });

  test("nothing is sent where nothing has changed, and nothing asked of a page that is gone", () => {
    const network = small();
    sketchpad(network, [1, 4, 4]);
    page.see();
    vi.advanceTimersByTime(5000);
    expect(page.told).toEqual([]);
    page.isOpen = false;
    learn(network);
    vi.advanceTimersByTime(5000);
    expect(page.told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a network that fails says why, and answers again when it can", () => {
    let broken = false;
    const gate = new Lambda((x: Tensor) => {
      if (broken) throw new Error("no weights");
      return x;
    });
    sketchpad(new Sequential({ flat: new Flatten(), gate }), [1, 2, 2]);
    const { shares } = page.draw(bytesOf(4));
    broken = true;
    expect(page.draw(bytesOf(4), "view 2")).toMatchObject({ to: "view 2", problem: "no weights", shares });
    broken = false;
    page.see();
    vi.advanceTimersByTime(1000);
    expect(page.state.answer).toMatchObject({ to: "view 2", problem: null, shares });
  });
});

test("what a page sends that is no drawing is refused, and nothing is lost", () => {
  const pad = sketchpad(small(), [1, 4, 4]);
  expect(page.draw(new Uint8Array(3)).problem).toBe("the page sent no image of 16 bytes: load it again");
  for (const strange of [null, 5, {}, { seen: "x" }, { seen: -7 }]) page.say(strange);
  expect(page.draw("x" as never).problem).toContain("16 bytes");
  expect([...pad.image.data], "the drawing is as it was").toEqual(Array(16).fill(0));
  expect(page.draw(bytesOf(16)).problem).toBeNull();
  expect(pad.image.size).toBe(16);
});

describe("without a kernel", () => {
  beforeEach(() => void delete host[symbol]);

  test("the drawing that it began with and its answer are a picture and words", () => {
    const { images } = digits({ count: 1 });
    const network = lenet5();
    const pad = sketchpad(network, [1, 28, 28], { image: images, title: "Digits", caption: "Draw one" });
    const bundle = drawn(pad);
    const [likeliest] = expected(
      network,
      Uint8Array.from(images.data, (x) => Math.round(255 * x)),
      [1, 28, 28],
    )
      .map((share, i) => ({ share, i }))
      .sort((a, b) => b.share - a.share);
    expect(bundle["text/plain"]).toContain(
      `Digits. Draw one. A drawing. ${likeliest!.i} ${(100 * likeliest!.share).toFixed(1)} %`,
    );
    expect(bundle).not.toHaveProperty(viewMime);
    expect(formOf(bundle, "text/html")).toContain("with embed: true on other pages, too");
    expect(formOf(bundle, "image/svg+xml")).toContain("<svg");
    expect(`${pad}`).toContain("Digits. A drawing.");
  });

  test("an image becomes bytes and the same image again", () => {
    const statistics = { mean: 0.1, deviation: 0.3 };
    const normal = normalized(digits({ count: 1 }), statistics).images;
    const pad = sketchpad(lenet5(), [1, 28, 28], { image: normal, statistics });
    // Half of a byte's step, on the scale of the normalised image.
    expect(distance([...pad.image.data], [...normal.data])).toBeLessThan(0.501 / 255 / 0.3);
  });

  test("hostile names are text everywhere", () => {
    const bundle = drawn(
      sketchpad(small(), [1, 4, 4], { classes: [hostile, "a", "b"], title: hostile, caption: hostile, embed: true }),
    );
    expectHarmless(formOf(bundle, "text/html").replaceAll(/<script.*?<\/script>/gs, ""));
    expectHarmless(formOf(bundle, "image/svg+xml"));
  });

  test("a network that gives NaN is said to", () => {
    const network = small();
    for (const parameter of network.parameters()) parameter.assign(parameter.data.map(() => Number.NaN));
    expect(drawn(sketchpad(network, [1, 4, 4]))["text/plain"]).toContain("An empty drawing. The answer is NaN");
  });

  test("embedded, the network travels in the output, as it is then, and answers as itself", () => {
    const network = lenet5();
    const layers = ["conv1", "relu2"];
    const classes = Array.from({ length: 10 }, (_, i) => (i === 7 ? "</script><!--" : `${i}`));
    const pad = sketchpad(network, [1, 28, 28], { embed: true, classes, layers });
    const [weights] = network.parameters();
    weights!.assign(weights!.data.map((weight) => 2 * weight));
    const html = formOf(drawn(pad), "text/html");
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html.match(/<\/script>/g)).toHaveLength(3);
    const partOf = (type: string) => new RegExp(`<script type="${type}">(.*?)</script>`).exec(html)?.[1] ?? "";
    const settings = JSON.parse(partOf("application/json")) as EmbeddedSettings;
    expect(settings.layers).toEqual(layers);
    const model = parseOnnx(new Uint8Array(Buffer.from(partOf("text/plain"), "base64")));
    const { shares } = new Respondent(model, settings).answer(bytesOf(784));
    // Another order of sums: roundings of float32.
    expect(distance(shares, expected(network, bytesOf(784), [1, 28, 28]))).toBeLessThan(1e-6);
    // 61,706 weights take 331 kB in base64, the packed script 147.
    expect(html.length).toBeLessThan(520_000);
  });
});

const make = (network: unknown, shape: unknown, options?: unknown) =>
  sketchpad(network as Module, shape as readonly [1, 4, 4], options as SketchpadOptions);

test.each<[string, () => unknown, string]>([
  ["no network", () => make("net", [1, 28, 28]), 'sketchpad: the network is the text "net"'],
  ["two channels", () => make(small(), [2, 4, 4]), "give [C, H, W] with 1 channel (grey) or 3"],
  ["an image of another size", () => make(small(), [1, 5, 5]), "linear: the input has 18 features, the weights 8"],
  ["an unknown option", () => make(small(), [1, 4, 4], { names: [] }), 'sketchpad: unknown option "names"'],
  ["a layer that there is not", () => make(small(), [1, 4, 4], { layers: ["x"] }), "the layers are conv, relu, fc"],
  ["layers that are no list", () => make(small(), [1, 4, 4], { layers: "fc" }), 'layers is the text "fc"'],
  ["embed that is none", () => make(small(), [1, 4, 4], { embed: 1 }), "embed is 1"],
  [
    "a first drawing of another size",
    () => make(small(), [1, 4, 4], { image: zeros([1, 1, 5, 4]) }),
    "image     [N=1, C=1, H=5, W=4]\n  sketchpad [C=1, H=4, W=4]\n  fix: give [1, 4, 4]",
  ],
  ["a first drawing that is none", () => make(small(), [1, 4, 4], { image: [1] }), "the image is"],
])("%s: refused in words", (_, call, message) => {
  expect(call).toThrow(message);
});

test("a network that can be run and not be written is embedded nowhere, and said so at once", () => {
  const model = parseOnnx(formatOnnx(small(), [1, 4, 4]));
  expect(() => make(model, [1, 4, 4], { embed: true })).toThrow(/sketchpad|formatOnnx/);
  expect(make(model, [1, 4, 4])).toBeDefined();
});
