# SPDX-License-Identifier: GPL-3.0-or-later
"""Text files beside a data set or a model, good ones and broken ones, each after the number by which side_target.cpp
knows its kind."""
import io
import json
import zipfile

import numpy as np

import dataset_seeds

names = ["n01440764 tench, Tinca tinca", "goldfish", "2", "great white shark"]
lines = {"plain": "\n".join(names), "numbered": "".join(f"{i} {name}\n" for i, name in enumerate(names)),
         "colons": "".join(f"{i}: {name}\n" for i, name in enumerate(names)), "commas": "".join(f"{i},{name}\n" for i, name in enumerate(names)),
         "gap": "0 cat\n2 dog\n", "python": "{0: 'cat, tom',\n 1: \"dog's\",\n 2: 'a\\'b',}\n", "tuple": "['cat', \"dog\", 3]", "open": "{0: 'cat", "empty": "", "blank": "\n\n", "mark": "\ufeffcat\r\ndog\r\n"}
objects = {"list": names, "numbers": {str(i): name for i, name in enumerate(names)},
           "pairs": {str(i): ["n0144076%d" % i, name] for i, name in enumerate(names)}, "inverse": {name: i for i, name in enumerate(names)},
           "id2label": {"id2label": {str(i): name for i, name in enumerate(names)}, "model_type": "resnet"}, "gap": {"0": "a", "7": "b"}, "wrong": [1, 2],
           "deep": {"0": {"0": "a"}}, "nothing": {}, "number": 7}
maps = {"names": "from,to\ngoldfish,goldfish\ntench,tench\n", "numbers": "from,to\n0,3\n1,0\n", "none": "from,to\ngoldfish,\ntench,2\n", "unknown": "from,to\ncat,1\n",
        "missing": "from,to\ngoldfish,1\n", "twice": "from,to\ngoldfish,1\ngoldfish,2\n", "bare": "goldfish,0\ntench,1\n", "large": "from,to\ngoldfish,99999999999\n"}
labels = {"numbers": "1\n0\n", "column": "label\n1\n3\n", "names": "tench\ngoldfish\n", "few": "1\n", "many": "1\n" * 5, "none": "label\n\n1\n", "wrong": "label\n-7\n1.5\n",
          "two": "path,label\na,1\nb,0\n", "other": "a,b\n1,2\n3,4\n"}
lists = {"blanks": "a.pgm 1\nb.pgm 0\n", "tabs": "a.pgm\ttench\nb.pgm\tgoldfish\n", "semicolons": "image;class\na.pgm;1\nb.pgm;2\n", "words": "a.pgm great white shark\nb.pgm goldfish\n",
         "alone": "a.pgm\nb.pgm\n", "bars": "file|target\na.pgm|0\nb.pgm|1\n", "bare": "a 1\nb 2\n", "quoted": '"a.pgm" "tench"\n', "missing": "c.pgm 1\n", "up": "../a.pgm 1\n",
         "boxes": "image_id,prediction_string\na,n01440764 1 2 3 4\nb,n01440764 1 2 3 4\n", "offset": "a.pgm 1\nb.pgm 4\n"}
settings = {"ours": {"channels": 3, "height": 8, "width": 8, "order": "bgr", "range": "0..255", "mean": [1, 2, 3], "std": [1, 1, 1], "resize": "256", "crop": "224",
                     "filter": "bicubic", "fit": "crop", "exif": "apply", "antialias": False},
            "transformers": {"do_resize": True, "size": {"shortest_edge": 10}, "do_center_crop": True, "crop_size": {"height": 8, "width": 8}, "resample": 3,
                             "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3},
            "number": {"size": 8, "crop_pct": 0.875, "resample": 2, "do_normalize": False}, "timm": {"pretrained_cfg": {"input_size": [3, 8, 8], "interpolation": "bicubic",
            "crop_pct": 0.9, "crop_mode": "center", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}, "architecture": "resnet18"},
            "timm alone": {"input_size": [3, 8, 8], "interpolation": "bilinear", "crop_pct": 1.0, "mean": [0.5] * 3, "std": [0.5] * 3}, "nothing": {}}


def seeds():
    made = {}
    for kind, cases in enumerate((lines, {name: json.dumps(value) for name, value in objects.items()}, maps, labels, lists)):
        for name, text in cases.items():
            made[f"{kind}_{name}"] = bytes([kind]) + text.encode()
    for name, value in settings.items():
        made[f"5_{name}"] = b"\5" + json.dumps(value).encode()
        for key in value:
            for i, wrong in enumerate(("x", -1, 1e99, [], {}, None, [1, "a"], True)):
                made[f"5_{name}_{key}_{i}"] = b"\5" + json.dumps({**value, key: wrong}).encode()
    arrays = {"numbers": np.arange(4), "column": np.arange(4)[:, None], "bytes": np.array([b"cat", b"dog"] * 2), "texts": np.array(["é", "\u4e2d", "\U0001f431", "a"]),
              "one hot": np.eye(4, dtype=np.uint8), "soft": np.full((4, 4), 0.25), "fractions": np.full(4, 0.5), "few": np.arange(3), "none": np.full(4, -1), "large": np.full(4, 99999)}
    for name, array in arrays.items():
        made[f"6_{name}"] = b"\6" + dataset_seeds.npy(array)
        packed = io.BytesIO()
        np.savez(packed, labels=array)
        made[f"7_{name}"] = b"\7" + packed.getvalue()
    for name, content in {"zip": b"PK\3\4" + bytes(30), "onnx": b"\x08\x07", "pickle": b"\x80\2", "html": b"<html>", "record": bytes(16), "mat": b"MATLAB 5.0 MAT-file" + bytes(200),
                          "arrow": b"ARROW1" + bytes(20), "weights": bytes(8) + b'{"a"'}.items():
        made[f"8_{name}"] = b"\x08" + content
    for member in ("data.pkl", "model.weights.h5", "x.npy", "a.txt"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(zipfile.ZipInfo(member), b"x")
        made[f"8_{member}"] = b"\x08" + packed.getvalue()
    return made
