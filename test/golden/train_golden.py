"""Trains three small networks by PyTorch and writes the loss of every step.

    .cache/torch/bin/python test/golden/train_golden.py test/golden/training.json

make_golden.py says how to install PyTorch. Weights and data come from one formula, `numbers`, so that
test/lib/train/golden.test.ts trains the same networks from the same start. All is computed in float64.
"""

import json
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)

STEPS, BATCH, BATCHES, SIDE, CLASSES = 20, 16, 4, 12, 10


def numbers(seed, *shape):
    """Uniform between -1/2 and 1/2: Knuth's and Lewis's linear congruence modulo 2 to the 32nd."""
    count = torch.Size(shape).numel()
    state = seed * 2654435761 % 2**32
    values = []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return torch.tensor(values).reshape(shape)


def batches():
    """Noise over a bright square whose place is the class."""
    for number in range(BATCHES):
        x = numbers(100 + number, BATCH, 1, SIDE, SIDE)
        labels = torch.tensor([(7 * i + 3 * number) % CLASSES for i in range(BATCH)])
        for image, label in zip(x, labels.tolist()):
            row, column = divmod(label, 4)
            image[0, 4 * row : 4 * row + 3, 3 * column : 3 * column + 3] += 1
        yield x, labels


def start(net):
    """Weights of the deviation sqrt(1 / fan-in), biases and shifts a tenth of the formula's numbers, scales about 1."""
    for index, parameter in enumerate(net.parameters()):
        with torch.no_grad():
            drawn = numbers(index + 1, *parameter.shape)
            if parameter.dim() > 1:
                parameter.copy_(drawn * (12 / parameter[0].numel()) ** 0.5)
            else:
                parameter.copy_(0.1 * drawn + (1 if bool((parameter == 1).all()) else 0))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 5, padding=2)
        self.conv2 = nn.Conv2d(4, 8, 3)
        self.fc1 = nn.Linear(32, 24)
        self.fc2 = nn.Linear(24, CLASSES)

    def forward(self, x):
        x = F.max_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1, stride=2, bias=False)
        self.norm0 = nn.BatchNorm2d(8)
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, CLASSES)

    def forward(self, x):
        x = torch.relu(self.norm0(self.stem(x)))
        inner = torch.relu(self.norm1(self.conv1(x)))
        x = torch.relu(self.norm2(self.conv2(inner)) + x)
        return self.fc(x.mean((2, 3)))


class Modern(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(1, 12, 3, stride=3)
        self.depthwise = nn.Conv2d(12, 12, 3, padding=1, groups=12)
        self.norm = nn.GroupNorm(3, 12)
        self.pointwise = nn.Conv2d(12, 16, 1)
        self.fc = nn.Linear(64, CLASSES)

    def forward(self, x):
        x = F.gelu(self.patches(x))
        x = F.gelu(self.pointwise(self.norm(self.depthwise(x))))
        return self.fc(F.max_pool2d(x, 2).flatten(1))


def train(net, optimizer, **loss_options):
    start(net)
    optimizer = optimizer(net.parameters())
    all_batches, losses = list(batches()), []
    for step in range(STEPS):
        x, labels = all_batches[step % BATCHES]
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels, **loss_options)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    evaluation = F.cross_entropy(net(all_batches[0][0]), all_batches[0][1]).item()
    return {"losses": [float(f"{loss:.9g}") for loss in losses], "evaluation": float(f"{evaluation:.9g}")}


written = {
    "torch": torch.__version__,
    "lenet": train(LeNet(), lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "residual": train(Residual(), lambda p: torch.optim.Adam(p, lr=0.01)),
    "modern": train(Modern(), lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1), label_smoothing=0.1),
}
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(json.dumps(written, indent=2) + "\n")
