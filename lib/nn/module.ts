import { describe, OptionError } from "../errors.ts";
import { Random } from "../random.ts";
import type { Fits } from "../shapes/shape.ts";
import type { StateProblem, TakenFrom } from "../shapes/states.ts";
import type { FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, convert, type Parameter, type Tensor } from "../tensor/tensor.ts";
import { passingMode, setPassingMode } from "./evaluating.ts";
import { inFields, named } from "./fields.ts";
import { addHook, type BackwardHook, type ForwardHook } from "./hooks.ts";
import { isBuffer, isParameter } from "./parameter.ts";
import { type LoadedState, type LoadOptions, loadState, type StateDict, stateOf } from "./state.ts";

/**
 * A part of a network: a layer, or layers put together. Parameters and parts are found in its own fields, also in arrays,
 * plain objects, Maps and Sets there, at any depth, so a new kind needs only fields and `forward`. One that computes
 * otherwise while it is trained asks `this.training`.
 *
 * A parameter is a tensor whose `requiresGrad` is set, or was when the module was last asked for its parameters, or that
 * `parameter` made one; so a frozen one stays one. Every other tensor in a field is a buffer. A tensor or a part that is in
 * two places is shared ("tied"): it is counted, updated and saved once, under its first name.
 *
 * @example
 * class Block extends Module {
 *   readonly conv = new Conv2d({ inChannels: 16, outChannels: 16, kernelSize: 3, padding: 1 });
 *   forward(x: Tensor) {
 *     return relu(add(this.conv.forward(x), x));
 *   }
 * }
 */
export abstract class Module {
  #training = true;

  /** Whether it is being trained, as a new one is; `train` and `eval` set it, for all parts together. */
  get training(): boolean {
    return passingMode(this) ?? this.#training;
  }

  /** Of this module alone, without its parts. */
  set training(training: boolean) {
    if (!setPassingMode(this, training)) this.#training = training;
  }

  /** The output for a batch. */
  abstract forward(x: Tensor): Tensor;

  /**
   * Switches itself and its parts to training: batch normalisation uses each batch's statistics, dropout drops. `fit` calls
   * it.
   *
   * @returns itself
   */
  train(): this {
    return this.#switchTo(true);
  }

  /**
   * Switches itself and its parts to evaluation: batch normalisation uses the running statistics, so that an example's
   * output does not depend on the batch it comes in, and dropout does nothing. `fit` leaves a network so, `evaluate`
   * measures it so.
   *
   * @returns itself
   */
  eval(): this {
    return this.#switchTo(false);
  }

  /**
   * Keeps its parameters and those of its parts as they are: no gradient is computed for them, and optimisers pass them
   * over. They stay parameters, under the same names. Running statistics of batch normalisation move all the same in
   * training: `eval` keeps those.
   *
   * @returns itself
   * @example lenet5().layers.conv1.freeze()
   */
  freeze(): this {
    for (const parameter of this.parameters()) Object.assign(parameter, { requiresGrad: false, grad: null });
    return this;
  }

  /** Has its parameters and those of its parts learn again. @returns itself */
  unfreeze(): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = true;
    return this;
  }

  /** Its direct parts, each with the name of its field (`blocks.0` inside an array). */
  children(): [name: string, module: Module][] {
    return inFields(this, isModule) as [string, Module][];
  }

  /** Its own parameters and those of all its parts, each with its path: `conv1.filters`. Shared ones come once. */
  namedParameters(): [name: string, parameter: Parameter][] {
    return named(this, isParameter);
  }

  /**
   * The tensors in its fields and its parts' that are no parameters: the running statistics of batch normalisation,
   * `norm1.runningMean`. With the parameters they are all that a trained network is made of.
   */
  namedBuffers(): [name: string, buffer: AnyTensor][] {
    return named(this, isBuffer);
  }

  /** The streams of random numbers that layers draw from while they are trained, `dropout.random`. */
  namedGenerators(): [name: string, generator: Random][] {
    return named(this, isGenerator);
  }

  /** All parameters, its own and its parts', frozen ones too, for an optimiser. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** How many numbers its parameters hold, frozen ones too; shared ones count once. */
  countParameters(): number {
    return this.parameters().reduce((sum, { size }) => sum + size, 0);
  }

  /** All parts at any depth with their paths, each before its own parts; itself first, under the empty path. */
  namedModules(): [path: string, module: Module][] {
    const below = this.children().flatMap(([name, child]) =>
      child.namedModules().map(([path, module]): [string, Module] => [path ? `${name}.${path}` : name, module]),
    );
    return [["", this], ...below];
  }

  /**
   * Calls a function for itself and for every part, each before its own parts.
   *
   * @returns itself
   * @throws OptionError if it is no function
   */
  apply(f: (module: Module, path: string) => void): this {
    if (typeof (f as unknown) !== "function") {
      throw new OptionError("apply", `it is given ${describe(f)}`, "give a function of a module and its path");
    }
    for (const [path, module] of this.namedModules()) f(module, path);
    return this;
  }

  /**
   * Copies of all its parameters and buffers by name: what `loadStateDict` puts back, into this network or another of the
   * same make. Frozen ones keep their names; a shared tensor is there once, under its first name.
   *
   * @example lenet5().stateDict()["conv1.filters"]!.shape // [6, 1, 5, 5]
   */
  stateDict<M extends Module>(this: M): Record<string, AnyTensor> & TakenFrom<M> {
    return stateOf(this) as Record<string, AnyTensor> & TakenFrom<M>;
  }

  /**
   * Sets its parameters and buffers to those of a state, in place: optimisers keep hold of them. Numbers of another type are
   * converted. Nothing is changed if anything is refused. A shared tensor may stand under any of its names.
   *
   * Where the types of both networks are known, one that cannot take the state does not compile.
   *
   * @returns which names the two had not in common: none, unless `strict` is false
   * @throws OptionError for names that are missing or unexpected; ShapeError for tensors of other shapes. Both name them all
   * @example lenet5().loadStateDict(lenet5().stateDict())
   */
  loadStateDict<M extends Module, State extends StateDict, const O extends LoadOptions = { readonly strict?: true }>(
    this: M,
    state: State & Fits<StateProblem<State, M, O>>,
    options?: O,
  ): LoadedState {
    return loadState(this, state, options ?? {});
  }

  /**
   * Turns its parameters and buffers into another type of number, in place, and forgets their gradients. Types say float32
   * still; at run time it takes and gives tensors of the new type. For checks of gradients, which need float64.
   *
   * @returns itself
   * @throws OptionError for a type that has no fractions
   */
  to(dtype: FloatDType): this {
    if (dtype !== "float32" && (dtype as string) !== "float64") {
      throw new OptionError("to", `the type is ${describe(dtype)}`, 'give "float32" or "float64"');
    }
    for (const parameter of this.parameters()) if (parameter.dtype !== dtype) convert(parameter, dtype);
    for (const [, buffer] of this.namedBuffers()) {
      if (buffer.dtype !== dtype && (buffer.dtype === "float32" || buffer.dtype === "float64")) convert(buffer, dtype);
    }
    return this;
  }

  /**
   * Calls `hook(module, input, output)` after each forward pass of this module, in the order that hooks were added. A
   * tensor that it returns takes the place of the output; anything else is ignored. `summary`, which computes nothing,
   * does not call it. Layers with hooks run each by itself, which takes a little more time and memory.
   *
   * @returns a function that takes the hook away
   * @example
   * const shapes: string[] = [];
   * const net = lenet5();
   * const remove = net.layers.conv1.onForward((_module, _input, output) => shapes.push(`${output.shape}`));
   * net.forward(zeros([1, 1, 28, 28]));
   * remove();
   */
  onForward(hook: ForwardHook): () => void {
    return addHook(this, "forward", hook);
  }

  /**
   * Calls `hook(module, gradient)` in each backward pass with the gradient that arrives at this module's output, a copy. A
   * tensor of its shape that it returns takes its place; anything else is ignored. For the gradient at any other tensor:
   * `onGradient`.
   *
   * @returns a function that takes the hook away from passes that begin later
   */
  onBackward(hook: BackwardHook): () => void {
    return addHook(this, "backward", hook);
  }

  #switchTo(training: boolean): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }
}

function isModule(value: unknown): value is Module {
  return value instanceof Module;
}

function isGenerator(value: unknown): value is Random {
  return value instanceof Random;
}
