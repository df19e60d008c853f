#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `exitscope-cli run --precision fp32` on the sample with ONNX Runtime on all 10,000 test images: every exit's
count of right answers to within one image, every logit to within 1e-3. Exit code 77 (skipped) without ONNX Runtime.

usage: agreement.py EXITSCOPE_CLI MODEL.onnx
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def skip(reason: str) -> None:
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def main() -> None:
    cli, model = sys.argv[1:]
    here = Path(__file__).resolve().parent
    try:
        import numpy as np
        import onnx  # noqa: F401  needed by fashion_mnist_npy.py
    except ImportError as error:
        skip(str(error))
    with tempfile.TemporaryDirectory() as scratch:
        ours, peer, images, labels = (str(Path(scratch) / name) for name in ("ours.npy", "peer.npy", "in.npy", "y.npy"))
        subprocess.run([sys.executable, here / "fashion_mnist_npy.py", model, images, labels], check=True)
        try:
            done = subprocess.run(["node", here / "onnxruntime.js", model, images, peer], text=True, capture_output=True)
        except FileNotFoundError:
            skip("node is not installed")
        if done.returncode == SKIPPED:
            skip(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        answer = subprocess.run([cli, "run", model, "--data", "fashion-mnist:test", "--precision", "fp32", "--json",
                                 "--save-logits", ours], check=True, text=True, capture_output=True).stdout
        truth, mine, theirs = np.load(labels), np.load(ours), np.load(peer)
        difference = float(np.abs(mine - theirs).max())
        counts = [(logits.argmax(2) == truth).sum(1).tolist() for logits in (mine, theirs)]
        reported = [round(entry["accuracy"] * len(truth)) for entry in json.loads(answer)["exits"]]
        print(f"largest logit difference {difference:.2e}; right answers ours {counts[0]}, ONNX Runtime {counts[1]}")
        assert difference < 1e-3
        assert reported == counts[0]
        assert all(abs(a - b) <= 1 for a, b in zip(*counts))


if __name__ == "__main__":
    main()
