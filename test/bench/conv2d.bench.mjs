// The three passes of a convolution, blocked against the definition, on layers of well-known networks. Where the
// definition would take seconds, fewer images or rows of the layer: the rate hardly depends on them.
import * as blocked from "../../dist/lib/compute/blocked/conv2d.js";
import * as reference from "../../dist/lib/compute/reference.js";
import { duel, report, uniform } from "./duel.mjs";

const layers = {
  "LeNet conv1": { n: 8, c: 1, h: 28, w: 28, f: 6, k: 5, pad: 2 },
  "LeNet conv2": { n: 8, c: 6, h: 14, w: 14, f: 16, k: 5 },
  "CIFAR 3x3": { n: 2, c: 16, h: 32, w: 32, f: 32, k: 3, pad: 1 },
  "AlexNet conv1, 19 rows": { c: 3, h: 19, w: 227, f: 96, k: 11, stride: 4 },
  "AlexNet conv2, 2 rows": { c: 96, h: 2, w: 27, f: 256, k: 5, pad: 2 },
  "VGG conv1_2, 4 rows": { c: 64, h: 4, w: 224, f: 64, k: 3, pad: 1 },
  "VGG conv3_2, 2 rows": { c: 256, h: 2, w: 56, f: 256, k: 3, pad: 1 },
  "VGG conv5, 2 rows": { c: 512, h: 2, w: 14, f: 512, k: 3, pad: 1 },
  "1x1 256 to 64, 20 rows": { c: 256, h: 20, w: 56, f: 64, k: 1 },
  "ResNet stem, 30 rows": { c: 3, h: 30, w: 224, f: 64, k: 7, stride: 2, pad: 3 },
  "depthwise 3x3": { c: 128, h: 56, w: 56, f: 128, k: 3, pad: 1, groups: 128 },
};

for (const [name, { n = 1, c, h, w, f, k, stride = 1, pad = 0, groups = 1 }] of Object.entries(layers)) {
  const p = Math.floor((h + 2 * pad - k) / stride) + 1;
  const q = Math.floor((w + 2 * pad - k) / stride) + 1;
  const g = {
    n, c, h, w, f, p, q, groups,
    kernelHeight: k, kernelWidth: k, strideY: stride, strideX: stride, padTop: pad, padLeft: pad, dilationY: 1, dilationX: 1,
  };
  const x = uniform(n * c * h * w, 1);
  const filters = uniform((f * c * k * k) / groups, 2);
  const dOut = uniform(n * f * p * q, 3);
  const out = new Float32Array(dOut.length);
  const dX = new Float32Array(x.length);
  const dFilters = new Float32Array(filters.length);
  const passes = {
    forward: (path) => path.conv2dForward(g, x, filters, null, out),
    "input gradient": (path) => path.conv2dInputGradient(g, dOut, filters, dX),
    "filter gradient": (path) => path.conv2dFilterGradient(g, dOut, x, dFilters),
  };
  for (const [pass, run] of Object.entries(passes)) {
    const { best, median, rate } = duel(() => run(reference), () => run(blocked), 300);
    const flops = (2 * n * f * p * q * c * k * k) / groups;
    report({ name: `${name}: ${pass}`.padEnd(42), over: "the definition", best, median, gflops: flops / rate / 1e6 });
  }
}
