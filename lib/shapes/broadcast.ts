/** Shapes that are aligned at their last axes, as types. */
import type { Unequal } from "./axes.ts";
import type { Differ, Dimension, Shape, Shown } from "./shape.ts";

/** The shape that two shapes have together, or the sentence that says which axis does not fit. */
export type Together<Op extends string, A, B> = [A] extends [B]
  ? [B] extends [A]
    ? A
    : Aligned<Op, A, B>
  : Aligned<Op, A, B>;

type Aligned<Op extends string, A, B> = number extends (A & Shape)["length"] | (B & Shape)["length"]
  ? Shape
  : Joined<A, B, readonly []> extends infer Result
    ? Result extends readonly ["differ", infer X extends Dimension, infer Y extends Dimension]
      ? `${Op}: ${Shown<A>} and ${Shown<B>} differ where one is ${X}, the other ${Y}; give both the same size there, or 1`
      : Result
    : never;

/** The shape, or the sizes that differ. */
type Joined<A, B, Behind extends Shape> = A extends readonly [...infer Front, infer Last]
  ? B extends readonly [...infer OtherFront, infer OtherLast]
    ? Common<Last, OtherLast> extends infer Size
      ? Size extends Dimension
        ? Joined<Front, OtherFront, readonly [Size, ...Behind]>
        : readonly ["differ", Last, OtherLast]
      : never
    : A extends Shape
      ? readonly [...A, ...Behind]
      : never
  : B extends Shape
    ? readonly [...B, ...Behind]
    : never;

/** The size of an axis that has these two: what is not 1; where one is a number and the other is not known, the number. */
type Common<A, B> = A extends 1
  ? B
  : B extends 1
    ? A
    : A extends B
      ? A
      : Differ<A, B> extends true
        ? null
        : A extends number
          ? number extends A
            ? B extends number
              ? B
              : number
            : A
          : B extends number
            ? B
            : number;

/** `[..., M, N]` of a matrix product. */
export type Multiplied<A, B> = [A, B] extends [
  readonly [infer M extends Dimension, infer K],
  readonly [infer Rows, infer N extends Dimension],
]
  ? Differ<K, Rows> extends true
    ? ColumnsAndRows<K, Rows>
    : readonly [M, N]
  : number extends (A & Shape)["length"] | (B & Shape)["length"]
    ? Shape
    : [Split<A, "row">, Split<B, "column">] extends [
          readonly [infer Batch, infer M extends Shape, infer K],
          readonly [infer OtherBatch, infer N extends Shape, infer Rows],
        ]
      ? Differ<K, Rows> extends true
        ? ColumnsAndRows<K, Rows>
        : Together<"matmul", Batch, OtherBatch> extends infer Result
          ? Result extends Shape
            ? readonly [...Result, ...M, ...N]
            : Result
          : never
      : "matmul: an operand is a scalar; scale with multiply";

type ColumnsAndRows<K, Rows> =
  `matmul: a has ${K & Dimension} columns, b ${Rows & Dimension} rows; give a ${Rows & Dimension} columns, or b ${K & Dimension} rows`;

/** A batch's axes, what is left of a matrix, and the size that is summed over. */
type Split<X, Side extends "row" | "column"> = X extends readonly [infer K]
  ? readonly [readonly [], readonly [], K]
  : X extends readonly [...infer Batch, infer M, infer N]
    ? Side extends "row"
      ? readonly [Batch, readonly [M], N]
      : readonly [Batch, readonly [N], M]
    : never;

/** The shape itself, if it can be spread to the other. */
export type SpreadTo<X, To extends Shape> =
  Together<"broadcastTo", X, To> extends infer Result
    ? Result extends string
      ? Result
      : Result extends To
        ? To
        : number extends (Result & Shape)["length"]
          ? To
          : Sizes<Result, To>
    : never;

type Sizes<Result, To extends Shape> =
  Unequal<Result, To> extends true
    ? `broadcastTo: the input is larger than the shape ${Shown<To>}; give a shape that is as large in every axis`
    : To;
