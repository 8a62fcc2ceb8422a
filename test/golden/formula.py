"""Numbers by a formula, so that a test has the same without a file of them: a number depends on the tensor's name and its place."""

import numpy
import torch


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


def filled(net):
    """The network in float64 and evaluation, every tensor of its state by the formula."""
    net = net.double().eval()
    state = net.state_dict()
    net.load_state_dict({key: fill(key, value) if value.dim() > 0 else value for key, value in state.items()})
    return net


def rounded(value):
    """A tensor's numbers as a test keeps them: twelve digits."""
    return [float(f"{number:.12g}") for number in value.flatten().tolist()]
