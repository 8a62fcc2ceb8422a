import { noGrad } from "../autograd/apply.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { watchLayers } from "../nn/watch.ts";
import { OnnxModel } from "../onnx/model.ts";
import { peek } from "../tensor/numbers.ts";
import { type AnyTensor, freshTensor, type Tensor } from "../tensor/tensor.ts";

/** What a page knows of its network beside the network itself. */
export interface DemoSettings {
  readonly classes: readonly string[];
  /** Channels, rows and columns of an image. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Of each channel: what is subtracted from a pixel of 0 to 1, and what that is divided by. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly background: "black" | "white";
  /** Whether the network says probabilities; else scores, of which some are made. */
  readonly probabilities: boolean;
}

/** What one layer of the network came to. */
export interface Activation {
  /** Its path, `conv1`; of a network from an ONNX file the node's name, `conv1/Conv`. */
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a network says to an image. */
export interface Answer {
  /** The probability of each class. */
  readonly shares: readonly number[];
  readonly activations: readonly Activation[];
}

/** Asks a network about one image, and looks at what it computes on the way. Its modes and gradients stay as they are. */
export class Respondent {
  readonly #network: Module;
  readonly #settings: DemoSettings;

  constructor(network: Module, settings: DemoSettings) {
    this.#network = network;
    this.#settings = settings;
  }

  /**
   * @param pixels bytes, channel after channel, row after row
   * @param watched which layers are looked at, by name; default all that compute something
   */
  answer(pixels: ArrayLike<number>, watched?: ReadonlySet<string>): Answer {
    const activations: Activation[] = [];
    const runs = new Map<string, number>();
    const network = this.#network;
    const look = ({ path, layer, output }: { path: string; layer: Module; output: Tensor }) => {
      if (silent.has(layer.constructor.name)) return;
      const place = network instanceof OnnxModel ? path.replace(/^nodes\./, "") : path || layer.constructor.name;
      const run = (runs.get(place) ?? 0) + 1;
      runs.set(place, run);
      const name = run === 1 ? place : `${place} (run ${run})`;
      if (watched?.has(name) === false) return;
      const shape = (output.shape as readonly number[]).slice(1);
      activations.push({ name, shape, values: Float32Array.from(peek(output as AnyTensor)) });
    };
    const image = imageTensor(pixels, this.#settings);
    const forward = () => evaluating(network, () => noGrad(() => network.forward(image)));
    const scores = watchLayers(network, look, forward);
    const said = Float64Array.from(peek(scores as AnyTensor));
    return { shares: this.#settings.probabilities ? [...said] : sharesOf(said), activations };
  }
}

/** An image as the network takes it: `[1, C, H, W]`. @param pixels bytes, channel after channel, row after row */
export function imageTensor(pixels: ArrayLike<number>, { shape, mean, deviation }: DemoSettings): Tensor {
  const plane = shape[1] * shape[2];
  const image = Float32Array.from(pixels, (byte, i) => {
    const channel = Math.floor(i / plane);
    return (byte / 255 - mean[channel]!) / deviation[channel]!;
  });
  return freshTensor(image, [1, ...shape], "float32") as Tensor;
}

/** Probabilities of scores. */
function sharesOf(scores: Float64Array): number[] {
  const largest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Layers that only move numbers, or drop some while they are trained. */
const silent = new Set([
  ...["Flatten", "Reshape", "Identity", "Transpose", "Squeeze", "Unsqueeze", "Pad", "Softmax", "Shape"],
  ...["Dropout", "Dropout2d"],
]);
