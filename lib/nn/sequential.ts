import { describe, OptionError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { declareSequence, runInOrder } from "./pipeline.ts";

/** Layers by name, in order. */
export type Layers = Readonly<Record<string, Module>>;

/**
 * Layers one after the other, each fed with the output of the one before.
 *
 * @example
 * const net = new Sequential({ conv1: new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 }), relu1: new ReLU() });
 * net.layers.conv1.filters.shape // [6, 1, 5, 5]
 * new Sequential(new Flatten(), new Linear({ inFeatures: 784, outFeatures: 10 })) // names "0" and "1"
 */
export class Sequential<L extends Layers = Layers> extends Module {
  /** Each layer by its name. */
  readonly layers: L;

  /** @throws OptionError without layers, or if one of them is no module */
  constructor(layers: L);
  constructor(...layers: Module[]);
  constructor(first: L | Module, ...rest: Module[]) {
    super();
    const listed = first instanceof Module || typeof first !== "object" || rest.length > 0;
    this.layers = listed ? (Object.fromEntries([first, ...rest].entries()) as Layers as L) : first;
    const entries = Object.entries(this.layers ?? {}).filter(([, layer]) => layer !== undefined);
    if (entries.length === 0) throw new OptionError("Sequential", "there are no layers", "give at least one");
    const wrong = entries.find(([, layer]) => !(layer instanceof Module));
    if (!wrong) return;
    const problem = `layer "${wrong[0]}" is ${describe(wrong[1])}, not a Module`;
    throw new OptionError("Sequential", problem, "give layers, new ReLU() for relu; extend Module for your own");
  }

  override children(): [string, Module][] {
    return Object.entries(this.layers);
  }

  override forward(x: Tensor): Tensor {
    return runInOrder(Object.values(this.layers), x);
  }
}

declareSequence(Sequential.prototype.forward as Module["forward"]);
