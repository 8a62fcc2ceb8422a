// %% [markdown]
// # Experiment: what does a trained network look at?
//
// A network that is right 99 times out of 100 says nothing of why. This notebook trains LeNet-5 on digits and then asks it, in
// every way that the field has found: where does the score hang on the image, what does a single unit wait for, what does the
// network think a seven is, and how little has to change for it to err?
//
// Without a folder of MNIST's four files, generated digits stand in for them.

// %% tags=["parameters"]
// A folder with MNIST's four files; "" for generated digits
let data: string = "";
// How often the network sees each training image
let epochs: number = 3;
// How many training images; 0 for all
let examples: number = 4000;

// %% A network to ask
import { Adam, digitSets, evaluate, fit, lenet5, mnist, seed } from "stridelab";

seed(1);
const generated = data === "";
const sets = generated ? digitSets({ count: 6000 }) : await mnist(data);
const train = examples > 0 ? sets.train.take(examples) : sets.train;
const network = lenet5();
const { conv2 } = network.layers;
const learningRate = 0.002;
await fit(network, train, {
  optimizer: new Adam(network.parameters(), { learningRate }),
  epochs,
  batchSize: 64,
  seed: 1,
  live: false,
});
const result = await evaluate(network, sets.test);
const percent = (100 * result.accuracy).toFixed(2);
console.log(`test accuracy ${percent} % on ${sets.test.count} images`);

// %% [markdown]
// ## Where is it right?
//
// *Recall* is the share of the sevens that are found, *precision* the share of the found sevens that are sevens.

// %% Recall and precision of each class
result.classScores();

// %% A dozen it is most wrong about: some of them a person would not read either
import { topLosses } from "stridelab";

await topLosses(network, sets.test);

// %% And how sure it is of the first
import { noGrad, predictionBars, softmax } from "stridelab";

const some = sets.test.take(6);
predictionBars(
  some.images,
  noGrad(() => softmax(network.forward(some.images))),
  { labels: some.labels },
);

// %% [markdown]
// ## The gradient of the score
//
// $\partial s_c / \partial x$ says how the score of class $c$ would change with each pixel: its *saliency* (Simonyan et al.,
// 2014). The answer is rugged, since a network of rectifiers bends everywhere. *SmoothGrad* (Smilkov et al., 2017) asks at fifty
// noisy copies of the image, and takes the mean.

// %% Saliency
import { saliency } from "stridelab";

saliency(network, some.images);

// %% SmoothGrad
import { smoothGrad } from "stridelab";

smoothGrad(network, some.images, { seed: 1 });

// %% [markdown]
// ## What made the score what it is
//
// A gradient says what *would* change, not what *did* count. *Integrated gradients* (Sundararajan et al., 2017) gather it on the
// way from a black image to this one; the sum of all pixels is then the score's rise. Strokes that speak against the digit are
// blue.

// %% Integrated gradients
import { deepStrictEqual as assertEqual } from "node:assert";
import { integratedGradients } from "stridelab";

const integrated = integratedGradients(network, some.images);
// The sum misses the score's rise by less than a twentieth.
for (const [n, delta] of integrated.convergenceDelta.entries())
  assertEqual(Math.abs(delta) < Math.abs(integrated.scores[n]!) / 20, true);
integrated;

// %% [markdown]
// Or one does it: hide a window of the image, and look how far the score falls (Zeiler and Fergus, 2014). No gradient is needed,
// but a pass through the network for each place of the window, here seven pixels high and wide.

// %% Occlusion
import { occlusion } from "stridelab";

occlusion(network, some.images, { window: 7, stride: 2 });

// %% [markdown]
// ## Another way back through the rectifiers
//
// On the way back, a rectifier lets the gradient through where it let the activation through. The *deconvnet* (Zeiler and Fergus,
// 2014) lets through what is positive instead; *guided backpropagation* (Springenberg et al., 2015) asks for both. The pictures
// are sharper, and show what the layers find rather than why the class was chosen (Adebayo et al., 2018): compare the maps of two
// classes before you believe one.

// %% Guided backpropagation
import { guidedBackpropagation } from "stridelab";

guidedBackpropagation(network, some.images);

// %% Deconvnet
import { deconvnet } from "stridelab";

deconvnet(network, some.images);

// %% [markdown]
// ## Where the last convolution speaks for the class
//
// *Grad-CAM* (Selvaraju et al., 2017) weighs each map of a layer by how much the score hangs on it. It is as coarse as the layer,
// here 10 × 10, but it knows the class: the same images, asked for another one, light up elsewhere.

// %% Grad-CAM of the class that it takes them for
import { gradCam } from "stridelab";

gradCam(network, some.images, { layer: conv2 });

// %% And of another class
gradCam(network, some.images, { layer: conv2, target: 8 });

// %% [markdown]
// ## What a unit waits for
//
// The patches of the test images that excite each map of the second convolution most, the strongest on the left. A unit there
// sees 14 × 14 pixels.

// %% The patches
import { maximallyActivatingPatches } from "stridelab";

const test = sets.test;
const favourites = await maximallyActivatingPatches(network, test, {
  layer: conv2,
});
assertEqual(favourites.patches[0]!.shape, [9, 1, 14, 14]);
favourites;

// %% The strongest of channel 0, led back to the pixels that it answers to
const { example, position } = favourites.found[0]![0]!;
deconvnet(network, test.slice(example, example + 1).images, {
  unit: { layer: conv2, channel: 0, position },
});

// %% [markdown]
// ## What the network thinks a digit is
//
// Start from noise and climb: change the image so that a class's score grows (Erhan et al., 2009), and keep it smooth. What comes
// out has the strokes that count, and little else of a digit: the network never had to draw one.

// %% A digit of each class
import { activationMaximization } from "stridelab";

activationMaximization(network, [1, 28, 28], {
  target: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  range: [0, 1],
});

// %% [markdown]
// ## How little it takes
//
// A change of each pixel by a fifth of its range, up or down as the gradient says (Goodfellow et al., 2015), and the network takes
// it for another digit. To us it is the same one.

// %% A fifth of the range
import { fastGradientSign } from "stridelab";

fastGradientSign(network, some.images, {
  epsilon: 0.2,
  labels: some.labels,
  range: [0, 1],
});
