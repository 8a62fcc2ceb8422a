import { expect, test } from "vitest";
import { networkGraph } from "../../../lib/display/network-graph.ts";
import { googlenet } from "../../../lib/models/googlenet.ts";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { resnet } from "../../../lib/models/resnet.ts";
import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { Branches } from "../../../lib/nn/branches.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { relu } from "../../../lib/ops/activation.ts";
import { add } from "../../../lib/ops/arithmetic.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "./support.ts";

const conv = (inChannels: number, outChannels: number, kernelSize = 3) =>
  new Conv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2 });

/** Where the box lies whose first line is a text: its middle. */
function placeOf(svg: string, name: string): { x: number; y: number } {
  const found = new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${name}</text>`).exec(svg);
  if (!found) throw new Error(`no box says ${name}`);
  return { x: Number(found[1]), y: Number(found[2]) };
}

test("a network in a row is a column of boxes with outputs and parameters", () => {
  const { bundle } = networkGraph(lenet5(), [1, 28, 28]);
  const svg = formOf(bundle, "image/svg+xml");
  expectWellFormed(svg);
  const order = ["conv1", "relu1", "pool1", "conv2", "fc1", "fc3", "output  10"].map((name) => placeOf(svg, name).y);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(bundle["text/plain"]).toContain("conv2  Conv2d 5 × 5  16 × 10 × 10 · 2,416 parameters\n");
  expect(bundle["text/plain"]).toContain("pool1  MaxPool2d 2 × 2, stride 2  6 × 14 × 14\n");
  expect(svg.match(/<rect [^>]*stroke-width/g)).toHaveLength(14);
});

test("what forward computes between the parts is there, with the way past them", () => {
  class Block extends Module {
    readonly conv = conv(4, 4);
    override forward(x: Tensor): Tensor {
      return relu(add(this.conv.forward(x), x) as Tensor) as Tensor;
    }
  }
  expect(networkGraph(new Block(), [4, 8, 8]).toString().split("\n").slice(1, -1)).toEqual([
    "0  input  4 × 8 × 8",
    "1  conv  Conv2d 3 × 3  4 × 8 × 8 · 148 parameters",
    "2  add  ← 1, 0",
    "3  relu",
    "4  output  4 × 8 × 8",
  ]);
});

test("branches stand side by side in the order they are written, and meet below", () => {
  const net = new Branches({ narrow: conv(2, 3, 1), middle: conv(2, 4), wide: conv(2, 5, 5) });
  const svg = formOf(networkGraph(net, [2, 9, 9]).bundle, "image/svg+xml");
  const [narrow, middle, wide, join] = ["narrow", "middle", "wide", "concat"].map((name) => placeOf(svg, name));
  expect([narrow!.y, middle!.y]).toEqual([wide!.y, wide!.y]);
  expect(narrow!.x).toBeLessThan(middle!.x);
  expect(middle!.x).toBeLessThan(wide!.x);
  expect(join!.y).toBeGreaterThan(wide!.y);
});

test("every line lies inside of the picture, a way past all branches too", () => {
  class Past extends Module {
    readonly branches = new Branches({ one: conv(4, 2, 1), two: new Sequential({ a: conv(4, 4), b: conv(4, 2) }) });
    override forward(x: Tensor): Tensor {
      return add(this.branches.forward(x) as Tensor, x) as Tensor;
    }
  }
  const svg = formOf(networkGraph(new Past(), [4, 5, 5]).bundle, "image/svg+xml");
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  for (const [, d = ""] of svg.matchAll(/<path d="([^"]*)"/g)) {
    const numbers = d.match(/-?[\d.]+/g)!.map(Number);
    for (const [i, number] of numbers.entries()) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThanOrEqual(i % 2 === 0 ? width! : height!);
    }
  }
});

test("a part that runs twice is there twice, and one alone is the network", () => {
  const shared = conv(2, 2);
  class Twice extends Module {
    readonly conv = shared;
    override forward(x: Tensor): Tensor {
      return this.conv.forward(this.conv.forward(x)) as Tensor;
    }
  }
  expect(
    networkGraph(new Twice(), [2, 5, 5])
      .toString()
      .match(/ conv {2}/g),
  ).toHaveLength(2);
  expect(networkGraph(new Linear({ inFeatures: 3, outFeatures: 2 }), [3]).toString()).toContain(
    "Linear  2 · 8 parameters",
  );
});

test("a deep network is drawn as deep as its boxes can be read, or as deep as one wants", () => {
  const boxes = (...args: Parameters<typeof networkGraph>) =>
    networkGraph(...args)
      .toString()
      .match(/^ *\d+ {2}/gm)!.length;
  expect(boxes(() => googlenet(), [3, 224, 224])).toBeLessThanOrEqual(90);
  expect(networkGraph(() => googlenet(), [3, 224, 224]).toString()).toContain("Parts are drawn to a depth of 2 of");
  expect(boxes(() => resnet({ depth: 152 }), [3, 224, 224])).toBeLessThanOrEqual(90);
  expect(boxes(() => resnet({ depth: 18 }), [3, 224, 224], { depth: 1 })).toBe(12);
  expect(() => networkGraph(lenet5(), [1, 28, 28], { depth: 0 })).toThrow("depth is 0");
  expect(() => networkGraph(lenet5(), [1, 28], {})).toThrow("conv2d: 3 axes in the input");
});

test("names are shown, and never executed", () => {
  const net = new Sequential({ [hostile]: conv(1, 1), flat: new Flatten(), relu: new ReLU() });
  const { bundle } = networkGraph(net, [1, 3, 3], { title: hostile });
  expectWellFormed(formOf(bundle, "image/svg+xml"));
  expectHarmless(formOf(bundle, "image/svg+xml"));
  expect(bundle["text/html"]).not.toContain("<img src=x");
});
