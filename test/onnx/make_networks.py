"""Exports torchvision's networks as backend tests of ONNX: FOLDER/NAME/model.onnx and test_data_set_0/*.pb beside it.

    python make_networks.py FOLDER [NAME ...]     # needs torch, torchvision, onnx and onnxscript from PyPI
    npm run --silent conformance:onnx -- FOLDER

Weights are random, running statistics too, so that nothing but the arithmetic has to agree; nothing is downloaded. A softmax
ends each network, as the networks of ONNX's zoo end in one: scores alone may be so near to 0 that rounding is all of them.
"""

import sys
from pathlib import Path

import onnx
import torch
import torchvision
from onnx import numpy_helper

DEFAULT = ["alexnet", "vgg11", "squeezenet1_1", "googlenet", "resnet18", "densenet121", "shufflenet_v2_x1_0"]
DEFAULT += ["mobilenet_v3_small", "efficientnet_b0", "convnext_tiny"]


def network(name):
    options = {"aux_logits": False, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
    body = getattr(torchvision.models, name)(weights=None, **options)
    for module in body.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return torch.nn.Sequential(body, torch.nn.Softmax(1)).eval()


def write(path, tensor, name):
    path.write_bytes(numpy_helper.from_array(tensor.numpy(), name).SerializeToString())


def main(folder, names):
    torch.manual_seed(0)
    for name in names:
        data = Path(folder) / name / "test_data_set_0"
        data.mkdir(parents=True, exist_ok=True)
        file = data.parent / "model.onnx"
        images = torch.randn(1, 3, 224, 224)
        with torch.no_grad():
            net = network(name)
            scores = net(images)
        torch.onnx.export(net, (images,), str(file), dynamo=True, external_data=False)
        graph = onnx.load(file).graph
        write(data / "input_0.pb", images, graph.input[0].name)
        write(data / "output_0.pb", scores, graph.output[0].name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or DEFAULT)
