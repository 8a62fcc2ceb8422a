"""Writes what captum finds in two small networks with weights by a formula: the truth of test/lib/interpret/captum.test.ts.

    python3 -m venv .cache/captum && .cache/captum/bin/pip install captum
    .cache/captum/bin/python test/golden/make_interpretation.py test/golden/interpretation.json

Made with captum 0.9.0 on torch 2.15.0, all computed in float64. Weights and images are those of formula.py, so that the test fills
our networks likewise. `plain` has rectifiers and max pooling, `residual` batch normalisation, a shortcut and a global mean.
"""

import json
import sys

import torch
from captum.attr import Deconvolution, GuidedBackprop, IntegratedGradients, LayerGradCam, NeuronDeconvolution
from captum.attr import NeuronGuidedBackprop, Occlusion, Saliency
from captum.robust import FGSM
from formula import filled, numbers, rounded
from torch import nn
from torch.nn import functional as F


class Plain(nn.Module):
    """A rectifier is a module of its own wherever it is: captum's rules are hooks on modules."""

    shape = (2, 1, 10, 10)
    target = [3, 1]
    unit = (2, 1, 3)  # of conv2: channel, row, column

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(4, 6, 2)
        self.relu2 = nn.ReLU()
        self.linear1 = nn.Linear(96, 8)
        self.relu3 = nn.ReLU()
        self.linear2 = nn.Linear(8, 5)

    def forward(self, x):
        x = self.relu2(self.conv2(self.pool(self.relu1(self.conv1(x)))))
        return self.linear2(self.relu3(self.linear1(x.flatten(1))))


class Residual(nn.Module):
    shape = (1, 3, 8, 8)
    target = [1]
    unit = (4, 2, 5)

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(6, 6, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.linear = nn.Linear(6, 4)

    def forward(self, x):
        x = self.relu1(self.norm(self.conv1(x)))
        x = self.relu2(self.conv2(x) + x)
        return self.linear(x.mean((2, 3)))


def values_of(name, net):
    net = filled(net)
    images = numbers(f"{name}.images", net.shape) + 0.5
    target = torch.tensor(net.target)
    baseline = numbers(f"{name}.baseline", (1, *net.shape[1:]))
    integrated, delta = IntegratedGradients(net).attribute(
        images, target=target, n_steps=20, return_convergence_delta=True
    )
    right = IntegratedGradients(net).attribute(
        images, baseline.expand(net.shape), target=target, n_steps=7, method="riemann_right"
    )
    cam = LayerGradCam(net, net.conv2).attribute(images, target=target, relu_attributions=True)
    size = net.shape[2:]
    values = {
        "scores": net(images).gather(1, target[:, None]),
        "saliency": Saliency(net).attribute(images.clone(), target=target),
        "gradient": Saliency(net).attribute(images.clone(), target=target, abs=False),
        "guided": GuidedBackprop(net).attribute(images.clone(), target=target),
        "deconvnet": Deconvolution(net).attribute(images.clone(), target=target),
        "unitGuided": NeuronGuidedBackprop(net, net.conv2).attribute(images.clone(), neuron_selector=net.unit),
        "unitDeconvnet": NeuronDeconvolution(net, net.conv2).attribute(images.clone(), neuron_selector=net.unit),
        "gradCam": cam,
        "gradCamSigned": LayerGradCam(net, net.conv2).attribute(images, target=target),
        "gradCamEnlarged": F.interpolate(cam, size, mode="bilinear"),
        "integrated": integrated,
        "convergenceDelta": delta,
        "integratedRight": right,
        # the same in all channels: one is kept
        "occlusion": Occlusion(net).attribute(
            images, target=target, sliding_window_shapes=(net.shape[1], 3, 4), strides=(net.shape[1], 2, 3)
        )[:, :1],
        "adversarial": FGSM(net, loss_func=nn.CrossEntropyLoss(reduction="none")).perturb(images, 0.1, target),
    }
    return {key: rounded(value) for key, value in values.items()}


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        json.dump({"plain": values_of("plain", Plain()), "residual": values_of("residual", Residual())}, file, indent=1)
        file.write("\n")
