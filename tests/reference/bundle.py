#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports operating points of the sample and runs the bundles on Fashion-MNIST test images: in ONNX Runtime, and on our
own engine by the driver in C++.

    bundle.py EXITSCOPE_CLI MODEL.onnx DRIVER [IMAGES [EVALUATED]]

Exits and predictions must be those of the run's decisions for at least 99.5 % of the images (1,000 unless told), for
99.9 % where the bundle is written with --exact, and policy.json must satisfy its schema. The run is on the first 2,000
images of each split unless told: enough for every rule to leave at several exits; its weights are rounded to nearest,
so that the network is rounded quickly for each of the bundles. Needs Fashion-MNIST, exits with 77 without it; skips onnxruntime-node ($EXITSCOPE_ORT) where that is
missing.
"""
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

DATA = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
POINTS = [  # one of every form of rule, at budgets that mix two points
    ("quee", "0.12"), ("confidence", "0.6"), ("entropy", "0.5"), ("margin", "0.5"), ("composite", "0.1"),
    ("eero", "0.5"), ("msdnet", "0.5"), ("jei", "0.5"), ("patience", "0.9"), ("pcee", "0.5"), ("static", "0.2"),
    ("escalate", "0.15"), ("quee-escalate", "0.15"),
]


def run(*arguments):
    made = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if made.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {made.stderr}")
    return made.stdout


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def validate(bundle):
    try:
        import jsonschema
    except ImportError:
        return
    jsonschema.validate(json.loads((bundle / "policy.json").read_text()),
                        json.loads((bundle / "policy.schema.json").read_text()))


def other_preprocessing(program, drivers, folder):
    """A network fed with blue first, from 0 to 255: every driver does what the run did, or refuses."""
    rng = np.random.default_rng(3)
    model = Path(__file__).parents[1] / "data/models/two_exit.onnx"
    count = 200
    for split in ("fit", "test"):
        images = rng.integers(0, 256, (count, 16, 16, 3), np.uint8)
        np.savez(folder / f"{split}.npz", x=images, y=rng.integers(0, 5, count))
    np.save(folder / "planes.npy", np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
    options = ["--channels", "bgr", "--range", "0..255", "--mean", "104", "117", "123", "--std", "60", "50", "40"]
    run(program, "evaluate", model, "--fit", folder / "fit.npz", "--test", folder / "test.npz", *options, "-o",
        folder / "bgr.exr", "--quiet", "--precisions", "w8a8")
    run(program, "export", folder / "bgr.exr", model, "--policy", "confidence", "--budget", "0.8", "-o",
        folder / "bgr", "--quiet")
    validate(folder / "bgr")
    run(program, "decide", folder / "bgr.exr", "--policy", "confidence", "--budget", "0.8", "--csv",
        folder / "decisions.csv", "--quiet")
    bad = 0
    for name, command in drivers.items():
        run(*command(folder / "bgr"), folder / "planes.npy", folder / "answers.csv")
        pairs = list(zip(rows(folder / "answers.csv"), rows(folder / "decisions.csv")))
        same = sum(all(a[key] == d[key] for key in ("sample", "exit", "path", "prediction")) for a, d in pairs)
        print(f"blue first, 0 to 255: {name} {same} of {len(pairs)} as the run decided", flush=True)
        bad += len(pairs) != count or same < 0.97 * count
    if "Node.js" in drivers:  # does not scale
        np.save(folder / "large.npy", np.zeros((1, 3, 20, 20), np.uint8))
        refused = subprocess.run([*drivers["Node.js"](folder / "bgr"), folder / "large.npy"], stderr=subprocess.PIPE)
        bad += refused.returncode == 0 or b"exitscope-cli preprocess" not in refused.stderr
    return bad


def main():
    program, model, driver = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    evaluated = sys.argv[5] if len(sys.argv) > 5 else "2000"
    runtime = Path(os.environ.get("EXITSCOPE_ORT", ".")) / "node_modules/onnxruntime-node"
    if not DATA.exists():
        print("skipped: needs Fashion-MNIST", file=sys.stderr)
        return 77
    drivers = {"C++": lambda bundle: [driver, bundle]}
    if runtime.exists():
        drivers["Node.js"] = lambda bundle: ["node", bundle / "run.js"]
    else:
        print("skipped: Node.js: no onnxruntime-node (EXITSCOPE_ORT)", file=sys.stderr)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        bad += other_preprocessing(program, drivers, folder)
        images = np.frombuffer(gzip.open(DATA).read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)[:count]
        np.save(folder / "images.npy", images)
        run(program, "evaluate", model, "--fit", "fashion-mnist:fit", "--test", "fashion-mnist:test", "-o",
            folder / "run.exr", "--quiet", "--limit", evaluated, "--weights", "nearest")
        for policy, budget, *form in [*POINTS, ("quee", "0.12", "--exact"), ("escalate", "0.15", "--exact")]:
            bundle = folder / "".join([policy, *form])
            run(program, "export", folder / "run.exr", model, "--policy", policy, "--budget", budget, "-o", bundle,
                "--quiet", *form)
            validate(bundle)
            run(program, "decide", folder / "run.exr", "--policy", policy, "--budget", budget, "--csv",
                folder / "decisions.csv", "--quiet")
            for name, command in drivers.items():
                if form and name == "C++":  # our engine runs the other form on integers
                    continue
                run(*command(bundle), folder / "images.npy", folder / "answers.csv")
                pairs = list(zip(rows(folder / "answers.csv"), rows(folder / "decisions.csv")))
                same = [all(a[key] == d[key] for key in ("sample", "exit", "path", "prediction")) for a, d in pairs]
                share = sum(same) / count
                exits = sorted({a["exit"] for a, _ in pairs})
                print(f"{policy:14s} {budget:5s} {name:8s} {''.join(form)} {100 * share:6.2f} % of {len(pairs)} as the run decided, "
                      f"exits {exits}", flush=True)
                least = 0.999 if form and name == "Node.js" else 0.995
                bad += len(pairs) != count or share < least
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
