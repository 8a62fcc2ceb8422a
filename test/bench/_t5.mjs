import { Sequential, Conv2d, ReLU, MaxPool2d, Flatten, Linear, crossEntropy, backward, SGD, tensor, zeros } from "stridelab";
import { allowFused } from "/tmp/wt/compute/dist/lib/wasm/features.js";
import { setThreadCount } from "/tmp/wt/compute/dist/lib/wasm/threads.js";
allowFused(); setThreadCount(Number(process.argv[2] ?? 1));
const net = new Sequential(new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5, padding: 2 }), new ReLU(), new MaxPool2d({ kernelSize: 2 }), new Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 5 }), new ReLU(), new MaxPool2d({ kernelSize: 2 }), new Flatten(), new Linear({ inFeatures: 400, outFeatures: 120 }), new ReLU(), new Linear({ inFeatures: 120, outFeatures: 84 }), new ReLU(), new Linear({ inFeatures: 84, outFeatures: 10 }));
const opt = new SGD(net.parameters(), { learningRate: 0.01 });
const x = tensor(Float32Array.from({ length: 64 * 784 }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5), [64, 1, 28, 28]);
const y = tensor(Int32Array.from({ length: 64 }, (_, i) => i % 10), [64], "int32");
let best = 1e9; const all = [];
const steps = Number(process.argv[3] ?? 600);
for (let i = 0; i < steps; i++) { const t = performance.now(); const loss = crossEntropy(net.forward(x), y); opt.zeroGrad?.(); backward(loss); opt.step(); const ms = performance.now() - t; if (i > 20) { all.push(ms); best = Math.min(best, ms); } }
all.sort((a, b) => a - b);
console.log(process.version, "img/s best", (64e3 / best).toFixed(0), "median", (64e3 / all[all.length >> 1]).toFixed(0), "rss", (process.memoryUsage().rss / 1e6).toFixed(0));
