/** The script of `exportDemo`'s page, and of outputs that run their network by themselves. */
import { type DemoSettings, Respondent } from "../../demo/answer.ts";
import type { EmbeddedSettings } from "../../demo/embed.ts";
import { layerImage } from "../../demo/layer-image.ts";
import { type OnnxModel, parseOnnx } from "../../onnx/model.ts";
import { html } from "../element.ts";
import { Desk } from "./desk.ts";
import { filtersOf } from "./filters.ts";
import { outputStyle, pageStyle, style } from "./style.ts";

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Runs the network that travels in an element: in `main` of the page, or in a shadow tree of the element itself. */
function open(host: HTMLElement): void {
  const textOf = (type: string): string => host.querySelector(`script[type="${type}"]`)?.textContent ?? "";
  const settings = JSON.parse(textOf("application/json")) as DemoSettings & Partial<EmbeddedSettings>;
  const model = parseOnnx(bytesOf(textOf("text/plain")));
  const watched = nodesOf(model, settings.layers);
  const respondent = new Respondent(model, settings);
  const page = host.querySelector("main");
  const size = page === null ? { drawing: 252, picture: 400 } : { drawing: 336, picture: 920 };

  /** At most once a frame, however fast somebody draws. */
  let asked = false;
  function ask(): void {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const { shares, activations } = respondent.answer(desk.sketch.pixels(), watched);
      desk.show(shares, activations.map(layerImage));
    });
  }
  const desk = new Desk(settings, size, ask);
  if (settings.pixels !== undefined) desk.sketch.put(bytesOf(settings.pixels));
  if (page === null) {
    host.querySelector("img")?.remove(); // its place is taken
    host.attachShadow({ mode: "open" }).append(html("style", {}, style + outputStyle), desk.element);
  } else {
    document.head.append(html("style", {}, style + pageStyle));
    page.replaceChildren(desk.element, filtersOf(model, size.picture));
  }
  ask();
}

/** The nodes that some layers became: `conv1/Conv` of `conv1`; all where none are named. */
function nodesOf(model: OnnxModel, layers: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return layers && new Set([...model.nodes.keys()].filter((node) => layers.includes(node.replace(/\/[^/]*$/, ""))));
}

// Each output brings this script.
for (const host of document.querySelectorAll<HTMLElement>('[data-stridelab-demo="whole"]')) {
  host.dataset.stridelabDemo = "open";
  open(host);
}
