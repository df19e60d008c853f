#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small valid files of every format as seeds for the fuzz targets: make_corpus.py FOLDER."""
import gzip
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np


def idx(images):
    return struct.pack(">IIII", 0x803, *images.shape) + images.tobytes()


def png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bmp(pixels):
    height, width = pixels.shape
    rows = b"".join(row.tobytes() + b"\0" * (-width % 4) for row in pixels[::-1])
    palette = b"".join(bytes((i, i, i, 0)) for i in range(256))
    offset = 54 + len(palette)
    return (struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, len(rows), 0, 0, 256, 0) + palette + rows)


def main():
    root = Path(sys.argv[1])
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (5, 6, 7), np.uint8)

    def put(kind, name, data):
        (root / kind).mkdir(parents=True, exist_ok=True)
        (root / kind / name).write_bytes(data)

    put("idx", "plain", idx(images))
    put("idx_gz", "packed.gz", gzip.compress(idx(images), mtime=0))
    put("cifar", "batch.bin", b"".join(bytes([i % 10]) + random.bytes(3072) for i in range(3)))
    for name, array in {"u1": images, "f4": images[:, None].astype("<f4"), "f8": images.astype("<f8")}.items():
        np.save(root / f"{name}.npy", array)
        put("npy", name, (root / f"{name}.npy").read_bytes())
        (root / f"{name}.npy").unlink()
    for name, save in {"stored": np.savez, "deflated": np.savez_compressed}.items():
        save(root / f"{name}.npz", x=images, y=np.arange(5))
        put("npz", name, (root / f"{name}.npz").read_bytes())
        (root / f"{name}.npz").unlink()
    put("csv", "named", b'path,label\n"a.pgm",cat\na.pgm,"do""g"\n')
    put("csv", "bare", b"a.pgm,1\r\na.pgm,0\r\n")
    put("image", "grey.png", png(images[0]))
    put("image", "grey.bmp", bmp(images[0]))
    put("image", "grey.pgm", b"P5\n7 6\n255\n" + images[0].tobytes())
    put("image", "colour.ppm", b"P6 2 2 255\n" + random.bytes(12))
    table = ["target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2"]
    table += [f"{i % 3},{0.5 + i / 100},{i % 3},{0.6 + i / 100},{i % 2}" for i in range(24)]
    put("import", "table", "\n".join(table).encode())
    put("import", "labels", b"label\n1\n0\n-1\n2\n")
    put("import", "costs", b"cumulative_macs,params,cumulative_ms\n10,5,0.5\n25,7,1.5\n")
    searches = ["exit=2 wrong", "not (class:0,1 or label!=2) and cost<=0.5", "predicted_error:0.1..0.3 -agrees",
                'class:"0" path:"w4a4*"', "margin>=20% entropy<1 !right", "precision=w8a8 or precision>w4a4",
                "index:3..7 confidence>0.9 differs", "exit:1..2 prediction=1 unlabelled", "true_probability<0.1 sample=3",
                "class:", "exit", "path:w", "clas:0", "cost<x", "(wrong", "class!=0,2 path!=w4a4-w8a8,w8a8*"]
    for i, search in enumerate(searches):
        put("query", f"{i}", search.encode())
    session = {"format": "exitscope-session", "version": 1, "run": {"path": "a.exr", "identity": "00ff"},
               "model": "m.onnx", "data": {"fit": "a:fit", "test": "a:test"}, "policy": "quee", "cost": "bops",
               "budget": 0.31, "pooled": True, "curves": ["quee", "static"], "grid": False, "layout": "AAAA",
               "selected": 12, "saved_filters": [{"name": "n", "text": "wrong"}],
               "filters": [{"kind": "exit", "value": 1}, {"kind": "query", "text": "wrong"},
                           {"kind": "predicted_error", "low": 0.1, "high": 0.5}, {"kind": "right", "value": 0}]}
    put("session", "full", json.dumps(session, indent=1).encode())
    put("session", "out_of_range", json.dumps({**session, "selected": 7e60}).encode())
    put("session", "small", json.dumps({"format": "exitscope-session", "version": 1}).encode())


if __name__ == "__main__":
    main()
