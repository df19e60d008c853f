#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes operator_cases_FAMILY.cpp beside itself: small graphs with the results that NumPy, SciPy and PyTorch give."""
import pathlib

import numpy as np
import scipy.special
import torch
import torch.nn.functional as F

FAMILIES = {}  # name: cases, each (name, opset, text, shapes, elements)


def family(name):
    """What follows goes to operator_cases_NAME.cpp."""
    FAMILIES[name] = []


def ramp(*shape, start=0):
    """The values that the test feeds: multiples of 1/8 between -11/8 and 11/8."""
    i = np.arange(int(np.prod(shape)), dtype=np.int64) + start
    return (((i * 37 + 11) % 23 - 11) / 8.0).astype(np.float32).reshape(shape)


def case(name, opset, text, *results):
    flat = []
    for result in results:
        if isinstance(result, torch.Tensor):
            result = result.numpy()
        flat += [float(v) for v in np.asarray(result, dtype=np.float64).ravel()]
    shapes = ["[" + ",".join(str(d) for d in np.asarray(r).shape) + "]" for r in results]
    FAMILIES[list(FAMILIES)[-1]].append((name, opset, text, " ".join(shapes), flat))


def t(x):
    return torch.from_numpy(np.ascontiguousarray(x))


# one input, element by element
family("functions")
x = ramp(7)
unaries = {
    "Acos": lambda v: np.arccos(v), "Acosh": lambda v: np.arccosh(v), "Asin": lambda v: np.arcsin(v),
    "Asinh": np.arcsinh, "Atan": np.arctan, "Atanh": lambda v: np.arctanh(v), "Ceil": np.ceil, "Cos": np.cos,
    "Cosh": np.cosh, "Erf": scipy.special.erf, "Floor": np.floor, "Log": np.log, "Reciprocal": lambda v: 1 / v,
    "Round": np.round, "Sign": np.sign, "Sin": np.sin, "Sinh": np.sinh, "Tan": np.tan,
    "Softplus": lambda v: np.log1p(np.exp(v)), "Softsign": lambda v: v / (1 + np.abs(v)),
    "Mish": lambda v: F.mish(t(v)), "Selu": lambda v: F.selu(t(v)), "Celu": lambda v: F.celu(t(v)),
    "Gelu": lambda v: F.gelu(t(v)),
}
with np.errstate(all="ignore"):
    for op, f in unaries.items():
        case(op, 20, f"x = input [7]\ny = {op}(x)\n> y", f(x.astype(np.float64)))
case("Gelu tanh", 20, "x = input [7]\ny = Gelu(x) approximate=tanh\n> y", F.gelu(t(x), approximate="tanh"))
case("Celu alpha", 13, "x = input [7]\ny = Celu(x) alpha=0.5\n> y", F.celu(t(x), alpha=0.5))
case("Shrink", 13, "x = input [7]\ny = Shrink(x) lambd=0.5 bias=0.25\n> y",
     np.where(x < -0.5, x + 0.25, np.where(x > 0.5, x - 0.25, 0)))
case("ThresholdedRelu", 13, "x = input [7]\ny = ThresholdedRelu(x) alpha=0.5\n> y", np.where(x > 0.5, x, 0))
case("Swish alpha", 24, "x = input [7]\ny = Swish(x) alpha=1.5\n> y", x / (1 + np.exp(-1.5 * x)))
case("IsNaN and IsInf", 13, "x = input [7]\nz = constant [] {0}\nd = Div(x, z)\ne = Mul(d, z)\n"
     "n = IsNaN(e)\np = IsInf(d) detect_negative=0\ni = IsInf(d)\n> n, p, i",
     np.ones(7), x > 0, x != 0)

# several inputs
family("pairs")
a = ramp(2, 3, 4)
pair = "x = input [2,3,4]\nb = input [4]\n"
b = ramp(4)
for op, f in {"Less": np.less, "LessOrEqual": np.less_equal, "Greater": np.greater,
              "GreaterOrEqual": np.greater_equal, "Equal": np.equal}.items():
    case(op, 16, pair + f"y = {op}(x, b)\n> y", f(a, b))
case("logic", 13, pair + "p = Less(x, b)\nz = constant [] {0}\nq = Greater(x, z)\ny = And(p, q)\nu = Or(p, q)\n"
     "v = Xor(p, q)\nw = Not(p)\n> y, u, v, w", (a < b) & (a > 0), (a < b) | (a > 0), (a < b) ^ (a > 0), ~(a < b))
case("Where", 13, pair + "p = Less(x, b)\ny = Where(p, x, b)\n> y", np.where(a < b, a, b))
case("Mean", 13, pair + "y = Mean(x, b, x)\n> y", (2 * a + b) / 3)
case("Mod of floats", 13, pair + "k = Exp(b)\ny = Mod(x, k) fmod=1\n> y", np.fmod(a, np.exp(b)))
case("PRelu", 13, "x = input [2,3,4]\ns = constant [3,1] {0.5, 2, -1}\ny = PRelu(x, s)\n> y",
     np.where(a < 0, a * np.array([[0.5], [2], [-1]]), a))
case("PRelu a channel, opset 6", 6, "x = input [2,3,4]\ns = constant [3] {0.5, 2, -1}\ny = PRelu(x, s)\n> y",
     F.prelu(t(a), torch.tensor([0.5, 2, -1])))
case("Add with axis, opset 6", 6, "x = input [2,3,4]\ns = constant [3] {1, 2, 3}\ny = Add(x, s) broadcast=1 axis=1\n> y",
     a + np.array([[1], [2], [3]]))
case("Clip with bounds that flow", 13, "x = input [2,3]\nl = input []\nh = constant [] {0.25}\ny = Clip(x, l, h)\n> y",
     np.clip(ramp(2, 3), ramp(1)[0], 0.25))

# integers that flow
i8 = (ramp(2, 3) * 8).astype(np.int64)
ints = "x = input [2,3]\ne = constant [] {8}\ns = Mul(x, e)\ni = Cast(s) to=7\nc = ints [3] {3,-2,5}\n"
c = np.array([3, -2, 5])
for op, f in {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Max": np.maximum, "Min": np.minimum,
              "Mod": np.mod}.items():
    case(op + " of integers", 13, ints + f"y = {op}(i, c)\n> y", f(i8, c))
case("Div of integers", 13, ints + "y = Div(i, c)\n> y", np.trunc(i8 / c))
case("fmod of integers", 13, ints + "y = Mod(i, c) fmod=1\n> y", np.fmod(i8, c))
case("Pow of integers", 15, ints + "p = ints [3] {2,3,0}\ny = Pow(i, p)\n> y", i8 ** np.array([2, 3, 0]))
case("unary on integers", 14, ints + "a = Abs(i)\nb = Neg(i)\nd = Sign(i)\nf = Relu(i)\n> a, b, d, f",
     np.abs(i8), -i8, np.sign(i8), np.maximum(i8, 0))
case("unsigned bytes wrap around", 14, "x = input [2,3]\ne = constant [] {80}\ns = Mul(x, e)\na = Abs(s)\n"
     "u = Cast(a) to=2\nw = Add(u, u)\nv = Sub(u, w)\n> v, w",
     (lambda u: (u - (u + u)).astype(np.uint8))(np.abs(ramp(2, 3) * 80).astype(np.uint8)),
     (lambda u: (u + u).astype(np.uint8))(np.abs(ramp(2, 3) * 80).astype(np.uint8)))
case("comparisons of integers", 13, ints + "y = Less(i, c)\nz = Equal(i, i)\n> y, z", i8 < c, i8 == i8)
case("ReduceMax, Sum, Prod of integers", 13, ints + "a = ReduceMax(i) axes=[1]\nb = ReduceProd(i) axes=[0] keepdims=0\n"
     "k = ints [1] {1}\nd = ReduceSum(i, k)\n> a, b, d", i8.max(1, keepdims=True), i8.prod(0), i8.sum(1, keepdims=True))
case("layout of integers", 13, ints + "t = Transpose(i)\nj = Concat(i, i) axis=1\nf = Flatten(i) axis=0\n"
     "p = ints [4] {0,1,0,0}\nv = ints [] {9}\nq = Pad(i, p, v)\n> t, j, f, q",
     i8.T, np.concatenate([i8, i8], 1), i8.reshape(1, -1), np.pad(i8, ((0, 0), (1, 0)), constant_values=9))
case("Cast to half and back", 13, "x = input [3]\nk = constant [] {1.0009}\ns = Mul(x, k)\nh = Cast(s) to=10\nf = Cast(h) to=1\n> f",
     (ramp(3) * np.float32(1.0009)).astype(np.float16).astype(np.float32))

# along axes
family("axes")
m = ramp(2, 3, 4)
for op, f in {"ReduceL1": lambda v, ax: np.abs(v).sum(ax), "ReduceL2": lambda v, ax: np.sqrt((v * v).sum(ax)),
              "ReduceSumSquare": lambda v, ax: (v * v).sum(ax), "ReduceMin": lambda v, ax: v.min(ax),
              "ReduceProd": lambda v, ax: v.prod(ax),
              "ReduceLogSumExp": lambda v, ax: scipy.special.logsumexp(v, ax)}.items():
    case(op + " inside", 13, f"x = input [2,3,4]\ny = {op}(x) axes=[1] keepdims=0\n> y", f(m, 1))
    case(op + " outside", 13, f"x = input [2,3,4]\ny = {op}(x) axes=[0,-1] keepdims=0\n> y", f(m, (0, 2)))
case("ReduceLogSum", 13, "x = input [2,3,4]\na = Abs(x)\ny = ReduceLogSum(a) axes=[1] keepdims=0\n> y",
     np.log(np.abs(m).sum(1)))
case("ReduceLogSumExp of infinities", 13, "x = constant [3,2] {inf, 1, inf, inf, -inf, -inf}\n"
     "y = ReduceLogSumExp(x) axes=[1] keepdims=0\nz = input [1]\n> y", [np.inf, np.inf, -np.inf])
case("ArgMax and ArgMin", 13, "x = input [2,3,4]\ny = ArgMax(x) axis=1 keepdims=0\nz = ArgMin(x) axis=-1\n> y, z",
     m.argmax(1), m.argmin(2)[..., None])
case("ArgMax, last of equal", 13, "x = input [1,4]\nz = constant [] {0}\nn = Mul(x, z)\nc = constant [1,4] {1,3,3,2}\n"
     "s = Add(n, c)\ny = ArgMax(s) axis=1\nl = ArgMax(s) axis=1 select_last_index=1\n> y, l", [[1]], [[2]])
v, i = torch.topk(t(m), 2, dim=1)
case("TopK", 13, "x = input [2,3,4]\nk = ints [1] {2}\ny, i = TopK(x, k) axis=1\n> y, i", v, i)
v, i = torch.topk(t(m), 3, dim=2, largest=False)
case("TopK smallest", 13, "x = input [2,3,4]\nk = ints [1] {3}\ny, i = TopK(x, k) largest=0\n> y, i", v, i)
case("CumSum", 13, "x = input [2,3,4]\nk = ints [] {1}\ny = CumSum(x, k)\ne = CumSum(x, k) exclusive=1 reverse=1\n> y, e",
     np.cumsum(m, 1), np.flip(np.cumsum(np.flip(m, 1), 1), 1) - m)
case("Hardmax", 13, "x = input [2,3,4]\ny = Hardmax(x) axis=1\n> y",
     F.one_hot(t(m).argmax(1), 3).permute(0, 2, 1))
case("Softmax of rows, opset 11", 11, "x = input [2,3,4]\ny = Softmax(x) axis=1\n> y",
     F.softmax(t(m).reshape(2, 12), 1).reshape(2, 3, 4))
case("LayerNormalization", 17, "x = input [2,3,4]\ns = constant [4] {1,2,0.5,-1}\nb = constant [4] {0,1,2,3}\n"
     "y = LayerNormalization(x, s, b) epsilon=0.01\n> y",
     F.layer_norm(t(m), [4], torch.tensor([1, 2, 0.5, -1]), torch.tensor([0.0, 1, 2, 3]), 0.01))
case("LayerNormalization of two axes", 17, "x = input [2,3,4]\ns = constant [4] {1,2,0.5,-1}\n"
     "y = LayerNormalization(x, s) axis=1\n> y", F.layer_norm(t(m), [3, 4]) * torch.tensor([1, 2, 0.5, -1]))
case("RMSNormalization", 23, "x = input [2,3,4]\ns = constant [4] {1,2,0.5,-1}\ny = RMSNormalization(x, s)\n> y",
     m / np.sqrt((m * m).mean(-1, keepdims=True) + 1e-5) * np.array([1, 2, 0.5, -1]))
n = ramp(2, 4, 2, 3)
scale4, bias4 = torch.tensor([1, 2, 0.5, -1]), torch.tensor([0.0, 1, 2, 3])
params = "s = constant [4] {1,2,0.5,-1}\nb = constant [4] {0,1,2,3}\n"
case("GroupNormalization", 21, "x = input [2,4,2,3]\n" + params + "y = GroupNormalization(x, s, b) num_groups=2\n> y",
     F.group_norm(t(n), 2, scale4, bias4))
case("GroupNormalization, opset 18", 18, "x = input [2,4,2,3]\ns = constant [2] {2,-1}\nb = constant [2] {1,3}\n"
     "y = GroupNormalization(x, s, b) num_groups=2\n> y",
     F.group_norm(t(n), 2, torch.tensor([2.0, 2, -1, -1]), torch.tensor([1.0, 1, 3, 3])))
case("InstanceNormalization", 13, "x = input [2,4,2,3]\n" + params + "y = InstanceNormalization(x, s, b)\n> y",
     F.instance_norm(t(n), weight=scale4, bias=bias4))
case("LRN", 13, "x = input [2,4,2,3]\ny = LRN(x) size=3 alpha=0.3 beta=0.6 bias=1.5\n> y",
     F.local_response_norm(t(n), 3, 0.3, 0.6, 1.5))
case("LpNormalization", 13, "x = input [2,3,4]\ny = LpNormalization(x) axis=1\nz = LpNormalization(x) p=1\n> y, z",
     F.normalize(t(m), 2, 1), F.normalize(t(m), 1, 2))
stats = "s = input [4]\nb = input [4]\nm = input [4]\nq = input [4]\nv = Abs(q)\n"
r4 = ramp(4)
case("BatchNormalization with statistics that flow", 15,
     "x = input [2,4,2,3]\n" + stats + "y = BatchNormalization(x, s, b, m, v)\n> y",
     F.batch_norm(t(n), t(r4), t(np.abs(r4)), t(r4), t(r4)))
mean, var = t(r4).clone(), t(np.abs(r4)).clone()
trained = F.batch_norm(t(n), None, None, t(r4), t(r4), training=True)
batch_var = n.transpose(1, 0, 2, 3).reshape(4, -1).var(1)
batch_mean = n.transpose(1, 0, 2, 3).reshape(4, -1).mean(1)
case("BatchNormalization in training", 15, "x = input [2,4,2,3]\n" + stats +
     "y, rm, rv = BatchNormalization(x, s, b, m, v) training_mode=1 momentum=0.75\n> y, rm, rv",
     trained, 0.75 * r4 + 0.25 * batch_mean, 0.75 * np.abs(r4) + 0.25 * batch_var)

# chosen by indices
family("moves")
case("Gather by constants", 13, "x = input [2,3,4]\ni = ints [2,2] {2,0,-1,1}\ny = Gather(x, i) axis=1\n> y",
     np.take(m, [[2, 0], [2, 1]], 1))
case("Gather one", 13, "x = input [2,3,4]\ni = ints [] {-2}\ny = Gather(x, i) axis=2\n> y", m[:, :, 2])
case("Gather by what flows", 13, "x = input [2,3,4]\ni = ArgMax(x) axis=2 keepdims=0\ny = Gather(x, i) axis=2\n> y",
     np.take(m, m.argmax(2), 2))
case("GatherElements", 13, "x = input [2,3,4]\ni = ArgMin(x) axis=1\ny = GatherElements(x, i) axis=1\n> y",
     m.min(1, keepdims=True))
case("GatherND", 13, "x = input [2,3,4]\ni = ints [2,2] {1,2,0,-1}\ny = GatherND(x, i)\n> y", np.stack([m[1, 2], m[0, 2]]))
case("GatherND in batches", 13, "x = input [2,3,4]\ni = ints [2,1] {1,0}\ny = GatherND(x, i) batch_dims=1\n> y",
     np.stack([m[0, 1], m[1, 0]]))
scattered = m.copy()
scattered[0, 1, 2] += 5
scattered[1, 0, 3] += 7
case("ScatterND", 16, "x = input [2,3,4]\ni = ints [2,3] {0,1,2,1,0,3}\nu = constant [2] {5,7}\n"
     "y = ScatterND(x, i, u) reduction=add\n> y", scattered)
case("ScatterElements", 16, "x = input [2,3]\ni = ints [1,2] {1,-1}\nu = constant [1,2] {5,7}\n"
     "y = ScatterElements(x, i, u) axis=1\n> y",
     t(ramp(2, 3)).scatter(1, torch.tensor([[1, 2]]), torch.tensor([[5.0, 7.0]])))
case("OneHot", 13, "x = input [2,3]\ni = ArgMax(x) axis=1 keepdims=0\nd = ints [] {3}\nv = constant [2] {-1,2}\n"
     "y = OneHot(i, d, v)\n> y", np.where(np.eye(3)[ramp(2, 3).argmax(1)] > 0, 2, -1))
case("Trilu", 14, "x = input [2,3,4]\nk = ints [] {1}\ny = Trilu(x, k)\nz = Trilu(x) upper=0\n> y, z",
     np.triu(m, 1), np.tril(m))

# larger than before
case("Expand", 13, "x = input [3,1]\ns = ints [3] {2,1,4}\ny = Expand(x, s)\n> y", np.broadcast_to(ramp(3, 1), (2, 3, 4)))
case("Tile", 13, "x = input [2,3]\nr = ints [2] {2,3}\ny = Tile(x, r)\n> y", np.tile(ramp(2, 3), (2, 3)))
for mode, how in {"reflect": "reflect", "edge": "edge", "wrap": "wrap"}.items():
    case("Pad " + mode, 19, f"x = input [3,4]\np = ints [4] {{1,2,2,1}}\ny = Pad(x, p) mode={mode}\n> y",
         np.pad(ramp(3, 4), ((1, 2), (2, 1)), mode=how))
case("Pad some axes, some negative", 18, "x = input [2,3,4]\np = ints [4] {1,-1,0,2}\na = ints [2] {1,-1}\n"
     "y = Pad(x, p, _, a)\n> y", np.pad(m[:, :, 1:], ((0, 0), (1, 0), (0, 2))))
case("CenterCropPad", 18, "x = input [3,5]\ns = ints [2] {6,2}\ny = CenterCropPad(x, s)\n> y",
     np.pad(ramp(3, 5)[:, 1:3], ((1, 2), (0, 0))))
d = ramp(1, 8, 2, 3)
case("DepthToSpace CRD", 13, "x = input [1,8,2,3]\ny = DepthToSpace(x) blocksize=2 mode=CRD\n> y", F.pixel_shuffle(t(d), 2))
case("SpaceToDepth and back", 13, "x = input [1,2,4,6]\nd = SpaceToDepth(x) blocksize=2\ny = DepthToSpace(d) blocksize=2\n> y",
     ramp(1, 2, 4, 6))
case("Split uneven, with nothing left", 18, "x = input [5]\na, b, c = Split(x) num_outputs=3\n> a, b, c",
     ramp(5)[:2], ramp(5)[2:4], ramp(5)[4:])
case("Squeeze without axes", 13, "x = input [1,3,1]\ny = Squeeze(x)\n> y", ramp(3))

# resized
p = ramp(1, 2, 4, 5)
image = "x = input [1,2,4,5]\n"
to_size = image + "s = ints [4] {1,2,7,3}\ny = Resize(x, _, _, s) "
for mode, how in {"linear": "bilinear", "cubic": "bicubic"}.items():
    case(f"Resize {mode}", 13, to_size + f"mode={mode} coordinate_transformation_mode=pytorch_half_pixel\n> y",
         F.interpolate(t(p), (7, 3), mode=how))
    case(f"Resize {mode}, corners", 13, to_size + f"mode={mode} coordinate_transformation_mode=align_corners\n> y",
         F.interpolate(t(p), (7, 3), mode=how, align_corners=True))
    case(f"Resize {mode}, antialias", 18, image + "s = ints [2] {2,3}\ny = Resize(x, _, _, s) axes=[2,3] "
         f"antialias=1 mode={mode} cubic_coeff_a=-0.5 exclude_outside=1\n> y",
         F.interpolate(t(p), (2, 3), mode=how, antialias=True))
case("Resize nearest", 13, to_size + "mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor\n> y",
     F.interpolate(t(p), (7, 3)))
case("Resize nearest, larger axis decides", 18, image + "s = ints [2] {8,6}\ny = Resize(x, _, _, s) axes=[2,3] "
     "keep_aspect_ratio_policy=not_larger coordinate_transformation_mode=asymmetric nearest_mode=floor\n> y",
     p[:, :, [0, 0, 1, 2, 3]][:, :, :, [0, 0, 1, 2, 3, 4]])
case("Upsample, opset 9", 9, "x = input [1,2,2,2]\ns = constant [4] {1,1,2,3}\ny = Upsample(x, s)\n> y",
     ramp(1, 2, 2, 2).repeat(2, 2).repeat(3, 3))

# products and windows
family("windows")
case("MatMul of vectors", 13, "x = input [3]\ny = MatMul(x, x)\nm = input [3,2]\nz = MatMul(x, m)\n> y, z",
     ramp(3) @ ramp(3), ramp(3) @ ramp(3, 2))
e1, e2 = ramp(2, 3, 4), ramp(2, 4, 3)
for equation in ["bij,bjk->bik", "bij,bjk->", "bij,bkj->bk", "...ij,...jk->...ik", "bij,ckj->bcik", "bij,bjk"]:
    second = ramp(2, 5, 4) if "kj" in equation else ramp(2, 4, 5)
    shape = "[2,5,4]" if "kj" in equation else "[2,4,5]"
    case("Einsum " + equation, 13, f"x = input [2,3,4]\nb = input {shape}\ny = Einsum(x, b) equation='{equation}'\n> y",
         np.einsum(equation, e1, second))
case("Einsum of a diagonal", 13, "x = input [2,3,3]\ny = Einsum(x) equation='...ii->...i'\nz = Einsum(x) equation='bii->'\n> y, z",
     np.einsum("...ii->...i", ramp(2, 3, 3)), np.einsum("bii->", ramp(2, 3, 3)))
w = ramp(4, 2, 3, 2)
case("Conv with weights that flow", 13, "x = input [1,4,6,5]\nw = input [4,2,3,2]\nb = input [4]\n"
     "y = Conv(x, w, b) group=2 strides=[2,1] dilations=[1,2] pads=[1,0,2,1]\n> y",
     F.conv2d(F.pad(t(ramp(1, 4, 6, 5)), (0, 1, 1, 2)), t(w), t(ramp(4)), (2, 1), 0, (1, 2), 2))
case("Conv of one axis", 13, "x = input [1,4,6]\nw = input [3,4,2]\ny = Conv(x, w) strides=[2] pads=[1,0]\n> y",
     F.conv1d(F.pad(t(ramp(1, 4, 6)), (1, 0)), t(ramp(3, 4, 2)), None, 2))
case("Conv of three axes", 13, "x = input [1,2,3,4,3]\nw = input [2,2,2,2,3]\ny = Conv(x, w) pads=[1,0,1,0,1,1]\n> y",
     F.conv3d(F.pad(t(ramp(1, 2, 3, 4, 3)), (1, 1, 0, 1, 1, 0)), t(ramp(2, 2, 2, 2, 3))))
case("ConvTranspose", 13, "x = input [1,4,3,4]\nw = input [4,2,3,2]\nb = input [4]\n"
     "y = ConvTranspose(x, w, b) group=2 strides=[2,3] dilations=[2,1] pads=[1,2,1,2] output_padding=[1,2]\n> y",
     F.conv_transpose2d(t(ramp(1, 4, 3, 4)), t(w), t(ramp(4)), (2, 3), (1, 2), (1, 2), 2, (2, 1)))
case("ConvTranspose of one axis", 13, "x = input [1,2,5]\nw = input [2,3,3]\ny = ConvTranspose(x, w) strides=[2]\n> y",
     F.conv_transpose1d(t(ramp(1, 2, 5)), t(ramp(2, 3, 3)), None, 2))
values, where = F.max_pool2d(t(ramp(1, 2, 5, 6)), 3, 2, 1, ceil_mode=True, return_indices=True)
case("MaxPool with indices", 13, "x = input [1,2,5,6]\n"
     "y, i = MaxPool(x) kernel_shape=[3,3] strides=[2,2] pads=[1,1,1,1] ceil_mode=1\n> y, i",
     values, where + torch.tensor([0, 30]).reshape(1, 2, 1, 1))
case("MaxPool of one axis", 13, "x = input [1,2,7]\ny = MaxPool(x) kernel_shape=[3] strides=[2] dilations=[2]\n> y",
     F.max_pool1d(t(ramp(1, 2, 7)), 3, 2, 0, 2))
case("AveragePool of three axes", 13, "x = input [1,2,4,3,4]\n"
     "y = AveragePool(x) kernel_shape=[2,3,2] strides=[2,1,1] pads=[1,1,0,1,1,0]\n> y",
     F.avg_pool3d(t(ramp(1, 2, 4, 3, 4)), (2, 3, 2), (2, 1, 1), (1, 1, 0), count_include_pad=False))
case("LpPool", 13, "x = input [1,2,4,6]\ny = LpPool(x) kernel_shape=[2,3] strides=[2,3] p=3\n> y",
     F.lp_pool2d(t(np.abs(ramp(1, 2, 4, 6))), 3.0, (2, 3)))
case("global pools of one axis", 13, "x = input [2,3,4]\na = GlobalAveragePool(x)\nb = GlobalMaxPool(x)\nc = GlobalLpPool(x)\n> a, b, c",
     m.mean(2, keepdims=True), m.max(2, keepdims=True), np.sqrt((m * m).sum(2, keepdims=True)))

# nothing at all
case("reductions of nothing", 18, "x = input [2,0]\na = ReduceSum(x) axes=[1]\nb = ReduceProd(x) axes=[1]\n"
     "c = ReduceMax(x) axes=[1]\nd = ReduceMin(x) axes=[1]\n> a, b, c, d",
     [[0], [0]], [[1], [1]], [[-np.inf]] * 2, [[np.inf]] * 2)
case("Concat with nothing", 13, "x = input [2,0]\ny = input [2,3]\nz = Concat(x, y) axis=1\n> z", ramp(2, 3))


def number(v):
    return "NAN" if np.isnan(v) else ("INFINITY" if v > 0 else "-INFINITY") if np.isinf(v) else f"{v:.8g}"


def source(name, cases):
    lines = ["// SPDX-License-Identifier: GPL-3.0-or-later",
             "// Made by operator_cases.py; the results are those of NumPy, SciPy and PyTorch.",
             "#include <cmath>\n", '#include "tests/core/network/engine/operator_cases.h"\n',
             "namespace exitscope::tests {\n", "// clang-format off",
             f"const std::vector<OperatorCase> cases_of_{name} = {{"]
    for title, opset, text, shapes, flat in cases:
        quoted = '"\n     "'.join(line + "\\n" for line in text.rstrip("\n").split("\n"))
        numbers = [number(v) for v in flat]
        rows = [", ".join(numbers[i:i + 10]) for i in range(0, len(numbers), 10)]
        joined = ",\n      ".join(rows)
        lines.append(f'    {{"{title}", {opset},\n     "{quoted}",\n     "{shapes}",\n     {{{joined}}}}},')
    lines.append("};\n// clang-format on\n\n}  // namespace exitscope::tests\n")
    return "\n".join(lines)


for name, cases in FAMILIES.items():
    (pathlib.Path(__file__).parent / f"operator_cases_{name}.cpp").write_text(source(name, cases))
