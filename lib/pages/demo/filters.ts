import { layerImage } from "../../demo/layer-image.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { html } from "../element.ts";
import { draw } from "./layers.ts";

/** The windows of convolutions: a row of planes a filter, one a channel. */
export function filtersOf(model: OnnxModel, screen: number): HTMLElement {
  const section = html("section", { class: "layers filters" }, html("h2", {}, "Filters"));
  for (const [name, node] of model.nodes) {
    const filters = [...node.weights.values()].find(({ shape }) => shape.length === 4);
    const [, , height, width] = (filters?.shape ?? [0, 0, 0, 0]) as [number, number, number, number];
    if (filters === undefined || height * width === 1) continue;
    const all = filters.size / (height * width);
    const image = layerImage({ name, shape: [all, height, width], values: filters.data });
    const canvas = html("canvas", { role: "img", "aria-label": `Filters of ${name}` });
    draw(canvas, image, screen);
    const more = image.count < all ? `, the first ${image.count} windows` : "";
    section.append(html("figure", {}, html("figcaption", {}, `${name}: ${filters.shape.join(" × ")}${more}`), canvas));
  }
  return section;
}
