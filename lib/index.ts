/**
 * The public surface: re-exports only. What is not here is no promise. Types that signatures are made of are here too: a
 * cell's compiler writes the types of its variables down, and can name only what the package's root exports.
 * @module
 */
import "./methods.ts";

export { noGrad } from "./autograd/apply.ts";
export { type BackwardOptions, backward } from "./autograd/backward.ts";
export { clipGradNorm, clipGradValue } from "./autograd/clip.ts";
export { detach, type GradientsOf, grad, valueAndGrad } from "./autograd/grad.ts";
export {
  type Float64Tensor,
  GradientCheck,
  type GradientCheckOptions,
  type GradientDifference,
  gradCheck,
} from "./autograd/grad-check.ts";
export { type GradientHook, onGradient } from "./autograd/hooks.ts";
export type { Algorithm, Choice, Pass, PassChoice } from "./compute/algorithms.ts";
export type { Floats } from "./compute/floats.ts";
export type { Precision } from "./compute/settings.ts";
export type { Augmentation, AugmentationFunction, Border, Pixels } from "./data/augment/augmentation.ts";
export { type AugmentedOptions, augmented } from "./data/augment/augmented.ts";
export { type CropOptions, centerCrop, randomCrop, randomShift, type ShiftOptions } from "./data/augment/crop.ts";
export { type FlipOptions, randomHorizontalFlip, randomVerticalFlip } from "./data/augment/flip.ts";
export { type Batches, type BatchOptions, type BatchPosition, batches, type Dataset } from "./data/batches.ts";
export { type Cifar10Options, cifar10, cifar10Classes, cifar10Pixels } from "./data/cifar.ts";
export { type DigitsOptions, digitSets, digits, testDigits } from "./data/digits.ts";
export type { Handwriting } from "./data/handwriting.ts";
export { type IdxArray, parseIdx } from "./data/idx.ts";
export { type Examples, type ImageSplit, LabelledImages, type LabelledImagesOptions } from "./data/images.ts";
export { type MnistOptions, mnist, mnistPixels } from "./data/mnist.ts";
export { type Normalize, normalized, type PixelStatistics, pixelStatistics } from "./data/statistics.ts";
export { type ActivationMapsOptions, activationMaps } from "./display/activation-maps.ts";
export type { AxisScale } from "./display/axis.ts";
export type { ChartAxis } from "./display/chart.ts";
export type { ColourMap } from "./display/colours.ts";
export {
  type ClassNumbers,
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./display/confusion-matrix.ts";
export { type ExplainedPass, type Explanation, explain } from "./display/explanation.ts";
export { type FilterGridOptions, filterGrid } from "./display/filter-grid.ts";
export { type HistogramOptions, histogram } from "./display/histogram.ts";
export { type ImageGridOptions, imageGrid } from "./display/image-grid.ts";
export { type LineChartOptions, lineChart, type Series } from "./display/line-chart.ts";
export { type NumberTableOptions, numberTable } from "./display/number-table.ts";
export type { Picture } from "./display/picture.ts";
export { type Summary, summary } from "./display/summary.ts";
export { type Cell, type TableOptions, table } from "./display/table.ts";
export {
  DataError,
  GradientError,
  InterruptedError,
  NumericError,
  type Operand,
  OptionError,
  ShapeError,
} from "./errors.ts";
export type { Displayable, MimeBundle } from "./mime.ts";
export {
  Architecture,
  type Count,
  type ExpandOptions,
  type GroupItem,
  type Item,
  type LayerItem,
  parseArchitecture,
} from "./models/architecture.ts";
export { type ArchitectureOptions, buildArchitecture } from "./models/build-architecture.ts";
export { type CifarResNetOptions, cifarPlain, cifarResNet } from "./models/cifar-resnet.ts";
export { type LeNet5Layers, lenet5 } from "./models/lenet.ts";
export { Flatten, ReLU, Sigmoid, Softmax, Tanh } from "./nn/activation.ts";
export { BatchNorm1d, type BatchNorm1dOptions, BatchNorm2d, type BatchNorm2dOptions } from "./nn/batch-norm.ts";
export { ConvTranspose2d, type ConvTranspose2dOptions } from "./nn/conv-transpose2d.ts";
export { Conv2d, type Conv2dOptions } from "./nn/conv2d.ts";
export { Dropout, Dropout2d, type DropoutOptions } from "./nn/dropout.ts";
export { GlobalAveragePool2d, GlobalMaxPool2d } from "./nn/global-pool2d.ts";
export { gradCheckModule } from "./nn/grad-check.ts";
export type { BackwardHook, ForwardHook } from "./nn/hooks.ts";
export { Identity, Lambda } from "./nn/identity.ts";
export { type InitializerOptions, seed } from "./nn/init.ts";
export { type InitializeOptions, initialize } from "./nn/initialize.ts";
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  type NormalOptions,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type WeightSizes,
} from "./nn/initializers.ts";
export { Linear, type LinearOptions } from "./nn/linear.ts";
export { Module } from "./nn/module.ts";
export {
  GroupNorm,
  type GroupNormOptions,
  InstanceNorm2d,
  type InstanceNorm2dOptions,
  LayerNorm,
  type LayerNormOptions,
  LocalResponseNorm,
  type NormOptions,
} from "./nn/normalization.ts";
export { parameter } from "./nn/parameter.ts";
export { AveragePool2d, MaxPool2d } from "./nn/pool2d.ts";
export type { ReceptiveField } from "./nn/receptive-field.ts";
export { Residual, type ResidualOptions } from "./nn/residual.ts";
export { type Layers, Sequential } from "./nn/sequential.ts";
export type { LoadedState, LoadOptions, StateDict } from "./nn/state.ts";
export type { LayerSummary, NetworkOrBuilder } from "./nn/summary.ts";
export { logSoftmax, relu, sigmoid, softmax, tanh } from "./ops/activation.ts";
export { add, divide, multiply, subtract } from "./ops/arithmetic.ts";
export { type BatchNormCallOptions, type BatchNormSettings, batchNorm1d, batchNorm2d } from "./ops/batch-norm.ts";
export {
  type ConvTranspose2dCallOptions,
  type ConvTranspose2dSettings,
  type ConvTranspose2dShape,
  convTranspose2d,
} from "./ops/conv-transpose2d.ts";
export { type Conv2dCallOptions, type Conv2dSettings, type Conv2dShape, conv2d } from "./ops/conv2d.ts";
export { type DropoutCallOptions, dropout, dropout2d } from "./ops/dropout.ts";
export { type GlobalPool2dShape, globalAveragePool2d, globalMaxPool2d } from "./ops/global-pool2d.ts";
export { groupNorm, instanceNorm2d, layerNorm, type NormCallOptions } from "./ops/group-norm.ts";
export { linear, matmul } from "./ops/linear.ts";
export { type LocalResponseNormSettings, localResponseNorm } from "./ops/local-response-norm.ts";
export { crossEntropy, meanSquaredError } from "./ops/loss.ts";
export type { At, First } from "./ops/operands.ts";
export { explainOutputSize, outputSize } from "./ops/output-size.ts";
export {
  type AveragePool2dSettings,
  averagePool2d,
  type MaxPool2dSettings,
  maxPool2d,
  type Pool2dSettings,
  type Pool2dShape,
} from "./ops/pool2d.ts";
export { argmax, mean, sum, type WithoutLast } from "./ops/reduce.ts";
export { type AnyFirst, cast, flatten, reshape, slice, type WithoutUnknown } from "./ops/reshape.ts";
export { type ComputeSettings, computeSettings, fuseMultiplyAdd, threads } from "./ops/settings.ts";
export type { Pair, StridePolicy, WindowOptions } from "./ops/window.ts";
export { Adadelta, type AdadeltaOptions } from "./optim/adadelta.ts";
export { Adagrad, type AdagradOptions } from "./optim/adagrad.ts";
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./optim/adam.ts";
export type { ParameterGroup } from "./optim/groups.ts";
export { Optimizer } from "./optim/optimizer.ts";
export { type PlateauState, ReduceOnPlateau, type ReduceOnPlateauOptions } from "./optim/plateau.ts";
export { RMSProp, type RMSPropOptions } from "./optim/rms-prop.ts";
export {
  type CosineDecayOptions,
  type CosineRestartsOptions,
  cosineDecay,
  cosineRestarts,
  type ExponentialDecayOptions,
  exponentialDecay,
  joinSchedules,
  type LinearWarmupOptions,
  linearWarmup,
  type MultiStepDecayOptions,
  multiStepDecay,
  type OneCycleOptions,
  oneCycle,
  type PolynomialDecayOptions,
  polynomialDecay,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
} from "./optim/schedules.ts";
export { SGD, type SGDOptions } from "./optim/sgd.ts";
export type { OptimizerState } from "./optim/state.ts";
export { Random, type RandomState } from "./random.ts";
export { full, ones, shaped, tensor, wrap, zeros } from "./tensor/create.ts";
export type { Nested, NestedShape } from "./tensor/nested.ts";
export type { Dimension, Shape, Sizes } from "./tensor/shape.ts";
export type { DataTypes, DType, FloatDType, Stated } from "./tensor/storage.ts";
export { type AnyTensor, type Parameter, Tensor } from "./tensor/tensor.ts";
export { type EvaluateOptions, type Evaluation, evaluate, type Loss } from "./train/evaluate.ts";
export { type FitCallbacks, type FitOptions, type FitState, fit } from "./train/fit.ts";
export { type Epoch, History, percent, type Score } from "./train/history.ts";
export type { Instructions } from "./wasm/features.ts";
