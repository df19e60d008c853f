#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/arrays/: small NPY and NPZ files by NumPy itself, and NumPy's float32 preprocessing of all bytes."""
import pathlib

import numpy as np

out = pathlib.Path(__file__).parent / "arrays"
out.mkdir(exist_ok=True)
rng = np.random.default_rng(5)

grey = (np.arange(5 * 4 * 3) % 256).astype(np.uint8).reshape(5, 4, 3)
rgb = rng.integers(0, 256, (4, 5, 6, 3), dtype=np.uint8)
floats = (np.arange(3 * 2 * 4 * 5, dtype=np.float32) / 7 - 3).reshape(3, 2, 4, 5)
labels = np.array([3, 0, 2, 2, 9], dtype=np.int64)

np.save(out / "grey.npy", grey)
np.save(out / "grey_labels.npy", labels)
np.save(out / "rgb_hwc.npy", rgb)
np.save(out / "rgb_chw.npy", np.ascontiguousarray(rgb.transpose(0, 3, 1, 2)))
np.save(out / "float32.npy", floats)
np.save(out / "float64.npy", floats.astype(np.float64))
np.save(out / "fortran.npy", np.asfortranarray(floats))
np.save(out / "big_endian.npy", floats.astype(">f4"))
np.savez(out / "stored.npz", x=grey, y=labels)
np.savez_compressed(out / "splits.npz", x_train=rgb, y_train=np.arange(4), x_test=rgb[:2], y_test=np.array([[1], [0]], dtype=np.uint8))

# [3,256]: what each byte becomes in each channel, computed in float32.
mean = np.array([0.485, 0.456, 0.406], dtype=np.float32)[:, None]
std = np.array([0.229, 0.224, 0.225], dtype=np.float32)[:, None]
values = np.arange(256, dtype=np.float32)[None, :]
np.save(out / "normalised.npy", ((values / np.float32(255) - mean) / std).astype(np.float32).reshape(1, 3, 1, 256))
