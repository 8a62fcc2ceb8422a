/** Statements that would fail, each with the sentence that the compiler's error contains. */
export const refused: readonly (readonly [code: string, sentence: string])[] = [
  [
    "lib.conv2d(zeros([1, 3, 28, 28]), zeros([8, 16, 5, 5]));",
    "conv2d: the input has 3 channels, the filters 16; build the layer with inChannels: 3, or feed it 16 channels",
  ],
  [
    "new Conv2d({ inChannels: 16, outChannels: 8, kernelSize: 5 }).forward(zeros([1, 3, 28, 28]));",
    "conv2d: the input has 3 channels, the filters 16; build the layer with inChannels: 3",
  ],
  [
    "lib.conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { stride: 3, padding: 1, stridePolicy: 'strict' });",
    "conv2d: height: stride 3 does not divide (5 - 3 + 2); pad by 2 more in all, or use stride 1",
  ],
  ["lib.conv2d(batch, zeros([1, 1, 3, 31]));", "conv2d: width: a window of 31 does not fit into 28; pad by 3 more"],
  [
    "lib.conv2d(zeros([3, 28, 28]), zeros([8, 3, 5, 5]));",
    "conv2d: the input is [3, 28, 28], not [N, C, H, W]; reshape it",
  ],
  [
    "new Conv2d({ inChannels: 3, outChannels: 8, kernelSize: 3, groups: 2 });",
    "Conv2d: 2 groups do not divide the channels; choose groups that divide both 3 channels and 8 filters",
  ],
  ["lib.conv1d(zeros([1, 2, 9]), zeros([4, 3, 3]));", "conv1d: the input has 2 channels, the filters 3"],
  [
    "lib.convTranspose2d(zeros([1, 4, 5, 5]), zeros([8, 4, 3, 3]));",
    "convTranspose2d: the input has 4 channels, the filters 8",
  ],
  ["lib.depthwiseConv2d(zeros([1, 8, 9, 9]), zeros([12, 1, 3, 3]));", "12 filters are no multiple of 8 channels"],
  ["lib.maxPool2d(batch, { kernelSize: 30 });", "pooling: height: a window of 30 does not fit into 28"],
  ["lib.globalAveragePool2d(zeros([2, 6]));", "the input is [2, 6], not [N, C, H, W]"],
  ["lib.matmul(zeros([2, 3]), zeros([2, 3]));", "matmul: a has 3 columns, b 2 rows; give a 2 columns, or b 3 rows"],
  [
    "lib.add(zeros([2, 3]), zeros([2, 4]));",
    "add: [2, 3] and [2, 4] differ where one is 3, the other 4; give both the same size there, or 1",
  ],
  ["lib.where(batch, zeros([2, 3]), zeros([2, 4]));", "where: [2, 3] and [2, 4] differ where one is 3, the other 4"],
  ["zeros([2, 3]).multiply(zeros([4, 3]));", "multiply: [2, 3] and [4, 3] differ where one is 2, the other 4"],
  [
    "lib.linear(zeros([64, 1152]), zeros([10, 1150]));",
    "linear: the input has 1152 features, the weights 1150; build the layer with inFeatures: 1152, or feed it 1150 features",
  ],
  [
    "new Linear({ inFeatures: 784, outFeatures: 10 }).forward(batch);",
    "linear: the input is [N, 1, 28, 28], not [N, I]; flatten it first: [N, 784]",
  ],
  ["lib.reshape(zeros([2, 3]), [4, -1]);", "reshape: the input [2, 3] holds 6 elements, the shape a multiple of 4"],
  [
    "lib.reshape(zeros([2, 3]), [2, 2]);",
    "reshape: the input [2, 3] holds 6 elements, the shape 4; choose sizes whose product is 6",
  ],
  ["lib.transpose(zeros([2, 3]), [0, 0]);", "transpose: [0, 0] is no order of 2 axes; name each axis from 0 on once"],
  ["lib.concat([zeros([2, 3]), zeros([2, 4])]);", "concat: [2, 3] and [2, 4] differ in another axis than 0"],
  [
    "lib.stack([zeros([2, 3]), zeros([2, 4])]);",
    "stack: [2, 3] and [2, 4] are not the same; give all of them one shape",
  ],
  ["lib.sum(zeros([2, 3]), { axis: 2 });", "sum: there is no such axis in [2, 3]"],
  ["lib.take(zeros([2, 3]), [0], { axis: 2 });", "take: there is no axis 2 in [2, 3]; give one from 0"],
  ["lib.softmax(zeros([2, 3]), { axis: 2 });", "softmax: there is no such axis in [2, 3]; give axes from 0"],
  ["lib.flip(zeros([2, 3]), [0, -3]);", "flip: there is no such axis in [2, 3]; give axes from 0"],
  ["lib.slice(zeros([2, 3]), 0, 3);", "slice: it ends at 3, and the axis has 2; end at 2 or before"],
  ["lib.squeeze(zeros([2, 1]), 0);", "squeeze: an axis of [2, 1] that is named is not 1"],
  ["lib.expandDims(zeros([2, 1]), 5);", "expandDims: the result has no axis 5"],
  ["lib.broadcastTo(zeros([3]), [3, 2]);", "broadcastTo: [3] and [3, 2] differ where one is 3, the other 2"],
  [
    "lib.broadcastTo(zeros([4, 3]), [4, 4, 1]);",
    "broadcastTo: the input is larger than the shape [4, 4, 1]; give a shape that is as large in every axis",
  ],
  ["lib.repeat(zeros([2]), 3, { axis: 1 });", "repeat: there is no axis 1 in [2]"],
  ["lib.pad(zeros([2]), [1, 1]);", "pad: padding has more entries than the input axes"],
  ["lib.pad(zeros([2, 3]), [-1, 1]);", "pad: the padding leaves nothing of 2; cut off less"],
  [
    "lib.layerNorm(zeros([2, 6, 4]), [4, 4]);",
    "layerNorm: the input [2, 6, 4] does not end in the normalised shape [4, 4]",
  ],
  ["lib.groupNorm(zeros([2, 6, 4]), 4);", "groupNorm: 4 groups do not divide 6 channels"],
  ["lib.groupNorm(zeros([6]), 2);", "groupNorm: there are no channels in [6]; give [N, C, ...]"],
  ["lib.maxout(zeros([6]), 2);", "maxout: there are no channels in [6]; give [N, C, ...]"],
  ["lib.maxout(zeros([2, 6]), 4);", "maxout: 4 pieces do not divide 6 channels"],
  [
    "new lib.BatchNorm2d({ channels: 3 }).forward(batch);",
    "batchNorm2d: the input has 1 channels, the layer 3; build the layer for 1, or feed it 3 channels",
  ],
  [
    "lib.crossEntropy(zeros([64, 10]), zeros([64, 1], 'int32'));",
    "crossEntropy: the scores are [64, 10], and the labels [64, 1]; give one label an example: shape [64]",
  ],
  [
    "lib.crossEntropy(zeros([64, 10]), zeros([32], 'int32'));",
    "the labels [32]; give one label an example: shape [64]",
  ],
  [
    "lib.meanSquaredError(zeros([2, 3]), zeros([3, 2]));",
    "meanSquaredError: the input is [2, 3], the target [3, 2]; reshape the target to [2, 3]",
  ],
  [
    "new Sequential(new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 }), new ReLU(), new Flatten(), new Linear({ inFeatures: 3000, outFeatures: 10 })).forward(batch);",
    "layer 3: linear: the input has 3456 features, the weights 3000; build the layer with inFeatures: 3456",
  ],
  [
    "new Sequential({ conv1: new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 }), relu1: new ReLU(), conv2: new Conv2d({ inChannels: 8, outChannels: 16, kernelSize: 5 }) }).forward(batch);",
    "layer conv2: conv2d: the input has 6 channels, the filters 8; build the layer with inChannels: 6",
  ],
  [
    "new Sequential(new Sequential({ pool: new MaxPool2d({ kernelSize: 40 }) })).forward(batch);",
    "layer 0: layer pool: pooling: height: a window of 40 does not fit into 28; pad by 12 more",
  ],
  [
    "new lib.Branches({ a: new lib.Identity(), b: new Conv2d({ inChannels: 8, outChannels: 6, kernelSize: 5 }) }).forward(zeros([1, 8, 7, 7]));",
    "Branches: [1, 8, 7, 7] and [1, 6, 3, 3] differ in another axis than 1",
  ],
  [
    "new lib.Residual({ body: new Conv2d({ inChannels: 8, outChannels: 16, kernelSize: 3, padding: 1 }) }).forward(zeros([1, 8, 7, 7]));",
    "Residual: the body gives [1, 16, 7, 7], and past it comes [1, 8, 7, 7]",
  ],
  ["lib.lenet5().forward(zeros([4, 3, 28, 28]));", "layer conv1: conv2d: the input has 3 channels, the filters 1"],
  [
    "lib.convnetjsCifar10().forward(zeros([4, 3, 24, 24]));",
    "the network takes [N, 3, 32, 32], and the input is [4, 3, 24, 24]",
  ],
  [
    "lib.locallyConnected2d(zeros([1, 3, 8, 8]), zeros([6, 5, 4, 3, 3, 3]));",
    "locallyConnected2d: the windows have [6, 6] positions, the filters [6, 5]; give filters for these",
  ],
  [
    "new Sequential(new lib.LocallyConnected2d({ inChannels: 3, outChannels: 4, inputSize: 28, kernelSize: 3 })).forward(batch);",
    "layer 0: locallyConnected2d: the input has 1 channels, the filters 3",
  ],
  [
    "lib.googlenet().forward(zeros([4, 1, 224, 224]));",
    "the network takes [N, 3, ?, ?], and the input is [4, 1, 224, 224]",
  ],
  [
    "lib.googlenetLoss(lib.googlenet().forward(zeros([4, 3, 64, 64])), zeros([4, 1], 'int32'));",
    "crossEntropy: the scores are [4, 1000], and the labels [4, 1]; give one label an example: shape [4]",
  ],
  ["const y: Tensor<readonly [64, 11]> = lib.linear(zeros([64, 784]), zeros([10, 784]));", "11"],
  [
    "const make = <O extends number>(outFeatures: O) => new Sequential({ flat: new Flatten(), fc: new Linear({ inFeatures: 84, outFeatures }) }); make(10).loadStateDict(make(100).stateDict());",
    "loadStateDict: layer fc: its weights are [100, 84] in the state, [10, 84] here; build the network that the state was taken from",
  ],
  [
    "lib.lenet5().loadStateDict(new Sequential({ conv1: new Conv2d({ inChannels: 3, outChannels: 6, kernelSize: 5 }) }).stateDict());",
    "loadStateDict: layer conv1: its filters are [6, 3, 5, 5] in the state, [6, 1, 5, 5] here",
  ],
  [
    "new Sequential(new Flatten(), new Linear({ inFeatures: 4, outFeatures: 2 })).loadStateDict(new Sequential(new Flatten(), new Linear({ inFeatures: 4, outFeatures: 2 }), new ReLU(), new Linear({ inFeatures: 2, outFeatures: 2 })).stateDict());",
    "loadStateDict: the state has tensors of a layer 3, which the network has not",
  ],
  [
    "lib.lenet5().loadStateDict(new Sequential({ conv1: new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5 }) }).stateDict());",
    "loadStateDict: the network has a layer conv2, of which the state has no tensors",
  ],
  [
    "new Sequential({ a: new lib.Residual({ body: new Linear({ inFeatures: 3, outFeatures: 3 }) }) }).loadStateDict(new Sequential({ a: new lib.Residual({ body: new lib.BatchNorm1d({ features: 3 }) }) }).stateDict());",
    "loadStateDict: layer a: layer body: its weights are [3] in the state, [3, 3] here",
  ],
  [
    "new lib.BatchNorm1d({ features: 3, affine: false }).loadStateDict(new lib.BatchNorm1d({ features: 4 }).stateDict());",
    "loadStateDict: its weights are [4] in the state, [3] here",
  ],
  [
    "new Sequential({ a: new Linear({ inFeatures: 3, outFeatures: 3 }) }).loadStateDict(new Sequential({ a: new lib.PReLU({ channels: 3 }) }).stateDict());",
    "loadStateDict: layer a: its weights are [3] in the state, [3, 3] here",
  ],
  [
    "lib.resnet({ classes: 10 }).loadStateDict(lib.resnet().stateDict());",
    "loadStateDict: the state's network gives [1000] of an example, this one [10]",
  ],
  [
    "lib.vgg({ inChannels: 1 }).loadStateDict(lib.vgg().stateDict(), { strict: false });",
    "loadStateDict: the state's network takes 3 channels, this one 1",
  ],
  [
    "lib.split(zeros([10, 3]), 4);",
    "split: 4 equal parts do not make up 10, an axis of [10, 3]; give the size of each",
  ],
  ["lib.split(zeros([10, 3]), 2, { axis: 2 });", "split: there is no axis 2 in [10, 3]"],
  [
    "lib.binaryCrossEntropyWithLogits(zeros([4, 1]), zeros([4]));",
    "the input is [4, 1], the target [4]; reshape the target",
  ],
];
