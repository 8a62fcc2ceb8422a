import type { GradientRule } from "../autograd/backward.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { reluForward } from "../compute/activation.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, OptionError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions } from "./target.ts";

/** The operations that a rule is for, whether a layer or `forward` itself calls them. */
const rectifiers = new Set(["relu", "relu6"]);

/**
 * Guided backpropagation: the gradient, but at every rectifier only what is positive goes back, and only where the rectifier let
 * something through, too (Springenberg et al., Striving for simplicity: the all convolutional net, 2015, section 3.4). Sharper than
 * the gradient; it shows what the layers find in the image, and depends little on the class (Adebayo et al., Sanity checks for
 * saliency maps, 2018).
 *
 * Rectifiers are `relu` and `relu6`, as layers and as functions in a `forward`. The network is asked in evaluation mode; its
 * modes and the gradients of its parameters are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @returns attributions of the inputs' shape, with signs
 * @throws as `saliency`; OptionError if there is no rectifier on the way back
 * @example guidedBackpropagation(tinyVGG(), zeros([1, 3, 64, 64]), { target: 0 }).attributions.shape // [1, 3, 64, 64]
 */
export function guidedBackpropagation(network: Module, inputs: Tensor, options: TargetOptions = {}): Attribution {
  return byRule("guidedBackpropagation", network, inputs, options, (dOut, own) => {
    const positive = positivePart(dOut);
    const results = own(positive);
    giveUp(positive);
    return results;
  });
}

/**
 * The deconvnet: what a unit answers is led back to the pixels, through convolutions by their transposes, through max pooling to
 * where the maxima were, and at every rectifier what is positive, wherever the rectifier let something through (Zeiler and Fergus,
 * Visualizing and understanding convolutional networks, 2014, section 2.1). That is the gradient with another rule for
 * rectifiers, as Simonyan et al. (2014, section 4) noticed.
 *
 * Rectifiers are `relu` and `relu6`, as layers and as functions in a `forward`. The network is asked in evaluation mode; its
 * modes and the gradients of its parameters are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @param options `unit`, a unit of a layer, as in the paper; or `target`, a class
 * @returns attributions of the inputs' shape, with signs
 * @throws as `saliency`; OptionError if there is no rectifier on the way back
 * @example
 * const net = lenet5();
 * deconvnet(net, testDigits().take(1).images, { unit: { layer: net.layers.conv2, channel: 3 } }).targets // [3]
 */
export function deconvnet(network: Module, inputs: Tensor, options: TargetOptions = {}): Attribution {
  return byRule("deconvnet", network, inputs, options, (dOut) => [positivePart(dOut)]);
}

function byRule(
  method: string,
  network: Module,
  inputs: Tensor,
  options: TargetOptions,
  atRectifier: (dOut: Floats, own: Parameters<GradientRule>[2]) => readonly (Floats | null)[],
): Attribution {
  checkOptions(method, options, targetOptions);
  const subject = new Subject(method, network, inputs, options);
  let met = 0;
  const rule: GradientRule = (operation, dOut, own) => {
    if (!rectifiers.has(operation)) return own(dOut);
    met++;
    return atRectifier(dOut, own);
  };
  const { gradient, values } = subject.gradients(inputs, { rule });
  if (met === 0) {
    const problem = "no relu lies between the input and what is looked into, so that this would be the gradient itself";
    throw new OptionError(method, problem, "call saliency with { absolute: false }, or choose a layer behind a relu");
  }
  const meaning = "Orange where brightness speaks for it, blue where darkness does";
  const look = { signed: true, combine: "sum", clip: 0.99, meaning } as const;
  return new Attribution({ ...subject.about, attributions: gradient, scores: values, ...look });
}

function positivePart(x: Floats): Floats {
  const positive: Floats = roomForGradient(x instanceof Float64Array ? "float64" : "float32", x.length);
  reluForward(x, positive);
  return positive;
}
