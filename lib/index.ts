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
  type GradientErrors,
  gradCheck,
} from "./autograd/grad-check.ts";
export { type GradientHook, onGradient } from "./autograd/hooks.ts";
export type { Algorithm, Choice, Pass, PassChoice } from "./compute/algorithms.ts";
export type { Floats } from "./compute/floats.ts";
export type { Precision } from "./compute/settings.ts";
export {
  type AffineOptions,
  type RotationOptions,
  randomAffine,
  randomRotation,
  type Spread,
} from "./data/augment/affine.ts";
export type { Augmentation, AugmentationFunction, Border, Pixels } from "./data/augment/augmentation.ts";
export { type AugmentedOptions, augmented } from "./data/augment/augmented.ts";
export { type CropOptions, centerCrop, randomCrop, randomShift, type ShiftOptions } from "./data/augment/crop.ts";
export { type CutoutOptions, randomCutout } from "./data/augment/cutout.ts";
export { type ElasticOptions, randomElastic } from "./data/augment/elastic.ts";
export { type FlipOptions, randomHorizontalFlip, randomVerticalFlip } from "./data/augment/flip.ts";
export { normalize, randomBrightness, randomContrast, randomNoise, type ShadeOptions } from "./data/augment/shade.ts";
export { type Batches, type BatchOptions, type BatchPosition, batches, type Dataset } from "./data/batches.ts";
export { type CdbImage, parseCdb } from "./data/cdb.ts";
export { balancedIndices, mapped, type SplitOptions, subset } from "./data/choose.ts";
export { type Cifar10Options, cifar10, cifar10Classes, cifar10Pixels } from "./data/cifar.ts";
export { type Cifar100Options, cifar100, cifar100Classes, cifar100Pixels } from "./data/cifar100.ts";
export { type CsvOptions, type CsvTable, parseCsv, readCsv } from "./data/csv.ts";
export { type DigitsOptions, digitSets, digits, testDigits } from "./data/digits.ts";
export { type DownloadOptions, type DownloadProgress, download } from "./data/download.ts";
export type { StopSignal } from "./data/fetch-file.ts";
export type { Handwriting } from "./data/handwriting.ts";
export { type HodaOptions, hoda } from "./data/hoda.ts";
export { type IdxArray, parseIdx } from "./data/idx.ts";
export type { MnistOptions } from "./data/idx-set.ts";
export { type ImageFolderOptions, imageFolder } from "./data/image-folder.ts";
export { type Examples, type ImageSplit, LabelledImages, type LabelledImagesOptions } from "./data/images.ts";
export {
  type EmnistOptions,
  type EmnistSplit,
  emnist,
  fashionMnist,
  kmnist,
  mnist,
  mnistPixels,
} from "./data/mnist.ts";
export { type OptdigitsOptions, optdigits } from "./data/optdigits.ts";
export { type ReadImageOptions, readImage } from "./data/read-image.ts";
export type { PublishedFile, PublishedSet } from "./data/sources.ts";
export { type Normalize, normalized, type PixelStatistics, pixelStatistics } from "./data/statistics.ts";
export { TensorDataset } from "./data/tensor-dataset.ts";
export { type ExportDemoOptions, exportDemo } from "./demo/export-demo.ts";
export type { DemoOptions } from "./demo/settings.ts";
export { type ImageShape, type Sketchpad, type SketchpadOptions, sketchpad } from "./demo/sketchpad.ts";
export { type ActivationMapsOptions, activationMaps } from "./display/activation-maps.ts";
export type { AxisScale } from "./display/axis.ts";
export type { LossOfOutput } from "./display/capture-layers.ts";
export type { ChartAxis } from "./display/chart.ts";
export { type ClassScore, type ClassScores, classScores } from "./display/class-scores.ts";
export type { ColourMap } from "./display/colours.ts";
export {
  type ClassNumbers,
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./display/confusion-matrix.ts";
export { type ConvolutionPlayerOptions, convolutionPlayer } from "./display/convolution-player.ts";
export { type ExplainedPass, type Explanation, explain } from "./display/explanation.ts";
export { type FilterGridOptions, filterGrid } from "./display/filter-grid.ts";
export { type HistogramOptions, histogram } from "./display/histogram.ts";
export { type ImageGridOptions, imageGrid } from "./display/image-grid.ts";
export { type LayerMapsOptions, layerMaps } from "./display/layer-maps.ts";
export {
  type LayerDistribution,
  type LayerStatistics,
  type LayerStatisticsOptions,
  layerStatistics,
} from "./display/layer-statistics.ts";
export { type LineChartOptions, lineChart, type Series } from "./display/line-chart.ts";
export { type NetworkGraphOptions, networkGraph } from "./display/network-graph.ts";
export { type NumberTableOptions, numberTable } from "./display/number-table.ts";
export type { Picture } from "./display/picture.ts";
export { type PredictionBarsOptions, predictionBars } from "./display/prediction-bars.ts";
export { type ReceptiveFieldMapOptions, receptiveFieldMap } from "./display/receptive-field-map.ts";
export type { Statistics } from "./display/statistics.ts";
export { type Summary, summary } from "./display/summary.ts";
export { type Cell, type TableOptions, table } from "./display/table.ts";
export { WeightHistory } from "./display/weight-history.ts";
export {
  DataError,
  GradientError,
  InterruptedError,
  NumericError,
  type Operand,
  OptionError,
  ShapeError,
} from "./errors.ts";
export { formatNpy, parseNpy } from "./formats/npy.ts";
export { loadNpy, saveNpy } from "./formats/npy-file.ts";
export { type FormatNpzOptions, formatNpz, type ParseNpzOptions, parseNpz } from "./formats/npz.ts";
export { loadNpz, saveNpz } from "./formats/npz-file.ts";
export { formatSafetensors, parseSafetensors, type Safetensors } from "./formats/safetensors.ts";
export { type LoadSafetensorsOptions, loadSafetensors, saveSafetensors } from "./formats/safetensors-file.ts";
export {
  type ActivatingPatch,
  type ActivatingPatches,
  type ActivatingPatchesOptions,
  maximallyActivatingPatches,
} from "./interpret/activating-patches.ts";
export {
  type ActivationMaximizationOptions,
  type ActivationMaximum,
  activationMaximization,
} from "./interpret/activation-maximization.ts";
export type { Attribution, AttributionParts } from "./interpret/attribution.ts";
export type { Baseline } from "./interpret/baseline.ts";
export {
  type AdversarialExamples,
  type FastGradientSignOptions,
  fastGradientSign,
} from "./interpret/fast-gradient-sign.ts";
export { type GradCam, type GradCamOptions, gradCam } from "./interpret/grad-cam.ts";
export {
  type IntegratedGradients,
  type IntegratedGradientsOptions,
  integratedGradients,
} from "./interpret/integrated-gradients.ts";
export { type OcclusionOptions, occlusion } from "./interpret/occlusion.ts";
export type { PixelRange } from "./interpret/pixel-range.ts";
export type { QuadratureMethod } from "./interpret/quadrature.ts";
export { deconvnet, guidedBackpropagation } from "./interpret/rectifier-rules.ts";
export { type SaliencyOptions, type SmoothGradOptions, saliency, smoothGrad } from "./interpret/saliency.ts";
export type { TargetOptions, Unit } from "./interpret/target.ts";
export type { Displayable, MimeBundle } from "./mime.ts";
export { type AlexNet2012Options, alexnet, alexnet2012 } from "./models/alexnet.ts";
export {
  Architecture,
  type Count,
  type ExpandOptions,
  type GroupItem,
  type Item,
  type LayerItem,
  parseArchitecture,
} from "./models/architecture.ts";
export { auxiliaryScores, googlenetLoss } from "./models/auxiliary.ts";
export { type ArchitectureOptions, buildArchitecture } from "./models/build-architecture.ts";
export { type CifarResNetOptions, cifarPlain, cifarResNet } from "./models/cifar-resnet.ts";
export type { ClassifierOptions, DropoutClassifierOptions } from "./models/classifier-options.ts";
export { type ConvNetJSOptions, convnetjsCifar10, convnetjsMnist } from "./models/convnetjs.ts";
export { type DenseNetOptions, densenet } from "./models/densenet.ts";
export { GoogLeNet, type GoogLeNetOptions, googlenet, googlenet2014 } from "./models/googlenet.ts";
export { type LeNet5Layers, lenet5 } from "./models/lenet.ts";
export { type LeNet1998Options, lenet1998 } from "./models/lenet-1998.ts";
export { type MobileNetV2Options, mobilenetV2 } from "./models/mobilenet.ts";
export { type ResNetOptions, resnet } from "./models/resnet.ts";
export { type SqueezeNetOptions, squeezenet } from "./models/squeezenet.ts";
export { tinyVGG } from "./models/tiny-vgg.ts";
export { type VGGOptions, vgg } from "./models/vgg.ts";
export { type ZFNetOptions, zfnet } from "./models/zfnet.ts";
export { Flatten, ReLU, Sigmoid, Tanh } from "./nn/activation.ts";
export { AdaptiveAveragePool2d, AdaptiveMaxPool2d } from "./nn/adaptive-pool2d.ts";
export { BatchNorm1d, type BatchNorm1dOptions, BatchNorm2d, type BatchNorm2dOptions } from "./nn/batch-norm.ts";
export { Branches, type BranchesOptions } from "./nn/branches.ts";
export { ConvTranspose1d, type ConvTranspose1dOptions } from "./nn/conv-transpose1d.ts";
export { ConvTranspose2d, type ConvTranspose2dOptions } from "./nn/conv-transpose2d.ts";
export { Conv1d, type Conv1dOptions } from "./nn/conv1d.ts";
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
export { LocallyConnected2d, type LocallyConnected2dOptions } from "./nn/locally-connected2d.ts";
export { MaskedConv2d, type MaskedConv2dLayerOptions } from "./nn/masked-conv2d.ts";
export { Module } from "./nn/module.ts";
export {
  GroupNorm,
  type GroupNormOptions,
  InstanceNorm2d,
  type InstanceNorm2dOptions,
  LayerNorm,
  type LayerNormOptions,
  LocalResponseNorm,
  type NormalizationOptions,
} from "./nn/normalization.ts";
export { Pad2d, type Pad2dOptions, type Pad2dSides } from "./nn/pad2d.ts";
export { parameter } from "./nn/parameter.ts";
export { AveragePool1d, MaxPool1d } from "./nn/pool1d.ts";
export { AveragePool2d, L2Pool2d, LpPool2d, MaxPool2d, MinPool2d } from "./nn/pool2d.ts";
export type { ReceptiveField } from "./nn/receptive-field.ts";
export { LeakyReLU, Maxout, type MaxoutOptions, PReLU, type PReLUOptions, ReLU6 } from "./nn/rectifiers.ts";
export { Residual, type ResidualOptions } from "./nn/residual.ts";
export {
  DepthwiseConv2d,
  type DepthwiseConv2dOptions,
  SeparableConv2d,
  type SeparableConv2dOptions,
} from "./nn/separable-conv2d.ts";
export { type LayerList, type Layers, type LayersByName, type Network, Sequential } from "./nn/sequential.ts";
export { ELU, GELU, SiLU, Softplus } from "./nn/smooth-rectifiers.ts";
export { LogSoftmax, Softmax } from "./nn/softmax.ts";
export type { LoadedState, LoadOptions, StateDict } from "./nn/state.ts";
export type { LayerSummary, NetworkOrBuilder } from "./nn/summary.ts";
export { loadTorchStateDict, torchStateDict } from "./nn/torch-state.ts";
export { MaxUnpool2d } from "./nn/unpool2d.ts";
export { Upsample } from "./nn/upsample.ts";
export type { ElementType as OnnxElementType } from "./onnx/element-types.ts";
export { type FormatOnnxOptions, formatOnnx } from "./onnx/export/format.ts";
export { writeOnnx } from "./onnx/export/write.ts";
export type { OnnxLayer } from "./onnx/layer.ts";
export { OnnxModel, parseOnnx } from "./onnx/model.ts";
export { readOnnx } from "./onnx/model-file.ts";
export type { OnnxPort } from "./onnx/ports.ts";
export { relu, sigmoid, tanh } from "./ops/activation.ts";
export { adaptiveAveragePool2d, adaptiveMaxPool2d } from "./ops/adaptive-pool2d.ts";
export { add, divide, multiply, negate, subtract } from "./ops/arithmetic.ts";
export type { AxisOptions, ReduceOptions } from "./ops/axes.ts";
export { type BatchNormCallOptions, type BatchNormSettings, batchNorm1d, batchNorm2d } from "./ops/batch-norm.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropy, binaryCrossEntropyWithLogits } from "./ops/binary-loss.ts";
export type { ClassLossOptions } from "./ops/class-loss.ts";
export type { GivenWeights } from "./ops/class-task.ts";
export { equal, greater, greaterEqual, less, lessEqual, notEqual, where } from "./ops/compare.ts";
export { type ConvMatrixOptions, convMatrix } from "./ops/conv-matrix.ts";
export {
  type ConvTranspose1dCallOptions,
  type ConvTranspose1dSettings,
  type ConvTranspose1dShape,
  convTranspose1d,
} from "./ops/conv-transpose1d.ts";
export {
  type ConvTranspose2dCallOptions,
  type ConvTranspose2dSettings,
  type ConvTranspose2dShape,
  convTranspose2d,
} from "./ops/conv-transpose2d.ts";
export { type Conv1dCallOptions, type Conv1dSettings, type Conv1dShape, conv1d } from "./ops/conv1d.ts";
export { type Conv2dCallOptions, type Conv2dSettings, type Conv2dShape, conv2d } from "./ops/conv2d.ts";
export { type DropoutCallOptions, dropout, dropout2d } from "./ops/dropout.ts";
export { abs, type ClipOptions, clip, cos, exp, log, sign, sin, sqrt, square } from "./ops/functions.ts";
export { globalAveragePool2d, globalMaxPool2d } from "./ops/global-pool2d.ts";
export { groupNorm, instanceNorm2d, layerNorm, type NormCallOptions } from "./ops/group-norm.ts";
export { type HingeOptions, hingeLoss } from "./ops/hinge-loss.ts";
export {
  type Col2imOptions,
  type Col2imShape,
  col2im,
  type Im2colOptions,
  type Im2colShape,
  im2col,
} from "./ops/im2col.ts";
export { concat, type DTypeOf, split, stack } from "./ops/join.ts";
export { linear } from "./ops/linear.ts";
export { type LocalResponseNormSettings, localResponseNorm } from "./ops/local-response-norm.ts";
export {
  type LocallyConnected2dCallOptions,
  type LocallyConnected2dSettings,
  type LocallyConnected2dShape,
  locallyConnected2d,
} from "./ops/locally-connected2d.ts";
export { type ClassTargets, type CrossEntropyOptions, crossEntropy, negativeLogLikelihood } from "./ops/loss.ts";
export { type MaskedConv2dOptions, maskedConv2d } from "./ops/masked-conv2d.ts";
export { matmul } from "./ops/matmul.ts";
export { maxout } from "./ops/maxout.ts";
export { explainOutputSize, outputSize } from "./ops/output-size.ts";
export { type PadOptions, type PadSides, pad } from "./ops/pad.ts";
export type { PadMode } from "./ops/pad-tables.ts";
export type { AxisPadding, Padding, PaddingMode, Sides } from "./ops/padding.ts";
export { expandDims, flip, squeeze, transpose } from "./ops/permute.ts";
export { type PixelMaskOptions, type PixelMaskType, pixelMask } from "./ops/pixel-mask.ts";
export {
  type HuberOptions,
  halfSquaredError,
  huberLoss,
  meanAbsoluteError,
  meanSquaredError,
} from "./ops/pointwise-loss.ts";
export {
  type AveragePool1dSettings,
  averagePool1d,
  type LpPool1dSettings,
  lpPool1d,
  type MaxPool1dSettings,
  maxPool1d,
  minPool1d,
  type Pool1dSettings,
  type Pool1dShape,
} from "./ops/pool1d.ts";
export {
  type AveragePool2dSettings,
  averagePool2d,
  type LpPool2dSettings,
  l2Pool2d,
  lpPool2d,
  type MaxPool2dSettings,
  maxPool2d,
  minPool2d,
  type Pool2dSettings,
  type Pool2dShape,
} from "./ops/pool2d.ts";
export { maximum, minimum, power } from "./ops/powers.ts";
export { type LeakyReluOptions, leakyRelu, prelu, relu6 } from "./ops/rectifiers.ts";
export { logSumExp, max, mean, min, product, sum } from "./ops/reduce.ts";
export type { Reduction, ReductionOptions } from "./ops/reduction.ts";
export { broadcastTo, repeat, tile } from "./ops/repeat.ts";
export { cast, flatten, reshape } from "./ops/reshape.ts";
export { argmax, argmin, type SearchOptions, type WithoutLast } from "./ops/search.ts";
export {
  type DepthwiseConv2dCallOptions,
  type DepthwiseConv2dSettings,
  type DepthwiseConv2dShape,
  depthwiseConv2d,
  type SeparableConv2dShape,
  separableConv2d,
} from "./ops/separable-conv2d.ts";
export { type ComputeSettings, computeSettings, fuseMultiplyAdd, threads } from "./ops/settings.ts";
export { type SliceOptions, slice } from "./ops/slice.ts";
export {
  type EluOptions,
  elu,
  type GeluOptions,
  gelu,
  type SoftplusOptions,
  silu,
  softplus,
} from "./ops/smooth-rectifiers.ts";
export { cumulativeSum, logSoftmax, softmax } from "./ops/softmax.ts";
export { type NormOptions, norm, standardDeviation, type VarianceOptions, variance } from "./ops/statistics.ts";
export { gather, oneHot, take } from "./ops/take.ts";
export { type MaxUnpool2dSettings, maxPool2dWithIndices, maxUnpool2d, type PooledWithIndices } from "./ops/unpool2d.ts";
export { type UpsampleMode, type UpsampleOptions, upsample } from "./ops/upsample.ts";
export type { Pair, StridePolicy, WindowOptions } from "./ops/window.ts";
export { Adadelta, type AdadeltaOptions } from "./optim/adadelta.ts";
export { Adagrad, type AdagradOptions } from "./optim/adagrad.ts";
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./optim/adam.ts";
export {
  type CosineDecayOptions,
  type CosineRestartsOptions,
  cosineDecay,
  cosineRestarts,
  type OneCycleOptions,
  oneCycle,
} from "./optim/cosine.ts";
export {
  type ExponentialDecayOptions,
  exponentialDecay,
  type MultiStepDecayOptions,
  multiStepDecay,
  type PolynomialDecayOptions,
  polynomialDecay,
  type StepDecayOptions,
  stepDecay,
} from "./optim/decay.ts";
export type { ParameterGroup } from "./optim/groups.ts";
export { Optimizer } from "./optim/optimizer.ts";
export { type PlateauState, ReduceOnPlateau, type ReduceOnPlateauOptions } from "./optim/plateau.ts";
export { RMSProp, type RMSPropOptions } from "./optim/rms-prop.ts";
export { joinSchedules, type LinearWarmupOptions, linearWarmup, type Schedule } from "./optim/schedule.ts";
export { SGD, type SGDOptions } from "./optim/sgd.ts";
export type { OptimizerState } from "./optim/state.ts";
export { Random, type RandomState } from "./random.ts";
export type { At, First, Fits, Known, Outcome } from "./shapes/shape.ts";
export { full, ones, shaped, tensor, wrap, zeros } from "./tensor/create.ts";
export type { Nested, NestedShape } from "./tensor/nested.ts";
export type { Dimension, Shape, Sizes } from "./tensor/shape.ts";
export type { DataTypes, DType, FloatDType, Stated } from "./tensor/storage.ts";
export { type AnyTensor, type Parameter, Tensor } from "./tensor/tensor.ts";
export { type CheckpointParts, loadCheckpoint, saveCheckpoint } from "./train/checkpoint.ts";
export type { FitCheckpointOptions } from "./train/checkpointing.ts";
export { type CompareRunsOptions, compareRuns } from "./train/compare-runs.ts";
export type { EarlyStoppingOptions } from "./train/early-stopping.ts";
export { type EvaluateOptions, Evaluation, evaluate, type Loss, type TrainingBatch } from "./train/evaluate.ts";
export { fit } from "./train/fit.ts";
export type { FitCallbacks, FitOptions, FitState } from "./train/fit-options.ts";
export {
  type ChartSmoothing,
  type Epoch,
  History,
  type HistoryCurve,
  percent,
  type Score,
  type SettingChange,
  type StepRecord,
} from "./train/history.ts";
export { type FindLearningRateOptions, findLearningRate, LearningRateSearch } from "./train/learning-rate.ts";
export {
  accuracy,
  type ClassLabels,
  type GatheredMetric,
  type Metric,
  type MetricFunction,
  type Metrics,
  topKAccuracy,
} from "./train/metrics.ts";
export { type OverSeedsOptions, overSeeds, type SeedResult, SeedRuns, type SeedSpread } from "./train/over-seeds.ts";
export type { Pace } from "./train/pace.ts";
export { type TopLoss, type TopLosses, type TopLossesOptions, topLosses } from "./train/top-losses.ts";
export type { Instructions } from "./wasm/features.ts";
