#!/usr/bin/env python3
"""Train the Fashion-MNIST sample of Exitscope: a residual CNN with four exits.

    python3 train.py --data /usr/share/datasets/fashion-mnist --bf16

The network is a plain float classifier that answers four times, after about 1/6, 1/2, 3/4
and all of its multiply-accumulates. When to stop, and at which precision to compute, is
left to Exitscope. It relies on three properties of this script:
  * The last 5,000 training images (the "fit split") are never trained on, so that exit
    policies fitted there meet honest confidences. They and the test images are scored once,
    after the last epoch; nothing is selected on them.
  * The ONNX file holds only Conv, Relu, Add, AveragePool, GlobalAveragePool, Flatten and
    Gemm: batch normalization is folded into the convolutions.
  * Each epoch draws from a generator seeded by (seed, epoch), so that a resumed run equals
    an uninterrupted one.
"""
import argparse
import copy
import gzip
import json
import math
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
           "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
FIT_SPLIT = 5_000                        # images at the end of the training set, kept aside
MEAN, STD = 0.2860, 0.3530               # of pixel / 255
EXIT_WEIGHTS = (0.3, 0.4, 0.5, 1.0)      # of the cross-entropies in the joint loss
BATCH, LR, WEIGHT_DECAY, EMA = 128, 0.08, 5e-4, 0.998


class ConvBn(nn.Sequential):
    def __init__(self, cin, cout, kernel=3, stride=1, relu=True):
        super().__init__(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(cout), *([nn.ReLU()] if relu else []))


class Residual(nn.Module):
    """Basic block; the shortcut is projected where the shape changes."""

    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.a = ConvBn(cin, cout, stride=stride)
        self.b = ConvBn(cout, cout, relu=False)
        same = cin == cout and stride == 1
        self.shortcut = nn.Identity() if same else ConvBn(cin, cout, 1, stride, relu=False)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.b(self.a(x)) + self.shortcut(x))


class Head(nn.Sequential):
    """Early exit: 4 x 4 positions and a hidden layer. Global pooling would discard the
    layout on which shallow features depend."""

    def __init__(self, *to_4x4, features, hidden=64):
        super().__init__(*to_4x4, nn.Flatten(), nn.Linear(features * 4 * 4, hidden), nn.ReLU(),
                         nn.Linear(hidden, len(CLASSES)))


def average(size):
    return nn.AvgPool2d(size, count_include_pad=False)


class MultiExitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([
            nn.Sequential(ConvBn(1, 16), Residual(16, 16)),                 #  16 x 28 x 28
            nn.Sequential(Residual(16, 32, 2), Residual(32, 32)),           #  32 x 14 x 14
            nn.Sequential(Residual(32, 64, 2), Residual(64, 64)),           #  64 x  7 x  7
            nn.Sequential(Residual(64, 160, 2)),                            # 160 x  4 x  4
        ])
        self.heads = nn.ModuleList([
            Head(average(7), features=16),
            Head(average(2), ConvBn(32, 32, stride=2), features=32),
            Head(ConvBn(64, 32, stride=2), features=32),
            nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(160, len(CLASSES))),
        ])

    def forward(self, x):
        logits = []
        for stage, head in zip(self.stages, self.heads):
            x = stage(x)
            logits.append(head(x))
        return tuple(logits)


def fold_batch_norm(model):
    """A copy for inference: each convolution absorbs the normalization behind it."""
    model = copy.deepcopy(model).eval().to(memory_format=torch.contiguous_format)
    for module in model.modules():
        if isinstance(module, ConvBn):
            module[0], module[1] = fuse_conv_bn_eval(module[0], module[1]), nn.Identity()
    return model


@torch.no_grad()
def costs(model):
    """Per exit: MACs and parameters up to it, earlier heads included; MACs of its head."""
    model, x = copy.deepcopy(model), torch.zeros(1, 1, 28, 28)
    macs, rows, params = [], [], 0
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(lambda layer, _, out: macs.append(
                layer.weight.numel() * out[0, 0].numel()))
    for stage, head in zip(model.stages, model.heads):
        x = stage(x)
        before = len(macs)
        head(x)
        params += sum(p.numel() for part in (stage, head) for p in part.parameters())
        rows.append((sum(macs), params, sum(macs[before:])))
    return rows


def read_idx(folder, name):
    path = Path(folder) / name
    raw = path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()
    shape = np.frombuffer(raw, ">i4", raw[3], 4)
    return torch.from_numpy(np.frombuffer(raw, np.uint8, -1, 4 + 4 * raw[3]).reshape(shape).copy())


def load(folder):
    """(images, labels) of three disjoint parts: train, fit and test."""
    (x, y), test = ((read_idx(folder, f"{part}-images-idx3-ubyte"),
                     read_idx(folder, f"{part}-labels-idx1-ubyte").long()) for part in ("train", "t10k"))
    cut = len(x) - FIT_SPLIT
    assert len(x) == len(y) == 60_000 and cut == 55_000, "not the training set of Fashion-MNIST"
    return (x[:cut], y[:cut]), (x[cut:], y[cut:]), test


def normalize(images):
    return (images.unsqueeze(1).float() / 255 - MEAN) / STD


def augment(images, gen, shift=2, hole=8):
    """Random mirroring, shift by up to `shift` pixels, and a hole in half of the images."""
    n, size = len(images), images.shape[-1]
    line = torch.arange(size)
    dy, dx = torch.randint(0, 2 * shift + 1, (2, n, 1), generator=gen)
    columns = torch.where(torch.rand(n, 1, generator=gen) < 0.5, line, size - 1 - line) + dx
    padded = F.pad(images, [shift] * 4)
    out = normalize(padded[torch.arange(n)[:, None, None], (line + dy)[:, :, None], columns[:, None, :]])
    top, left = torch.randint(-hole, size, (2, n, 1), generator=gen)
    top = torch.where(torch.rand(n, 1, generator=gen) < 0.5, top, size)      # beyond the image: no hole
    rows, cols = (line >= top) & (line < top + hole), (line >= left) & (line < left + hole)
    return out.masked_fill_((rows[:, :, None] & cols[:, None, :])[:, None], 0.0)


def train(args, images, labels, log):
    """Minimizes the weighted cross-entropies of all exits by SGD with a short warm-up and a
    cosine schedule; returns the model with the moving average of the weights."""
    model = MultiExitNet().to(memory_format=torch.channels_last)             # faster on CPUs
    smooth = copy.deepcopy(model).eval()
    optimizer = torch.optim.SGD(
        [{"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": WEIGHT_DECAY},
         {"params": [p for p in model.parameters() if p.dim() == 1]}],       # biases and BatchNorm
        lr=LR, momentum=0.9, nesterov=True)
    parts = {"model": model, "average": smooth, "optimizer": optimizer}
    steps = len(images) // BATCH
    warmup, total = 2 * steps, args.epochs * steps
    first, seconds = 0, 0.0
    if args.resume and os.path.exists(args.resume):
        state = torch.load(args.resume)
        first, seconds = state["epoch"], state["seconds"]
        for name, part in parts.items():
            part.load_state_dict(state[name])
        log(f"resumed after epoch {first}")

    for epoch in range(first, args.epochs):
        start, loss_sum, hits = time.time(), 0.0, torch.zeros(len(EXIT_WEIGHTS))
        gen = torch.Generator().manual_seed(args.seed * 10_000 + epoch)
        order = torch.randperm(len(images), generator=gen)
        model.train()
        for step, batch in enumerate(order.split(BATCH)[:steps]):
            now = epoch * steps + step
            cosine = 0.5 + 0.5 * math.cos(math.pi * (now - warmup) / max(1, total - warmup))
            for group in optimizer.param_groups:
                group["lr"] = LR * (now / warmup if now < warmup else cosine)
            x, y = augment(images[batch], gen).to(memory_format=torch.channels_last), labels[batch]
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
                logits = model(x)
            loss = sum(w * F.cross_entropy(z.float(), y) for w, z in zip(EXIT_WEIGHTS, logits))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item()
            hits += torch.tensor([(z.argmax(1) == y).sum() for z in logits])
            with torch.no_grad():
                decay = min(EMA, (1 + now) / (10 + now))
                for a, b in zip(smooth.state_dict().values(), model.state_dict().values()):
                    a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)
        assert math.isfinite(loss_sum), "training diverged"
        seconds += time.time() - start
        log(f"epoch {epoch + 1:3d}/{args.epochs}  loss {loss_sum / steps:.4f}  augmented train "
            + " ".join(f"{100 * h / (steps * BATCH):.2f}" for h in hits) + f"  {seconds:.0f} s")
        if args.resume:
            torch.save({"epoch": epoch + 1, "seconds": seconds,
                        **{name: part.state_dict() for name, part in parts.items()}}, args.resume + ".new")
            os.replace(args.resume + ".new", args.resume)
    return smooth


@torch.no_grad()
def correct(model, images, labels):
    """Per exit: number of images answered correctly."""
    batches = zip(images.split(500), labels.split(500))
    hits = (torch.stack([(z.argmax(1) == y).sum() for z in model(normalize(x))]) for x, y in batches)
    return sum(hits).tolist()


def export(model, path):
    """Writes the ONNX file with its metadata; nobody ever reads half of it."""
    names = [f"exit{i + 1}" for i in range(len(EXIT_WEIGHTS))]
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "raw.onnx")
        torch.onnx.export(model, torch.zeros(1, 1, 28, 28), raw, opset_version=13,
                          do_constant_folding=True, input_names=["input"], output_names=names,
                          dynamic_axes={name: {0: "N"} for name in ["input", *names]})
        proto = onnx.load(raw)
    proto.producer_name, proto.producer_version = "exitscope-sample", "1.0"
    onnx.helper.set_model_props(proto, {
        "exitscope.format": "1",
        "exitscope.preprocessing": json.dumps({"channels": 1, "height": 28, "width": 28, "order": "gray",
                                               "mean": [MEAN], "std": [STD]}),
        "exitscope.classes": json.dumps(CLASSES),
        "exitscope.dataset": "fashion-mnist",
        "exitscope.fit_split": f"last {FIT_SPLIT} training images"})
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, f"{path}.new")
    os.replace(f"{path}.new", path)
    return sorted({node.op_type for node in proto.graph.node})


def main():
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--data", required=True, help="folder of the four IDX files, .gz or plain")
    add("--output", default=here / "model.onnx", help="ONNX file to write")
    add("--log", default=here / "train.log", help="log to write, or to continue when resuming")
    add("--resume", help="checkpoint: written after each epoch, continued if it exists")
    add("--epochs", type=int, default=60)
    add("--seed", type=int, default=1)
    add("--threads", type=int, default=2)
    add("--bf16", action="store_true", help="compute in bfloat16 where safe: faster on recent CPUs")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(args.seed)
    resuming = args.resume and os.path.exists(args.resume)
    with open(args.log, "a" if resuming else "w", buffering=1) as file:
        def log(line):
            print(line, flush=True)
            print(line, file=file)

        log(f"python {platform.python_version()}, torch {torch.__version__}, onnx {onnx.__version__}, "
            f"{args.threads} threads, seed {args.seed}, {args.epochs} epochs of batch {BATCH}, "
            f"lr {LR}, weight decay {WEIGHT_DECAY}, ema {EMA}, "
            f"{'bfloat16' if args.bf16 else 'float32'}")
        seen, fit, test = load(args.data)
        log(f"train {len(seen[0])}, fit split {len(fit[0])} (not seen), test {len(test[0])}")
        model = fold_batch_norm(train(args, *seen, log))
        log(f"operators: {' '.join(export(model, args.output))}")
        table = costs(model)
        results = zip(table, correct(model, *fit), correct(model, *test))
        for i, ((macs, params, head), fit_hits, test_hits) in enumerate(results):
            log(f"exit{i + 1}  {macs:>10,} MACs ({100 * macs / table[-1][0]:5.1f} %, head {head:>7,})  "
                f"{params:>7,} parameters  fit {100 * fit_hits / len(fit[0]):.2f} %  "
                f"test {100 * test_hits / len(test[0]):.2f} % ({test_hits})")
        log(f"{Path(args.output).name}: {os.path.getsize(args.output):,} bytes")


if __name__ == "__main__":
    main()
