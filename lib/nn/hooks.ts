import { computing, needsGradient, recording } from "../autograd/apply.ts";
import { onGradient } from "../autograd/hooks.ts";
import { describe, OptionError } from "../errors.ts";
import { terminations } from "../interrupt.ts";
import { reshape } from "../ops/reshape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Module } from "./module.ts";

/** Called after a module's forward pass; a tensor that it returns takes the place of the output, all else is ignored. */
export type ForwardHook = (module: Module, input: Tensor, output: Tensor) => unknown;

/** Called with the gradient that arrives at a module's output; a tensor that it returns takes its place. */
export type BackwardHook = (module: Module, gradient: Tensor) => unknown;

/**
 * Called last, also where shapes alone are computed; what it returns is ignored.
 *
 * @param more what the module was given beside its input, such as an unpooling's indices
 */
type Watcher = (input: Tensor, output: Tensor, more: readonly unknown[]) => void;

/** Called first, before the module computes anything. */
type Entrance = () => void;

/** One of a module's hooks. */
interface Entry<H> {
  readonly hook: H;
  /** Of one that ends with the function that added it: how often code had been broken off then. */
  readonly terminations: number | null;
}

interface Hooks {
  /** What `forward` was as an own field of the module, before it was hooked; undefined where it was its class's. */
  readonly own: PropertyDescriptor | undefined;
  readonly forward: Set<Entry<ForwardHook>>;
  readonly backward: Set<Entry<BackwardHook>>;
  readonly watchers: Set<Entry<Watcher>>;
  readonly entrances: Set<Entry<Entrance>>;
}

const hooked = new WeakMap<Module, Hooks>();

type Kind = "forward" | "backward" | "watchers" | "entrances";
type HookOf<K extends Kind> = Hooks[K] extends Set<Entry<infer H>> ? H : never;

/** Adds a hook of one kind, for good. @returns a function that takes it away again */
export function addHook<K extends Kind>(module: Module, kind: K, hook: HookOf<K>): () => void {
  return add(module, kind, hook, null);
}

/**
 * Adds a hook that the caller takes away in its `finally`. Where a kernel broke the cell off, no `finally` ran: then the hook has
 * ended with its cell, and goes when the module runs next.
 */
export function addPassingHook<K extends Kind>(module: Module, kind: K, hook: HookOf<K>): () => void {
  return add(module, kind, hook, terminations());
}

function add<K extends Kind>(module: Module, kind: K, hook: HookOf<K>, since: number | null): () => void {
  if (typeof (hook as unknown) !== "function") {
    const name = kind === "forward" ? "onForward" : "onBackward";
    throw new OptionError(name, `the hook is ${describe(hook)}`, `write ${name}((module, ...) => ...)`);
  }
  const hooks = hooked.get(module) ?? install(module);
  const entry = { hook, terminations: since };
  const kept = hooks[kind] as Set<object>;
  kept.add(entry);
  return () => {
    if (kept.delete(entry) && all(hooks).every(({ size }) => size === 0)) {
      uninstall(module, hooks);
    }
  };
}

/**
 * Hides the module's `forward` behind one that calls hooks. So nothing need ask whether a module has some, and one that
 * has is no layer of our own to `pipeline.ts`: it is neither computed together with the next, nor are its numbers given back.
 */
function install(module: Module): Hooks {
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  const hooks: Hooks = { own, forward: new Set(), backward: new Set(), watchers: new Set(), entrances: new Set() };
  const { forward } = module;
  hooked.set(module, hooks);
  Object.defineProperty(module, "forward", {
    configurable: true,
    // A layer of a network's own `forward` may be given more than one tensor.
    value(input: Tensor, ...more: readonly []): Tensor {
      if (dropEnded(module, hooks)) return module.forward(input, ...more);
      for (const { hook } of [...hooks.entrances]) hook();
      let output = forward.call(module, input, ...more);
      if (computing()) output = callHooks(module, hooks, input, output);
      for (const { hook } of [...hooks.watchers]) hook(input, output, more);
      return output;
    },
  });
  return hooks;
}

/** Drops hooks whose cell was broken off. @returns whether those were all, so that the module is as before */
function dropEnded(module: Module, hooks: Hooks): boolean {
  for (const set of all(hooks) as readonly Set<Entry<unknown>>[]) {
    for (const entry of set) {
      if (entry.terminations !== null && entry.terminations !== terminations()) set.delete(entry);
    }
  }
  const isFree = all(hooks).every(({ size }) => size === 0);
  if (isFree) uninstall(module, hooks);
  return isFree;
}

function all({ forward, backward, watchers, entrances }: Hooks): readonly ReadonlySet<unknown>[] {
  return [forward, backward, watchers, entrances];
}

function uninstall(module: Module, { own }: Hooks): void {
  hooked.delete(module);
  if (own) Object.defineProperty(module, "forward", own);
  else Reflect.deleteProperty(module, "forward");
}

function callHooks(module: Module, hooks: Hooks, input: Tensor, result: Tensor): Tensor {
  let output = result;
  for (const { hook } of [...hooks.forward]) {
    const given = hook(module, input, output);
    if (given instanceof Tensor) output = given as Tensor;
  }
  if (hooks.backward.size === 0 || !recording() || !needsGradient(output)) return output;
  // A layer that gives its input back gets a tensor of its own: the input's gradient comes from others too.
  if (output === input) output = reshape(output, output.shape);
  for (const { hook } of [...hooks.backward]) onGradient(output, (gradient) => hook(module, gradient as Tensor));
  return output;
}
