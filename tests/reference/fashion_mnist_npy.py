#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes Fashion-MNIST's test images, normalised as a model's metadata says, as float32 NPY [N,1,28,28].

usage: fashion_mnist_npy.py MODEL.onnx OUTPUT.npy [LABELS.npy]
"""
import gzip
import json
import sys

import numpy as np
import onnx

FOLDER = "/usr/share/datasets/fashion-mnist/"


def read_idx(name: str) -> np.ndarray:
    with gzip.open(FOLDER + name) as file:
        raw = file.read()
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def main() -> None:
    model, output, *labels = sys.argv[1:]
    metadata = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    how = json.loads(metadata["exitscope.preprocessing"])
    images = read_idx("t10k-images-idx3-ubyte.gz")[:, None].astype(np.float32)
    mean, std = np.float32(how["mean"][0]), np.float32(how["std"][0])
    np.save(output, (images / np.float32(255) - mean) / std)
    if labels:
        np.save(labels[0], read_idx("t10k-labels-idx1-ubyte.gz").astype(np.int64))


if __name__ == "__main__":
    main()
