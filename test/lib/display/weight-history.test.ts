import { expect, test } from "vitest";
import { WeightHistory } from "../../../lib/display/weight-history.ts";
import { ReLU } from "../../../lib/nn/activation.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { formOf, pngOf } from "./support.ts";

function followed(records: number) {
  const conv = new Conv2d({ inChannels: 2, outChannels: 3, kernelSize: 2 });
  conv.filters.assign(Array.from({ length: 24 }, () => 1));
  conv.bias?.assign([0, 0, 0]);
  const weights = new WeightHistory(new Sequential({ conv }));
  for (let i = 1; i <= records; i++) {
    conv.filters.data.fill(1 + i);
    conv.bias?.data.fill(i);
    weights.record(10 * i);
  }
  return weights;
}

test("draws how far weights have come, as a part of their first length, and a bias from zero as it is", () => {
  const text = followed(2).toString();
  expect(text).toMatch(/conv\.filters .*last 2 at 20, min 0, max 2/);
  expect(text).toMatch(/conv\.bias .*last 3\.464 at 20/); // the length of (2, 2, 2)
});

test("draws filters row by row, and of many records as many as there is room for", () => {
  const { bundle } = followed(40).filters("conv.filters");
  expect(bundle["text/plain"]).toContain("step 0, 40, 80, 120, 160, 200, 240, 280, 320, 360, 400; a column a filter");
  expect(bundle["text/plain"]).toContain("Each over the first of 2 channels");
  expect(pngOf(bundle).height).toBeGreaterThan(pngOf(bundle).width);
});

test("draws a parameter's distribution as a median in a band", () => {
  const { bundle } = followed(3).distribution("conv.filters");
  const { data } = bundle["application/vnd.plotly.v1+json"] as { data: { fill?: string }[] };
  expect(data.map(({ fill }) => fill)).toEqual([undefined, "tonexty", undefined]);
  expect(formOf(bundle, "image/svg+xml")).toContain('fill-opacity="0.2"');
});

test("says what there is to ask for", () => {
  expect(() => followed(1).filters("conv.bias")).toThrow("conv.bias is [3], not [F, C, K, L]");
  expect(() => followed(1).distribution("x")).toThrow(/no parameter the text "x".*\n.*conv\.filters, conv\.bias/);
  expect(() => new WeightHistory(new ReLU())).toThrow("the network has no parameters");
  expect(() => followed(1).record(Number.NaN)).toThrow("the step is NaN");
});
