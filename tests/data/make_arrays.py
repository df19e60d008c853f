#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/arrays/: small NPY and NPZ files by NumPy itself, and NumPy's float32 preprocessing of all bytes;
tests/data/hdf5/: the same by h5py; tests/data/images/: JPEG files with what Pillow makes of them."""
import pathlib

import h5py
import numpy as np
from PIL import Image

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

hdf5 = out.parent / "hdf5"
hdf5.mkdir(exist_ok=True)
numbers = np.arange(4)


def write(name, fill, **options):
    with h5py.File(hdf5 / name, "w", **options) as file:
        fill(file)


def put(**arrays):
    def fill(file):
        for name, values in arrays.items():
            file[name.replace("__", "/")] = values
    return fill


def chunked(file):
    file.create_dataset("x", data=rgb, chunks=(3, 2, 6, 3), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("y", data=numbers.astype(">f8"), chunks=True)


def names(file):
    file["data"] = rgb
    file.create_dataset("label", data=["dog", "cat", "dog", "ant"], dtype=h5py.string_dtype())


def groups(file):
    put(train__images=rgb, train__labels=numbers, test__images=rgb[:2], test__labels=np.array([1, 0]))(file)
    file.attrs["classes"] = ["a", "b", "c", "d"]


def packed(file):
    file.create_dataset("x", data=rgb, compression="lzf")


def varying(file):
    file.create_dataset("images", (2,), dtype=h5py.vlen_dtype(np.uint8))[0] = np.arange(5, dtype=np.uint8)


def keras(file):
    file.attrs["layer_names"] = [b"dense"]
    file["dense/kernel"] = np.zeros((2, 2))


write("plain.h5", put(images=rgb, labels=numbers))
write("chunked.h5", chunked)
write("half.h5", put(X=floats.astype(np.float16), Y=np.eye(5, dtype=np.float32)[[4, 0, 2]]))
write("names.h5", names)
write("groups.h5", groups)
write("bool.h5", put(x=rgb[..., 0] > 99, y=np.array([True, False, True, True])))
write("lzf.h5", packed)
write("varying.h5", varying)
write("keras.h5", keras)
write("matlab.mat", put(X=rgb.transpose(0, 3, 2, 1), y=numbers[None].astype(np.float64) + 1), userblock_size=512)
with open(hdf5 / "matlab.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file".ljust(116) + bytes(8) + b"\0\2IM")

images = out.parent / "images"
images.mkdir(exist_ok=True)
ramp = np.stack(np.meshgrid(np.arange(24) * 10, np.arange(16) * 15), -1)
colours = Image.fromarray(np.dstack([ramp, 255 - ramp[..., :1]]).astype(np.uint8))
colours.save(images / "rgb.jpg", quality=85)
colours.convert("CMYK").save(images / "cmyk.jpg", quality=85)
colours.save(images / "progressive.jpg", quality=85, progressive=True)
colours.save(images / "first.webp", save_all=True, append_images=[colours.rotate(90)])
for name in ("rgb", "cmyk", "progressive"):
    np.save(images / f"{name}.npy", np.asarray(Image.open(images / f"{name}.jpg").convert("RGB"))[None])
