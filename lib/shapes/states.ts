/**
 * Whether a state may be of a network, as a type: a state remembers in its type what it was taken from, and a network of
 * another type with other tensors does not take it. What neither type says is left to run time.
 */
import type { Unequal } from "./axes.ts";
import type { RuleOf } from "./layers.ts";
import type { NamesInOrder } from "./names.ts";
import type { Shown } from "./shape.ts";

declare const network: unique symbol;

/**
 * What the type of a state remembers. There is nothing of it at run time; it is an accessor of a class, since a copy with
 * other tensors, `{ ...state, ... }`, loses those, and such a copy may be of any network.
 */
export declare class TakenFrom<M> {
  /** @internal */
  get [network](): M;
}

/**
 * The sentence that says what differs between the network that a state was taken from and another one; null where nothing
 * is known to.
 *
 * @typeParam Options of loading: unless they are strict, tensors that one has alone are no matter
 */
export type StateProblem<State, M, Options> =
  State extends TakenFrom<infer Q> ? ([Q] extends [M] ? null : Said<OtherTensors<Q, M, IsStrict<Options>>>) : null;

type IsStrict<Options> = Options extends { readonly strict?: infer Strict }
  ? Strict extends true | undefined
    ? true
    : false
  : true;

type Said<Problem> = Problem extends string
  ? `loadStateDict: ${Problem}; build the network that the state was taken from`
  : null;

/** What differs between two networks, each of whose types has its rule. */
type OtherTensors<Q, M, Strict> =
  RuleOf<Q> extends infer A
    ? RuleOf<M> extends infer B
      ? A extends readonly ["network", infer From, infer To]
        ? B extends readonly ["network", infer From2, infer To2]
          ? OtherEnds<From, From2, To, To2>
          : null
        : A extends Composed<infer Layers>
          ? B extends Composed<infer Layers2>
            ? InNames<ByName<Layers>, ByName<Layers2>, Strict>
            : null
          : A extends readonly [string, ...unknown[]]
            ? B extends readonly [string, ...unknown[]]
              ? OtherFields<Q, M, Strict>
              : null
            : null
      : null
    : null;

/** The rule of what is made of layers. */
type Composed<Layers> = readonly ["sequence" | "branches" | "residual", Layers, ...unknown[]];

/** A network whose layers are not known has its channels in its first layer, and what it gives in its last. */
type OtherEnds<From, From2, To, To2> =
  Unequal<To, To2> extends true
    ? `the state's network gives ${Shown<To>} of an example, this one ${Shown<To2>}`
    : From extends readonly [infer C, ...unknown[]]
      ? From2 extends readonly [infer C2, ...unknown[]]
        ? Unequal<readonly [C], readonly [C2]> extends true
          ? `the state's network takes ${C & number} channels, this one ${C2 & number}`
          : null
        : null
      : null;

type ByName<L> = L extends readonly unknown[]
  ? { [Place in keyof L as Place extends `${number}` ? Place : never]: L[Place] }
  : L;

type InNames<L, L2, Strict> =
  InBoth<L, L2, NamesInOrder<L>, Strict> extends infer Problem
    ? Problem extends string
      ? Problem
      : Strict extends true
        ? Absent<L2, L, NamesInOrder<L2>>
        : null
    : null;

/** The layers of the state's network, in order, each beside the one of its name. */
type InBoth<L, L2, Names, Strict> = Names extends readonly [infer Name extends keyof L & string, ...infer Others]
  ? Name extends keyof L2
    ? OtherTensors<L[Name], L2[Name], Strict> extends infer Problem
      ? Problem extends string
        ? `layer ${Name}: ${Problem}`
        : InBoth<L, L2, Others, Strict>
      : null
    : Strict extends true
      ? HasTensors<L[Name]> extends true
        ? `the state has tensors of a layer ${Name}, which the network has not`
        : InBoth<L, L2, Others, Strict>
      : InBoth<L, L2, Others, Strict>
  : null;

/** The first layer of a network with tensors that a state has not. */
type Absent<L2, L, Names> = Names extends readonly [infer Name extends keyof L2 & string, ...infer Others]
  ? Name extends keyof L
    ? Absent<L2, L, Others>
    : HasTensors<L2[Name]> extends true
      ? `the network has a layer ${Name}, of which the state has no tensors`
      : Absent<L2, L, Others>
  : null;

/** Whether a layer of the library is known to have tensors, not that it may. */
type HasTensors<Layer> =
  RuleOf<Layer> extends readonly [string, ...unknown[]]
    ? true extends { [Field in keyof Layer]: null extends Layer[Field] ? false : IsTensor<Layer[Field]> }[keyof Layer]
      ? true
      : false
    : false;

type IsTensor<T> = T extends { readonly shape: readonly unknown[]; readonly dtype: unknown } ? true : false;

/** Weights first: a bias of another size follows from them. */
type OtherFields<Q, M, Strict> =
  OtherField<Q, M, Extract<keyof Q, "filters" | "weights">, Strict> extends infer Problem
    ? [Problem] extends [never]
      ? OtherField<Q, M, Extract<keyof Q, string>, Strict> extends infer Other
        ? [Other] extends [never]
          ? null
          : Other
        : null
      : Problem
    : null;

/** Of each field with a tensor in one layer that has another shape in the other, or is not there, a sentence. */
type OtherField<Q, M, Fields extends keyof Q & string, Strict> = {
  [Field in Fields]: NonNullable<Q[Field]> extends { readonly shape: infer S; readonly dtype: unknown }
    ? Field extends keyof M
      ? NonNullable<M[Field]> extends { readonly shape: infer S2; readonly dtype: unknown }
        ? Unequal<S, S2> extends true
          ? `its ${Field} are ${Shown<S>} in the state, ${Shown<S2>} here`
          : never
        : never
      : null extends Q[Field]
        ? never
        : Strict extends true
          ? `the state has ${Field} of it, which it has not here`
          : never
    : never;
}[Fields];
