#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what `exitscope-cli attach` writes against programs that we did not write: the ONNX checker accepts the file,
the backbone's nodes and weights are in it byte for byte, ONNX Runtime gives the same logits at every exit to within
1e-3 and the same count of right answers to within one image, and its last exit equals the backbone's to the bit. Exit
code 77 (skipped) without the data ($EXITSCOPE_DATA) or ONNX Runtime ($EXITSCOPE_ORT).

usage: attached.py EXITSCOPE_CLI [BACKBONE.onnx WITH_EXITS.onnx IMAGES]
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
MEAN, STD = "0.485,0.456,0.406", "0.229,0.224,0.225"


def skip(reason: str) -> None:
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def numbers(text):
    return [float(part) for part in text.split(",")]


def main() -> None:
    cli, *given = sys.argv[1:]
    here = Path(__file__).resolve().parent
    data = Path(os.environ.get("EXITSCOPE_DATA") or "/tmp/exitscope-data")
    cifar = data / "cifar-10-batches-bin"
    if not cifar.is_dir():
        skip("no external data: set EXITSCOPE_DATA")
    try:
        import numpy as np
        import onnx
    except ImportError as error:
        skip(str(error))
    with tempfile.TemporaryDirectory() as scratch:
        path = lambda name: str(Path(scratch) / name)
        backbone, attached, count = given or [str(data / "models/cifar10_resnet20.onnx"), path("exits.onnx"), 500]
        count = int(count)
        if not given:
            subprocess.run([cli, "attach", backbone, "--data", f"{cifar}:train", "--limit", "500", "--epochs", "2",
                            "--head", "conv", "--cut", "/layer1/layer1.2/Relu_1_output_0,/layer3/layer3.0/Relu_1_output_0",
                            "--mean", MEAN, "--std", STD, "-o", attached, "--quiet"], check=True)

        onnx.checker.check_model(onnx.load(attached), full_check=True)
        before, after = onnx.load(backbone).graph, onnx.load(attached).graph
        for kind in ("node", "initializer"):
            mine = [item.SerializeToString() for item in getattr(after, kind)]
            assert mine[:len(getattr(before, kind))] == [i.SerializeToString() for i in getattr(before, kind)], kind
        early = len(after.output) - len(before.output)
        assert list(after.output)[early:] == list(before.output)
        print(f"{early} new exits: {', '.join(output.name for output in list(after.output)[:early])}")

        records = np.fromfile(cifar / "test_batch.bin", np.uint8).reshape(-1, 3073)[:count]
        images = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / np.float32(255)
        images = (images - np.float32(numbers(MEAN))[:, None, None]) / np.float32(numbers(STD))[:, None, None]
        truth = records[:, 0].astype(np.int64)
        np.save(path("images.npy"), images.astype(np.float32))

        def peer(model: str, output: str):
            try:
                done = subprocess.run(["node", here / "onnxruntime.js", model, path("images.npy"), path(output)],
                                      text=True, capture_output=True)
            except FileNotFoundError:
                skip("node is not installed")
            if done.returncode == SKIPPED:
                skip(done.stderr.strip())
            assert done.returncode == 0, done.stderr
            return np.load(path(output))

        def ours(model: str, output: str):
            subprocess.run([cli, "run", model, "--data", f"{cifar}:test", "--limit", str(count), "--mean", MEAN, "--std",
                            STD, "--save-logits", path(output), "--quiet"], check=True, stdout=subprocess.DEVNULL)
            return np.load(path(output))

        theirs, mine = peer(attached, "peer.npy"), ours(attached, "ours.npy")
        difference = np.abs(mine - theirs).max(axis=(1, 2))
        counts = [(logits.argmax(2) == truth).sum(1).tolist() for logits in (mine, theirs)]
        print(f"largest logit difference {difference.max():.2e}; right answers ours {counts[0]}, ONNX Runtime {counts[1]}")
        assert difference.max() < 1e-3
        assert all(abs(a - b) <= 1 for a, b in zip(*counts))
        assert np.array_equal(peer(backbone, "plain_peer.npy")[0], theirs[-1]), "ONNX Runtime's last exit changed"
        assert np.array_equal(ours(backbone, "plain.npy")[0], mine[-1]), "our last exit changed"
        print("the last exit is unchanged to the bit in both")


if __name__ == "__main__":
    main()
