"""PyTorch's values and gradients for torch-tensors.test.ts, in float64. Any PyTorch from 2.5 on; clip's gradient on its bounds is 2.15's.

python torch-tensors.py > torch-tensors.ts
"""
import json
import math
import torch
import torch.nn.functional as F
torch.set_default_dtype(torch.float64)
def at(i, seed): return (((i + 1) * 37 + seed * 11) % 59 - 29) / 16
def make(shape, seed, kind=""):
    n = 1
    for s in shape: n *= s
    v = [at(i, seed) for i in range(n)]
    if kind == "+": v = [abs(a) + 0.25 for a in v]
    if kind == "p": v = [(a + 2) / 4 for a in v]
    return torch.tensor(v).reshape(shape).requires_grad_(True)
EDGE = [-40, -3, -0.5, -0.0, 0, 0.5, 3, 6, 40, math.inf, -math.inf, math.nan]
cases = {}
def case(name, specs, f):
    xs = []
    for j, s in enumerate(specs):
        if s == "edge": xs.append(torch.tensor(EDGE).requires_grad_(True))
        elif isinstance(s, tuple): xs.append(make(s[0], j, s[1]))
        else: xs.append(make(s, j))
    out = f(*xs)
    n = out.numel()
    g = torch.tensor([at(i, 9) for i in range(n)]).reshape(out.shape)
    grads = torch.autograd.grad(out, xs, g, allow_unused=True)
    cases[name] = (list(out.shape), out.detach().reshape(-1).tolist(), [[0.0]*x.numel() if d is None else d.reshape(-1).tolist() for x, d in zip(xs, grads)])
A, B = [2, 3, 2], [3, 1]
case("add", [A, B], lambda a, b: a + b)
case("subtract", [A, [2]], lambda a, b: a - b)
case("subtract from a number", [A], lambda a: 1.5 - a)
case("multiply", [[2, 1, 2], [3, 1]], lambda a, b: a * b)
case("divide", [A, ([2], "+")], lambda a, b: a / b)
case("divide a number", [(A, "+")], lambda a: 2 / a)
case("power", [(A, "+"), [2]], lambda a, b: a ** b)
case("power of a number", [A], lambda a: 2 ** a)
case("power, cubed", [A], lambda a: a ** 3)
case("power, a root", [(A, "+")], lambda a: a ** 0.5)
case("power, a fraction", [(A, "+")], lambda a: a ** -1.7)
case("maximum", [A, [1, 2]], torch.maximum)
case("maximum, ties", [A], lambda a: torch.maximum(a, a))
case("minimum", [A, [1, 2]], torch.minimum)
case("negate", [A], lambda a: -a)
for n, f in dict(exp=torch.exp, abs=torch.abs, sin=torch.sin, cos=torch.cos, square=torch.square).items(): case(n, [A], f)
case("log", [(A, "+")], torch.log)
case("sqrt", [(A, "+")], torch.sqrt)
case("clip", [A], lambda a: torch.clamp(a, -0.5, 1.0625))
case("clip from below", [A], lambda a: torch.clamp(a, min=0.25))
case("where", [A, [2]], lambda a, b: torch.where(a > 0, a, b))
for k, kw in {"": {}, ", axis 1": dict(dim=1), ", axes 0 and 2, kept": dict(dim=(0, 2), keepdim=True)}.items():
    case("sum" + k, [A], lambda a: torch.sum(a, **kw))
    case("mean" + k, [A], lambda a: torch.mean(a, **kw))
    case("variance" + k, [A], lambda a: torch.var(a, **kw))
    case("standardDeviation" + k, [A], lambda a: torch.std(a, **kw))
    case("logSumExp" + k, [A], lambda a: torch.logsumexp(a, dim=kw.get("dim", (0, 1, 2)), keepdim=kw.get("keepdim", False)))
    for p in (1, 2, 3, math.inf):
        case(f"norm {p}".replace("inf", "Infinity") + k, [A], lambda a: torch.linalg.vector_norm(a, p, **kw))
case("variance, uncorrected", [A], lambda a: torch.var(a, dim=-1, correction=0))
case("max, axis 1", [A], lambda a: a.max(dim=1).values)
case("min, axis 0", [A], lambda a: a.min(dim=0).values)
case("max", [A], lambda a: a.max())
case("product", [A], lambda a: a.prod())
case("product, axis 1", [A], lambda a: a.prod(dim=1))
case("product of zeros", [[3]], lambda a: (a * torch.tensor([0., 1., 0.])).prod())
case("product of one zero", [[3]], lambda a: (a * torch.tensor([0., 1., 1.])).prod())
case("cumulativeSum, axis 1", [A], lambda a: torch.cumsum(a, dim=1))
case("transpose", [A], lambda a: a.permute(2, 1, 0))
case("transpose, in an order", [A], lambda a: a.permute(1, 2, 0))
case("concat", [A, [2, 2, 2]], lambda a, b: torch.cat([a, b], dim=1))
case("stack", [A, A], lambda a, b: torch.stack([a, b], dim=-1))
case("slice", [A], lambda a: a[:, 0:3:2, :])
case("take", [A], lambda a: torch.index_select(a, 1, torch.tensor([2, 0, 2])))
case("gather", [A], lambda a: torch.gather(a, 1, torch.tensor([[[0, 1]], [[2, 2]]])))
case("flip", [A], lambda a: torch.flip(a, [0, 2]))
case("tile", [A], lambda a: a.repeat(2, 1, 2))
case("repeat", [A], lambda a: a.repeat_interleave(3, dim=1))
case("broadcastTo", [[3, 1]], lambda a: a.broadcast_to(2, 3, 2))
case("matmul", [[3, 4], [4, 2]], torch.matmul)
case("matmul, batches", [[2, 1, 3, 4], [5, 4, 2]], torch.matmul)
case("matmul, a batch with one matrix", [[2, 3, 4], [4, 5]], torch.matmul)
case("matmul, one matrix with a batch", [[3, 4], [2, 4, 5]], torch.matmul)
case("matmul, vectors", [[4], [4]], torch.matmul)
case("matmul, a vector on the right", [[2, 3, 4], [4]], torch.matmul)
case("matmul, a vector on the left", [[4], [2, 4, 3]], torch.matmul)
case("softmax, axis 1", [A], lambda a: F.softmax(a, 1))
case("logSoftmax, axis 0", [A], lambda a: F.log_softmax(a, 0))
acts = {
 "relu": F.relu, "relu6": F.relu6, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "leakyRelu": F.leaky_relu, "leakyRelu, 0.2": lambda x: F.leaky_relu(x, 0.2),
 "elu": F.elu, "elu, 0.5": lambda x: F.elu(x, 0.5), "gelu": F.gelu, "gelu, tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu,
 "softplus": F.softplus, "softplus, sharp": lambda x: F.softplus(x, 3, 5),
}
for n, f in acts.items():
    case(n, [A], f)
    case(n + " at the edges", ["edge"], f)
for n, f in {"exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "abs": torch.abs}.items(): case(n + " at the edges", ["edge"], f)
case("clip at the edges", ["edge"], lambda a: torch.clamp(a, -3, 6))
case("power, cubed, at the edges", ["edge"], lambda a: a ** 3)
case("logSumExp at the edges", ["edge"], lambda a: torch.logsumexp(torch.stack([a, a * 0.5]), 0))
case("max at the edges", ["edge"], lambda a: a.max(dim=0).values)
case("prelu", [A, [1]], F.prelu)
case("prelu, a channel each", [A, [3]], F.prelu)
y = torch.tensor([1, 0, 3])
w = torch.tensor([0.5, 1, 2, 1.5])
S = [3, 4]
for r in ("mean", "sum", "none"):
    case(f"crossEntropy, {r}", [S], lambda x: F.cross_entropy(x, y, reduction=r))
    case(f"crossEntropy, weighted, {r}", [S], lambda x: F.cross_entropy(x, y, weight=w, reduction=r))
    case(f"crossEntropy, smoothed, weighted, {r}", [S], lambda x: F.cross_entropy(x, y, weight=w, label_smoothing=0.2, reduction=r))
    case(f"crossEntropy, one ignored, {r}", [S], lambda x: F.cross_entropy(x, y, weight=w, label_smoothing=0.1, ignore_index=0, reduction=r))
    case(f"crossEntropy, probabilities, {r}", [S, (S, "p")], lambda x, t: F.cross_entropy(x, t, reduction=r))
    case(f"crossEntropy, probabilities, smoothed, weighted, {r}", [S, (S, "p")], lambda x, t: F.cross_entropy(x, t, weight=w, label_smoothing=0.3, reduction=r))
    case(f"negativeLogLikelihood, weighted, {r}", [S], lambda x: F.nll_loss(x, y, weight=w, reduction=r))
    case(f"meanSquaredError, {r}", [S, S], lambda x, t: F.mse_loss(x, t, reduction=r))
    case(f"meanAbsoluteError, {r}", [S, S], lambda x, t: F.l1_loss(x, t, reduction=r))
    case(f"huberLoss, {r}", [S, S], lambda x, t: F.huber_loss(x, t, delta=0.7, reduction=r))
    case(f"binaryCrossEntropy, {r}", [(S, "p"), (S, "p")], lambda x, t: F.binary_cross_entropy(x, t, reduction=r))
    case(f"binaryCrossEntropyWithLogits, {r}", [S, (S, "p")], lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction=r))
    case(f"binaryCrossEntropyWithLogits, weighted, {r}", [S, (S, "p")], lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=w, reduction=r))
    case(f"hingeLoss, {r}", [S], lambda x: 4 * F.multi_margin_loss(x, y, margin=1.25, reduction=r))
case("crossEntropy of smoothed labels", [S], lambda x: F.cross_entropy(x, y, label_smoothing=0.1))
P = [2, 3, 2, 2]
yp = torch.tensor([[[0, 1], [2, 2]], [[1, 0], [0, 2]]])
wp = torch.tensor([0.5, 1, 2])
for r in ("mean", "sum", "none"):
    case(f"crossEntropy of pixels, {r}", [P], lambda x: F.cross_entropy(x, yp, reduction=r))
    case(f"crossEntropy of pixels, weighted, smoothed, some ignored, {r}", [P], lambda x: F.cross_entropy(x, yp, weight=wp, label_smoothing=0.2, ignore_index=2, reduction=r))
case("crossEntropy of pixels, probabilities", [P, (P, "p")], lambda x, t: F.cross_entropy(x, t, weight=wp, label_smoothing=0.2))
case("negativeLogLikelihood of pixels", [P], lambda x: F.nll_loss(x, yp))
case("binaryCrossEntropy of the certain", [[3]], lambda x: F.binary_cross_entropy(x * 0 + torch.tensor([0., 1., 1.]), torch.tensor([1., 0., 1.])))
def num(v):
    if math.isnan(v): return "NaN"
    if math.isinf(v): return "Infinity" if v > 0 else "-Infinity"
    s = f"{v:.11g}"
    if float(s) == 0: return "0"
    s = s.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return s
def arr(v): return "[" + ", ".join(num(x) for x in v) + "]"
print("// biome-ignore-all format: a line a case")
print("// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: PyTorch's numbers, whatever they are near")
print("/** PyTorch's values in float64, of inputs that `at` of torch-tensors.test.ts makes: written by torch-tensors.py, not by hand. */")
print("export const values: Record<string, { shape: number[]; out: number[]; grads: number[][] }> = {")
for name, (shape, out, grads) in cases.items():
    print(f'  {json.dumps(name)}: {{ shape: {arr(shape)}, out: {arr(out)}, grads: [{", ".join(arr(g) for g in grads)}] }},')
print("};")
