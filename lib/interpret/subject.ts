import { differentiating, noGrad, recording } from "../autograd/apply.ts";
import { type GradientRule, gradientsOf } from "../autograd/backward.ts";
import { detach } from "../autograd/grad.ts";
import { GradientError, InterruptedError, OptionError, ShapeError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { watchLayers } from "../nn/watch.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor, type Tensor } from "../tensor/tensor.ts";
import { checkNetwork, layerName, outputOf } from "./layers.ts";
import { checkTarget, placesIn, type TargetOptions } from "./target.ts";

/** What one pass through a network and back found. */
interface Pass {
  /** The score, or the unit's answer, of each example. */
  readonly values: Float64Array;
  /** Its gradient, of the shape of what it is asked for. */
  readonly gradient: Tensor;
  /** A copy of the numbers that it is the gradient at. */
  readonly at: Tensor;
}

/** How to go back. */
interface PassOptions {
  /** The layer at whose output the gradient is asked for; default the input. */
  readonly at?: Module;
  /** Another way back through some operations. */
  readonly rule?: GradientRule;
}

/**
 * What is asked of a network: one number of its answer to each of some examples, a class's score or a unit. It is the first
 * question that fixes the class of largest score, and the most active place; further ones, about the examples changed, are about
 * the same number. The network is asked in evaluation mode and left in the mode it was in; parameters get no gradient.
 */
export class Subject {
  readonly operation: string;
  readonly network: Module;
  readonly inputs: Tensor;
  readonly options: TargetOptions;
  #places: Int32Array | null = null;

  /** @throws OptionError or ShapeError for a network, examples or a target that are none */
  constructor(operation: string, network: Module, inputs: Tensor, options: TargetOptions) {
    checkNetwork(operation, network);
    checkExamples(operation, inputs);
    checkTarget(operation, network, options);
    this.operation = operation;
    this.network = network;
    this.inputs = inputs;
    this.options = options;
  }

  /** How many examples there are. */
  get count(): number {
    return this.inputs.shape[0] as number;
  }

  /** What it was about, for results. Known once something was asked. */
  get about(): { method: string; inputs: Tensor; targets: number[]; labels: string[]; unit: string | undefined } {
    const { unit, classes } = this.options;
    const targets = Array.from(this.#places ?? [], (place) => (unit === undefined ? place : unit.channel));
    return {
      method: this.operation,
      inputs: this.inputs,
      targets,
      labels: targets.map((target) => (unit ? `channel ${target}` : (classes?.[target] ?? `class ${target}`))),
      unit: unit && `channel ${unit.channel} of ${layerName(this.network, unit.layer)}`,
    };
  }

  /** The numbers asked for, of the examples or of as many others, or of several times as many: all first, all again, ... */
  values(inputs = this.inputs): Float64Array {
    return noGrad(() => this.#read(this.#answer(inputs)));
  }

  /** The same, and their gradients. @throws GradientError if they do not depend on what the gradient is asked for */
  gradients(inputs = this.inputs, { at, rule }: PassOptions = {}): Pass {
    const own = Object.assign(detach(inputs), { requiresGrad: true });
    const ask = (): AnyTensor => this.#answer(own);
    // Watched layers run each by itself: no rectifier is hidden in the operation before it.
    const watched = rule === undefined ? ask : () => watchLayers(this.network, () => {}, ask);
    const { answer, place } = differentiating(
      () => {
        if (at === undefined) return { answer: watched(), place: own };
        const { output, result } = outputOf(this.operation, this.network, at, watched);
        return { answer: result, place: output };
      },
      () => this.#nested(),
    );
    const values = this.#read(answer);
    const numbers = copyOf(place);
    const [gradient] = gradientsOf(answer, [place], { gradient: this.#mask(answer), rule });
    if (gradient) return { values, gradient: gradient as Tensor, at: numbers };
    const whose = at === undefined ? "the input" : `what ${layerName(this.network, at)} gives`;
    const problem = `${this.#name()} does not depend on ${whose}`;
    const fix = "look for noGrad, detach or .data in forward; give a layer before what is looked into";
    throw new GradientError(problem, fix, this.operation);
  }

  /** Stops between two passes where the notebook's user asks to. */
  goOn(done: number, passes: number): void {
    if (interruptRequested())
      throw new InterruptedError(`${this.operation}: stopped after ${done} of ${passes} passes`);
  }

  #answer(inputs: Tensor): AnyTensor {
    const { unit } = this.options;
    const run = (): AnyTensor => evaluating(this.network, () => this.network.forward(inputs));
    const answer = unit === undefined ? run() : outputOf(this.operation, this.network, unit.layer, run).output;
    checkTensor(this.operation, `${this.#name()}'s output`, answer);
    return answer;
  }

  #read(answer: AnyTensor): Float64Array {
    this.#places ??= placesIn(this.operation, answer, this.count, this.options);
    const data = peek(answer);
    const count = answer.shape[0] as number;
    const step = answer.size / count;
    return Float64Array.from({ length: count }, (_, n) => data[n * step + this.#places![n % this.count]!]!);
  }

  /** One at each number asked for: the gradient that arrives. */
  #mask(answer: AnyTensor): AnyTensor {
    const mask = allocate(answer.dtype, answer.size);
    const step = answer.size / this.count;
    for (const [n, place] of (this.#places ?? []).entries()) mask[n * step + place] = 1;
    return freshTensor(mask, answer.shape, answer.dtype) as AnyTensor;
  }

  #name(): string {
    const { unit } = this.options;
    return unit === undefined ? "the score" : `the unit of ${layerName(this.network, unit.layer)}`;
  }

  #nested(): void {
    if (!recording()) return; // as a constant, which noGrad says
    const problem = "it is called within the function of grad: gradients of gradients are not computed";
    throw new GradientError(
      problem,
      `if its result is meant as a constant, write noGrad(() => ${this.operation}(...))`,
      this.operation,
    );
  }
}

function copyOf(x: AnyTensor): Tensor {
  return freshTensor(peek(x).slice(), x.shape, x.dtype) as Tensor;
}

/** Refuses examples that are no images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]` of fractions. */
export function checkExamples(operation: string, inputs: Tensor): void {
  checkTensor(operation, "the input", inputs);
  const shape = inputs.shape as readonly number[];
  const dtype = inputs.dtype as FloatDType;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new OptionError(operation, `the input is ${dtype as string}`, 'gradients need fractions: cast(x, "float32")');
  }
  const operands = [{ name: "input", shape }];
  if (shape.length < 2 || shape.length > 4) {
    const fix =
      "give a batch: [N, C, H, W], [N, C, W] or [N, I]; expandDims(image, 0) makes one of a single image [C, H, W]";
    throw new ShapeError(operation, `a batch has 2 to 4 axes, this input ${shape.length}`, operands, fix);
  }
  if (shape.includes(0))
    throw new ShapeError(operation, "the input has no numbers", operands, "give an example or more");
}
