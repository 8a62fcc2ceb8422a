import { checkInteger, checkOptions, OptionError, ShapeError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { expandDims } from "../ops/permute.ts";
import { checkTensor } from "../tensor/check.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { activationMaps } from "./activation-maps.ts";
import { type CapturedLayer, captureLayers, chosenLayers, type LossOfOutput } from "./capture-layers.ts";
import { type Picture, stacked } from "./picture.ts";

/** Which maps are drawn, and how; every option may be left out. */
export interface LayerMapsOptions {
  /** Paths of layers, `["conv1"]`; left out, all that give maps. */
  readonly layers?: readonly string[];
  /** From the network's output to one number: then its gradient at each map is drawn, instead of the map. */
  readonly loss?: LossOfOutput;
  /** Maps of a layer beyond this many are not drawn, which is said; default 16, and 64 of a single layer. */
  readonly limit?: number;
  /** Whether the maps of a layer share one scale (`common`, default), or each has its own (`each`). */
  readonly range?: "common" | "each";
}

/**
 * Draws what each layer of a network makes of one image: its activation maps, or with a `loss` the gradient that arrives at
 * them, which says what should change there (blue less, orange more, to raise the loss). Layers that give no maps, such as
 * fully connected ones, are passed over. The network is run in evaluation mode and left as it was.
 *
 * @param image `[C, H, W]` or `[1, C, H, W]`
 * @throws OptionError for a layer that there is not, or that gives no maps; ShapeError for several images
 * @example layerMaps(lenet5(), digits({ count: 1 }).images, { layers: ["conv1", "pool1"] })
 * @example layerMaps(lenet5(), digits({ count: 1 }).images, { layers: ["conv1"], loss: (scores) => sum(slice(scores, 3, 4, { axis: 1 })) })
 */
export function layerMaps(network: Module, image: AnyTensor, options: LayerMapsOptions = {}): Picture {
  const op = "layerMaps";
  checkOptions(op, options, ["layers", "loss", "limit", "range"]);
  if (options.limit !== undefined) checkInteger(op, "limit", options.limit, 1);
  const layers = captureLayers(op, network, oneImage(op, image), options.loss);
  const named = chosenLayers(op, layers, options.layers);
  const maps = named.filter(hasMaps);
  const without = named.find((layer) => !hasMaps(layer));
  if (maps.length === 0 || (options.layers && without)) throw noMaps(op, without);
  const limit = options.limit ?? (maps.length === 1 ? 64 : 16);
  const what = options.loss === undefined ? "" : "Gradient of the loss";
  const pictures = maps.map(({ path, layer, values }) => {
    const kind = layer.constructor.name;
    const title = joinTitle(path, kind, values!.shape.slice(1) as readonly number[]);
    return activationMaps(values!, { title, caption: what, limit, range: options.range ?? "common" });
  });
  return pictures.length === 1 ? pictures[0]! : stacked(pictures, pictures.join("\n"));
}

const joinTitle = (path: string, kind: string, shape: readonly number[]): string =>
  `${path === "" || path === kind ? kind : `${path} (${kind})`}: ${shape.join(" × ")}`;

function oneImage(op: string, image: AnyTensor): AnyTensor {
  checkTensor(op, "the image", image);
  const shape = image.shape as readonly number[];
  if (shape.length === 3) return expandDims(image, 0) as AnyTensor;
  if (shape.length === 4 && shape[0] === 1) return image;
  const operands = [{ name: "image", shape, ...(shape.length === 4 && { axes: "N C H W" }) }];
  throw new ShapeError(op, "it draws one image", operands, "give [C, H, W] or [1, C, H, W]: slice(images, 0, 1)");
}

const hasMaps = ({ values }: CapturedLayer): boolean => values?.shape.length === 4;

function noMaps(op: string, layer: CapturedLayer | undefined): OptionError {
  if (layer === undefined) return new OptionError(op, "the network has no layers", "give one that has");
  const shape = layer.values?.shape;
  const problem =
    shape === undefined
      ? `the loss does not depend on ${layer.path}`
      : `${layer.path} gives [${shape.join(", ")}], which is no maps`;
  return new OptionError(op, problem, "name layers that give [N, C, H, W]: layerStatistics shows all others");
}
