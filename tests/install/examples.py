#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the examples of docs/library.md on the installed libraries and runs them: examples.py SOURCE PREFIX CMAKE CLI.

logits_to_curve links Exitscope::analysis alone: neither its symbols nor the libraries it loads may be those of oneDNN,
ONNX, protobuf or OpenCV. The page must show the examples as they are. Exit code 77, after the examples that need no
images: the Debian package dataset-fashion-mnist is missing.
"""
import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FASHION = Path("/usr/share/datasets/fashion-mnist")
NETWORK = re.compile(r"dnnl|onednn|onnx|protobuf|opencv|\bcv::", re.IGNORECASE)
IMAGES = 300


def run(*command):
    made = subprocess.run([str(part) for part in command], text=True, capture_output=True)
    if made.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {made.stdout}{made.stderr}")
    return made.stdout


def build(cmake, prefix, source, folder):
    run(cmake, "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
    run(cmake, "--build", folder)
    return folder


def check_page(source):
    """Every block under `<!-- FILE -->` in docs/library.md is that file."""
    page = (source / "docs/library.md").read_text()
    shown = re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```\n", page, re.DOTALL)
    assert len(shown) >= 4, "docs/library.md shows no examples"
    for name, text in shown:
        assert text == (source / "docs" / name).read_text(), f"docs/library.md: {name} is another than it shows"


def check_curves(program, run_file):
    printed = run(program, run_file)
    policies = {line.partition(":")[0] for line in printed.splitlines() if ": cost " in line}
    assert {"quee", "confidence", "static", "oracle"} <= policies, printed
    assert re.search(r"guarantee: .*threshold", printed), printed
    assert run_file.exists()
    symbols = [line for line in run("nm", "-C", program).splitlines() if NETWORK.search(line)]
    loaded = [line for line in run("ldd", program).splitlines() if NETWORK.search(line)]
    assert not symbols and not loaded, symbols + loaded


def check_bundle(cli, run_file, model, cmake, prefix, scratch):
    bundle = scratch / "bundle"
    run(cli, "export", run_file, model, "--policy", "quee", "--budget", "0.3", "-o", bundle)
    driver = build(cmake, prefix, bundle, scratch / "driver") / "run"
    run(driver, bundle, FASHION / "t10k-images-idx3-ubyte.gz", scratch / "answers.csv")
    with open(scratch / "answers.csv", newline="") as file:
        answers = list(csv.DictReader(file))
    run(cli, "decide", run_file, "--policy", "quee", "--budget", "0.3", "--csv", scratch / "decisions.csv")
    with open(scratch / "decisions.csv", newline="") as file:
        decided = list(csv.DictReader(file))
    assert len(answers) == 10000 and len(decided) == IMAGES
    same = sum(answers[int(row["sample"])]["prediction"] == row["prediction"] for row in decided)
    assert same >= 0.99 * IMAGES, f"the driver answers {same} of {IMAGES} images like the run"


def main():
    source, prefix, cmake, cli = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    model = source / "samples/fashion_mnist/model.onnx"
    check_page(source)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        examples = {name: build(cmake, prefix, source / "docs/examples" / name, scratch / name) / name
                    for name in ("logits_to_curve", "model_to_run")}
        check_curves(examples["logits_to_curve"], scratch / "random.exr")
        if not FASHION.exists():
            print("skipped: the Debian package dataset-fashion-mnist is not installed", file=sys.stderr)
            return 77
        run_file = scratch / "sample.exr"
        printed = run(examples["model_to_run"], model, "fashion-mnist:fit", "fashion-mnist:test", IMAGES, run_file)
        accuracies = [float(line.split()[-1]) for line in printed.splitlines()]
        assert len(accuracies) >= 4 and min(accuracies) > 0.8, printed
        check_bundle(cli, run_file, model, cmake, prefix, scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
