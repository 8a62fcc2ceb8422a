/** What losses are given beside scores, as types. */
import type { Unequal } from "./axes.ts";
import type { Shown } from "./shape.ts";

/** The sentence for labels that are not one an example of the scores `X`; `null` where they may be. */
export type LabelsOf<Op extends string, X, Y> = X extends readonly [infer N, unknown, ...infer Pixels]
  ? Unequal<Y, readonly [N, ...Pixels]> extends true
    ? `${Op}: the scores are ${Shown<X>}, and the labels ${Shown<Y>}; give one label ${Pixels extends readonly [] ? "an example" : "a pixel"}: shape ${Shown<readonly [N, ...Pixels]>}`
    : null
  : null;

/** The sentence for a target that has not the shape of what is to meet it; `null` where it may. */
export type TargetOf<Op extends string, X, Y> =
  Unequal<X, Y> extends true
    ? `${Op}: the input is ${Shown<X>}, the target ${Shown<Y>}; reshape the target to ${Shown<X>}`
    : null;
