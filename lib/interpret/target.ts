import type { ClassNumbers } from "../display/confusion-matrix.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkLayer } from "./layers.ts";

/** One number of a layer's output for each example: what a neuron answers. */
export interface Unit {
  /** A part of the network, such as `network.layers.conv2`; the network itself is one, too. */
  readonly layer: Module;
  /** Which of the layer's maps `[N, C, ...]`, or of its outputs `[N, C]`, counted from 0. */
  readonly channel: number;
  /** Its place in the map, `[row, column]`; left out, the place where each example excites the map most. */
  readonly position?: readonly number[];
}

/** What of a network's answer is looked into; every option may be left out. */
export interface TargetOptions {
  /** The class whose score it is, before the softmax where the network has none: one for all, or one an example; default the class of largest score. */
  readonly target?: number | ClassNumbers;
  /** A unit of a layer, instead of a class. */
  readonly unit?: Unit;
  /** What the classes are called in pictures. */
  readonly classes?: readonly string[];
}

/** The names of those options, for `checkOptions`. */
export const targetOptions = ["target", "unit", "classes"] as const;

/** Refuses what is wrong whatever the network answers. */
export function checkTarget(operation: string, network: Module, { target, unit, classes }: TargetOptions): void {
  if (target !== undefined && unit !== undefined) {
    throw new OptionError(operation, "both target and unit are given", "give a class or a unit, not both");
  }
  if (classes !== undefined && !(Array.isArray(classes) && classes.every((name) => typeof name === "string"))) {
    throw new OptionError(operation, `classes is ${describe(classes)}`, 'give a list of texts: ["cat", "dog"]');
  }
  if (unit === undefined) return;
  checkOptions(`${operation}: unit`, unit, ["layer", "channel", "position"]);
  checkLayer(operation, network, unit.layer);
  checkInteger(operation, "unit.channel", unit.channel, 0);
  if (unit.position !== undefined && !Array.isArray(unit.position)) {
    throw new OptionError(operation, `unit.position is ${describe(unit.position)}`, "give a list: [row, column]");
  }
}

/** Which number of each example's output is meant, counted within the example. */
export function placesIn(operation: string, output: AnyTensor, count: number, options: TargetOptions): Int32Array {
  const shape = output.shape as readonly number[];
  if (shape[0] !== count) {
    const problem = `the output is not one an example: ${count} examples went in`;
    throw new ShapeError(
      operation,
      problem,
      [{ name: "output", shape }],
      "keep the batch as the first axis in forward",
    );
  }
  const { unit, target } = options;
  return unit === undefined ? classesIn(operation, output, target) : unitIn(operation, output, unit);
}

function classesIn(operation: string, scores: AnyTensor, target: TargetOptions["target"]): Int32Array {
  const shape = scores.shape as readonly number[];
  const operands = [{ name: "output", shape }];
  if (shape.length !== 2) {
    const problem = `the network's output has ${shape.length} axes: it is not one score a class, [N, K]`;
    throw new ShapeError(operation, problem, operands, "look into a unit: { unit: { layer: network, channel: 0 } }");
  }
  const [count, classes] = shape as [number, number];
  if (classes === 0)
    throw new ShapeError(operation, "the network gives no scores", operands, "give it a class or more");
  if (target === undefined) return largest(scores, count, classes);
  const asked = typeof target === "number" ? new Float64Array(count).fill(target) : listOf(operation, target);
  if (asked.length !== count) {
    const problem = `target has ${asked.length} classes, there are ${count} examples`;
    throw new OptionError(operation, problem, `give one class for all, or ${count}`);
  }
  return Int32Array.from(asked, (label, i) => {
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    const name = typeof target === "number" ? "target" : `target[${i}]`;
    const problem = `${name} is ${label}, and the network has ${classes} classes`;
    throw new OptionError(operation, problem, `give a whole number from 0 to ${classes - 1}`);
  });
}

function listOf(operation: string, target: ClassNumbers): ArrayLike<number> {
  const given: unknown = target;
  const list: unknown =
    typeof given === "object" && given !== null && "data" in given ? (given as { data: unknown }).data : given;
  if (Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView)))
    return list as ArrayLike<number>;
  throw new OptionError(operation, `target is ${describe(given)}`, "give a class number, or one an example");
}

function unitIn(operation: string, output: AnyTensor, { channel, position }: Unit): Int32Array {
  const shape = output.shape as readonly number[];
  const operands = [{ name: "layer's output", shape }];
  if (shape.length < 2) {
    const problem = `the layer's output has ${shape.length} axis, and no channels`;
    throw new ShapeError(operation, problem, operands, "choose a layer that gives [N, C, ...]");
  }
  const [count, channels, ...sizes] = shape as [number, number, ...number[]];
  if (channel >= channels) {
    const problem = `unit.channel is ${channel}, and the layer has ${channels} channels`;
    throw new ShapeError(operation, problem, operands, `give a whole number from 0 to ${channels - 1}`);
  }
  const plane = sizes.reduce((product, size) => product * size, 1);
  if (position === undefined) return largest(output, count, plane, channel * plane, channels * plane);
  const fits = (at: number, axis: number) => Number.isInteger(at) && at >= 0 && at < sizes[axis]!;
  if (position.length !== sizes.length || !position.every(fits)) {
    const problem = `unit.position is [${position.join(", ")}], and the layer's maps are [${sizes.join(", ")}]`;
    const fix = sizes.length === 0 ? "leave it out" : `give ${sizes.map((size) => `0..${size - 1}`).join(" and ")}`;
    throw new ShapeError(operation, problem, operands, fix);
  }
  const within = position.reduce((place, at, axis) => place * sizes[axis]! + at, 0);
  return new Int32Array(count).fill(channel * plane + within);
}

/** The place of the largest of `length` numbers from `start` on, in each example of `step` numbers; the first of equal ones. */
function largest(x: AnyTensor, count: number, length: number, start = 0, step = length): Int32Array {
  const data = peek(x);
  return Int32Array.from({ length: count }, (_, n) => {
    let best = start;
    for (let i = start; i < start + length; i++) if (data[n * step + i]! > data[n * step + best]!) best = i;
    return best;
  });
}
