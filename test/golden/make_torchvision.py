"""Writes a network of torchvision with random weights, and what it gives: the truth of test/all/torchvision.test.ts.

    python3 -m venv .cache/torch && .cache/torch/bin/pip install -r test/golden/requirements.txt
    .cache/torch/bin/python test/golden/make_torchvision.py resnet18 FOLDER
    .cache/torch/bin/python test/golden/make_torchvision.py --check resnet18 FOLDER

The first writes FOLDER/state.safetensors, the network's state_dict in float32, and FOLDER/values.safetensors, all computed in
float64:

    images, scores         two images of 224 x 224 pixels, and their scores in evaluation
    small, labels          two of 64 x 64 with their classes, for a step of training, without dropout, where the network is small:
    train, aux1, aux2      the scores, of GoogLeNet's auxiliary heads too
    loss                   the cross-entropy, with 0.3 times that of each head
    grad.NAME              gradients, of the first parameter, the last and one between
    running.NAME           running statistics after the step, of the first normalisation and the last

The second reads FOLDER/ours.safetensors by load_state_dict, strictly, and says whether it is FOLDER/state.safetensors.
Weights begin as torchvision draws them; scales, shifts and running statistics of batch normalisation, which begin at 1 and 0,
are drawn too, and biases moved.
"""

import sys

import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

MOST_TRAINED = 20_000_000  # parameters: more take too long in float64


def build(name):
    """Without dropout, which is random in training and nothing in evaluation; GoogLeNet with its heads."""
    torch.manual_seed(7)
    options = {}
    if name == "googlenet":
        options = {"aux_logits": True, "init_weights": True, "dropout": 0.0, "dropout_aux": 0.0}
    net = getattr(torchvision.models, name)(**options)
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
        elif getattr(module, "bias", None) is not None:
            nn.init.normal_(module.bias, 0, 0.1)
    return net


def make(name, folder):
    net = build(name)
    save_file(net.state_dict(), f"{folder}/state.safetensors")
    net.double().eval()
    images = torch.randn(2, 3, 224, 224)
    with torch.no_grad():
        values = {"images": images, "scores": net(images.double())}
    if sum(parameter.numel() for parameter in net.parameters()) <= MOST_TRAINED:
        values.update(step(net))
    save_file({key: value.detach().contiguous() for key, value in values.items()}, f"{folder}/values.safetensors")


def step(net):
    small, labels = torch.randn(2, 3, 64, 64), torch.tensor([3, 977])
    outputs = net.train()(small.double())
    heads = {}
    if not isinstance(outputs, torch.Tensor):
        outputs, heads = outputs.logits, {"aux1": outputs.aux_logits1, "aux2": outputs.aux_logits2}
    loss = F.cross_entropy(outputs, labels) + sum(0.3 * F.cross_entropy(head, labels) for head in heads.values())
    loss.backward()
    values = {"small": small, "labels": labels.to(torch.int32), "train": outputs, "loss": loss, **heads}
    parameters = list(net.named_parameters())
    for name, parameter in (parameters[0], parameters[len(parameters) // 2], parameters[-1]):
        values[f"grad.{name}"] = parameter.grad
    running = [(f"running.{name}", buffer) for name, buffer in net.named_buffers() if "running" in name]
    return values | dict(running[:2] + running[-2:])


def check(name, folder):
    net = build(name)
    net.load_state_dict(load_file(f"{folder}/ours.safetensors"), strict=True)
    theirs = load_file(f"{folder}/state.safetensors")
    different = [key for key, value in net.state_dict().items() if not torch.equal(value, theirs[key])]
    print("equal" if different == [] else f"different: {different}")


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        check(*sys.argv[2:])
    else:
        make(*sys.argv[1:])
