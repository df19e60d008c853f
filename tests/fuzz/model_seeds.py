# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX models and tensors, written field by field so that broken ones can be written, too."""
import struct


def varint(value):
    value &= 2**64 - 1
    made = b""
    while value > 127:
        made += bytes([value & 127 | 128])
        value >>= 7
    return made + bytes([value])


def field(number, value):
    """A field of a protobuf message: an integer, a float, bytes, or a text."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, data_type, dims, *fields):
    return b"".join(field(1, d) for d in dims) + field(2, data_type) + field(8, name) + b"".join(fields)


def raw(values, code):
    return field(9, struct.pack(f"<{len(values)}{code}", *values))


def packed(number, values, code=None):
    """A repeated field: integers, or floats of `code`."""
    data = b"".join(map(varint, values)) if code is None else struct.pack(f"<{len(values)}{code}", *values)
    return field(number, data)


def value(name, shape, data_type=1):
    dims = b"".join(field(1, field(1, d) if isinstance(d, int) else field(2, d)) for d in shape)
    return field(1, name) + field(2, field(1, field(1, data_type) + field(2, dims)))


def attribute(name, kind, *fields):
    return field(1, name) + b"".join(fields) + field(20, kind)


def node(op, inputs, outputs, *attributes, domain=""):
    return (b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(3, outputs[0] + "-node")
            + field(4, op) + b"".join(field(5, a) for a in attributes) + (field(7, domain) if domain else b""))


def model(nodes, tensors=(), inputs=None, outputs=None, opset=17, extra=b""):
    inputs = [value("x", ["N", 3, 8, 8])] if inputs is None else inputs
    outputs = [value("y", ["N", 4])] if outputs is None else outputs
    graph = (b"".join(field(1, n) for n in nodes) + field(2, "seed") + b"".join(field(5, t) for t in tensors)
             + b"".join(field(11, i) for i in inputs) + b"".join(field(12, o) for o in outputs))
    return (field(1, 8) + field(2, "seeds") + field(3, "1") + field(7, graph + extra)
            + (field(8, field(1, "") + field(2, opset)) if opset else b"") + field(14, field(1, "key") + field(2, "value")))


# element type: a tensor of two elements with raw data, and with its typed field
TYPES = {1: (raw([1, 2], "f"), packed(4, [1, 2], "f")), 2: (raw([1, 2], "B"), packed(5, [1, 2])),
         3: (raw([1, -2], "b"), packed(5, [1, -2])), 4: (raw([1, 2], "H"), packed(5, [1, 2])),
         5: (raw([1, -2], "h"), packed(5, [1, -2])), 6: (raw([1, -2], "i"), packed(5, [1, -2])),
         7: (raw([1, -2], "q"), packed(7, [1, -2])), 9: (raw([1, 0], "B"), packed(5, [1, 0])),
         10: (raw([0x8001, 0x7c00], "H"), packed(5, [0x3c00, 0x8001])), 11: (raw([1, 2], "d"), packed(10, [1, 2], "d")),
         12: (raw([1, 2], "I"), packed(11, [1, 2])), 13: (raw([1, 2], "Q"), packed(11, [1, 2])),
         16: (raw([0x3f80, 0], "H"), packed(5, [0x3f80, 0]))}


def classifier(*before, tensors=(), source="x"):
    """[N, 4] out of [N, 3, 8, 8], with something before it."""
    head = [node("GlobalAveragePool", [source], ["p"]), node("Flatten", ["p"], ["f"], attribute("axis", 2, field(3, 1))),
            node("Gemm", ["f", "w", "b"], ["y"], attribute("transB", 2, field(3, 1)), attribute("alpha", 1, field(2, 1.0)))]
    return model([*before, *head], [tensor("w", 1, [4, 3], raw([0.5] * 12, "f")), tensor("b", 1, [4], raw([1.0] * 4, "f")), *tensors])


def seeds():
    made = {}
    for kind, forms in TYPES.items():
        for form, data in zip(("raw", "typed"), forms):
            made[f"tensor_{kind}_{form}"] = tensor("t", kind, [2], data)
            made[f"constant_{kind}_{form}"] = classifier(
                node("Constant", [], ["c"], attribute("value", 4, field(5, tensor("t", kind, [2], data)))),
                node("Cast", ["d"], ["e"], attribute("to", 2, field(3, 1))), tensors=[tensor("d", kind, [2], data)])
    three = [tensor("s", 1, [3, 1, 1], raw([1, 2, 3], "f"))]
    ints = lambda name, *v: attribute(name, 7, b"".join(field(8, i) for i in v))
    kernel = tensor("k", 1, [3, 3, 1, 1], raw([0.25] * 9, "f"))
    steps = {
        "Conv": (node("Conv", ["x", "k"], ["z"], ints("kernel_shape", 1, 1), ints("pads", 0, 0, 0, 0), ints("strides", 2, 2),
                      attribute("auto_pad", 3, field(4, "NOTSET")), attribute("group", 2, field(3, 1))), [kernel]),
        "MaxPool": (node("MaxPool", ["x"], ["z"], ints("kernel_shape", 2, 2), ints("strides", 2, 2)), []),
        "Mul": (node("Mul", ["x", "s"], ["z"]), three), "Clip": (node("Clip", ["x", "", "m"], ["z"]), [tensor("m", 1, [], raw([1.0], "f"))]),
        "Elu": (node("Elu", ["x"], ["z"], attribute("alpha", 1, field(2, 0.5))), []),
        "Slice": (node("Slice", ["x", "l", "h"], ["z"]), [tensor("l", 7, [4], raw([0] * 4, "q")), tensor("h", 7, [4], raw([9, 3, 4, -1], "q"))]),
        "Pad": (node("Pad", ["x", "l"], ["z"], attribute("mode", 3, field(4, "constant"))), [tensor("l", 7, [8], raw([0, 0, 1, 1] * 2, "q"))]),
        "Transpose": (node("Transpose", ["x"], ["z"], ints("perm", 0, 1, 3, 2)), []),
        "Upsample": (node("Upsample", ["x"], ["z"], attribute("scales", 6, b"".join(field(7, v) for v in (1.0, 1.0, 2.0, 2.0)))), []),
        "BatchNormalization": (node("BatchNormalization", ["x", "v", "v", "v", "v"], ["z"]), [tensor("v", 1, [3], raw([1, 2, 3], "f"))]),
        "Split": (node("Split", ["x"], ["z", "z2"], attribute("axis", 2, field(3, 2))), []),
        "ReduceMean": (node("ReduceMean", ["x"], ["z"], ints("axes", 3)), []), "Softmax": (node("Softmax", ["x"], ["z"]), []),
        "Unknown": (node("Nothing", ["x"], ["z"]), []), "Custom": (node("Relu", ["x"], ["z"], domain="com.example"), []),
        "strings": (node("Relu", ["x", ""], ["z", ""], attribute("names", 8, field(9, "a")), attribute("g", 5, field(6, b""))), []),
        "twice": (node("Elu", ["x"], ["z"], attribute("alpha", 1, field(2, 0.5)), attribute("alpha", 1, field(2, 0.5))), []),
        "bad_tensor": (node("Constant", [], ["z"], attribute("value", 4, field(5, tensor("t", 1, [3])))), []),
    }
    for name, (step, tensors) in steps.items():
        made[name] = classifier(step, tensors=tensors, source="z")
    relu = [node("Relu", ["x"], ["y"])]
    broken = {
        "external": [tensor("t", 1, [2], field(13, field(1, "location") + field(2, "weights.bin")), field(14, 1))],
        "segment": [tensor("t", 1, [2], field(3, field(1, 0) + field(2, 1)))], "string": [tensor("t", 8, [1], field(6, "a"))],
        "type": [tensor("t", 99, [1])], "negative": [tensor("t", 1, [-1])], "huge": [tensor("t", 1, [1 << 40, 1 << 40])],
        "short": [tensor("t", 1, [2], raw([1], "f"))], "short_typed": [tensor("t", 1, [2], packed(4, [1], "f"))],
        "nameless": [tensor("", 1, [1], raw([1], "f"))], "two": [tensor("t", 1, [1], raw([1], "f"))] * 2}
    made.update({f"bad_{name}": model(relu, tensors) for name, tensors in broken.items()})
    outside = [field(13, field(1, key) + field(2, text)) for key, text in (("location", "weights.bin"), ("offset", "8"), ("length", "108"))]
    made["external"] = classifier(node("Conv", ["x", "k"], ["z"]), tensors=[tensor("k", 1, [3, 3, 1, 3], field(14, 1), *outside)], source="z")
    function = b"".join((field(1, "f"), field(4, "a"), field(5, "b"), field(6, "slope"), field(10, "own"), field(9, field(1, "") + field(2, 13)),
                         field(7, node("LeakyRelu", ["a"], ["t"], attribute("alpha", 1, field(21, "slope")))),
                         field(7, node("Relu", ["t"], ["b"]))))
    made["function"] = classifier(node("f", ["x"], ["z"], attribute("slope", 1, field(2, 0.5)), domain="own"), source="z") + field(25, function)
    made["function_recursive"] = classifier(node("f", ["x"], ["z"], domain="own"), source="z") + field(
        25, field(1, "f") + field(4, "a") + field(5, "b") + field(10, "own") + field(7, node("f", ["a"], ["b"], domain="own")))
    made.update({
        "tensor_external": broken["external"][0], "sparse": model(relu, extra=field(15, b"")), "no_opset": model(relu, opset=0),
        "input_twice": model(relu, inputs=[value("x", [1])] * 2), "input_type": model(relu, inputs=[value("x", [1], 99)]),
        "input_sequence": model(relu, inputs=[field(1, "x") + field(2, field(4, b""))]),
        "input_shapeless": model(relu, inputs=[field(1, "x") + field(2, field(1, field(1, 1)))]),
        "input_default": model(relu, [tensor("x", 1, [1], raw([1], "f"))], inputs=[value("x", [1])]),
        "no_output": model(relu, outputs=[]), "other_output": model(relu, outputs=[value("q", [1])]),
        "nothing_makes": model([node("Relu", ["q"], ["y"])]), "made_twice": model(relu * 2), "no_graph": field(1, 8), "text": b"no model",
        "cycle": model([node("Add", ["x", "y"], ["z"]), node("Relu", ["z"], ["y"])]),
        "unsorted": model([node("Relu", ["z"], ["y"]), node("Flatten", ["x"], ["z"])]),
        "version": model(relu, opset=99), "numbers": model(relu, inputs=[value("x", [2, 4], kind) for kind in (7,)])})
    return made
