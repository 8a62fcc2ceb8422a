"""Writes what torchvision's networks give with weights by a formula: the truth of test/lib/models/torchvision.test.ts.

    .cache/torch/bin/python test/golden/torchvision_formula.py test/golden/torchvision.json

make_torchvision.py says how to install PyTorch. Weights and images are those of formula.py, so that the test fills our networks
likewise. All is computed in float64, for two images of 64 x 64 pixels and ten classes.
"""

import json
import sys

import torch
import torchvision
from formula import filled, numbers, rounded

NETWORKS = ["alexnet", "googlenet", "resnet18", "resnet50"]
NETWORKS += ["squeezenet1_0", "squeezenet1_1", "mobilenet_v2", "densenet121"]


def scores_of(name):
    options = {"aux_logits": True, "init_weights": False} if name == "googlenet" else {}
    net = filled(getattr(torchvision.models, name)(num_classes=10, **options))
    images = numbers("images", (2, 3, 64, 64))
    with torch.no_grad():
        values = {"scores": net(images)}
        if name == "googlenet":
            net.dropout.p = net.aux1.dropout.p = net.aux2.dropout.p = 0.0
            net.train()
            values |= dict(zip(("training", "aux2", "aux1"), net(images)))
    return {key: rounded(value) for key, value in values.items()}


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        json.dump({name: scores_of(name) for name in NETWORKS}, file, indent=1)
        file.write("\n")
