#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks every part of a run file in every way: run_seeds.py RUN FOLDER. Every attribute and data set is taken away, is
of another type, of another shape, and holds values out of range; every group is taken away. One of the stages' plans
stands for all, and any number will do as provenance."""
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np


def parts(file):
    """(path of the holder, name, whether it is an attribute) of everything in the file."""
    found = [("/", name, True) for name in file.attrs]
    def visit(path, item):
        holder, _, name = path.rpartition("/")
        found.append(("/" + holder, name, False))
        found.extend(("/" + path, attribute, True) for attribute in item.attrs)
    file.visititems(visit)
    return found


def ways(value):
    """What a part is replaced by, by the name of the way; None takes it away."""
    made = {"gone": None, "text": "text"}
    if not isinstance(value, np.ndarray):
        value = np.asarray(value)
    if value.dtype.kind in "uif":
        limits = np.finfo(value.dtype) if value.dtype.kind == "f" else np.iinfo(value.dtype)
        made["largest"] = np.full_like(value, limits.max)
        made["least"] = np.full_like(value, limits.min)
        made["zero"] = np.zeros_like(value)
        if value.dtype.kind == "f":
            made["nan"] = np.full_like(value, np.nan)
        made["number"] = np.float64(0.5) if value.ndim else np.ones(3)
    else:
        made["number"] = np.arange(3)
    if value.ndim:
        made["short"] = value[:-1]
        made["deep"] = value.reshape(value.shape + (1,) * (5 - value.ndim))
    return made


def put(holder, name, attribute, value):
    place = holder.attrs if attribute else holder
    del place[name]
    if value is not None:
        place[name] = value


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    with h5py.File(source) as file:
        found = [(*part, file[part[0]].attrs[part[1]] if part[2] else file[part[0]][part[1]]) for part in parts(file)]
        changes = []
        for holder, name, attribute, value in found:
            group = isinstance(value, h5py.Group)
            value = value[()] if isinstance(value, h5py.Dataset) else value
            options = {"gone": None, "number": np.arange(3)} if group else ways(value)
            if "w8a8" in holder or "w4a4/1" in holder:
                options = {}
            elif holder == "/provenance":
                options = {way: new for way, new in options.items() if way in ("gone", "text")}
            changes += [(holder, name, attribute, way, new) for way, new in options.items()]
    for holder, name, attribute, way, value in changes:
        target = folder / f"{(holder + '/' + name).strip('/').replace('/', '.')}-{way}"
        shutil.copyfile(source, target)
        with h5py.File(target, "r+") as file:
            put(file[holder], name, attribute, value)
    special = {"packed": dict(compression="lzf", chunks=(2,)), "checked": dict(fletcher32=True, chunks=(2,)),
               "elsewhere": dict(external=[("other.bin", 0, h5py.h5f.UNLIMITED)])}
    for way, how in special.items():
        target = folder / f"labels-{way}"
        shutil.copyfile(source, target)
        with h5py.File(target, "r+") as file:
            labels = file["test/labels"][()]
            del file["test/labels"]
            file["test"].create_dataset("labels", labels.shape, labels.dtype, **how)
    for way, link in {"soft": h5py.SoftLink("/fit/labels"), "external": h5py.ExternalLink("other.exr", "/labels")}.items():
        target = folder / f"labels-{way}"
        shutil.copyfile(source, target)
        with h5py.File(target, "r+") as file:
            put(file["test"], "labels", False, link)


if __name__ == "__main__":
    main()
