/**
 * How fast the library is meant to be beside each peer: a table, and the judge of a run. A ratio says how many times as
 * fast as the peer the library is, best time against best time of one interleaved run.
 */

const small = ["lenet_c1", "dw_3x3"];
const square = ["cifar_c", "vgg_1_2", "vgg_3_2", "vgg_5", "tr_64", "tr_128"];
const dense = ["lenet_c2", "alex_c1", "alex_c2", "res_1x1", "res_stem"];
const everyCase = [...small, ...square, ...dense];

/**
 * One row a promise: the peer, what is computed (with the harness's names of the cases, each of which must hold), the
 * ratio it must reach on one thread and on two, and the ratio aimed at.
 */
const beside = [
  ["tfjs-cpu", "forward", everyCase, 50, 50],
  ["convnetjs", "forward", everyCase, 100, 100],
  ["jax-js", "forward", everyCase, 15, 15],
  ["tfjs-wasm", "forward, 3x3", square, 3, 3, 5],
  ["tfjs-wasm", "forward, dense", dense, 1.4, 1.4, 1.9],
  ["tfjs-wasm", "forward, small", small, 1.7, 1.7, 2.5],
  ["ort-web", "forward, 3x3", square, 3.5, 2.7, 5],
  ["ort-web", "forward, dense", dense, 1.6, 1.9, 2],
  ["ort-web", "forward, small", small, 4, 4, 5],
  ["ort-node", "forward, 3x3", square, 0.5, 0.5, 0.9],
  ["ort-node", "forward, dense", dense, 0.25, 0.22, 0.4],
  ["ort-node", "forward, small", small, 1.5, 1.5, 2],
  ["torch", "forward, 3x3", square, 0.45, 0.4, 0.85],
  ["torch", "forward, dense", dense, 0.23, 0.2, 0.4],
  ["torch", "forward, small", small, 0.95, 0.95, 1.3],
  ["torch", "training LeNet-5", ["lenet5"], 0.85, 0.85, 1.2],
  ["torch", "training the CIFAR net", ["cnjs_cifar"], 0.55, 0.55, 1],
  ["torch", "training VGG-small", ["vggsmall"], 0.4, 0.4, 0.7],
  ["convnetjs", "training LeNet-5", ["lenet5"], 75, 75, 150],
  ["convnetjs", "training the CIFAR net", ["cnjs_cifar"], 90, 90, 200],
  ["torch", "VGG16, batch 1", ["vgg16"], 0.85, 0.85, 1.1],
  ["ort-web", "VGG16, batch 1", ["vgg16"], 3.5, 3, 5],
  ["ort-web", "AlexNet, batch 1", ["alexnet"], 1.5, 1.5, 2.5],
  ["ort-web", "ResNet-50, batch 1", ["resnet50"], 1.5, 1.5, 2.5],
].map(([peer, what, cases, one, two, aim]) => ({ peer, what, cases, must: { 1: one, 2: two }, aim }));

/** Training on two threads over training on one. */
const scaling = { cases: ["lenet5", "cnjs_cifar", "vggsmall"], must: 1.8, aim: 1.95 };

/** Milliseconds aimed at from the start of a process to the end of its first training step; it must be the fastest. */
export const startupAim = 250;

/** Resident memory at most, MB, of a process that trains LeNet-5 or classifies with VGG16. */
export const memoryLimits = { lenet5: 130, vgg16: 1100 };

/** `aim` or `must` for what is reached, `missed` otherwise. */
export function verdict(value, must, aim) {
  if (aim !== undefined && value >= aim) return "aim";
  return value >= must ? "must" : "missed";
}

/**
 * Judges every promise that a run has figures for.
 *
 * @param ratio `(peer, threads, case)` → how many times as fast as that peer, undefined where it was not measured
 * @param gain `case` → two threads over one, undefined likewise
 * @returns a list of `{ peer, what, threads, worst, ratio, must, aim, verdict }`, `worst` being the case that decides
 */
export function judge(ratio, gain) {
  const promises = beside.flatMap(({ peer, what, cases, must, aim }) =>
    [1, 2].map((threads) => ({
      peer,
      what,
      threads,
      cases,
      must: must[threads],
      aim,
      of: (name) => ratio(peer, threads, name),
    })),
  );
  promises.push({ peer: "ours, 1 thread", what: "training", threads: 2, ...scaling, of: gain });
  return promises.flatMap(({ of, cases, ...promise }) => {
    const measured = cases
      .map((name) => ({ worst: name, ratio: of(name) }))
      .filter((found) => found.ratio !== undefined);
    if (measured.length === 0) return [];
    const least = measured.reduce((a, b) => (b.ratio < a.ratio ? b : a));
    return [{ ...promise, ...least, verdict: verdict(least.ratio, promise.must, promise.aim) }];
  });
}
