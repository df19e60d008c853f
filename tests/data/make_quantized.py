#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the small quantized models of tests/data/quantized and what they answer (needs Debian's python3-onnx and
python3-numpy). Answers come from the operators' text in numpy (tests/reference/onnx_numpy.py)."""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/reference"), str(ROOT / "tests/data")]

import make_qdq  # noqa: E402
from make_models import const, image, weights  # noqa: E402
from onnx_numpy import Evaluator  # noqa: E402

HERE = ROOT / "tests/data/quantized"

FORMS = {
    "qdq_u8s8": ["--per-channel"],
    "qdq_s8s8": ["--activations", "int8"],
    "qdq_u8u8": ["--weights", "uint8"],
    "qdq_asymmetric": ["--weights", "uint8", "--asymmetric-weights"],
    "qdq_float_bias": ["--per-channel", "--float-bias"],
    "qdq_relu_kept": ["--per-channel", "--activations", "int8", "--keep-activations"],
    "qoperator_u8s8": ["--form", "qoperator", "--per-channel"],
    "qoperator_s8s8": ["--form", "qoperator", "--activations", "int8"],
    "qoperator_u8u8": ["--form", "qoperator", "--weights", "uint8"],
}


def network():
    """Two exits; a residual, a concatenation, depthwise and strided convolutions, both kinds of pooling, a product with
    weights on the right."""
    def node(op, inputs, output, **attributes):
        return helper.make_node(op, inputs, [output], name=output, **attributes)

    nodes = [
        node("Conv", ["image", "c1.w", "c1.b"], "c1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Relu", ["c1"], "r1"),
        node("Conv", ["r1", "c2.w", "c2.b"], "c2", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Add", ["c2", "r1"], "sum"),
        node("Relu", ["sum"], "r2"),
        node("GlobalAveragePool", ["r2"], "g1"),
        node("Flatten", ["g1"], "f1"),
        node("Gemm", ["f1", "h1.w", "h1.b"], "early", transB=1),
        node("MaxPool", ["r2"], "m", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["m", "c3.w", "c3.b"], "c3", kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=8),
        node("Clip", ["c3", "zero", "six"], "r3"),
        node("Conv", ["m", "c4.w"], "c4", kernel_shape=[1, 1]),
        node("Concat", ["r3", "c4"], "both", axis=1),
        node("Conv", ["both", "c5.w", "c5.b"], "c5", kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]),
        node("AveragePool", ["c5"], "a", kernel_shape=[2, 2]),
        node("Flatten", ["a"], "f2"),
        node("MatMul", ["f2", "h2.w"], "late"),
    ]
    initializers = [weights("c1.w", 8, 3, 3, 3), weights("c1.b", 8), weights("c2.w", 8, 8, 3, 3), weights("c2.b", 8),
                    weights("h1.w", 5, 8), weights("h1.b", 5), weights("c3.w", 8, 1, 3, 3), weights("c3.b", 8),
                    weights("c4.w", 4, 8, 1, 1), weights("c5.w", 12, 12, 3, 3), weights("c5.b", 12),
                    weights("h2.w", 12, 5), const("zero", np.float32(0)), const("six", np.float32(6))]
    graph = helper.make_graph(nodes, "quantized", [image("image", "N", 3, 8, 8)],
                              [image("early", "N", 5), image("late", "N", 5)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="make_quantized")
    model.ir_version = 7
    return model


def float_weights_quantized():
    """Weights kept in float behind QuantizeLinear; Q/DQ before convolutions alone, so that the residual stays float; a
    weight that is transposed first; grids of 16 bits on the way."""
    def node(op, inputs, output, **attributes):
        return helper.make_node(op, inputs, [output], name=output, **attributes)

    def grid(name, scale, zero):
        return [const(f"{name}.s", np.float32(scale)), const(f"{name}.z", zero)]

    def pair(source, name, result):
        return [node("QuantizeLinear", [source, f"{name}.s", f"{name}.z"], f"{result}.q"),
                node("DequantizeLinear", [f"{result}.q", f"{name}.s", f"{name}.z"], result)]

    nodes = [
        *pair("image", "gi", "xi"), *pair("c1.w", "gw", "w1"),
        node("Conv", ["xi", "w1", "c1.b"], "c1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Relu", ["c1"], "r1"),
        *pair("r1", "gr", "x2"), *pair("c2.w", "gw", "w2"),
        node("Conv", ["x2", "w2", "c1.b"], "c2", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Add", ["c2", "r1"], "sum"),
        node("Relu", ["sum"], "r2"),
        node("GlobalAveragePool", ["r2"], "g"),
        node("Flatten", ["g"], "f"),
        *pair("f", "gf", "xf"), *pair("h.w", "gw", "wh"),
        node("Transpose", ["wh"], "wt", perm=[1, 0]),
        node("MatMul", ["xf", "wt"], "logits"),
    ]
    initializers = [weights("c1.w", 8, 3, 3, 3), weights("c1.b", 8), weights("c2.w", 8, 8, 3, 3), weights("h.w", 5, 8),
                    *grid("gi", 0.03, np.int8(3)), *grid("gw", 0.01, np.int8(0)), *grid("gr", 0.04, np.int8(-128)),
                    *grid("gf", 0.02, np.uint8(0))]
    graph = helper.make_graph(nodes, "float_weights", [image("image", "N", 3, 8, 8)], [image("logits", "N", 5)],
                              initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="make_quantized")
    model.ir_version = 7
    return model


def low_bits(form):
    """The same small network with 4-bit weights and activations (8 bits for the image), as tools write it:
    qcdq: int8 and uint8 with a Clip between QuantizeLinear and DequantizeLinear; quant: the operators of QONNX;
    fake: FakeQuantize of OpenVINO. The activation after the addition is signed; one channel of weights is all zero."""
    generator = np.random.default_rng(11)
    nodes, initializers = [], []

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def tensor(name, value):
        initializers.append(const(name, value))
        return name

    def rounded(source, scale, bits, signed, narrow=False, constant=None):
        """Puts a tensor, or a constant with a scale per output channel, on a grid."""
        low, high = (-(1 << (bits - 1)) + narrow, (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        name = f"{source}.grid"
        kind = np.int8 if signed else np.uint8
        if form == "quant":
            shaped = scale.reshape(-1, *[1] * (constant.ndim - 1)) if constant is not None else np.float32(scale)
            return node("Quant", [source, tensor(f"{name}.s", shaped.astype(np.float32)),
                                  tensor(f"{name}.z", np.float32(0)), tensor(f"{name}.b", np.float32(bits))], name,
                        domain="qonnx.custom_op.general", signed=int(signed), narrow=int(narrow),
                        rounding_mode="ROUND")
        if form == "fake":
            shaped = scale.reshape(-1, *[1] * (constant.ndim - 1)) if constant is not None else np.float32(scale)
            ends = [tensor(f"{name}.{end}", (shaped * end).astype(np.float32)) for end in (low, high)]
            return node("FakeQuantize", [source, *ends, *ends], name, domain="org.openvinotoolkit",
                        levels=high - low + 1)
        by, zero = tensor(f"{name}.s", np.asarray(scale, np.float32)), tensor(f"{name}.z", np.zeros_like(scale, kind))
        if constant is None:
            source = node("QuantizeLinear", [source, by, zero], f"{name}.q")
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                levels = np.round(constant / scale.reshape(-1, *[1] * (constant.ndim - 1)))
            source = tensor(f"{name}.q", np.clip(np.nan_to_num(levels), low, high).astype(kind))
        if bits < 8:
            source = node("Clip", [source, tensor(f"{name}.l", kind(low)), tensor(f"{name}.h", kind(high))],
                          f"{name}.c")
        return node("DequantizeLinear", [source, by, zero], name, **({"axis": 0} if constant is not None else {}))

    def layer(op, source, name, *shape, **attributes):
        values = (generator.normal(size=shape) * .4).astype(np.float32)
        scale = (np.abs(values).reshape(shape[0], -1).max(1) / 7).astype(np.float32)
        scale[1] = 0
        values[1] = 0
        weights_name = f"{name}.w" if form == "qcdq" else tensor(f"{name}.w", values)
        read = rounded(weights_name, scale, 4, True, narrow=True, constant=values)
        bias = tensor(f"{name}.b", generator.normal(size=shape[0]).astype(np.float32) * np.float32(.2))
        return node(op, [source, read, bias], name, **attributes)

    x = rounded("image", .03, 8, True)
    r1 = node("Relu", [layer("Conv", x, "c1", 8, 3, 3, 3, pads=[1, 1, 1, 1])], "r1")
    q1 = rounded(r1, .2, 4, False)
    early = layer("Gemm", rounded(node("Flatten", [node("GlobalAveragePool", [q1], "g1")], "f1"), .1137, 4, False),
                  "early", 5, 8, transB=1)
    c2 = rounded(layer("Conv", q1, "c2", 8, 8, 3, 3, pads=[1, 1, 1, 1]), .3017, 4, True)
    q2 = rounded(node("Add", [c2, q1], "sum"), .3529, 4, True)
    q3 = rounded(node("Relu", [layer("Conv", q2, "c3", 8, 8, 3, 3, strides=[2, 2])], "r3"), .25, 4, False)
    late = layer("Gemm", rounded(node("Flatten", [node("GlobalAveragePool", [q3], "g3")], "f3"), .1171, 4, False), "late",
                 5, 8, transB=1)
    graph = helper.make_graph(nodes, f"low_bits_{form}", [image("image", "N", 3, 8, 8)],
                              [image(early, "N", 5), image(late, "N", 5)], initializers)
    domains = {"qcdq": [], "quant": ["qonnx.custom_op.general"], "fake": ["org.openvinotoolkit"]}[form]
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)] +
                              [helper.make_opsetid(domain, 1) for domain in domains], producer_name="make_quantized")
    model.ir_version = 7
    return model


def save(name, model, images):
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    assert len(data) < 50_000, (name, len(data))
    (HERE / f"{name}.onnx").write_bytes(data)
    np.save(HERE / f"{name}.npy", np.stack(Evaluator(model).outputs({"image": images})).astype(np.float32))


def main():
    HERE.mkdir(exist_ok=True)
    images = np.random.default_rng(5).normal(size=(32, 3, 8, 8)).astype(np.float32)
    np.save(HERE / "images.npy", images)
    model = network()
    for name, arguments in FORMS.items():
        options = make_qdq.options_of(["in", "out", *arguments])
        save(name, make_qdq.quantize(model, [images], options), images)
    save("float_weights", float_weights_quantized(), images)
    for form in ("qcdq", "quant", "fake"):
        save(f"low_bits_{form}", low_bits(form), images)


if __name__ == "__main__":
    main()
