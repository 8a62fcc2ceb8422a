import { OptionError } from "../errors.ts";
import { Module } from "../nn/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Held } from "./call.ts";
import { Value } from "./values/value.ts";

type Compute = (operands: readonly (Held | undefined)[]) => readonly (Held | undefined)[];

/** A layer whose class is called like its operator. */
export let layerNamed: (operator: string, weights: ReadonlyMap<string, Tensor>) => OnnxLayer;

/** Runs a node by way of its layer's `forward`, which hooks stand around: the first fractions go in, the first result comes out. */
export let runLayer: (
  layer: OnnxLayer,
  operands: readonly (Held | undefined)[],
  compute: Compute,
) => readonly (Held | undefined)[];

/**
 * A node of an imported network as a layer: it holds the weights that the node takes, `summary` has a line for it, and hooks
 * see its tensors. It runs within its network alone, which knows its other inputs. Its class bears the operator's name.
 */
export class OnnxLayer extends Module {
  /** The constants of the graph that the node takes, by their names. */
  readonly weights: ReadonlyMap<string, Tensor>;
  #compute: ((x: Tensor) => Tensor) | null = null;

  static {
    layerNamed = (operator, weights) => {
      const kinds = { [operator]: class extends OnnxLayer {} };
      return new kinds[operator]!(weights);
    };
    runLayer = (layer, operands, compute) => layer.#around(operands, compute);
  }

  private constructor(weights: ReadonlyMap<string, Tensor>) {
    super();
    this.weights = weights;
  }

  forward(x: Tensor): Tensor {
    if (this.#compute !== null) return this.#compute(x);
    throw new OptionError(this.constructor.name, "a node of an imported network is called alone", "call the network");
  }

  #around(operands: readonly (Held | undefined)[], compute: Compute): readonly (Held | undefined)[] {
    const weights = new Set(this.weights.values());
    const at = operands.findIndex((each) => isTensor(each) && !weights.has(each.tensor));
    if (at < 0) return compute(operands);
    let results: readonly (Held | undefined)[] = [];
    let plain = false;
    this.#compute = (x) => {
      results = compute(operands.map((each, i) => (i === at ? Value.ofTensor(x) : each)));
      const [first] = results;
      plain = !isTensor(first);
      return isTensor(first) ? first.tensor : x;
    };
    try {
      const output = this.forward((operands[at] as Value).tensor);
      return plain ? results : [Value.ofTensor(output), ...results.slice(1)];
    } finally {
      this.#compute = null;
    }
  }
}

function isTensor(held: Held | undefined): held is Value {
  return held instanceof Value && (held.type === "float32" || held.type === "float64");
}
