import { noGrad } from "../autograd/apply.ts";
import { checkDataset, type Dataset } from "../data/batches.ts";
import { formatNumber, joinSentences, plural } from "../display/format.ts";
import { imageGrid } from "../display/image-grid.ts";
import { Picture } from "../display/picture.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import type { ReceptiveField } from "../nn/receptive-field.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { eachBatch } from "../train/each-batch.ts";
import { fieldOf } from "./layer-field.ts";
import { checkLayer, checkNetwork, layerName, outputOf } from "./layers.ts";

/** Whose favourites are looked for. */
export interface ActivatingPatchesOptions {
  /** A part of the network, such as `network.layers.conv2`. */
  readonly layer: Module;
  /** Which of its maps; default the first 8. */
  readonly channels?: readonly number[];
  /** Patches a channel; default 9, as in the paper. */
  readonly count?: number;
  /** Examples at a time; default 64. Changes nothing but speed and memory. */
  readonly batchSize?: number;
}

/** Where in a dataset a channel answered most. */
export interface ActivatingPatch {
  /** The example's number in the dataset. */
  readonly example: number;
  /** The place in the channel's map, `[row, column]`. */
  readonly position: readonly number[];
  /** What the channel answered there. */
  readonly activation: number;
  /** The first row and column of the input that it sees; before 0 where that is padding. */
  readonly start: readonly number[];
}

/** What excites each of some channels most. Draws itself: a row a channel, the strongest first. */
export class ActivatingPatches {
  /** The channels looked at. */
  readonly channels: readonly number[];
  /** The favourites of each channel, the strongest first. */
  readonly found: readonly (readonly ActivatingPatch[])[];
  /** What they see: of each channel a tensor `[count, C, h, w]`, 0 where it is beyond the image's edge. */
  readonly patches: readonly Tensor[];
  readonly #title: string;

  /** @internal */
  constructor(
    title: string,
    channels: readonly number[],
    found: ActivatingPatches["found"],
    patches: readonly Tensor[],
  ) {
    this.#title = title;
    this.channels = channels;
    this.found = found;
    this.patches = patches;
  }

  /** The picture by itself. */
  picture(): Picture {
    const [count, ...shape] = this.patches[0]!.shape as readonly number[];
    const rows = this.channels.map((channel, i) => {
      const examples = this.found[i]!.map(({ example, activation }) => `${formatNumber(activation)} at ${example}`);
      return `channel ${channel}: ${examples.join(", ")}`;
    });
    const [channels, height, width] = shape as [number, number, number];
    const seen = `each sees ${height} × ${width} pixels`;
    const caption = joinSentences(
      `A row a channel, ${this.channels.join(", ")} from the top`,
      `Strongest on the left; ${seen}`,
    );
    if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
      return new Picture({ "text/plain": [this.#title, ...rows].join("\n") });
    }
    const all = allocate(
      "float32",
      this.patches.reduce((sum, { size }) => sum + size, 0),
    );
    for (const [i, patch] of this.patches.entries()) all.set(peek(patch), i * patch.size);
    const images = freshTensor(all, [this.channels.length * count!, ...shape], "float32");
    const labels = this.found.flat().map(({ activation }) => formatNumber(activation));
    const options = { title: this.#title, caption, labels, columns: count!, limit: labels.length };
    const { bundle } = imageGrid(images, options);
    return new Picture({ ...bundle, "text/plain": [this.#title, ...rows, caption].join("\n") });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The picture in words. */
  toString(): string {
    return this.picture().toString();
  }
}

/**
 * The patches of a dataset's images that excite channels of a layer most: what a unit looks for, as Zeiler and Fergus show it
 * (Visualizing and understanding convolutional networks, 2014, figure 2). Of each image only the strongest place counts, so that
 * no image comes twice. A patch is the unit's receptive field; of a layer that sees all, the whole image.
 *
 * The network is asked in evaluation mode, and its modes are left as they were.
 *
 * @param examples batches with `images`, `[N, C, H, W]`, such as `testDigits()`
 * @throws OptionError for a layer of another network, a channel that there is not, or a set without examples; ShapeError where the
 *   layer's outputs have no channels; InterruptedError between two batches if the notebook's user asks to stop
 * @example
 * const net = lenet5();
 * const favourites = await maximallyActivatingPatches(net, testDigits().take(50), { layer: net.layers.conv2, count: 4 });
 * favourites.patches[0]!.shape // [4, 1, 14, 14]
 */
export async function maximallyActivatingPatches(
  network: Module,
  examples: Dataset<{ readonly images: Tensor }>,
  options: ActivatingPatchesOptions,
): Promise<ActivatingPatches> {
  const operation = "maximallyActivatingPatches";
  checkOptions(operation, options, ["layer", "channels", "count", "batchSize"]);
  const { layer, count = 9, batchSize = 64 } = options;
  checkNetwork(operation, network);
  checkLayer(operation, network, layer);
  checkInteger(operation, "count", count, 1);
  checkInteger(operation, "batchSize", batchSize, 1);
  checkDataset(operation, examples);
  if (examples.count === 0) throw new OptionError(operation, "there are no examples", "give a dataset that has some");
  let channels: readonly number[] = [];
  let best: ActivatingPatch[][] = [];
  let field: ReceptiveField | null = null;
  await eachBatch(operation, examples, batchSize, ({ images }, done) => {
    const run = () => noGrad(() => evaluating(network, () => network.forward(images)));
    const { output } = outputOf(operation, network, layer, run);
    if (done === 0) {
      channels = channelsOf(operation, output, options.channels);
      best = channels.map(() => []);
      field = fieldOf(operation, network, layer, images);
    }
    for (const [i, channel] of channels.entries()) {
      const found = strongest(output, channel, done, field);
      best[i] = [...best[i]!, ...found]
        .sort((a, b) => b.activation - a.activation || a.example - b.example)
        .slice(0, count);
    }
  });
  const title = `maximallyActivatingPatches: what excites ${layerName(network, layer)} most in ${plural(examples.count, "example")}`;
  const patches = best.map((found) => cutOut(examples, found, field));
  return new ActivatingPatches(title, channels, best, patches);
}

function channelsOf(operation: string, output: Tensor, asked: readonly number[] | undefined): readonly number[] {
  const shape = output.shape as readonly number[];
  const operands = [{ name: "layer's output", shape }];
  if (shape.length < 2)
    throw new ShapeError(operation, "it has no channels", operands, "choose a layer that gives [N, C, ...]");
  const channels = shape[1]!;
  if (asked === undefined) return Array.from({ length: Math.min(8, channels) }, (_, channel) => channel);
  if (!Array.isArray(asked) || asked.length === 0) {
    const found = Array.isArray(asked) ? "an empty list" : describe(asked);
    throw new OptionError(operation, `channels is ${found}`, "give a list of numbers: [0, 1]");
  }
  for (const channel of asked) {
    if (Number.isInteger(channel) && channel >= 0 && channel < channels) continue;
    const problem = `channel ${channel} is asked for, and the layer has ${channels}`;
    throw new ShapeError(operation, problem, operands, `give whole numbers from 0 to ${channels - 1}`);
  }
  return asked;
}

/** Each example's strongest place in one channel. */
function strongest(output: Tensor, channel: number, before: number, field: ReceptiveField | null): ActivatingPatch[] {
  const [count, channels, ...sizes] = output.shape as readonly [number, number, ...number[]];
  const plane = sizes.reduce((product, size) => product * size, 1);
  const data = peek(output);
  return Array.from({ length: count }, (_, n) => {
    const first = (n * channels + channel) * plane;
    let place = 0;
    for (let i = 1; i < plane; i++) if (data[first + i]! > data[first + place]!) place = i;
    let rest = place;
    const position = sizes.toReversed().map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    });
    position.reverse();
    const start = field?.start.map((from, axis) => from + (position[axis] ?? 0) * field.stride[axis]!) ?? [];
    return { example: before + n, position, activation: data[first + place]!, start };
  });
}

/** What each of the places sees of its image; all of the image along an axis that it sees as a whole. */
function cutOut(
  examples: Dataset<{ readonly images: Tensor }>,
  found: readonly ActivatingPatch[],
  field: ReceptiveField | null,
): Tensor {
  const { images } = examples.gather(Int32Array.from(found, ({ example }) => example));
  if (field === null || images.shape.length !== 4) return images;
  const [count, channels, height, width] = images.shape as readonly [number, number, number, number];
  const sides = [height, width].map((size, axis) => Math.min(size, field.size[axis]!));
  const [h, w] = sides as [number, number];
  const data = peek(images);
  const patches = allocate("float32", count * channels * h * w);
  for (const [n, { start }] of found.entries()) {
    const from = [height, width].map((size, axis) => (sides[axis] === size ? 0 : Math.floor(start[axis]!)));
    const [top, left] = from as [number, number];
    const [begin, end] = [Math.max(0, left), Math.min(width, left + w)];
    for (let c = n * channels; c < (n + 1) * channels; c++) {
      for (let y = Math.max(0, -top); y < Math.min(h, height - top); y++) {
        const row = (c * height + top + y) * width;
        patches.set(data.subarray(row + begin, row + end), (c * h + y) * w + begin - left);
      }
    }
  }
  return freshTensor(patches, [count, channels, h, w], "float32") as Tensor;
}
