/** The script of the page that `exportDemo` writes: runs a network on what somebody draws. */
import { type DemoSettings, Respondent } from "../../demo/answer.ts";
import { parseOnnx } from "../../onnx/model.ts";
import { html } from "../element.ts";
import { Bars } from "./bars.ts";
import { Layers } from "./layers.ts";
import { Sketch } from "./sketch.ts";
import { style } from "./style.ts";

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? "";
const settings = JSON.parse(textOf("settings")) as DemoSettings;
const model = parseOnnx(Uint8Array.from(atob(textOf("network")), (character) => character.charCodeAt(0)));

const respondent = new Respondent(model, settings);
const bars = new Bars(settings.classes);
const layers = new Layers(model);
/** At most once a frame, however fast somebody draws. */
let asked = false;
function ask(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const { shares, activations } = respondent.answer(sketch.pixels());
    bars.show(shares);
    layers.show(activations);
  });
}

const sketch = new Sketch(settings, ask);

document.head.append(html("style", {}, style));
document
  .querySelector("main")
  ?.replaceChildren(html("div", { class: "desk" }, sketch.element, bars.element), layers.element, layers.filters);
ask();
