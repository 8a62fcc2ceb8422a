import { display, type MimeBundle } from "../mime.ts";
import type { Module } from "../nn/module.ts";
import { type LayerSummary, summarize } from "../nn/summary.ts";
import type { Picture } from "./picture.ts";
import { table } from "./table.ts";

/** A network layer by layer for one example: what comes out, what is learned, what it costs. Draws itself as a table. */
export class Summary {
  readonly layers: readonly LayerSummary[];
  /** All numbers that are learned. */
  readonly parameters: number;
  /** Multiply-accumulate operations for one example. */
  readonly macs: number;
  readonly #title: string;

  constructor(title: string, layers: readonly LayerSummary[]) {
    this.#title = title;
    this.layers = layers;
    this.parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
    this.macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  }

  /** The table as a picture. */
  picture(): Picture {
    const rows = this.layers.map(({ path, kind, outputShape, parameters, macs }) => [
      path,
      kind,
      outputShape.join(" × "),
      parameters,
      macs,
    ]);
    return table(rows, ["layer", "kind", "output", "parameters", "multiply-adds"], {
      title: this.#title,
      caption: "for one example: output C × H × W",
      total: ["total", "", "", this.parameters, this.macs],
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
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @throws ShapeError if a layer does not fit the one before
 * @example summary(lenet5(), [1, 28, 28]).parameters // 61706
 */
export function summary(network: Module, inputShape: readonly number[]): Summary {
  const layers = summarize(network, inputShape);
  return new Summary(`${network.constructor.name} on [${inputShape.join(", ")}]`, layers);
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
    part.parameters().reduce((sum, { size }) => sum + size, 0),
  ]);
  const total = network.parameters().reduce((sum, { size }) => sum + size, 0);
  return table(rows, ["layer", "kind", "learned", "parameters"], {
    title: network.constructor.name,
    caption: "summary(network, inputShape) adds output shapes and costs",
    total: ["total", "", "", total],
  });
}
