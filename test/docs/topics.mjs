// @ts-check
/** The topics in the order of the site, and the folders and files whose public names they take; the longest path counts. */
export const topics = {
  Tensors: ["lib/tensor/", "lib/shapes/", "lib/random.ts"],
  Operations: ["lib/ops/"],
  Gradients: ["lib/autograd/"],
  Layers: ["lib/nn/"],
  Networks: ["lib/models/"],
  Training: ["lib/optim/", "lib/train/"],
  Interpretation: ["lib/interpret/"],
  Data: ["lib/data/", "lib/formats/", "lib/onnx/"],
  Pictures: ["lib/display/", "lib/demo/", "lib/mime.ts"],
  Speed: ["lib/compute/", "lib/wasm/", "lib/ops/settings.ts"],
  Errors: ["lib/errors.ts", "lib/interrupt.ts"],
  Values: ["kernel/display/", "kernel/api/"],
};

/**
 * @param {string} path of the source, from the package on: `lib/ops/conv2d.ts`
 * @returns {string | undefined}
 */
export function topicOf(path) {
  const fitting = Object.entries(topics).flatMap(([topic, parts]) =>
    parts.filter((part) => path.startsWith(part)).map((part) => ({ topic, length: part.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.topic;
}
