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

import dataset_seeds
import model_seeds
import side_seeds
import whole_images


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width, height, depth, colours, rows, *more, interlaced=0):
    """`rows` are those of the file, each after its filter."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")


def png(pixels):
    return png_of(pixels.shape[1], pixels.shape[0], 8, 0, b"".join(b"\0" + row.tobytes() for row in pixels))


def png_seeds(random):
    """Every kind of pixels, and chunks that say more about them."""
    exif = png_chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0")
    palette = png_chunk(b"PLTE", bytes(range(12)))
    kinds = {"bits": (1, 0, 1), "grey16": (16, 0, 4), "colour": (8, 2, 6), "colour16": (16, 2, 12), "alpha": (8, 6, 8), "grey_alpha": (8, 4, 4)}
    made = {f"{name}.png": png_of(2, 2, depth, colours, b"".join(b"\0" + random.bytes(count) for _ in range(2)))
            for name, (depth, colours, count) in kinds.items()}
    made["palette.png"] = png_of(2, 2, 2, 3, b"\0\x10\0\x20", palette, png_chunk(b"tRNS", b"\0\7"))
    made["no_palette.png"] = png_of(2, 2, 8, 3, bytes(6))
    made["turned.png"] = png_of(2, 2, 8, 0, bytes(6), exif, png_chunk(b"gAMA", b"\0\0\xb1\x8f"), png_chunk(b"iCCP", b"x\0\0nothing"))
    made["interlaced.png"] = png_of(2, 2, 8, 0, bytes(8), interlaced=1)
    made["short.png"] = png_of(2, 2, 8, 0, bytes(2))
    return made


def bmp(pixels):
    height, width = pixels.shape
    rows = b"".join(row.tobytes() + b"\0" * (-width % 4) for row in pixels[::-1])
    palette = b"".join(bytes((i, i, i, 0)) for i in range(256))
    offset = 54 + len(palette)
    return (struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, len(rows), 0, 0, 256, 0) + palette + rows)


def tiff(order, tag_type, entries=2, tags=(256, 257, 258)):
    """An image file directory with the sizes and nothing else."""
    code, number = ("<", b"II*\0") if order == "little" else (">", b"MM\0*")
    size = struct.pack(code + ("HH" if tag_type == 3 else "I"), *((2, 0) if tag_type == 3 else (2,)))
    return (number + struct.pack(code + "IH", 8, entries)
            + b"".join(struct.pack(code + "HHI", tag, tag_type, 1) + size for tag in tags))


def webp(kind, body):
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def jpeg(*segments, scan=b"\xff\xda\0\2data\xff\xd9"):
    return b"\xff\xd8" + b"".join(segments) + scan


def image_seeds(pixels, random):
    frame = b"\xff\xc0\0\x0b\x08\0\2\0\2\1\1\x11\0"
    small = struct.pack("<2sIHHIIHHHH", b"BM", 38, 0, 0, 26, 12, 2, 2, 1, 24) + bytes(16)
    exif = b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\5\0\0\0"
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x08" + bytes(3) + b"\1\0\0\1\0\0"
    turned = extended + b"EXIF" + struct.pack("<I", len(exif)) + exif
    kinds = {f"kind_{i}": magic + bytes(40) for i, magic in enumerate((b"GIF89a", b"8BPS", b"<?xml <svg", b"\x1f\x8b", b"PAR1", b"<html", b"version https://git-lfs"))}
    return {**png_seeds(random), **whole_images.seeds(), **kinds, "turned.webp": b"RIFF" + struct.pack("<I", 4 + len(turned)) + b"WEBP" + turned,
            "lab.tif": tiff("little", 3, 4, (256, 257, 258, 262)).replace(b"\6\1\3\0\1\0\0\0\2", b"\6\1\3\0\1\0\0\0\x08"),
            "turned.tif": tiff("big", 3, 4, (256, 257, 258, 274)), "grey.png": png(pixels), "grey.bmp": bmp(pixels), "grey.pgm": b"P5\n7 6\n255\n" + pixels.tobytes(),
            "colour.ppm": b"P6 2 2 255\n" + random.bytes(12), "text.pgm": b"P2 # a comment\n#another\n2\t2\r\n9\n1 2 3 4\n",
            "digits.pgm": b"P5 1234567890 2\n", "no_size.pgm": b"P5 x", "huge.ppm": b"P6 65535 65535 255\n", "zero.pgm": b"P5 0 0 9 ",
            "deep.pgm": b"P5 2 2 65535\n" + random.bytes(8), "old.bmp": small, "upside_down.bmp": bmp(pixels).replace(
                struct.pack("<ii", 7, 6), struct.pack("<ii", 7, -6)), "little.tif": tiff("little", 4), "big.tif": tiff("big", 3),
            "short.tif": tiff("little", 3), "long.tif": tiff("big", 4, 999), "lossy.webp": webp(b"VP8 ", b"\x30\1\0\x9d\1\x2a\2\0\2\0" + bytes(9)),
            "lossless.webp": webp(b"VP8L", b"\x2f\1\x40\0\0" + bytes(9)), "extended.webp": webp(b"VP8X", bytes(4) + b"\1\0\0\1\0\0"),
            "other.webp": webp(b"ICCP", bytes(8)), "frame.jpg": jpeg(b"\xff\xe0\0\2", b"\xff\xff\xd8", frame),
            "frameless.jpg": jpeg(), "no_length.jpg": jpeg(b"\xff\xe0\0\0"), "no_marker.jpg": jpeg(b"\0\0"), "no_end.jpg": jpeg(frame, scan=b"\xff\xda\0\2"),
            "cut.jpg": jpeg(frame, scan=b""), "text": b"no image at all", "tiny": b"P"}


def main():
    root = Path(sys.argv[1])
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (5, 6, 7), np.uint8)

    def put(kind, name, data):
        (root / kind).mkdir(parents=True, exist_ok=True)
        (root / kind / name).write_bytes(data)

    seeds = {"idx": dataset_seeds.idx_seeds(images, np.arange(5, dtype=np.uint8)), "cifar": dataset_seeds.cifar_seeds(random),
             "pickle": dataset_seeds.pickle_seeds(random), "npy": dataset_seeds.npy_seeds(images),
             "npz": dataset_seeds.npz_seeds(images), "hdf5": dataset_seeds.hdf5_seeds(images),
             "tar": dataset_seeds.tar_seeds(png(images[0])), "tar_gz": dataset_seeds.tar_seeds(png(images[0]), lambda archive: gzip.compress(archive, mtime=0)), "model": model_seeds.seeds(), "image": image_seeds(images[0], random)}
    for kind, files in seeds.items():
        for name, content in files.items():
            put(kind, name, content)
    packed = gzip.compress(dataset_seeds.idx(images), mtime=0)
    for name, content in {"packed": packed, "cut": packed[:-20], "other_sum": packed[:-8] + bytes(4) + packed[-4:], "more": packed + packed,
                          "tail": gzip.compress(dataset_seeds.idx(images) + b"more", mtime=0), "damaged": packed[:30] + bytes(9) + packed[39:],
                          "empty": gzip.compress(b"", mtime=0), "unpacked": dataset_seeds.idx(images), "magic": packed[:2]}.items():
        put("idx_gz", name, content)
    put("csv", "named", b'path,label\n"a.pgm",cat\na.pgm,"do""g"\n')
    put("csv", "bare", b"a.pgm,1\r\na.pgm,0\r\n")
    for i, text in enumerate([b"path\na.pgm\n", b"path,label\n,1\n", b"path,label\na.pgm,\na.pgm,3\n", b"path,label\na.pgm,1\na.pgm,cat\n",
                              b"path,label\na.pgm,99999\n", b"path,label\nb.pgm,1\n", b"path,label\n", b"label\n1\n", b'"a.pgm"x,1\n',
                              b'path,label\n"a.pgm,1\n', b"\xef\xbb\xbfpath\tlabel\r\na.pgm\t1\r\n", b"path,label\n\0\n", b"path,label\na.pgm,1,2\n",
                              b'path,label\na.pgm,"1"x\n', b"path,label\na.pgm,-1\n", b"# by hand\n#path,label\na.pgm,1\na.pgm,1\n",
                              b"path,cat,dog\na.pgm,1,0\n", b"path,cat,dog\na.pgm,1,1\n", b'path,label\na.pgm,"1,2"\n', b"a.pgm [1 2]\n",
                              b"path,y_true,target\na.pgm,1,2\n", b"a.pgm 1 cat\na.pgm 1 cat\n", b"0\t1.0\ta.pgm\n", b"a.pgm cat\na.pgm cat two\n"]):
        put("csv", f"case_{i}", text)
    for name, content in side_seeds.seeds().items():
        put("side", name, content)
    table = ["target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2"]
    table += [f"{i % 3},{0.5 + i / 100},{i % 3},{0.6 + i / 100},{i % 2}" for i in range(24)]
    put("import", "table", "\n".join(table).encode())
    head = "target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2"
    for i, row in enumerate(["x,0.5,0,0.5,0", "0,2,0,0.5,0", "0,0.5,-1,0.5,0", "0,0.5,0", "-1,0.5,0,0.5,0", ",0.5,0,0.5,0", "7,0.5,9,0.5,0", '"0,0.5']):
        put("import", f"row_{i}", "\n".join([head, row, *table[1:]]).encode())
        put("import", f"rows_{i}", "\n".join([head, *[row] * 30]).encode())
    put("import", "no_prediction", b"target,conf_branch_1\n0,0.5\n")
    put("import", "from_zero", b"\n".join([b"target;conf_branch_0;prediction_branch_0"] + [b"1;0.5;1"] * 20))
    put("import", "no_confidence", b"target,other\n0,0.5\n")
    for i, text in enumerate([b"10\n25\n", b"1,10\n2,25\n", b"macs\n5\n5\n", b"cumulative_macs\n5\n4\n", b"cost\n-1\n2\n", b"cost,macs\nnan\n1\n", b"flops\n1\n",
                              b"stage_cost,ms\n1,2\n3,4\n", b"cost,cumulative_ms\n1,3\n3,2\n", b"a,b,c\n1,2,3\n4,5,6\n", b"label\n0.5\n", b"label\n-1\n-1\n", b"target\n99999\n",
                              b"+1\n 2\t\n", b"label,other\n1,2\n0,1\n", b"1e999\n", b"", b"\0", b"a\n1,2\n", dataset_seeds.npy(np.arange(20) % 3),
                              dataset_seeds.npy(np.ones((4, 2))), dataset_seeds.npy(np.ones(4, bool)), dataset_seeds.npy(np.arange(3)[:, None] - 1.0)]):
        put("import", f"numbers_{i}", text)
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
    wrong = {"policy": "nothing", "cost": "money", "schedule": "never", "budget": "x", "pooled": 3, "curves": "x", "grid": "x", "layout": 3, "selected": 0.5,
             "run": 3, "data": [], "filters": [{"kind": "nothing"}], "saved_filters": [{"name": "n" * 100}], "model": "m" * 5000, "version": 9, "format": "x"}
    for key, value in wrong.items():
        put("session", f"wrong_{key}", json.dumps({**session, key: value}).encode())
    kinds = ["precision", "label", "prediction", "state"]
    put("session", "other", json.dumps({**session, "schedule": "free", "run": {"path": "/nowhere/a.exr"}, "pooled": False, "curves": ["quee"] * 201,
                                        "filters": [{"kind": kind, "value": 1, "text": "w4a4"} for kind in kinds]}).encode())
    put("session", "schedule", json.dumps({**session, "schedule": "free", "run": {"path": "/nowhere/a.exr"}, "filters": []}).encode())
    put("session", "out_of_range", json.dumps({**session, "selected": 7e60}).encode())
    put("session", "small", json.dumps({"format": "exitscope-session", "version": 1}).encode())


if __name__ == "__main__":
    main()
