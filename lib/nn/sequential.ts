import { describe, OptionError } from "../errors.ts";
import type { layerRule, Ruled, Ruling, SequenceRule, Takes } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { declareSequence, runInOrder } from "./pipeline.ts";

/** Layers by name, in order. */
export type Layers = Readonly<Record<string, Module>>;

/** Layers without names, in order. */
export type LayerList = readonly Module[];

/**
 * A network of whose layers the type says no more than what they take and give: examples of one shape, such as `readonly [3,
 * number, number]`, become ones of another, `readonly [10]`. For networks that a function builds layer by layer.
 */
export type Network<From extends Shape, To extends Shape> = Sequential<Layers & Takes<From, To>>;

/** Each layer by its name; by its place where they have no names. */
export type LayersByName<L> = L extends LayerList
  ? { readonly [Place in keyof L as Place extends `${number}` ? Place : never]: L[Place] }
  : L;

/**
 * Layers one after the other, each fed with the output of the one before.
 *
 * @example
 * const net = new Sequential({ conv1: new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 }), relu1: new ReLU() });
 * net.layers.conv1.filters.shape // [6, 1, 5, 5]
 * new Sequential(new Flatten(), new Linear({ inFeatures: 784, outFeatures: 10 })) // names "0" and "1"
 * @typeParam L the layers, as a record or as a list: where the shape of an input is known, the compiler follows it through
 *   them, and names the layer that it does not fit. TypeScript 7 takes a record's layers in the order of their places in the
 *   source, which is another one where layers that were named earlier are spread into it: `new Sequential<Layers>({ ... })`
 *   has it look at none of them
 */
export class Sequential<L extends Layers | LayerList = Layers> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<SequenceRule<L>, L>;
  /** Each layer by its name. */
  readonly layers: LayersByName<L>;

  /** @throws OptionError without layers, if one of them is no module, or for names that are numbers among others */
  constructor(layers: L & Layers);
  constructor(...layers: L extends LayerList ? L : never);
  constructor(first: Layers | Module, ...rest: Module[]) {
    super();
    const listed = first instanceof Module || typeof first !== "object" || rest.length > 0;
    this.layers = (listed ? Object.fromEntries([first, ...rest].entries()) : { ...first }) as LayersByName<L>;
    const entries = Object.entries(this.layers as Layers).filter(([, layer]) => layer !== undefined);
    if (entries.length === 0) throw new OptionError("Sequential", "there are no layers", "give at least one");
    for (const [name, layer] of entries) checkLayer(name, layer);
    if (!listed) checkNames(Object.keys(this.layers as Layers));
  }

  /** How many layers there are. */
  get length(): number {
    return Object.keys(this.layers as Layers).length;
  }

  /**
   * The layer at a place, counted from 0, or from the end by negative numbers: `at(-1)` is the last.
   *
   * @throws OptionError if there is none
   */
  at(index: number): Module {
    const layer = Object.values(this.layers as Layers).at(index);
    if (layer !== undefined && Number.isInteger(index)) return layer;
    const { length } = this;
    throw new OptionError(
      "at",
      `there is no layer ${describe(index)}`,
      `give a whole number from ${-length} to ${length - 1}`,
    );
  }

  /**
   * Puts a layer behind the others.
   *
   * @param name left out where the layers are counted: then it is the next number
   * @returns itself, under a type that knows no names
   * @throws OptionError for what is no module, a name that is taken, or none where the others have names
   * @example new Sequential(new Flatten()).append(new Linear({ inFeatures: 784, outFeatures: 10 }))
   */
  append(layer: Module, name = `${this.length}`): Sequential {
    checkLayer(name, layer);
    if (Object.hasOwn(this.layers as Layers, name)) {
      throw new OptionError("Sequential", `there is a layer "${name}" already`, "choose another name");
    }
    checkNames([...Object.keys(this.layers as Layers), name]);
    (this.layers as Record<string, Module>)[name] = layer;
    return this as unknown as Sequential;
  }

  override children(): [string, Module][] {
    return Object.entries(this.layers as Layers);
  }

  /** @throws ShapeError if a layer does not fit the one before */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Ruling<SequenceRule<L>, X>>,
  ): Tensor<Known<Ruling<SequenceRule<L>, X>>> {
    return runInOrder(Object.values(this.layers as Layers), x as Tensor) as never;
  }
}

function checkLayer(name: string, layer: unknown): void {
  if (layer instanceof Module) return;
  const problem = `layer "${name}" is ${describe(layer)}, not a Module`;
  throw new OptionError("Sequential", problem, "give layers, new ReLU() for relu; extend Module for your own");
}

/** Refuses numbers among names: JavaScript would put them first, whatever their place. */
function checkNames(names: readonly string[]): void {
  const counted = names.filter((name) => /^(0|[1-9]\d*)$/.test(name));
  if (counted.length === 0 || names.every((name, i) => name === `${i}`)) return;
  const problem = `the name "${counted.at(-1)}" is a number, and would come before the others`;
  throw new OptionError("Sequential", problem, `give every layer a name such as "conv1", or list them without names`);
}

declareSequence(Sequential.prototype.forward as Module["forward"]);
