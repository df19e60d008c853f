#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a file of CIFAR records again as Python batches: cifar_pickles.py RECORDS 10|100 FOLDER.

FOLDER/PROTOCOL-VARIANT for the protocols 0 to 5 and the variants `list` (labels as a list, names as strings),
`bytes` (names as bytes), `array` (labels as an array) and `fortran` (images column by column)."""
import pickle
import sys
from pathlib import Path

import numpy as np


def main():
    records, classes, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    label_bytes = 1 if classes == 10 else 2
    rows = np.fromfile(records, np.uint8).reshape(-1, label_bytes + 3072)
    images, fine = rows[:, label_bytes:].copy(), rows[:, label_bytes - 1]
    names = [f"class {i} é" for i in range(classes)]
    name = "labels" if classes == 10 else "fine_labels"
    batch = {"batch_label": "batch 1 of 1", name: fine.tolist(), "data": images, "mean": 0.5, "none": None,
             "shape": (3, 32, 32), "filenames": [f"{i}.png" for i in range(len(rows))]}
    if classes == 100:
        batch["coarse_labels"] = rows[:, 0].tolist()
    variants = {"list": batch, "bytes": {key.encode(): value for key, value in batch.items()},
                "array": {**batch, name: fine.astype(np.int64)},
                "fortran": {**batch, "data": np.asfortranarray(images)}}
    for protocol in range(6):
        for variant, content in variants.items():
            (folder / f"{protocol}-{variant}").write_bytes(pickle.dumps(content, protocol))
        meta = {"label_names" if classes == 10 else "fine_label_names": names, "num_vis": 3072}
        (folder / f"{protocol}-names").write_bytes(pickle.dumps(meta, protocol))


if __name__ == "__main__":
    main()
