import type { LabelledImages } from "../../../lib/data/images.ts";
import { Random } from "../../../lib/random.ts";

/**
 * The fixed linear recipe: softmax regression on raw pixels, weights from zero, stochastic gradient descent with batches
 * of 32 for 8 epochs, rate 0.1 falling to zero in a straight line. Plain loops on typed arrays: nothing of the
 * library's own mathematics is used to judge its data.
 *
 * @returns the share of test images it names rightly
 */
export function linearAccuracy(train: LabelledImages, test: LabelledImages): number {
  const [classes, batchSize, epochs, rate] = [10, 32, 8, 0.1];
  const size = train.images.size / train.count;
  const weights = new Float64Array(classes * (size + 1)); // the last of each row is the bias
  const pixels = train.images.data;
  const step = new Float64Array(weights.length);
  const scores = new Float64Array(classes);
  const order = Int32Array.from({ length: train.count }, (_, i) => i);
  const random = new Random(0).fork("linear recipe");
  const batchesAnEpoch = Math.floor(train.count / batchSize);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    for (let batch = 0; batch < batchesAnEpoch; batch++) {
      step.fill(0);
      for (let k = 0; k < batchSize; k++) {
        const image = order[batch * batchSize + k]!;
        score(weights, train, image, scores);
        const largest = Math.max(...scores);
        const total = scores.reduce((sum, value) => sum + Math.exp(value - largest), 0);
        for (let c = 0; c < classes; c++) {
          const error = Math.exp(scores[c]! - largest) / total - (train.labels.data[image] === c ? 1 : 0);
          const [row, first] = [c * (size + 1), image * size];
          for (let p = 0; p < size; p++) step[row + p]! += error * pixels[first + p]!;
          step[row + size]! += error;
        }
      }
      const scale = (rate * (1 - (epoch * batchesAnEpoch + batch) / (epochs * batchesAnEpoch))) / batchSize;
      for (let i = 0; i < weights.length; i++) weights[i]! -= scale * step[i]!;
    }
  }
  let right = 0;
  for (let image = 0; image < test.count; image++) {
    score(weights, test, image, scores);
    if (scores.indexOf(Math.max(...scores)) === test.labels.data[image]) right++;
  }
  return right / test.count;
}

function score(
  weights: Float64Array,
  { images: { data }, count }: LabelledImages,
  image: number,
  scores: Float64Array,
): void {
  const size = data.length / count;
  const first = image * size;
  for (let c = 0; c < scores.length; c++) {
    const row = c * (size + 1);
    let sum = weights[row + size]!;
    for (let p = 0; p < size; p++) sum += weights[row + p]! * data[first + p]!;
    scores[c] = sum;
  }
}
