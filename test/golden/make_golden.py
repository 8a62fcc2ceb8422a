"""Writes reference values of PyTorch: outputs and gradients of several hundred calls, and traces of optimisers.

    python3 -m venv .cache/torch && .cache/torch/bin/pip install torch numpy
    .cache/torch/bin/python test/golden/make_golden.py test/golden/values.json
    npm run --silent golden -- test/golden/values.json

Everything is computed in float64, from a fixed seed. Inputs have few digits and are exact as written; results have 12.
A case has the operation's name (op), its options under PyTorch's names (attr), inputs, the gradient of the output
(gradOut), the output and the gradients of the inputs.
"""

import itertools
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)
cases = []


def draw(*shape, low=None, high=None):
    """Normal numbers, or uniform ones between two bounds, of three decimals."""
    values = torch.randn(shape) if low is None else torch.rand(shape) * (high - low) + low
    return torch.round(values, decimals=3)


def written(x, digits=12):
    return {"shape": list(x.shape), "data": [float(f"{value:.{digits}g}") for value in x.detach().flatten().tolist()]}


def case(op, attr, inputs, compute, constant=()):
    """One call. `constant` names the inputs without gradients, such as class numbers and running statistics."""
    leaves = {k: v.clone().requires_grad_(k not in constant and v.is_floating_point()) for k, v in inputs.items()}
    out = compute(*leaves.values())
    gradient = draw(*out.shape)
    out.backward(gradient)
    cases.append(
        {
            "op": op,
            "attr": attr,
            "inputs": {k: written(v) for k, v in inputs.items()},
            "gradOut": written(gradient),
            "output": written(out),
            "grads": {k: written(v.grad) for k, v in leaves.items() if v.grad is not None},
        }
    )


def several(op, inputs, attributes, compute, constant=()):
    """The same operation with several sets of options; `inputs()` draws anew for each."""
    for attr in attributes:
        case(op, attr, inputs(), lambda *x, attr=attr: compute(*x, **attr), constant)


# --- convolution -------------------------------------------------------------------------------------------------------
for shape, filters, bias, attr in [
    ((1, 2, 5, 4), (3, 2, 3, 2), True, {}),
    ((2, 1, 6, 5), (2, 1, 2, 3), False, {"stride": [2, 1], "padding": [0, 1]}),
    ((1, 2, 7, 5), (2, 2, 3, 3), True, {"stride": [1, 2], "padding": [2, 1], "dilation": [2, 1]}),
    ((1, 4, 5, 5), (4, 2, 3, 3), True, {"padding": 1, "groups": 2}),
    ((1, 3, 6, 5), (6, 1, 3, 3), True, {"stride": 2, "padding": 1, "groups": 3}),
    ((1, 2, 1, 1), (3, 2, 1, 1), True, {}),
    ((1, 2, 4, 5), (2, 2, 1, 1), False, {"stride": 2}),
    ((1, 1, 8, 7), (1, 1, 3, 3), True, {"stride": 3, "padding": 2, "dilation": 2}),
    ((1, 2, 5, 6), (2, 2, 3, 2), True, {"padding": "same"}),
    ((1, 1, 6, 6), (1, 1, 4, 3), True, {"padding": "same", "dilation": [1, 2]}),
    ((1, 2, 4, 4), (2, 2, 3, 3), True, {"padding": "valid"}),
    ((1, 1, 9, 3), (2, 1, 5, 1), True, {"stride": [2, 1], "padding": [2, 0]}),
    ((2, 2, 3, 3), (2, 2, 3, 3), True, {}),
]:
    inputs = {"x": draw(*shape), "w": draw(*filters)} | ({"b": draw(filters[0])} if bias else {})
    case("conv2d", attr, inputs, lambda x, w, b=None, attr=attr: F.conv2d(x, w, b, **attr))

for shape, filters, bias, attr in [
    ((2, 3, 9), (4, 3, 3), True, {}),
    ((1, 4, 8), (2, 2, 3), True, {"stride": 2, "padding": 1, "groups": 2}),
    ((1, 2, 11), (3, 2, 4), False, {"dilation": 2, "padding": 3, "stride": 3}),
    ((1, 2, 7), (2, 2, 4), True, {"padding": "same"}),
    ((1, 1, 1), (1, 1, 1), True, {}),
]:
    inputs = {"x": draw(*shape), "w": draw(*filters)} | ({"b": draw(filters[0])} if bias else {})
    case("conv1d", attr, inputs, lambda x, w, b=None, attr=attr: F.conv1d(x, w, b, **attr))

for shape, filters, bias, attr in [
    ((1, 2, 3, 4), (2, 3, 3, 2), True, {}),
    ((1, 2, 3, 2), (2, 1, 3, 3), False, {"stride": [2, 3], "padding": [1, 0], "output_padding": [1, 2]}),
    ((1, 4, 3, 3), (4, 1, 2, 3), True, {"stride": 2, "groups": 2}),
    ((1, 1, 4, 3), (1, 2, 3, 3), True, {"stride": 2, "padding": 2, "dilation": 2, "output_padding": 1}),
    ((2, 1, 1, 1), (1, 2, 3, 3), True, {"stride": 2}),
    ((1, 3, 2, 2), (3, 1, 3, 3), True, {"stride": 2, "padding": 1, "output_padding": 1, "groups": 3}),
]:
    groups = attr.get("groups", 1)
    inputs = {"x": draw(*shape), "w": draw(*filters)} | ({"b": draw(filters[1] * groups)} if bias else {})
    case("conv_transpose2d", attr, inputs, lambda x, w, b=None, attr=attr: F.conv_transpose2d(x, w, b, **attr))

for shape, filters, attr in [
    ((1, 2, 5), (2, 3, 3), {}),
    ((1, 2, 4), (2, 1, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    ((1, 4, 3), (4, 1, 2), {"stride": 3, "groups": 2, "dilation": 2}),
]:
    inputs = {"x": draw(*shape), "w": draw(*filters), "b": draw(filters[1] * attr.get("groups", 1))}
    case("conv_transpose1d", attr, inputs, lambda x, w, b, attr=attr: F.conv_transpose1d(x, w, b, **attr))

# --- pooling -----------------------------------------------------------------------------------------------------------
KERNEL = "kernel"


def pooling(op, compute, sets, rename=True):
    for shape, attr in sets:
        options = {("kernel_size" if k == KERNEL else k): v for k, v in attr.items()}
        case(op, attr, {"x": draw(*shape)}, lambda x, options=options: compute(x, **options))


maxima = [
    ((1, 2, 5, 6), {KERNEL: 2}),
    ((1, 1, 7, 6), {KERNEL: [3, 2], "stride": [2, 1], "padding": [1, 0]}),
    ((1, 1, 8, 7), {KERNEL: 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True}),
    ((1, 1, 6, 9), {KERNEL: 2, "stride": 3, "dilation": [1, 3], "ceil_mode": False}),
    ((2, 1, 1, 1), {KERNEL: 1}),
    ((1, 1, 5, 5), {KERNEL: 2, "stride": 2, "ceil_mode": True}),
    ((1, 1, 5, 4), {"kernel_size": 3, "stride": 1, "padding": 1}),
]
pooling("max_pool2d", F.max_pool2d, maxima)
averages = [
    ((1, 2, 5, 6), {KERNEL: 2}),
    ((1, 1, 7, 6), {KERNEL: [3, 2], "stride": [2, 1], "padding": [1, 0]}),
    ((1, 1, 6, 7), {KERNEL: 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((1, 1, 6, 7), {KERNEL: 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}),
    ((1, 1, 5, 5), {KERNEL: 3, "stride": 2, "ceil_mode": True, "count_include_pad": False}),
    ((2, 1, 1, 1), {KERNEL: 1}),
]
pooling("avg_pool2d", F.avg_pool2d, averages)
pooling(
    "max_pool1d",
    F.max_pool1d,
    [((2, 2, 7), {KERNEL: 3}), ((1, 2, 8), {KERNEL: 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True})],
)
pooling("lp_pool1d", lambda x, p, **options: F.lp_pool1d(x, float(p), **options), [((1, 2, 7), {KERNEL: 3, "p": 2, "stride": 2})])
pooling("avg_pool2d", F.avg_pool2d, [((1, 1, 5, 5), {KERNEL: 2, "divisor_override": 3})])
pooling(
    "avg_pool1d",
    F.avg_pool1d,
    [((2, 2, 7), {KERNEL: 2}), ((1, 2, 8), {KERNEL: 3, "stride": 2, "padding": 1, "count_include_pad": False})],
)
for shape, attr in [
    ((1, 2, 4, 5), {"p": 2, KERNEL: 2}),
    ((1, 1, 6, 5), {"p": 3, KERNEL: [3, 2], "stride": [1, 2]}),
    ((1, 1, 5, 5), {"norm_type": 1, KERNEL: 2, "stride": 1}),
]:
    norm, kernel, stride = attr.get("p", attr.get("norm_type")), attr[KERNEL], attr.get("stride")
    # p = 3 of positive numbers: PyTorch takes the power of the signed number
    x = draw(*shape, low=0.1, high=2)
    case("lp_pool2d", attr, {"x": x}, lambda x: F.lp_pool2d(x, float(norm), kernel, stride))
for size in [1, 3, [2, 3], [4, 1], [5, 7]]:
    for op, compute in [("adaptive_avg_pool2d", F.adaptive_avg_pool2d), ("adaptive_max_pool2d", F.adaptive_max_pool2d)]:
        case(op, {"output_size": size}, {"x": draw(1, 1, 5, 7)}, lambda x, c=compute, s=size: c(x, s))
for kernel, stride, padding, size in [(2, 2, 0, None), (2, 2, 0, [5, 5]), ([3, 2], [2, 2], [1, 0], [5, 4])]:
    whole = draw(1, 2, *(size or [4, 4]))
    pooled, places = F.max_pool2d(whole, kernel, stride, padding, return_indices=True)
    attr = {KERNEL: kernel, "stride": stride, "padding": padding} | ({"output_size": size} if size else {})
    case(
        "max_unpool2d",
        attr,
        {"x": draw(*pooled.shape), "indices": places},
        lambda x, i: F.max_unpool2d(x, i, kernel, stride, padding, size),
    )

# --- windows as columns, interpolation, padding --------------------------------------------------------------------------
for shape, attr in [
    ((1, 2, 4, 5), {KERNEL: 2}),
    ((1, 1, 6, 5), {KERNEL: [3, 2], "stride": [2, 1], "padding": [1, 0], "dilation": [1, 2]}),
    ((2, 1, 4, 4), {KERNEL: 3, "padding": 1, "stride": 3}),
]:
    k, rest = attr[KERNEL], {n: v for n, v in attr.items() if n != KERNEL}
    case("unfold(im2col)", attr, {"x": draw(*shape)}, lambda x: F.unfold(x, k, **rest))
    columns = F.unfold(torch.zeros(*shape), k, **rest)
    case(
        "fold(col2im)",
        {"out": list(shape[2:])} | attr,
        {"x": draw(*columns.shape)},
        lambda x: F.fold(x, shape[2:], k, **rest),
    )
for attr in [{"size": [6, 8]}, {"size": [5, 3]}, {"scale_factor": 2}, {"scale_factor": [3, 1]}, {"size": [1, 1]}, {"scale_factor": 1.7}]:
    case("interpolate_nearest", attr, {"x": draw(1, 1, 3, 4)}, lambda x: F.interpolate(x, mode="nearest", **attr))
for mode in ["bilinear", "bicubic"]:
    for attr in [
        {"size": [7, 5], "align_corners": False},
        {"size": [7, 5], "align_corners": True},
        {"size": [2, 3], "align_corners": False},
        {"size": [1, 1], "align_corners": True},
        {"scale_factor": 2, "align_corners": False},
        {"scale_factor": [2, 3], "align_corners": True},
        {"scale_factor": [1.5, 0.7], "align_corners": False},
    ]:
        case(
            f"interpolate_{mode}", attr, {"x": draw(1, 1, 3, 4)}, lambda x: F.interpolate(x, mode=mode, **attr)
        )
case("interpolate_linear", {"size": 7, "align_corners": True}, {"x": draw(1, 2, 4)}, lambda x: F.interpolate(x, 7, mode="linear", align_corners=True))
case("interpolate_nearest", {"size": 7}, {"x": draw(1, 2, 4)}, lambda x: F.interpolate(x, 7))
case("conv2d", {"padding": 2, "stride": 2}, {"x": draw(1, 1, 5, 4), "w": draw(1, 1, 5, 5)}, lambda x, w: F.conv2d(x, w, padding=2, stride=2))
for attr in [
    {"pad": [1, 2, 0, 1], "mode": "constant", "value": 0.5},
    {"pad": [1, 2, 2, 1], "mode": "reflect"},
    {"pad": [2, 0, 1, 3], "mode": "replicate"},
    {"pad": [0, 3]},
    {"pad": [1, 0, 0, 2], "value": -1.5},
    {"pad": [2, 1, 1, 1], "mode": "circular"},
]:
    case("pad", attr, {"x": draw(1, 2, 3, 4)}, lambda x: F.pad(x, **attr))
case("pixel_shuffle", {"upscale_factor": 2}, {"x": draw(1, 8, 2, 3)}, lambda x: F.pixel_shuffle(x, 2))
case("pixel_unshuffle", {"downscale_factor": 2}, {"x": draw(1, 2, 4, 6)}, lambda x: F.pixel_unshuffle(x, 2))

# --- normalisation -------------------------------------------------------------------------------------------------------
for shape, attr, learned in [
    ((4, 3), {"training": True, "eps": 1e-5}, True),
    ((2, 3, 2, 3), {"training": True}, True),
    ((3, 2, 2, 1), {"training": True, "momentum": 0.3, "eps": 1e-3}, False),
    ((2, 2, 5), {"training": True}, True),
]:
    c = shape[1]
    inputs = {"x": draw(*shape)} | ({"w": draw(c), "b": draw(c)} if learned else {})
    case("batch_norm", attr, inputs, lambda x, w=None, b=None, attr=attr: F.batch_norm(x, None, None, w, b, **attr))
for shape, attr in [((4, 3), {"training": False, "eps": 1e-5}), ((1, 2, 2, 3), {"training": False, "eps": 1e-2})]:
    c = shape[1]
    inputs = {"x": draw(*shape), "w": draw(c), "b": draw(c)}
    inputs |= {"running_mean": draw(c), "running_var": draw(c, low=0.5, high=2)}
    case(
        "batch_norm",
        attr,
        inputs,
        lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b, **attr),
        constant=("running_mean", "running_var"),
    )
for shape, attr, learned in [
    ((3, 6), {"eps": 1e-5}, True),
    ((2, 3, 4), {"eps": 1e-3}, True),
    ((2, 2, 3, 2), {"normalized_shape": [3, 2]}, True),
    ((2, 2, 3), {"normalized_shape": [2, 3]}, False),
    ((4, 5), {}, False),
]:
    tail = attr.get("normalized_shape", [shape[-1]])
    inputs = {"x": draw(*shape)} | ({"w": draw(*tail), "b": draw(*tail)} if learned else {})
    eps = attr.get("eps", 1e-5)
    case("layer_norm", attr, inputs, lambda x, w=None, b=None: F.layer_norm(x, tail, w, b, eps))
for shape, attr, learned in [
    ((2, 4, 2, 3), {"num_groups": 2, "eps": 1e-5}, True),
    ((1, 6, 2, 2), {"num_groups": 3}, False),
    ((2, 3, 3), {"num_groups": 1}, True),
    ((2, 4, 2, 2), {"num_groups": 4, "eps": 1e-2}, True),
    ((3, 4), {"num_groups": 2}, True),
]:
    c, eps = shape[1], attr.get("eps", 1e-5)
    inputs = {"x": draw(*shape)} | ({"w": draw(c), "b": draw(c)} if learned else {})
    case("group_norm", attr, inputs, lambda x, w=None, b=None: F.group_norm(x, attr["num_groups"], w, b, eps))
for shape, attr, learned in [((2, 2, 3, 2), {"eps": 1e-5}, True), ((1, 3, 2, 2), {}, False)]:
    c, eps = shape[1], attr.get("eps", 1e-5)
    inputs = {"x": draw(*shape)} | ({"w": draw(c), "b": draw(c)} if learned else {})
    case("instance_norm", attr, inputs, lambda x, w=None, b=None: F.instance_norm(x, weight=w, bias=b, eps=eps))
for shape, attr in [
    ((1, 7, 2, 2), {"size": 5}),
    ((2, 5, 2, 1), {"size": 3, "alpha": 0.5, "beta": 0.6, "k": 1.5}),
    ((1, 4, 3, 2), {"size": 4, "alpha": 0.1}),
    ((1, 1, 2, 2), {"size": 1, "alpha": 0.3, "beta": 1, "k": 1}),
]:
    case("local_response_norm", attr, {"x": draw(*shape)}, lambda x: F.local_response_norm(x, **attr))

# --- products ------------------------------------------------------------------------------------------------------------
case("linear", {}, {"x": draw(1, 3), "w": draw(2, 3), "b": draw(2)}, F.linear)
case("linear", {}, {"x": draw(4, 1), "w": draw(3, 1)}, F.linear)
case("linear", {}, {"x": draw(2, 3, 4), "w": draw(2, 4), "b": draw(2)}, F.linear)
case("matmul", {}, {"a": draw(2, 3), "b": draw(3, 4)}, torch.matmul)
case("matmul", {}, {"a": draw(1, 1), "b": draw(1, 2)}, torch.matmul)
case("matmul", {}, {"a": draw(2, 2, 3), "b": draw(2, 3, 2)}, torch.matmul)
case("matmul", {}, {"a": draw(2, 1, 2, 3), "b": draw(3, 3, 2)}, torch.matmul)
case("matmul", {}, {"a": draw(3, 2, 3), "b": draw(3, 2)}, torch.matmul)
case("mm", {}, {"a": draw(3, 2), "b": draw(2, 3)}, torch.mm)
case("bmm", {}, {"a": draw(3, 2, 3), "b": draw(3, 3, 2)}, torch.bmm)

# --- activations -----------------------------------------------------------------------------------------------------------
wide = lambda: {"x": torch.cat([draw(9), torch.tensor([0.0, -0.0, 5.5, -7.25, 30.0, -40.0])]).reshape(3, 5)}
several("relu", wide, [{}], F.relu)
several("relu6", wide, [{}], F.relu6)
several("leaky_relu", wide, [{}, {"negative_slope": 0.2}], F.leaky_relu)
several("elu", wide, [{}, {"alpha": 0.5}], F.elu)
several("selu", wide, [{}], F.selu)
several("gelu", wide, [{}, {"approximate": "none"}, {"approximate": "tanh"}], F.gelu)
several("silu", wide, [{}], F.silu)
several("softplus", wide, [{}, {"beta": 2}, {"beta": 0.5, "threshold": 3}], F.softplus)
several("sigmoid", wide, [{}], torch.sigmoid)
several("tanh", wide, [{}], torch.tanh)
several("hardtanh", wide, [{}, {"min_val": -0.5, "max_val": 2}], F.hardtanh)
case("prelu", {}, {"x": draw(2, 3, 2), "w": draw(3)}, F.prelu)
case("prelu", {}, {"x": draw(2, 3), "w": draw(1)}, F.prelu)
case("prelu", {}, {"x": draw(1, 2, 2, 3), "w": draw(2)}, F.prelu)
for op, compute in [("softmax", F.softmax), ("log_softmax", F.log_softmax)]:
    for shape, name, axis in [((3, 5), "axis", 1), ((2, 3, 2), "dim", 1), ((3, 2), "axis", 0), ((2, 2, 3), "axis", -1), ((1, 1), "dim", 1)]:
        case(op, {name: axis}, {"x": draw(*shape)}, lambda x: compute(x, dim=axis))
    case(op, {"axis": 1}, {"x": draw(2, 4) * 300}, lambda x: compute(x, dim=1))

for op, compute in [
    ("celu", F.celu),
    ("mish", F.mish),
    ("softsign", F.softsign),
    ("logsigmoid", F.logsigmoid),
    ("hardswish", F.hardswish),
    ("tanhshrink", F.tanhshrink),
]:
    case(op, {}, {"x": draw(3, 4) * 3}, compute)

# --- losses ----------------------------------------------------------------------------------------------------------------
targets = [2, 0, 3, 3]
for attr in [
    {},
    {"label_smoothing": 0.2},
    {"weight": [0.5, 2, 1, 0.25]},
    {"weight": [0.5, 2, 1, 0.25], "label_smoothing": 0.1},
    {"reduction": "sum"},
    {"reduction": "none", "label_smoothing": 0.05},
    {"reduction": "none", "weight": [1, 0.5, 0.1, 3]},
    {"reduction": "sum", "weight": [1, 0.5, 0.1, 3], "label_smoothing": 0.3},
    {"ignore_index": 3},
    {"ignore_index": 0, "weight": [1, 0.5, 0.1, 3], "label_smoothing": 0.3},
    {"ignore_index": 0, "reduction": "none"},
]:
    options = attr | ({"weight": torch.tensor(attr["weight"])} if "weight" in attr else {})
    case(
        "cross_entropy", {"target": targets} | attr, {"x": draw(4, 4)}, lambda x: F.cross_entropy(x, torch.tensor(targets), **options)
    )
    if "label_smoothing" in attr:
        continue
    case("nll_loss", {"target": targets} | attr, {"x": draw(4, 4)}, lambda x: F.nll_loss(x, torch.tensor(targets), **options))
for attr in [{}, {"label_smoothing": 0.1}, {"reduction": "sum"}, {"weight": [0.5, 2, 1]}]:
    options = attr | ({"weight": torch.tensor(attr["weight"])} if "weight" in attr else {})
    inputs = {"x": draw(4, 3), "t": torch.round(F.softmax(draw(4, 3), 1), decimals=3)}
    case("cross_entropy", attr, inputs, lambda x, t: F.cross_entropy(x, t, **options))
pixels = [[[0, 2], [1, 1]], [[2, 2], [0, 1]]]
for attr in [{}, {"ignore_index": 2}, {"reduction": "none", "label_smoothing": 0.1}]:
    case(
        "cross_entropy",
        {"target": pixels} | attr,
        {"x": draw(2, 3, 2, 2)},
        lambda x: F.cross_entropy(x, torch.tensor(pixels), **attr),
    )
pairs = lambda: {"x": draw(3, 4), "t": draw(3, 4)}
reductions = [{}, {"reduction": "sum"}, {"reduction": "none"}]
several("mse", pairs, reductions, F.mse_loss)
several("l1", pairs, reductions, F.l1_loss)
several("smooth_l1", pairs, [{}, {"beta": 0.5}, {"reduction": "sum", "beta": 2}, {"reduction": "none"}], F.smooth_l1_loss)
several("huber", pairs, [{}, {"delta": 0.5}, {"reduction": "sum", "delta": 2}], F.huber_loss)
probabilities = lambda: {"x": draw(3, 4, low=0.02, high=0.98), "t": draw(3, 4, low=0, high=1)}
several("bce", probabilities, reductions, F.binary_cross_entropy, constant=("t",))
several("bce", probabilities, [{}], F.binary_cross_entropy)
logits = lambda: {"x": draw(3, 4) * 5, "t": draw(3, 4, low=0, high=1)}
several("bce_with_logits", logits, reductions, F.binary_cross_entropy_with_logits, constant=("t",))
several("bce_with_logits", logits, [{}], F.binary_cross_entropy_with_logits)
for attr in [{"pos_weight": [0.5, 2, 1, 3]}]:
    case(
        "bce_with_logits",
        attr,
        logits(),
        lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(attr["pos_weight"])),
        constant=("t",),
    )
for attr in [{}, {"margin": 0.5}, {"reduction": "sum"}, {"reduction": "none", "margin": 2}, {"p": 2}]:
    case("multi_margin", {"target": [1, 0, 3]} | attr, {"x": draw(3, 4)}, lambda x: F.multi_margin_loss(x, torch.tensor([1, 0, 3]), **attr))

# --- elementwise arithmetic ------------------------------------------------------------------------------------------------
for op, compute in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("div", torch.div)]:
    for a, b in [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1, 3), (4, 1)), ((2, 3), ()), ((1,), (2, 2)), ((1, 3, 1, 1), (2, 1, 2, 2))]:
        case(op, {}, {"a": draw(*a), "b": draw(*b, low=0.5, high=2) * (-1) ** len(b)}, compute)
for op, compute in [("maximum", torch.maximum), ("minimum", torch.minimum)]:
    case(op, {}, {"a": draw(2, 3), "b": draw(2, 3)}, compute)
    case(op, {}, {"a": draw(2, 1), "b": draw(3)}, compute)
positive = lambda: {"x": draw(2, 4, low=0.1, high=3)}
for exponent in [2, 3, 0.5, -1.5, 1, 0]:
    case("pow", {"exponent": exponent}, positive(), lambda x: x**exponent)
case("pow", {"exponent": 3}, {"x": draw(2, 3)}, lambda x: x**3)
several("exp", lambda: {"x": draw(2, 3)}, [{}], torch.exp)
several("log", positive, [{}], torch.log)
several("sqrt", positive, [{}], torch.sqrt)
several("abs", wide, [{}], torch.abs)
for op in ["sin", "cos", "tan", "rsqrt", "reciprocal"]:
    several(op, positive, [{}], getattr(torch, op))
several("neg", wide, [{}], torch.neg)
several("square", wide, [{}], torch.square)
several("clamp", wide, [{"min": -0.5, "max": 0.75}, {"min": 0.1}, {"max": -0.2}], torch.clamp)

# --- reductions ------------------------------------------------------------------------------------------------------------
for op in ["sum", "mean", "prod", "max", "min", "var", "std", "amax", "amin"]:
    sets = [{}, {"dim": 1}, {"dim": -1, "keepdim": True}, {"dim": 0, "keepdim": False}]
    if op in ("sum", "mean", "var", "std", "amax", "amin"):
        sets += [{"dim": [0, 2]}, {"dim": [1, 2], "keepdim": True}]
    if op in ("var", "std"):
        sets += [{"dim": 1, "unbiased": False}, {"dim": [0, 2], "unbiased": False}]
    for attr in sets:
        compute = lambda x: getattr(torch, op)(x, **attr)
        case(op, attr, {"x": draw(2, 3, 2)}, lambda x: compute(x)[0] if op in ("max", "min") and "dim" in attr else compute(x))
for attr in [{}, {"dim": 1}, {"p": 1, "dim": 0}, {"p": 3, "dim": [0, 1], "keepdim": True}]:
    case("norm", attr, {"x": draw(3, 4)}, lambda x: torch.linalg.vector_norm(x, attr.get("p", 2), *([attr["dim"]] if "dim" in attr else []), keepdim=attr.get("keepdim", False)))
case("logsumexp", {"dim": 1}, {"x": draw(2, 4) * 4}, lambda x: torch.logsumexp(x, 1))

# --- shapes ------------------------------------------------------------------------------------------------------------------
case("cat", {"dim": 0}, {"a": draw(2, 3), "b": draw(1, 3)}, lambda *x: torch.cat(x, 0))
case("cat", {"dim": 1}, {"a": draw(1, 2, 2), "b": draw(1, 1, 2), "c": draw(1, 3, 2)}, lambda *x: torch.cat(x, 1))
case("cat", {"axis": -1}, {"a": draw(2, 1), "b": draw(2, 2)}, lambda *x: torch.cat(x, -1))
case("stack", {"dim": 1}, {"a": draw(2, 2), "b": draw(2, 2)}, lambda *x: torch.stack(x, 1))
case("transpose", {"dim0": 0, "dim1": 2}, {"x": draw(2, 3, 2)}, lambda x: x.transpose(0, 2))
case("transpose", {"dim0": 1, "dim1": -1}, {"x": draw(1, 2, 3, 2)}, lambda x: x.transpose(1, -1))
case("permute", {"dims": [2, 0, 1]}, {"x": draw(2, 3, 2)}, lambda x: x.permute(2, 0, 1))
case("permute", {"dims": [0, 2, 3, 1]}, {"x": draw(1, 2, 3, 2)}, lambda x: x.permute(0, 2, 3, 1))
case("reshape", {"shape": [3, -1]}, {"x": draw(2, 3, 2)}, lambda x: x.reshape(3, -1))
case("flatten", {"start_dim": 1}, {"x": draw(2, 3, 2)}, lambda x: x.flatten(1))
case("flatten", {}, {"x": draw(2, 3)}, lambda x: x.flatten())
case("squeeze", {"dim": 1}, {"x": draw(2, 1, 1, 3)}, lambda x: x.squeeze(1))
case("unsqueeze", {"dim": -1}, {"x": draw(2, 3)}, lambda x: x.unsqueeze(-1))
case("flip", {"dims": [0, 2]}, {"x": draw(2, 2, 3)}, lambda x: x.flip(0, 2))
case("cumsum", {"dim": 1}, {"x": draw(2, 4)}, lambda x: x.cumsum(1))
case("index_select", {"dim": 1, "index": [2, 0, 2]}, {"x": draw(2, 3)}, lambda x: x.index_select(1, torch.tensor([2, 0, 2])))
case("chunk", {"chunks": 2, "dim": 0, "index": 0}, {"x": draw(4, 2)}, lambda x: x.chunk(2, 0)[0])
case("split", {"split_size": 2, "dim": 1, "index": 1}, {"x": draw(2, 5)}, lambda x: x.split(2, 1)[1])
case("split", {"split_size": [1, 3], "dim": 0, "index": 1}, {"x": draw(4, 2)}, lambda x: x.split([1, 3], 0)[1])

# --- optimisers ----------------------------------------------------------------------------------------------------------------
traces = []


def trace(name, make, steps=12, **settings):
    p = torch.tensor([1.5, -2.0, 0.25, 3.0], requires_grad=True)
    factors = [1, 0.5, 3, 1.25]
    optimizer = make([p], **({"lr": 0.1} | settings))
    followed = {"optim": name, "p0": p.tolist(), "loss": f"sum((p*{json.dumps(factors)})^2)"} | settings
    rows = []
    for _ in range(steps):
        optimizer.zero_grad()
        ((p * torch.tensor(factors)) ** 2).sum().backward()
        optimizer.step()
        rows.append([float(f"{value:.12g}") for value in p.tolist()])
    traces.append(followed | {"trace": rows})


trace("sgd", torch.optim.SGD, lr=0.03)
trace("sgd", torch.optim.SGD, lr=0.02, momentum=0.8, weight_decay=0.1)
trace("sgd", torch.optim.SGD, lr=0.02, momentum=0.7, nesterov=True, weight_decay=0.05)
trace("adam", torch.optim.Adam)
trace("adam", torch.optim.Adam, lr=0.3, betas=[0.8, 0.95], eps=1e-3)
trace("adam", torch.optim.Adam, weight_decay=0.2)
trace("adamw", torch.optim.AdamW)
trace("adamw", torch.optim.AdamW, lr=0.05, betas=[0.7, 0.9], weight_decay=0.3)
trace("rmsprop", torch.optim.RMSprop)
trace("rmsprop", torch.optim.RMSprop, lr=0.02, alpha=0.9, eps=1e-4, weight_decay=0.1)
trace("rmsprop", torch.optim.RMSprop, lr=0.02, momentum=0.5)
trace("rmsprop", torch.optim.RMSprop, lr=0.02, centered=True, alpha=0.8)
trace("adagrad", torch.optim.Adagrad)
trace("adagrad", torch.optim.Adagrad, lr=0.5, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-6)
trace("adadelta", torch.optim.Adadelta)
trace("adadelta", torch.optim.Adadelta, lr=1.0, rho=0.8, eps=1e-3, weight_decay=0.1)

# --- the file --------------------------------------------------------------------------------------------------------------------
compact = lambda value: json.dumps(value, separators=(",", ":"))
with open(sys.argv[1], "w", encoding="ascii") as file:
    rows = lambda values: ",\n".join(compact(value) for value in values)
    file.write(f'{{"torch":"{torch.__version__}","cases":[\n{rows(cases)}\n],"optim":[\n{rows(traces)}\n]}}\n')
print(f"{len(cases)} cases of {len({one['op'] for one in cases})} operations, {len(traces)} traces")
