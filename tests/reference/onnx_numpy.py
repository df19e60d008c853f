#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ONNX operators that classifiers and their quantized forms use, in numpy, as the operators' text defines them: slow,
obvious, independent of our engine and of ONNX Runtime.

usage: onnx_numpy.py MODEL.onnx INPUT.npy OUTPUT.npy [BATCH]      writes float32 [outputs, N, classes]
"""
import sys

import numpy as np
import onnx
from numpy.lib.stride_tricks import sliding_window_view
from onnx import helper, numpy_helper

OPERATORS = {}
BOUNDS = {np.dtype(t): (np.iinfo(t).min, np.iinfo(t).max) for t in (np.int8, np.uint8, np.int16, np.uint16)}


def operator(*names):
    def register(function):
        for name in names:
            OPERATORS[name] = function
        return function
    return register


# Elements, one by one

ELEMENTWISE = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Greater": np.greater, "Less": np.less, "Not": np.logical_not,
    "And": np.logical_and, "Or": np.logical_or, "GreaterOrEqual": np.greater_equal, "LessOrEqual": np.less_equal,
    "Exp": np.exp, "Log": np.log, "Neg": np.negative, "Tanh": np.tanh, "Identity": lambda x: x,
    "Dropout": lambda x, *_: x, "Relu": lambda x: np.maximum(x, x.dtype.type(0)),
    "Sigmoid": lambda x: (1 / (1 + np.exp(-x))).astype(x.dtype),
    "Div": lambda a, b: a / b if a.dtype.kind == "f" else a // b,
}
for _name, _function in ELEMENTWISE.items():
    OPERATORS[_name] = (lambda f: lambda inputs, attributes: f(*inputs))(_function)


@operator("Clip")
def clip(inputs, attributes):
    low = inputs[1] if len(inputs) > 1 and inputs[1] is not None else attributes.get("min")
    high = inputs[2] if len(inputs) > 2 and inputs[2] is not None else attributes.get("max")
    x = inputs[0]
    x = x if low is None else np.maximum(x, x.dtype.type(low))
    return x if high is None else np.minimum(x, x.dtype.type(high))


@operator("Cast")
def cast(inputs, attributes):
    return inputs[0].astype(helper.mapping.TENSOR_TYPE_TO_NP_TYPE[attributes["to"]])


@operator("Softmax")
def softmax(inputs, attributes):
    axis = attributes.get("axis", -1)
    powers = np.exp(inputs[0] - inputs[0].max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@operator("LogSoftmax")
def log_softmax(inputs, attributes):
    return np.log(softmax(inputs, attributes))


@operator("BatchNormalization")
def batch_normalization(inputs, attributes):
    x, scale, shift, mean, variance = inputs
    column = (-1,) + (1,) * (x.ndim - 2)
    factor = scale / np.sqrt(variance + np.float32(attributes.get("epsilon", 1e-5)))
    return (x - mean.reshape(column)) * factor.reshape(column) + shift.reshape(column)


# Shapes

@operator("Reshape")
def reshape(inputs, attributes):
    x, shape = inputs
    return x.reshape([x.shape[i] if extent == 0 else extent for i, extent in enumerate(shape)])


@operator("Flatten")
def flatten(inputs, attributes):
    x, axis = inputs[0], attributes.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def axes_of(inputs, attributes, at=1):
    return tuple(int(a) for a in (inputs[at] if len(inputs) > at and inputs[at] is not None
                                  else attributes.get("axes", ())))


@operator("Squeeze")
def squeeze(inputs, attributes):
    return np.squeeze(inputs[0], axis=axes_of(inputs, attributes) or None)


@operator("Unsqueeze")
def unsqueeze(inputs, attributes):
    return np.expand_dims(inputs[0], axes_of(inputs, attributes))


@operator("Transpose")
def transpose(inputs, attributes):
    return np.transpose(inputs[0], attributes.get("perm"))


@operator("Concat")
def concat(inputs, attributes):
    return np.concatenate(inputs, axis=attributes["axis"])


@operator("Shape")
def shape_of(inputs, attributes):
    return np.array(inputs[0].shape, np.int64)


@operator("Gather")
def gather(inputs, attributes):
    return np.take(inputs[0], inputs[1], axis=attributes.get("axis", 0))


@operator("ConstantOfShape")
def constant_of_shape(inputs, attributes):
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.full(tuple(inputs[0]), value[0], value.dtype)


@operator("Slice")
def slice_of(inputs, attributes):
    x, starts, ends, axes, steps = (list(inputs) + [None] * 5)[:5]
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    wanted = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        wanted[axis] = slice(int(start), None if step < 0 and end < -x.shape[axis] else int(end), int(step))
    return x[tuple(wanted)]


@operator("Pad")
def pad(inputs, attributes):
    pads = inputs[1] if len(inputs) > 1 else np.array(attributes["pads"])
    value = inputs[2].item() if len(inputs) > 2 and inputs[2] is not None else attributes.get("value", 0)
    return np.pad(inputs[0], pads.reshape(2, -1).T, constant_values=value)


@operator("ReduceMean", "ReduceMax", "ReduceSum")
def reduce(inputs, attributes):
    function = {"ReduceMean": np.mean, "ReduceMax": np.max, "ReduceSum": np.sum}[attributes["op_type"]]
    return function(inputs[0], axis=axes_of(inputs, attributes) or None, keepdims=bool(attributes.get("keepdims", 1)))


# Windows

def window_views(x, kernel, attributes, fill):
    """[N, C, out..., k...] of x padded with `fill`."""
    rank = len(kernel)
    strides = attributes.get("strides") or [1] * rank
    dilations = attributes.get("dilations") or [1] * rank
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    pads = list(attributes.get("pads") or [0] * 2 * rank)
    if attributes.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER"):
        for i in range(rank):
            total = max(0, (-(-x.shape[2 + i] // strides[i]) - 1) * strides[i] + reach[i] - x.shape[2 + i])
            small, large = total // 2, total - total // 2
            pads[i], pads[rank + i] = (small, large) if attributes["auto_pad"] == b"SAME_UPPER" else (large, small)
    if attributes.get("ceil_mode", 0):
        for i in range(rank):
            padded = x.shape[2 + i] + pads[i] + pads[rank + i]
            outputs = -(-(padded - reach[i]) // strides[i]) + 1
            if (outputs - 1) * strides[i] >= x.shape[2 + i] + pads[i]:
                outputs -= 1
            pads[rank + i] += max(0, (outputs - 1) * strides[i] + reach[i] - padded)
    padded = np.pad(x, [(0, 0), (0, 0)] + [(pads[i], pads[rank + i]) for i in range(rank)], constant_values=fill)
    views = sliding_window_view(padded, reach, axis=tuple(range(2, 2 + rank)))
    steps = tuple(slice(None, None, s) for s in strides)
    return views[(slice(None), slice(None)) + steps + tuple(slice(None, None, d) for d in dilations)]


def convolve(x, w, attributes, fill=0):
    """Sum of products in the dtype of x."""
    groups, rank = attributes.get("group", 1), w.ndim - 2
    views = window_views(x, w.shape[2:], attributes, fill)
    outputs = w.shape[0] // groups
    inputs = w.shape[1]
    parts = []
    for g in range(groups):
        columns = np.moveaxis(views[:, g * inputs:(g + 1) * inputs], 1, 1 + rank)
        positions = columns.shape[:1 + rank]
        matrix = columns.reshape(int(np.prod(positions)), -1)
        product = matrix @ w[g * outputs:(g + 1) * outputs].reshape(outputs, -1).T
        parts.append(np.moveaxis(product.reshape(*positions, outputs), -1, 1))
    return np.concatenate(parts, axis=1)


def per_channel(values, rank, axis=1):
    """A [C] or scalar array, shaped so that it broadcasts along `axis` of a tensor of this rank."""
    values = np.asarray(values)
    return values.reshape(()) if values.size == 1 else values.reshape([-1 if i == axis else 1 for i in range(rank)])


@operator("Conv")
def conv(inputs, attributes):
    result = convolve(inputs[0], inputs[1], attributes)
    return result + per_channel(inputs[2], result.ndim) if len(inputs) > 2 else result


@operator("MaxPool")
def max_pool(inputs, attributes):
    x = inputs[0]
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    rank = x.ndim - 2
    return window_views(x, attributes["kernel_shape"], attributes, lowest).max(axis=tuple(range(-rank, 0)))


@operator("AveragePool")
def average_pool(inputs, attributes):
    kernel = attributes["kernel_shape"]
    axes = tuple(range(-len(kernel), 0))
    sums = window_views(inputs[0], kernel, attributes, 0).sum(axis=axes)
    inside = np.ones_like(inputs[0])
    if attributes.get("count_include_pad", 0):
        pads = attributes.get("pads", [0] * 2 * len(kernel))
        width = [(0, 0), (0, 0)] + [(pads[i], pads[len(kernel) + i]) for i in range(len(kernel))]
        inside = np.pad(inside, width, constant_values=1)
        attributes = {**attributes, "pads": [0] * 2 * len(kernel)}
    return sums / window_views(inside, kernel, attributes, 0).sum(axis=axes)


@operator("GlobalAveragePool")
def global_average_pool(inputs, attributes):
    return inputs[0].mean(axis=tuple(range(2, inputs[0].ndim)), keepdims=True)


@operator("Gemm")
def gemm(inputs, attributes):
    a, b = (m.T if attributes.get(key, 0) else m for m, key in zip(inputs, ("transA", "transB")))
    result = np.float32(attributes.get("alpha", 1)) * (a @ b)
    return result + np.float32(attributes.get("beta", 1)) * inputs[2] if len(inputs) > 2 else result


@operator("MatMul")
def matmul(inputs, attributes):
    return inputs[0] @ inputs[1]


# Quantization: sums of products are exact in float64 (below 2^53), requantization is float32, half to even, saturated.

def wide(x, zero_point, axis=1):
    zero = np.zeros((), np.float64) if zero_point is None else per_channel(zero_point, x.ndim, axis).astype(np.float64)
    return x.astype(np.float64) - zero


def saturate(real, zero_point):
    """`real` in units of the grid's scale, to the grid of the zero point's type."""
    low, high = BOUNDS[np.dtype(zero_point.dtype)]
    rounded = np.rint(real.astype(np.float32)).astype(np.float64) + zero_point.astype(np.float64)
    return np.clip(rounded, low, high).astype(zero_point.dtype)


def blocked(values, x, attributes):
    """Scales or zero points brought to the shape of x, or to one that broadcasts to it."""
    axis = attributes.get("axis", 1)
    size = attributes.get("block_size", 0)
    if size:
        return np.repeat(values, size, axis=axis)[tuple(slice(n) for n in x.shape)]
    return per_channel(values, x.ndim, axis % max(x.ndim, 1))


@operator("QuantizeLinear")
def quantize_linear(inputs, attributes):
    x, scale = inputs[:2]
    kind = helper.mapping.TENSOR_TYPE_TO_NP_TYPE[attributes.get("output_dtype") or onnx.TensorProto.UINT8]
    zero = inputs[2] if len(inputs) > 2 else np.zeros(scale.shape, kind)
    return saturate(x / blocked(scale, x, attributes), blocked(zero, x, attributes))


@operator("DequantizeLinear")
def dequantize_linear(inputs, attributes):
    x, scale = inputs[:2]
    zero = inputs[2] if len(inputs) > 2 else np.zeros(scale.shape, x.dtype)
    shifted = x.astype(np.int64) - blocked(zero, x, attributes).astype(np.int64)
    return shifted.astype(np.float32) * blocked(scale, x, attributes)


@operator("qonnx.custom_op.general.Quant")
def qonnx_quant(inputs, attributes):
    x, scale, zero, bits = inputs
    signed, narrow = attributes["signed"], attributes["narrow"]
    low = -2.0 ** (bits - 1) + narrow if signed else 0.0
    high = 2.0 ** (bits - 1) - 1 if signed else 2.0 ** bits - 1 - narrow
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.clip(np.round(np.nan_to_num(x / scale + zero)), low, high)
    return ((level - zero) * scale).astype(np.float32)


@operator("org.openvinotoolkit.FakeQuantize")
def openvino_fake_quantize(inputs, attributes):
    x, low, high, out_low, out_high = inputs
    steps = attributes["levels"] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.round(np.nan_to_num((np.clip(x, low, high) - low) / (high - low)) * steps)
    return (level / steps * (out_high - out_low) + out_low).astype(np.float32)


@operator("DynamicQuantizeLinear")
def dynamic_quantize_linear(inputs, attributes):
    x = inputs[0]
    low, high = min(np.float32(0), x.min()), max(np.float32(0), x.max())
    scale = np.float32((high - low) / np.float32(255))
    zero = np.uint8(np.clip(np.rint(-low / scale if scale else np.float32(0)), 0, 255))
    return saturate(x / (scale or np.float32(1)), np.asarray(zero)), scale, zero


def optional(inputs, at):
    return inputs[at] if len(inputs) > at else None


@operator("ConvInteger")
def conv_integer(inputs, attributes):
    x, w = wide(inputs[0], optional(inputs, 2)), wide(inputs[1], optional(inputs, 3), 0)
    return convolve(x, w, attributes).astype(np.int32)


@operator("MatMulInteger")
def matmul_integer(inputs, attributes):
    a, b = inputs[:2]
    return (wide(a, optional(inputs, 2), a.ndim - 2) @ wide(b, optional(inputs, 3), b.ndim - 1)).astype(np.int32)


@operator("QLinearConv")
def qlinear_conv(inputs, attributes):
    x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero = inputs[:8]
    sums = convolve(wide(x, x_zero), wide(w, w_zero, 0), attributes)
    if len(inputs) > 8:
        sums = sums + per_channel(inputs[8], sums.ndim)
    return saturate(sums.astype(np.float32) * per_channel(x_scale * w_scale / y_scale, sums.ndim), y_zero)


@operator("QLinearMatMul")
def qlinear_matmul(inputs, attributes):
    a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero = inputs
    sums = wide(a, a_zero, a.ndim - 2) @ wide(b, b_zero, b.ndim - 1)
    return saturate(sums.astype(np.float32) * per_channel(a_scale * b_scale / y_scale, sums.ndim, sums.ndim - 1), y_zero)


@operator("com.microsoft.QGemm")
def qgemm(inputs, attributes):
    a, a_scale, a_zero, b, b_scale, b_zero = inputs[:6]
    left = wide(a, a_zero)
    right = wide(b, b_zero, 0 if attributes.get("transB", 0) else 1)
    sums = (left.T if attributes.get("transA", 0) else left) @ (right.T if attributes.get("transB", 0) else right)
    if optional(inputs, 6) is not None:
        sums = sums + inputs[6]
    real = sums.astype(np.float32)
    scale = np.float32(attributes.get("alpha", 1)) * a_scale * b_scale
    if optional(inputs, 7) is None:
        return real * scale
    return saturate(real * (scale / inputs[7]), inputs[8])


def grid_operator(function):
    """Operators of com.microsoft with (X, scale, zero point) ..., then the result's scale and zero point."""
    def apply(inputs, attributes):
        operands = [dequantize_linear(inputs[i:i + 3], {}) for i in range(0, len(inputs) - 2, 3)]
        return saturate(np.float32(function(operands, attributes)) / inputs[-2], inputs[-1])
    return apply


OPERATORS["com.microsoft.QLinearAdd"] = grid_operator(lambda x, a: x[0] + x[1])
OPERATORS["com.microsoft.QLinearMul"] = grid_operator(lambda x, a: x[0] * x[1])
OPERATORS["com.microsoft.QLinearGlobalAveragePool"] = grid_operator(global_average_pool)
OPERATORS["com.microsoft.QLinearAveragePool"] = grid_operator(average_pool)
OPERATORS["com.microsoft.QLinearSigmoid"] = grid_operator(OPERATORS["Sigmoid"])
OPERATORS["com.microsoft.QLinearLeakyRelu"] = grid_operator(
    lambda x, a: np.where(x[0] < 0, np.float32(a.get("alpha", 0.01)) * x[0], x[0]))


@operator("com.microsoft.QLinearConcat")
def qlinear_concat(inputs, attributes):
    operands = [dequantize_linear(inputs[i:i + 3], {}) for i in range(2, len(inputs), 3)]
    return saturate(np.concatenate(operands, axis=attributes["axis"]) / inputs[0], inputs[1])


# The graph

def attribute_value(attribute):
    value = helper.get_attribute_value(attribute)
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


class Evaluator:
    """Runs a model's main graph; `If` runs the branch that its condition names."""

    def __init__(self, model):
        self.model = model
        self.opset = max((s.version for s in model.opset_import if s.domain in ("", "ai.onnx")), default=0)

    def run(self, feeds, keep=None):
        """All values by name; `keep(name, array)`, when given, sees every float value that a node makes."""
        return self._graph(self.model.graph, dict(feeds), keep)

    def outputs(self, feeds):
        values = self.run(feeds)
        return [values[output.name] for output in self.model.graph.output]

    def _graph(self, graph, values, keep):
        for tensor in graph.initializer:
            values[tensor.name] = numpy_helper.to_array(tensor)
        for node in graph.node:
            results = self._node(node, values, keep)
            for name, result in zip(node.output, results):
                values[name] = result
                if keep and result.dtype == np.float32:
                    keep(name, result)
        return values

    def _node(self, node, values, keep):
        attributes = {a.name: a if a.type == onnx.AttributeProto.GRAPH else attribute_value(a) for a in node.attribute}
        attributes["op_type"] = node.op_type
        if node.op_type == "Constant":
            return [attributes["value"]]
        inputs = [values[name] if name else None for name in node.input]
        if node.op_type == "If":
            branch = attributes["then_branch" if bool(inputs[0].reshape(-1)[0]) else "else_branch"].g
            inner = self._graph(branch, dict(values), keep)
            return [inner[output.name] for output in branch.output]
        name = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        if name in ("Softmax", "LogSoftmax") and "axis" not in attributes:
            attributes["axis"] = -1 if self.opset >= 13 else 1
        with np.errstate(over="ignore"):
            result = OPERATORS[name](inputs, attributes)
        return list(result) if isinstance(result, tuple) else [result]


def main():
    model, source, target, *rest = sys.argv[1:]
    images = np.load(source)
    batch = int(rest[0]) if rest else 100
    evaluator = Evaluator(onnx.load(model))
    name = evaluator.model.graph.input[0].name
    parts = [np.stack(evaluator.outputs({name: images[at:at + batch]})) for at in range(0, len(images), batch)]
    np.save(target, np.concatenate(parts, axis=1).astype(np.float32))


if __name__ == "__main__":
    main()
