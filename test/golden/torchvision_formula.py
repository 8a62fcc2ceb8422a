"""Writes what torchvision's networks give with weights by a formula: the truth of test/lib/models/torchvision.test.ts.

    .cache/torch/bin/python test/golden/torchvision_formula.py test/golden/torchvision.json

make_torchvision.py says how to install PyTorch. A number depends on the tensor's name and its place there, `numbers`, so that the
test fills our networks likewise. All is computed in float64, for two images of 64 x 64 pixels and ten classes.
"""

import json
import sys

import numpy
import torch
import torchvision

NETWORKS = ["alexnet", "googlenet", "resnet18", "resnet50"]
NETWORKS += ["squeezenet1_0", "squeezenet1_1", "mobilenet_v2", "densenet121"]


def numbers(name, shape):
    """Uniform between -1/2 and 1/2: the places are mixed, from where FNV-1a puts the name (Fowler, Noll and Vo)."""
    start = 2166136261
    for byte in name.encode():
        start = (start ^ byte) * 16777619 % 2**32
    mixed = numpy.arange(torch.Size(shape).numel(), dtype=numpy.uint32) + numpy.uint32(start)
    for factor, shift in ((0x7FEB352D, 15), (0x846CA68B, 16)):
        mixed = (mixed ^ (mixed >> 16)) * numpy.uint32(factor)
        mixed ^= mixed >> shift
    return torch.from_numpy(mixed / 2**32 - 0.5).reshape(shape)


def fill(name, tensor):
    """Weights of He's deviation, running variances and scales about 1, shifts, biases and running means about 0."""
    drawn = numbers(name, tensor.shape)
    if tensor.dim() > 1:
        return drawn * (24 / tensor[0].numel()) ** 0.5
    about_one = name.endswith(("running_var", "weight"))
    return drawn * 0.5 + 1 if about_one else drawn * 0.5


def scores_of(name):
    options = {"aux_logits": True, "init_weights": False} if name == "googlenet" else {}
    net = getattr(torchvision.models, name)(num_classes=10, **options).double().eval()
    state = net.state_dict()
    net.load_state_dict({key: fill(key, value) if value.dim() > 0 else value for key, value in state.items()})
    images = numbers("images", (2, 3, 64, 64))
    with torch.no_grad():
        values = {"scores": net(images)}
        if name == "googlenet":
            net.dropout.p = net.aux1.dropout.p = net.aux2.dropout.p = 0.0
            net.train()
            values |= dict(zip(("training", "aux2", "aux1"), net(images)))
    return {key: [float(f"{number:.12g}") for number in value.flatten().tolist()] for key, value in values.items()}


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        json.dump({name: scores_of(name) for name in NETWORKS}, file, indent=1)
        file.write("\n")
