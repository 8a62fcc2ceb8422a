import { noGrad } from "../autograd/apply.ts";
import type { OnnxModel } from "../onnx/model.ts";
import { peek } from "../tensor/numbers.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";

/** What a page knows of its network beside the network itself. */
export interface DemoSettings {
  readonly classes: readonly string[];
  /** Channels, rows and columns of an image. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Of each channel: what is subtracted from a pixel of 0 to 1, and what that is divided by. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly background: "black" | "white";
}

/** What one node of the network came to. */
export interface Activation {
  /** `conv1/Conv`. */
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

/** Asks a network about one image, and looks at all that it computes on the way. */
export class Respondent {
  readonly #model: OnnxModel;
  readonly #settings: DemoSettings;
  #seen: Activation[] = [];

  constructor(model: OnnxModel, settings: DemoSettings) {
    this.#model = model.eval();
    this.#settings = settings;
    for (const [name, node] of model.nodes) {
      if (silent.has(node.constructor.name)) continue;
      node.onForward((_, __, output) => {
        const shape = (output.shape as readonly number[]).slice(1);
        this.#seen.push({ name, shape, values: Float32Array.from(peek(output)) });
      });
    }
  }

  /** @param pixels bytes, channel after channel, row after row */
  answer(pixels: ArrayLike<number>): Answer {
    const { shape, mean, deviation } = this.#settings;
    const plane = shape[1] * shape[2];
    const image = Float32Array.from(pixels, (byte, i) => {
      const channel = Math.floor(i / plane);
      return (byte / 255 - mean[channel]!) / deviation[channel]!;
    });
    this.#seen = [];
    const scores = noGrad(() => this.#model.forward(freshTensor(image, [1, ...shape], "float32") as Tensor));
    return { shares: this.#sharesOf(Float64Array.from(peek(scores))), activations: this.#seen };
  }

  /** A network that ends in probabilities has said them, of all others the scores become some. */
  #sharesOf(scores: Float64Array): number[] {
    const last = [...this.#model.nodes.values()].at(-1);
    if (last?.constructor.name === "Softmax") return [...scores];
    const largest = Math.max(...scores);
    const powers = Array.from(scores, (score) => Math.exp(score - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  }
}

/** Nodes that only move numbers. */
const silent = new Set([
  "Flatten",
  "Reshape",
  "Identity",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Pad",
  "Softmax",
  "Shape",
]);
