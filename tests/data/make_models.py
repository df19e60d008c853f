#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the small ONNX files of tests/data/models (needs Debian's python3-onnx and python3-numpy)."""

import json
import pathlib
import sys
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
from onnx_numpy import Evaluator  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent / "models"


def const(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def generator(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def weights(name, *shape):
    return const(name, generator(name).normal(size=shape).astype(np.float32) * np.float32(0.3))


def image(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def save(name, nodes, inputs, outputs, initializers, opset=13, metadata=None, check=True):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    imports = [helper.make_opsetid("", opset)] if opset else []
    model = helper.make_model(graph, opset_imports=imports, producer_name="make_models", producer_version="1")
    model.ir_version = 7
    if not opset:
        del model.opset_import[:]
    if metadata:
        helper.set_model_props(model, metadata)
    if check:
        onnx.checker.check_model(model)
    data = model.SerializeToString()
    assert len(data) < 50_000, (name, len(data))
    (HERE / f"{name}.onnx").write_bytes(data)


def batch_normalization(name, channels):
    rng = generator(name)
    parameters = {"scale": rng.uniform(0.5, 1.5, channels), "shift": rng.normal(size=channels),
                  "mean": rng.normal(size=channels), "variance": rng.uniform(0.5, 2.0, channels)}
    return [const(f"{name}.{key}", value.astype(np.float32)) for key, value in parameters.items()]


def flatten_as_pytorch(prefix, source, target, features):
    """x.view(x.size(0), -1) as PyTorch exports it with a dynamic batch."""
    return [
        helper.make_node("Shape", [source], [f"{prefix}.shape"]),
        helper.make_node("Constant", [], [f"{prefix}.zero"], value=const("zero", np.int64(0))),
        helper.make_node("Gather", [f"{prefix}.shape", f"{prefix}.zero"], [f"{prefix}.batch"], axis=0),
        helper.make_node("Constant", [], [f"{prefix}.axis"], value=const("axis", np.array([0], np.int64))),
        helper.make_node("Unsqueeze", [f"{prefix}.batch", f"{prefix}.axis"], [f"{prefix}.batch1"]),
        helper.make_node("Constant", [], [f"{prefix}.rest"], value=const("rest", np.array([features], np.int64))),
        helper.make_node("Concat", [f"{prefix}.batch1", f"{prefix}.rest"], [f"{prefix}.to"], axis=0),
        helper.make_node("Reshape", [source, f"{prefix}.to"], [target]),
    ]


def two_exit():
    """Two exits, the later one listed first; BatchNormalization, groups, auto_pad, shapes computed in the graph."""
    nodes = [
        helper.make_node("Conv", ["image", "c1.w"], ["c1"], name="conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c1", "bn1.scale", "bn1.shift", "bn1.mean", "bn1.variance"], ["bn1"],
                         name="bn1"),
        helper.make_node("Relu", ["bn1"], ["r1"], name="relu1"),
        helper.make_node("GlobalAveragePool", ["r1"], ["g1"], name="pool1"),
        *flatten_as_pytorch("flat1", "g1", "f1", 8),
        helper.make_node("Gemm", ["f1", "h1.w", "h1.b"], ["early"], name="head1", transB=1),
        helper.make_node("Conv", ["r1", "c2.w", "c2.b"], ["c2"], name="conv2", strides=[2, 2], group=4,
                         auto_pad="SAME_UPPER"),
        helper.make_node("Relu", ["c2"], ["r2"], name="relu2"),
        helper.make_node("Conv", ["r2", "c3.w"], ["c3"], name="conv3", auto_pad="VALID"),
        helper.make_node("GlobalAveragePool", ["c3"], ["g2"], name="pool2"),
        *flatten_as_pytorch("flat2", "g2", "f2", 12),
        helper.make_node("MatMul", ["f2", "h2.w"], ["m2"], name="head2"),
        helper.make_node("Add", ["m2", "h2.b"], ["late"], name="bias2"),
    ]
    initializers = [weights("c1.w", 8, 3, 3, 3), *batch_normalization("bn1", 8), weights("h1.w", 5, 8),
                    weights("h1.b", 5), weights("c2.w", 16, 2, 3, 3), weights("c2.b", 16), weights("c3.w", 12, 16, 1, 1),
                    weights("h2.w", 12, 5), weights("h2.b", 5)]
    metadata = {"exitscope.preprocessing": json.dumps({"channels": 3, "height": 16, "width": 16, "order": "rgb",
                                                       "mean": [0.5, 0.25, 0.125], "std": [0.5, 0.5, 0.25],
                                                       "resize": False}),
                "exitscope.classes": json.dumps(["ant", "bee", "cat", "dog", "elk"])}
    save("two_exit", nodes, [image("image", "N", 3, 16, 16)], [image("late", "N", 5), image("early", "N", 5)],
         initializers, metadata=metadata)


def backbone(opset):
    """A plain classifier to attach exits to: maps of 14 x 14 and 7 x 7, tokens, and a vector flow through it."""
    def node(op, inputs, output, **attributes):
        return helper.make_node(op, inputs, [output], name=output, **attributes)

    nodes = [
        node("Conv", ["image", "c1.w"], "c1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", "bn1.scale", "bn1.shift", "bn1.mean", "bn1.variance"], "bn1"),
        node("Relu", ["bn1"], "map14"),
        node("Conv", ["map14", "c2.w", "c2.b"], "c2", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
        node("Relu", ["c2"], "map7"),
        node("Reshape", ["map7", "tokens.shape"], "patches"),
        node("Transpose", ["patches"], "tokens", perm=[0, 2, 1]),
        node("MatMul", ["tokens", "block.w"], "mixed"),
        node("Relu", ["mixed"], "block_relu"),
        node("Add", ["tokens", "block_relu"], "stream"),
        node("Reshape", ["stream", "flat.shape"], "flat"),
        node("Gemm", ["flat", "h1.w", "h1.b"], "h1", transB=1),
        node("Relu", ["h1"], "vector"),
        node("Gemm", ["vector", "h2.w", "h2.b"], "logits", transB=1),
    ]
    initializers = [weights("c1.w", 6, 3, 3, 3), *batch_normalization("bn1", 6), weights("c2.w", 8, 6, 3, 3),
                    weights("c2.b", 8), const("tokens.shape", np.array([0, 8, 49], np.int64)),
                    weights("block.w", 8, 8), const("flat.shape", np.array([0, 392], np.int64)),
                    weights("h1.w", 16, 392), weights("h1.b", 16), weights("h2.w", 4, 16), weights("h2.b", 4)]
    save(f"backbone_{opset}", nodes, [image("image", "N", 3, 14, 14)], [image("logits", "N", 4)], initializers, opset)


def opset_variant(opset):
    """One network in the words of every opset: attributes become inputs at 10, 11, 12 and 13."""
    nodes, initializers = [], [weights("w", 10, 12), weights("b", 10)]

    def integers(name, values):
        initializers.append(const(name, np.array(values, np.int64)))
        return name

    def number(name, value):
        initializers.append(const(name, np.float32(value)))
        return name

    def add(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=op.lower(), **attributes))

    if opset >= 11:
        add("Clip", ["x", number("lo", 0), number("hi", 6)], "clipped")
        add("Pad", ["clipped", integers("pads", [0, 0, 1, 0, 0, 0, 0, 1]), number("fill", 0.5)], "padded")
    else:
        add("Clip", ["x"], "clipped", min=0.0, max=6.0)
        add("Pad", ["clipped"], "padded", pads=[0, 0, 1, 0, 0, 0, 0, 1], value=0.5)
    if opset >= 10:
        add("Slice", ["padded", integers("starts", [1, -4]), integers("ends", [100, 9000]), integers("axes", [2, -1])],
            "sliced")
    else:
        add("Slice", ["padded"], "sliced", starts=[1, -4], ends=[100, 9000], axes=[2, 3])
    add("ReduceMean", ["sliced"], "mean", axes=[-1], keepdims=1)
    if opset >= 13:
        add("Squeeze", ["mean", integers("last", [3])], "squeezed")
        add("Unsqueeze", ["squeezed", integers("two", [2])], "unsqueezed")
        add("ReduceSum", ["unsqueezed", integers("sum_axes", [2])], "sum", keepdims=0)
    else:
        add("Squeeze", ["mean"], "squeezed", axes=[3])
        add("Unsqueeze", ["squeezed"], "unsqueezed", axes=[2])
        add("ReduceSum", ["unsqueezed"], "sum", axes=[2], keepdims=0)
    if opset >= 12:
        add("Dropout", ["sum", number("ratio", 0.3)], "dropped")
    else:
        add("Dropout", ["sum"], "dropped", ratio=0.3)
    add("Flatten", ["dropped"], "flat", axis=1)
    add("Gemm", ["flat", "w", "b"], "logits", transB=1)
    add("Softmax", ["logits"], "p", axis=1)
    save(f"opset_{opset}", nodes, [image("x", "N", 3, 4, 4)], [image("p", "N", 10)], initializers, opset)


def unsupported():
    branch = helper.make_graph([helper.make_node("Identity", ["r"], ["branch_out"])], "branch", [],
                               [image("branch_out", "N", 4, 8, 8)])
    nodes = [
        helper.make_node("LRN", ["x"], ["n"], name="norm", size=3),
        helper.make_node("Conv", ["x", "w"], ["c"], name="edges", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Pad", ["c", "pads"], ["r"], name="mirror", mode="reflect"),
        helper.make_node("ReduceMax", ["c"], ["most"], name="most", keepdims=0),
        helper.make_node("Greater", ["most", "half"], ["yes"], name="bright"),
        helper.make_node("If", ["yes"], ["i"], name="branch", then_branch=branch, else_branch=branch),
        helper.make_node("Add", ["i", "c"], ["j"], name="both"),
        helper.make_node("Flatten", ["j"], ["f"], name="flat"),
        helper.make_node("FusedThing", ["f"], ["y"], name="fused", domain="com.example"),
    ]
    initializers = [weights("w", 4, 3, 3, 3), const("pads", np.zeros(8, np.int64)), const("half", np.float32(0.5))]
    save("unsupported", nodes, [image("x", "N", 3, 8, 8)], [image("y", "N", 256), image("n", "N", 3, 8, 8)],
         initializers, check=False)


def branch(name, nodes, output, channels=3):
    return helper.make_graph(nodes, name, [], [image(output, 1, channels)])


def confident(source, prefix, threshold, op="Greater", **attributes):
    """Whether the largest softmax probability of a [1, n] value exceeds the threshold."""
    return [helper.make_node("Softmax", [source], [f"{prefix}.p"], axis=1),
            helper.make_node("ReduceMax", [f"{prefix}.p"], [f"{prefix}.max"], keepdims=0),
            helper.make_node("Constant", [], [f"{prefix}.t"], value=const("t", np.float32(threshold))),
            helper.make_node(op, [f"{prefix}.max", f"{prefix}.t"], [f"{prefix}.yes"], **attributes)]


def trunk(batch=1):
    nodes = [helper.make_node("Conv", ["x", "c.w"], ["c"], kernel_shape=[3, 3]),
             helper.make_node("Relu", ["c"], ["r"]),
             helper.make_node("GlobalAveragePool", ["r"], ["g"]),
             helper.make_node("Flatten", ["g"], ["f"]),
             helper.make_node("Gemm", ["f", "h1.w"], ["early"], name="head1", transB=1)]
    initializers = [weights("c.w", 4, 1, 3, 3), weights("h1.w", 3, 4), weights("d.w", 6, 4, 3, 3), weights("h2.w", 3, 6),
                    weights("e.w", 8, 6, 1, 1), weights("h3.w", 3, 8)]
    return nodes, [image("x", batch, 1, 6, 6)], initializers


def deeper(prefix="late.", source="r", kernel="d.w", head="h2.w", size=3):
    return [helper.make_node("Conv", [source, kernel], [f"{prefix}d"], kernel_shape=[size, size]),
            helper.make_node("Relu", [f"{prefix}d"], [f"{prefix}s"]),
            helper.make_node("GlobalAveragePool", [f"{prefix}s"], [f"{prefix}g"]),
            helper.make_node("Flatten", [f"{prefix}g"], [f"{prefix}f"]),
            helper.make_node("Gemm", [f"{prefix}f", head], [f"{prefix}out"], transB=1)]


def branches():
    """Early exits inside the graph: what can be unfolded, and what cannot."""
    leave = branch("leave", [helper.make_node("Identity", ["early"], ["out"])], "out")
    go_on = branch("go_on", deeper(), "late.out")

    images = generator("branches").normal(size=(40, 1, 6, 6)).astype(np.float32) * np.float32(2)
    np.save(HERE / "if_images.npy", images)

    def save_if(name, condition, then_branch, else_branch, extra=(), answers=True, after=None):
        """With what the file answers, image by image (operators' text in numpy)."""
        nodes, inputs, initializers = trunk()
        nodes += condition
        nodes.append(helper.make_node("If", ["c1.yes"], ["chosen" if after else "y"], name="exit",
                                      then_branch=then_branch, else_branch=else_branch))
        nodes += [helper.make_node(after, ["chosen"], ["y"], axis=1)] if after else []
        save(name, nodes, inputs, [image("y", 1, 3)], initializers + list(extra))
        if not answers:
            return
        evaluator = Evaluator(onnx.load(HERE / f"{name}.onnx"))
        np.save(HERE / f"{name}.npy", np.stack([evaluator.outputs({"x": one[None]})[0][0] for one in images]))

    save_if("if_confidence", confident("early", "c1", 0.41), leave, go_on)
    save_if("if_unsure", confident("early", "c1", 0.41, "LessOrEqual"), go_on, leave)
    save_if("if_entropy", [
        helper.make_node("LogSoftmax", ["early"], ["log"], axis=1),
        helper.make_node("Exp", ["log"], ["p"]),
        helper.make_node("Mul", ["p", "log"], ["plogp"]),
        helper.make_node("ReduceSum", ["plogp", "all"], ["sum"], keepdims=0),
        helper.make_node("Neg", ["sum"], ["h"]),
        helper.make_node("Less", ["h", "limit"], ["less"]),
        helper.make_node("Cast", ["less"], ["c1.yes"], to=TensorProto.BOOL)], leave, go_on,
        extra=[const("all", np.array([1], np.int64)), const("limit", np.float32(1.072))])
    inner = branch("inner", [helper.make_node("Identity", ["late.out"], ["out2"])], "out2")
    last = branch("last", deeper("last.", "late.s", "e.w", "h3.w", 1), "last.out")
    nested = branch("nested", [
        *deeper(), *confident("late.out", "c2", 0.54),
        helper.make_node("If", ["c2.yes"], ["out"], name="second", then_branch=inner, else_branch=last)], "out")
    save_if("if_nested", confident("early", "c1", 0.41), leave, nested)
    save_if("if_data", [helper.make_node("ReduceMax", ["x"], ["brightest"], keepdims=0),
                        helper.make_node("Greater", ["brightest", "limit"], ["c1.yes"])], leave, go_on,
            extra=[const("limit", np.float32(4.0))])
    gate = [helper.make_node("Gemm", ["f", "gate.w"], ["gate"], transB=1),
            helper.make_node("Sigmoid", ["gate"], ["gate.p"]),
            helper.make_node("Squeeze", ["gate.p"], ["gate.s"]),
            helper.make_node("Greater", ["gate.s", "half"], ["c1.yes"])]
    save_if("if_gate", gate, leave, go_on,
            extra=[const("gate.w", np.array([[1.5, -1.5, 1.0, -0.5]], np.float32)), const("half", np.float32(0.5))])
    save_if("if_spread", [
        helper.make_node("ReduceMax", ["early"], ["m.most"], axes=[1]),
        helper.make_node("ReduceMean", ["early"], ["m.mean"], axes=[1]),
        helper.make_node("Sub", ["m.most", "m.mean"], ["m.spread"]),
        helper.make_node("Greater", ["m.spread", "limit"], ["c1.yes"])], leave, go_on,
        extra=[const("limit", np.float32(0.3))])
    save_if("if_then_softmax", confident("early", "c1", 0.41), leave, go_on, after="Softmax")
    nodes, inputs, initializers = trunk("N")
    nodes += [*deeper(), helper.make_node("Identity", ["late.out"], ["late"]),
              helper.make_node("Exp", ["late"], ["powers"]),
              helper.make_node("ReduceSum", ["powers", "classes"], ["total"], keepdims=1),
              helper.make_node("Div", ["powers", "total"], ["p"]),
              helper.make_node("ArgMax", ["late"], ["answer"], axis=1, keepdims=0)]
    save("outputs", nodes, inputs, [image("p", "N", 3), image("late", "N", 3),
                                    helper.make_tensor_value_info("answer", TensorProto.INT64, ["N"]),
                                    image("f", "N", 4), image("early", "N", 3)],
         initializers + [const("classes", np.array([1], np.int64))])
    save_if("if_other_answer", [helper.make_node("Neg", ["early"], ["other"]), *confident("other", "c1", 0.41)], leave,
            go_on)
    # A condition that shapes decide, as exporters write it; the other branch cannot run.
    broken = branch("broken", [helper.make_node("NoSuchOperator", ["early"], ["out"])], "out")
    save_unchecked = [helper.make_node("Shape", ["early"], ["shape"]),
                      helper.make_node("Gather", ["shape", "one"], ["classes"], axis=0),
                      helper.make_node("Equal", ["classes", "three"], ["c1.yes"])]
    nodes, inputs, initializers = trunk("N")
    nodes += save_unchecked
    nodes.append(helper.make_node("If", ["c1.yes"], ["y"], name="shapes", then_branch=leave, else_branch=broken))
    save("if_constant", nodes, inputs, [image("y", "N", 3)],
         initializers + [const("one", np.int64(1)), const("three", np.int64(3))], check=False)
    deep = leave
    for _ in range(20):
        deep = branch("deep", [helper.make_node("If", ["c1.yes"], ["out"], then_branch=deep, else_branch=leave)], "out")
    nodes, inputs, initializers = trunk()
    nodes += [*confident("early", "c1", 0.41),
              helper.make_node("If", ["c1.yes"], ["y"], name="bottomless", then_branch=deep, else_branch=leave)]
    save("bad_if_depth", nodes, inputs, [image("y", 1, 3)], initializers, check=False)
    nodes, inputs, initializers = trunk()
    nodes += [*confident("early", "c1", 0.41), helper.make_node("If", ["c1.yes"], ["y"], name="half", then_branch=leave)]
    save("bad_if_branch", nodes, inputs, [image("y", 1, 3)], initializers, check=False)


def brightness():
    """The class of a grey image [1,4,4] is its brightness / 20, of 12 classes, at both exits: with labels in the right
    order every answer is right. The outputs are -k (x - 20 c)^2 without the part that all classes share."""
    grey = np.arange(12, dtype=np.float32) * 20 / 255
    nodes = [helper.make_node("GlobalAveragePool", ["x"], ["pool"]), helper.make_node("Flatten", ["pool"], ["mean"]),
             helper.make_node("Gemm", ["mean", "w", "b"], ["exit1"]), helper.make_node("Relu", ["mean"], ["positive"]),
             helper.make_node("Gemm", ["positive", "w", "b"], ["exit2"])]
    save("brightness", nodes, [image("x", "N", 1, 4, 4)], [image("exit1", "N", 12), image("exit2", "N", 12)],
         [const("w", (4000 * grey)[None]), const("b", -2000 * grey * grey)],
         metadata={"exitscope.preprocessing": json.dumps(
             {"channels": 1, "height": 4, "width": 4, "order": "gray", "mean": [0], "std": [1]})})


def element_types():
    """Every element type that is read, as raw bytes and in the typed fields, each holding 0 1 2 3."""
    values = np.arange(4)
    initializers, outputs, nodes = [], [], []
    types = {"float": TensorProto.FLOAT, "double": TensorProto.DOUBLE, "float16": TensorProto.FLOAT16,
             "bfloat16": TensorProto.BFLOAT16, "int8": TensorProto.INT8, "int16": TensorProto.INT16,
             "int32": TensorProto.INT32, "int64": TensorProto.INT64, "uint8": TensorProto.UINT8,
             "uint16": TensorProto.UINT16, "uint32": TensorProto.UINT32, "uint64": TensorProto.UINT64,
             "bool": TensorProto.BOOL}
    fields = {"float": "float_data", "double": "double_data", "int64": "int64_data", "uint32": "uint64_data",
              "uint64": "uint64_data"}
    for name, data_type in types.items():
        if name == "bfloat16":
            stored = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
        elif name == "float16":
            stored = values.astype(np.float16)
        else:
            stored = values.astype(np.dtype("float32") if name == "float" else np.dtype(name))
        raw = TensorProto(name=f"{name}.raw", data_type=data_type, dims=[2, 2], raw_data=stored.tobytes())
        typed = TensorProto(name=f"{name}.typed", data_type=data_type, dims=[2, 2])
        bits = stored.view(np.uint16) if name == "float16" else stored
        getattr(typed, fields.get(name, "int32_data")).extend(bits.tolist())
        initializers += [raw, typed]
    nodes.append(helper.make_node("Relu", ["x"], ["y"]))
    save("element_types", nodes, [image("x", "N", 4)], [image("y", "N", 4)], initializers)


def damaged():
    """Files that must be refused; the name says why."""
    x, y = image("x", "N", 4), image("y", "N", 4)

    def node(op, inputs, outputs, name):
        return helper.make_node(op, inputs, outputs, name=name)

    def bad(name, nodes, initializers=(), **options):
        save(f"bad_{name}", nodes, [x], [y], list(initializers), check=False, **options)

    relu = node("Relu", ["x"], ["y"], "relu")
    bad("dangling", [node("Add", ["x", "nowhere"], ["y"], "sum")])
    bad("cycle", [node("Add", ["x", "b"], ["a"], "first"), node("Relu", ["a"], ["b"], "second"),
                  node("Relu", ["b"], ["y"], "third")])
    bad("twice", [relu, node("Neg", ["x"], ["y"], "negative")])
    bad("no_output", [node("Relu", ["x"], ["z"], "relu")])
    bad("no_opset", [relu], opset=0)
    bad("two_initializers", [relu], [weights("w", 2), weights("w", 2)])
    short = weights("w", 4)
    short.dims[0] = 5
    bad("short_tensor", [relu], [short])
    huge = weights("w", 4)
    del huge.dims[:]
    huge.dims.extend([1 << 32, 1 << 32])
    bad("huge_tensor", [relu], [huge])
    negative = weights("w", 4)
    negative.dims[0] = -4
    bad("negative_tensor", [relu], [negative])
    external = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    external.external_data.add(key="location", value="weights.bin")
    bad("external", [relu], [external])
    bad("string", [relu], [TensorProto(name="w", data_type=TensorProto.STRING, dims=[1], string_data=[b"text"])])
    bad("memory_bomb", [helper.make_node("ConstantOfShape", ["many"], ["z"], name="zeros"),
                        node("Add", ["x", "z"], ["y"], "sum")],
        [const("many", np.array([1 << 20, 1 << 20], np.int64))])
    save("unsorted", [node("Relu", ["b"], ["y"], "third"), node("Neg", ["x"], ["a"], "first"),
                      node("Abs", ["a"], ["b"], "second")], [x], [y], [], check=False)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    two_exit()
    for version in (8, 13, 17):
        backbone(version)
    for version in range(7, 18):
        opset_variant(version)
    unsupported()
    branches()
    brightness()
    element_types()
    damaged()
