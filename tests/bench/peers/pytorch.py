#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch as a peer of bench.py: pytorch.py MODEL.onnx BATCH THREADS SHAPE

The graph is translated operator by operator, traced and frozen with TorchScript's optimizations for inference: what a
user of PyTorch runs on a processor."""
from peer import arguments, serve


def attributes_of(node, onnx):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


class Translator:
    """Runs an ONNX graph with PyTorch's functions."""

    def __init__(self, model, onnx, torch):
        self.torch, self.onnx = torch, onnx
        self.graph = model.graph
        self.constants = {t.name: torch.tensor(onnx.numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
        self.input = next(i.name for i in model.graph.input if i.name not in self.constants)
        self.outputs = [o.name for o in model.graph.output]

    def __call__(self, images):
        values = dict(self.constants, **{self.input: images, "": None})
        for node in self.graph.node:
            operator = getattr(self, node.op_type, None)
            if operator is None:
                raise NotImplementedError(f"operator {node.op_type}")
            results = operator([values[i] for i in node.input], attributes_of(node, self.onnx))
            values.update(zip(node.output, results if isinstance(results, tuple) else (results,)))
        return tuple(values[o] for o in self.outputs)

    def padded(self, x, pads, value=0.0):
        half = len(pads) // 2
        begin, end = pads[:half], pads[half:]
        if list(begin) == list(end):
            return x, list(begin)
        flat = [p for b, e in reversed(list(zip(begin, end))) for p in (b, e)]
        return self.torch.nn.functional.pad(x, flat, value=value), [0] * half

    def Conv(self, x, a):
        image, padding = self.padded(x[0], a.get("pads", [0, 0, 0, 0]))
        return self.torch.nn.functional.conv2d(image, x[1], x[2] if len(x) > 2 else None, a.get("strides", [1, 1]),
                                               padding, a.get("dilations", [1, 1]), a.get("group", 1))

    def pooled(self, x, a, pool, value, **more):
        image, padding = self.padded(x[0], a.get("pads", [0, 0, 0, 0]), value)
        return pool(image, a["kernel_shape"], a.get("strides", [1, 1]), padding, ceil_mode=bool(a.get("ceil_mode")),
                    **more)

    def MaxPool(self, x, a):
        return self.pooled(x, a, self.torch.nn.functional.max_pool2d, float("-inf"))

    def AveragePool(self, x, a):
        return self.pooled(x, a, self.torch.nn.functional.avg_pool2d, 0.0,
                           count_include_pad=bool(a.get("count_include_pad")))

    def Gemm(self, x, a):
        left = x[0].t() if a.get("transA") else x[0]
        product = a.get("alpha", 1.0) * (left @ (x[1].t() if a.get("transB") else x[1]))
        if a.get("alpha", 1.0) == 1.0 and a.get("transB") and len(x) > 2:
            return self.torch.nn.functional.linear(left, x[1], a.get("beta", 1.0) * x[2])
        return product + a.get("beta", 1.0) * x[2] if len(x) > 2 else product

    def BatchNormalization(self, x, a):
        return self.torch.nn.functional.batch_norm(x[0], x[3], x[4], x[1], x[2], eps=a.get("epsilon", 1e-5))

    def LayerNormalization(self, x, a):
        return self.torch.nn.functional.layer_norm(x[0], list(x[1].shape), x[1], x[2] if len(x) > 2 else None,
                                                   a.get("epsilon", 1e-5))

    def Constant(self, x, a):
        return self.torch.tensor(self.onnx.numpy_helper.to_array(a["value"]).copy())

    def ConstantOfShape(self, x, a):
        value = self.onnx.numpy_helper.to_array(a["value"]) if "value" in a else 0.0
        kind = self.torch.tensor(value).dtype if "value" in a else self.torch.float32
        return self.torch.full([int(n) for n in x[0]], float(value), dtype=kind)

    def Cast(self, x, a):
        kinds = {1: self.torch.float32, 6: self.torch.int32, 7: self.torch.int64, 9: self.torch.bool}
        return x[0].to(kinds[a["to"]])

    def Slice(self, x, a):
        starts, ends = x[1].tolist(), x[2].tolist()
        axes = x[3].tolist() if len(x) > 3 and x[3] is not None else list(range(len(starts)))
        steps = x[4].tolist() if len(x) > 4 and x[4] is not None else [1] * len(starts)
        result = x[0]
        for start, end, axis, step in zip(starts, ends, axes, steps):
            if step < 0:
                size = result.shape[axis]
                positions = list(range(size))[slice(start, None if end < -size else end, step)]
                result = result.index_select(axis, self.torch.tensor(positions))
            else:
                result = result[tuple([slice(None)] * (axis % result.dim()) + [slice(start, end, step)])]
        return result

    def Pad(self, x, a):
        pads = a["pads"] if "pads" in a else x[1].tolist()
        half = len(pads) // 2
        flat = [int(p) for i in reversed(range(half)) for p in (pads[i], pads[half + i])]
        value = float(x[2]) if len(x) > 2 and x[2] is not None else a.get("value", 0.0)
        return self.torch.nn.functional.pad(x[0], flat, value=value)

    def Clip(self, x, a):
        low = x[1] if len(x) > 1 else a.get("min")
        high = x[2] if len(x) > 2 else a.get("max")
        return self.torch.clamp(x[0], None if low is None else float(low), None if high is None else float(high))

    def Split(self, x, a):
        axis = a.get("axis", 0)
        sizes = x[1].tolist() if len(x) > 1 else a.get("split")
        return self.torch.split(x[0], sizes if sizes else x[0].shape[axis] // 2, axis)

    def reduced(self, x, a, function):
        axes = x[1].tolist() if len(x) > 1 else list(a["axes"])
        return function(x[0], axes, bool(a.get("keepdims", 1)))

    def ReduceMean(self, x, a):
        return self.reduced(x, a, self.torch.mean)

    def ReduceSum(self, x, a):
        return self.reduced(x, a, self.torch.sum)

    def Flatten(self, x, a):
        axis = a.get("axis", 1)
        return x[0].reshape(*x[0].shape[:axis], -1) if axis == 1 else x[0].flatten(0, axis - 1).flatten(1)

    def Reshape(self, x, a):
        wanted = [int(n) for n in x[1]]
        return x[0].reshape([x[0].shape[i] if n == 0 else n for i, n in enumerate(wanted)])

    def Transpose(self, x, a):
        return x[0].permute(a.get("perm", list(reversed(range(x[0].dim())))))

    def Softmax(self, x, a):
        return self.torch.softmax(x[0], a.get("axis", -1))

    def Concat(self, x, a):
        return self.torch.cat(x, a["axis"])

    def Gather(self, x, a):
        return self.torch.index_select(x[0], a.get("axis", 0), x[1].reshape(-1)).squeeze(a.get("axis", 0)) \
            if x[1].dim() == 0 else self.torch.index_select(x[0], a.get("axis", 0), x[1])

    def Unsqueeze(self, x, a):
        axes = x[1].tolist() if len(x) > 1 else list(a["axes"])
        result = x[0]
        for axis in sorted(axes):
            result = result.unsqueeze(axis)
        return result

    def Squeeze(self, x, a):
        axes = x[1].tolist() if len(x) > 1 else list(a["axes"])
        result = x[0]
        for axis in sorted(axes, reverse=True):
            result = result.squeeze(axis)
        return result

    def Expand(self, x, a):
        return x[0].expand([int(n) for n in x[1]])

    def Shape(self, x, a):
        return self.torch.tensor(list(x[0].shape))

    def GlobalAveragePool(self, x, a):
        return x[0].mean((2, 3), keepdim=True)

    def Relu(self, x, a):
        return self.torch.relu(x[0])

    def Gelu(self, x, a):
        return self.torch.nn.functional.gelu(x[0])

    def HardSwish(self, x, a):
        return self.torch.nn.functional.hardswish(x[0])

    def Erf(self, x, a):
        return self.torch.erf(x[0])

    def Sigmoid(self, x, a):
        return self.torch.sigmoid(x[0])

    def Tanh(self, x, a):
        return self.torch.tanh(x[0])

    def Sqrt(self, x, a):
        return self.torch.sqrt(x[0])

    def Pow(self, x, a):
        return self.torch.pow(x[0], x[1])

    def Add(self, x, a):
        return x[0] + x[1]

    def Sub(self, x, a):
        return x[0] - x[1]

    def Mul(self, x, a):
        return x[0] * x[1]

    def Div(self, x, a):
        return x[0] / x[1]

    def MatMul(self, x, a):
        return x[0] @ x[1]

    def Identity(self, x, a):
        return x[0]


def prepare():
    import onnx
    import onnx.numpy_helper
    import torch
    path, threads, array = arguments()
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    images = torch.from_numpy(array)
    translated = Translator(onnx.load(path), onnx, torch)

    class Module(torch.nn.Module):
        def forward(self, x):
            return translated(x)

    import warnings
    warnings.simplefilter("ignore")  # tracing fixes the shapes, which is meant
    network = torch.jit.trace(Module().eval(), images, check_trace=False)
    network = torch.jit.optimize_for_inference(torch.jit.freeze(network))
    for _ in range(3):
        network(images)
    return lambda: network(images), len(images)


serve(prepare)
