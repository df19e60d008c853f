#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantizes a float ONNX model to 8 bits, as exporters write it: QuantizeLinear/DequantizeLinear pairs around float
operators (qdq), or quantized operators, those of com.microsoft included (qoperator). Ranges are the smallest and largest
values seen on the calibration data.

Convolutions and products with constant weights, additions, concatenations, poolings and what only moves elements are
quantized; the rest stays float. A Relu or Clip after one of them goes away where the grid of its result starts at zero,
which clamps by itself (--keep-activations leaves it).
"""
import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from onnx_numpy import Evaluator, attribute_value

MOVES = {"MaxPool", "GlobalMaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Pad"}
WEIGHTED = {"Conv", "Gemm", "MatMul"}
CONTRIB = {"Add": "QLinearAdd", "AveragePool": "QLinearAveragePool", "GlobalAveragePool": "QLinearGlobalAveragePool",
           "Concat": "QLinearConcat", "Gemm": "QGemm", "Sigmoid": "QLinearSigmoid"}
QUANTIZED = MOVES | WEIGHTED | set(CONTRIB)


def attribute(node, name, default):
    return next((attribute_value(a) for a in node.attribute if a.name == name), default)


class Float:
    """The float graph with its constants as arrays, simplified: Constant nodes and constant arithmetic evaluated,
    BatchNormalization folded into the convolution before it, Identity and Dropout gone."""

    def __init__(self, model):
        self.proto = model.graph
        self.constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.inputs = [i for i in model.graph.input if i.name not in self.constants]
        self.outputs = [o.name for o in model.graph.output]
        self.nodes = []
        renamed = {}
        evaluator = Evaluator(model)
        makers = {}
        for node in model.graph.node:
            node.input[:] = [renamed.get(name, name) for name in node.input]
            if node.op_type in ("Identity", "Dropout") and node.output[0] not in self.outputs:
                renamed[node.output[0]] = node.input[0]
            elif all(name in self.constants for name in node.input if name):
                for name, value in zip(node.output, evaluator._node(node, self.constants, None)):
                    self.constants[name] = np.asarray(value)
            elif node.op_type == "BatchNormalization" and self._fold(node, makers.get(node.input[0])):
                makers[node.output[0]] = makers[node.input[0]]
            else:
                self.nodes.append(node)
                makers[node.output[0]] = node
        self.readers = Counter(name for node in self.nodes for name in node.input)

    def _fold(self, node, maker):
        reads = sum(node.input[0] in other.input for other in self.proto.node)
        if maker is None or maker.op_type != "Conv" or reads != 1:
            return False
        scale, shift, mean, variance = (self.constants[name] for name in node.input[1:])
        factor = scale / np.sqrt(variance + np.float32(attribute(node, "epsilon", 1e-5)))
        weights = self.constants[maker.input[1]]
        bias = self.constants[maker.input[2]] if len(maker.input) > 2 else np.float32(0)
        name = node.name or node.output[0]
        self.constants[f"{name}.weight"] = weights * factor.reshape(-1, 1, 1, 1)
        self.constants[f"{name}.bias"] = (bias - mean) * factor + shift
        maker.input[:] = [maker.input[0], f"{name}.weight", f"{name}.bias"]
        maker.output[0] = node.output[0]
        return True

    def fuse_activations(self):
        """Lets what makes a Relu's or Clip's input make its output."""
        makers = {}
        kept = []
        for node in self.nodes:
            low = (self.constants.get(node.input[1]) if len(node.input) > 1 else attribute(node, "min", None)) \
                if node.op_type == "Clip" else 0 if node.op_type == "Relu" else None
            maker = makers.get(node.input[0])
            if low == 0 and maker is not None and self.readers[node.input[0]] == 1 and node.input[0] not in self.outputs:
                maker.output[0] = node.output[0]
                makers[node.output[0]] = maker
            else:
                kept.append(node)
                if node.op_type in WEIGHTED | {"Add"}:
                    makers[node.output[0]] = node
        self.nodes = kept

    def flows(self, name):
        return bool(name) and name not in self.constants

    def quantizable(self, node):
        if node.op_type in WEIGHTED:
            return self.flows(node.input[0]) and node.input[1] in self.constants and all(
                name in self.constants for name in node.input[2:])
        return node.op_type in QUANTIZED and (node.op_type not in ("Add", "Concat") or all(map(self.flows, node.input)))


def observe(model, batches):
    """(smallest, largest) of every float value, zero included."""
    evaluator = Evaluator(model)
    seen = {}

    def keep(name, array):
        low, high = seen.get(name, (0.0, 0.0))
        seen[name] = (min(low, float(array.min())), max(high, float(array.max())))

    name = next(i.name for i in model.graph.input if i.name not in {t.name for t in model.graph.initializer})
    for batch in batches:
        keep(name, batch)
        evaluator.run({name: batch}, keep)
    return seen


class Quantizer:
    """Writes the quantized nodes; `q[v]` is the name of a value's bytes."""

    def __init__(self, graph, seen, options):
        self.graph, self.seen, self.options = graph, seen, options
        self.activation = np.dtype(options.activations)
        self.nodes, self.initializers = [], []
        self.quantized = {name for node in graph.nodes if graph.quantizable(node)
                          for name in self.operands(node) + list(node.output)}
        self.grids = {}
        self.floats = set()  # values that exist as floats in the qoperator form

    def operands(self, node):
        names = list(node.input) if node.op_type in ("Add", "Concat") else list(node.input[:1])
        return [name for name in names if self.graph.flows(name)]

    def constant(self, name, array):
        if all(name != known.name for known in self.initializers):
            self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, op, inputs, outputs, like=None, domain="", **attributes):
        node = helper.make_node(op, inputs, outputs, name=f"{outputs[0]}/{op}", domain=domain, **attributes)
        if like is not None:
            node.name = like.name or node.name
            node.attribute.extend(a for a in like.attribute if a.name not in attributes)
        self.nodes.append(node)

    # Grids

    def grid(self, name):
        """Names of the scale and the zero point of a value."""
        if name not in self.grids:
            low, high = self.seen[name]
            scale = np.float32((high - low) / 255) or np.float32(1)
            zero = int(np.clip(np.rint(-low / scale), 0, 255)) + np.iinfo(self.activation).min
            self.grids[name] = (scale, self.activation.type(zero))
        scale, zero = self.grids[name]
        return [self.constant(f"{name}.scale", scale), self.constant(f"{name}.zero_point", zero)]

    def share_grids(self):
        """What only moves elements keeps its input's grid."""
        for node in self.graph.nodes:
            if node.op_type in MOVES and node.input[0] in self.quantized:
                self.grid(node.input[0])
                self.grids[node.output[0]] = self.grids[node.input[0]]

    def weights(self, node):
        """Names of the integer weights, their scale, zero point and int32 bias (or None), and the channels' axis."""
        options, values = self.options, self.graph.constants[node.input[1]]
        transposed = node.op_type == "Conv" or (node.op_type == "Gemm" and attribute(node, "transB", 0))
        axis = 0 if transposed else values.ndim - 1
        rows = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)
        rows = rows if options.per_channel else rows.reshape(1, -1)
        kind = np.dtype(options.weights)
        low, high = np.minimum(rows.min(1), 0), np.maximum(rows.max(1), 0)
        input_scale = self.grids[node.input[0]][0]
        bias = self.graph.constants[node.input[2]] if len(node.input) > 2 else None
        if options.asymmetric_weights:
            scale = (high - low) / np.float32(255)
        else:
            scale = np.maximum(-low, high) / np.float32(127)
        if bias is not None:  # the bias must fit int32
            reach = np.abs(bias.reshape(-1)) if options.per_channel else np.abs(bias).max(keepdims=True).reshape(-1)
            scale = np.maximum(scale, reach / (input_scale * np.float32(2**30)))
        scale = np.where(scale > 0, scale, 1).astype(np.float32)
        middle = 0 if kind.kind == "i" else 128
        zero = np.rint(-low / scale) + np.iinfo(kind).min if options.asymmetric_weights else np.full(scale.shape, middle)
        column = [-1 if i == axis else 1 for i in range(values.ndim)] if options.per_channel else [1] * values.ndim
        stored = np.clip(np.rint(values / scale.reshape(column)) + zero.reshape(column), np.iinfo(kind).min,
                         np.iinfo(kind).max).astype(kind)
        if not options.per_channel:
            scale, zero = scale.reshape(()), zero.reshape(())
        base = node.input[1]
        names = [self.constant(f"{base}.q", stored), self.constant(f"{base}.scale", scale),
                 self.constant(f"{base}.zero_point", zero.astype(kind))]
        if bias is None or options.float_bias:
            return names, None, axis
        beta = attribute(node, "beta", 1.0)
        counted = np.rint(beta * bias / (np.float64(input_scale) * scale)).astype(np.int32)
        self.constant(f"{node.input[2]}.scale", np.float32(input_scale * scale))
        return names, self.constant(f"{node.input[2]}.q", counted), axis

    # Nodes between float values, QuantizeLinear and DequantizeLinear around each

    def write_pairs(self):
        for graph_input in self.graph.inputs:
            self.pair(graph_input.name)
        for node in self.graph.nodes:
            inputs = [self.after_pair(name) for name in node.input]
            if self.graph.quantizable(node) and node.op_type in WEIGHTED:
                names, bias, axis = self.weights(node)
                along = {"axis": axis} if self.options.per_channel else {}
                inputs[1] = f"{node.input[1]}.dq"
                self.add("DequantizeLinear", names, [inputs[1]], **along)
                if bias:
                    inputs[2] = f"{node.input[2]}.dq"
                    self.add("DequantizeLinear", [bias, f"{node.input[2]}.scale"], [inputs[2]],
                             **({"axis": 0} if self.options.per_channel else {}))
            for name in inputs:
                if name in self.graph.constants:
                    self.constant(name, self.graph.constants[name])
            outputs = [f"{name}.float" if name in self.quantized and name in self.graph.outputs else name
                       for name in node.output]
            written = helper.make_node(node.op_type, inputs, outputs, name=node.name, domain=node.domain)
            written.attribute.extend(node.attribute)
            self.nodes.append(written)
            for name in node.output:
                self.pair(name)

    def after_pair(self, name):
        return f"{name}.dq" if name in self.quantized and name not in self.graph.outputs else name

    def pair(self, name):
        if name not in self.quantized:
            return
        last = name in self.graph.outputs
        self.add("QuantizeLinear", [f"{name}.float" if last else name, *self.grid(name)], [f"{name}.q"])
        self.add("DequantizeLinear", [f"{name}.q", *self.grid(name)], [name if last else f"{name}.dq"])

    # Nodes between bytes

    def write_operators(self):
        self.floats = {graph_input.name for graph_input in self.graph.inputs}
        for name in list(self.floats & self.quantized):
            self.add("QuantizeLinear", [name, *self.grid(name)], [f"{name}.q"])
        for node in self.graph.nodes:
            if self.graph.quantizable(node):
                self.quantized_node(node)
            else:
                self.float_node(node)
        for name in self.graph.outputs:
            self.as_float(name)

    def as_float(self, name):
        if name not in self.floats and name in self.quantized:
            self.add("DequantizeLinear", [f"{name}.q", *self.grid(name)], [name])
            self.floats.add(name)
        return name

    def float_node(self, node):
        for name in node.input:
            if name in self.graph.constants:
                self.constant(name, self.graph.constants[name])
            else:
                self.as_float(name)
        self.nodes.append(node)
        self.floats.update(node.output)
        for name in node.output:
            if name in self.quantized:
                self.add("QuantizeLinear", [name, *self.grid(name)], [f"{name}.q"])

    def quantized_node(self, node):
        x, y = node.input[0], node.output[0]
        result = [f"{y}.q"]
        if node.op_type in MOVES:
            rest = [self.constant(name, self.graph.constants[name]) for name in node.input[1:] if name]
            if node.op_type == "Pad":
                rest = rest[:1] + [self.grid(x)[1]]
            self.add(node.op_type, [f"{x}.q", *rest], result, like=node)
        elif node.op_type in WEIGHTED:
            names, bias, _ = self.weights(node)
            operands = [f"{x}.q", *self.grid(x), *names]
            rest = [bias] if bias else []
            if node.op_type == "Gemm":
                self.add("QGemm", operands + (rest or [""]) + self.grid(y), result, domain="com.microsoft",
                         **{key: attribute(node, key, 0) for key in ("transA", "transB")},
                         alpha=attribute(node, "alpha", 1.0))
            elif node.op_type == "MatMul":
                self.add("QLinearMatMul", operands + self.grid(y), result, like=node)
            else:
                self.add("QLinearConv", operands + self.grid(y) + rest, result, like=node)
        else:
            operands = [part for name in node.input for part in (f"{name}.q", *self.grid(name))]
            order = self.grid(y) + operands if node.op_type == "Concat" else operands + self.grid(y)
            self.add(CONTRIB[node.op_type], order, result, like=node, domain="com.microsoft")


def quantize(model, batches, options):
    """The quantized model; `batches` are float32 [N, C, H, W]."""
    seen = observe(model, batches)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = Float(copy)
    if not options.keep_activations:
        graph.fuse_activations()
    writer = Quantizer(graph, seen, options)
    writer.share_grids()
    writer.write_pairs() if options.form == "qdq" else writer.write_operators()
    read = {name for node in writer.nodes for name in node.input}
    constants = [tensor for tensor in writer.initializers if tensor.name in read]
    made = helper.make_graph(writer.nodes, model.graph.name, graph.inputs, model.graph.output, constants)
    imports = [s for s in model.opset_import if s.domain != "com.microsoft"]
    if any(node.domain == "com.microsoft" for node in writer.nodes):
        imports.append(helper.make_opsetid("com.microsoft", 1))
    result = helper.make_model(made, opset_imports=imports, producer_name="make_qdq")
    result.ir_version = model.ir_version
    result.metadata_props.extend(model.metadata_props)
    return result


def calibration_batches(model, options):
    """From --calibration, or standard normal numbers."""
    if options.calibration:
        images = np.load(options.calibration)[:options.samples].astype(np.float32)
    else:
        known = {t.name for t in model.graph.initializer}
        shape = next(i for i in model.graph.input if i.name not in known).type.tensor_type.shape
        extents = [d.dim_value for d in shape.dim][1:]
        images = np.random.default_rng(options.seed).normal(size=[options.samples, *extents]).astype(np.float32)
    return [images[at:at + options.batch] for at in range(0, len(images), options.batch)]


def options_of(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, metavar="FLOAT.onnx")
    parser.add_argument("output", type=Path, metavar="OUT.onnx")
    parser.add_argument("--form", choices=("qdq", "qoperator"), default="qdq")
    parser.add_argument("--weights", choices=("int8", "uint8"), default="int8")
    parser.add_argument("--activations", choices=("int8", "uint8"), default="uint8")
    parser.add_argument("--per-channel", action="store_true", help="a scale for every output channel's weights")
    parser.add_argument("--asymmetric-weights", action="store_true",
                        help="zero points from the weights' range instead of 0 (int8) or 128 (uint8)")
    parser.add_argument("--float-bias", action="store_true", help="qdq: biases stay float")
    parser.add_argument("--keep-activations", action="store_true", help="keep Relu and Clip where the grid clamps, too")
    parser.add_argument("--calibration", type=Path, metavar="IMAGES.npy", help="float32 [N,C,H,W], as the network reads it")
    parser.add_argument("--samples", type=int, default=256)
    parser.add_argument("--batch", type=int, default=32, help="images a batch while calibrating")
    parser.add_argument("--seed", type=int, default=1, help="of the random images used without --calibration")
    options = parser.parse_args(arguments)
    if options.form == "qoperator" and options.float_bias:
        parser.error("quantized operators take int32 biases only")
    return options


def main():
    options = options_of()
    model = onnx.load(str(options.model))
    opset = max(s.version for s in model.opset_import if s.domain in ("", "ai.onnx"))
    needed = 13 if options.per_channel else 10
    if opset < needed:
        raise SystemExit(f"make_qdq: {options.model}: has opset {opset}, this needs {needed} or later")
    made = quantize(model, calibration_batches(model, options), options)
    onnx.checker.check_model(made)
    options.output.write_bytes(made.SerializeToString())


if __name__ == "__main__":
    main()
