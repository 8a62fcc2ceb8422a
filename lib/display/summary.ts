import { checkInteger } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import type { Module } from "../nn/module.ts";
import type { ReceptiveField } from "../nn/receptive-field.ts";
import { built, followExample, type LayerSummary, type NetworkOrBuilder } from "../nn/summary.ts";
import { formatBytes } from "./format.ts";
import type { Picture } from "./picture.ts";
import { table } from "./table.ts";

/** A network layer by layer for one example: what comes out, what is learned, what it costs. Draws itself as a table. */
export class Summary {
  readonly layers: readonly LayerSummary[];
  /** How many numbers its parameters hold: the trainable and the frozen ones. */
  readonly parameters: number;
  /** How many of them are learned. */
  readonly trainable: number;
  /** How many of them are frozen. */
  readonly frozen: number;
  /** Multiply-accumulate operations for one example. */
  readonly macs: number;
  /** The memory that the parameters take, bytes. */
  readonly parameterBytes: number;
  /** The memory that the results of all operations take for one example, bytes. */
  readonly activationBytes: number;
  /** What one element of the output sees of the input; null for inputs without axes behind the channels. */
  readonly receptiveField: ReceptiveField | null;
  readonly #title: string;

  constructor(title: string, layers: readonly LayerSummary[], receptiveField: ReceptiveField | null) {
    const total = (of: (layer: LayerSummary) => number): number => layers.reduce((sum, layer) => sum + of(layer), 0);
    this.#title = title;
    this.layers = layers;
    this.parameters = total(({ parameters }) => parameters);
    this.frozen = total(({ frozen }) => frozen);
    this.trainable = this.parameters - this.frozen;
    this.macs = total(({ macs }) => macs);
    this.parameterBytes = total(({ parameterBytes }) => parameterBytes);
    this.activationBytes = total(({ activationBytes }) => activationBytes);
    this.receptiveField = receptiveField;
  }

  /**
   * An estimate of the memory that training takes, bytes: a trainable parameter with its gradient and the two means that
   * Adam keeps of it, a frozen one alone; every result of a batch with its gradient. What runs between them is left out,
   * and what is given back early counts in full.
   *
   * @param batchSize examples in a step, default 1
   * @throws OptionError if it is no whole number of at least 1
   */
  trainingBytes(batchSize = 1): number {
    checkInteger("trainingBytes", "batchSize", batchSize, 1);
    const each = this.parameters === 0 ? 0 : this.parameterBytes / this.parameters;
    return each * (4 * this.trainable + this.frozen) + 2 * batchSize * this.activationBytes;
  }

  /** The table as a picture. */
  picture(): Picture {
    const some = this.frozen > 0;
    const rows = this.layers.map((layer) => [
      layer.path,
      layer.kind,
      layer.outputShape.join(" × "),
      layer.parameters,
      ...(some ? [layer.frozen] : []),
      layer.macs,
      formatBytes(layer.parameterBytes + layer.activationBytes),
      layer.receptiveField?.size.join(" × ") ?? "",
    ]);
    const memory = formatBytes(this.parameterBytes + this.activationBytes);
    const sees = this.receptiveField?.size.join(" × ") ?? "";
    const counts = [this.parameters, ...(some ? [this.frozen] : [])];
    const heads = [
      "layer",
      "kind",
      "output",
      "parameters",
      ...(some ? ["frozen"] : []),
      "multiply-adds",
      "memory",
      "sees",
    ];
    return table(rows, heads, {
      title: this.#title,
      caption: `for one example: output C × H × W; memory of parameters and results; the part of the input that an output sees. Training on one example takes about ${formatBytes(this.trainingBytes())}`,
      total: ["total", "", "", ...counts, this.macs, memory, sees],
    });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The table as text. */
  toString(): string {
    return this.picture().toString();
  }
}

/**
 * Follows one example through a network, by shapes alone: nothing is computed.
 *
 * @param network or a function that builds it: then its weights are never drawn, and a network of any size has its summary
 *   in milliseconds
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @throws ShapeError if a layer does not fit the one before; OptionError if the function gives no network
 * @example summary(lenet5(), [1, 28, 28]).parameters // 61706
 * @example summary(() => new Linear({ inFeatures: 1e5, outFeatures: 1e5 }), [1e5]).parameterBytes / 2 ** 30 // 37 GiB
 */
export function summary(network: NetworkOrBuilder, inputShape: readonly number[]): Summary {
  const made = built("summary", network);
  const { layers, receptiveField } = followExample(made, inputShape);
  return new Summary(`${made.constructor.name} on [${inputShape.join(", ")}]`, layers, receptiveField);
}

/** A network's layers and parameters as a table: all that is known of it without an input. */
export function moduleTable(network: Module): Picture {
  const parts = network.namedModules().filter(([, part]) => part.children().length === 0);
  const rows = parts.map(([path, part]) => [
    path,
    part.constructor.name,
    part
      .namedParameters()
      .map(([name, { shape }]) => `${name} ${shape.join(" × ")}`)
      .join(", "),
    part.countParameters(),
  ]);
  return table(rows, ["layer", "kind", "learned", "parameters"], {
    title: network.constructor.name,
    caption: "summary(network, inputShape) adds output shapes and costs",
    total: ["total", "", "", network.countParameters()],
  });
}
