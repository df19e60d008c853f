#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every exitscope-cli command of README.md and docs/ on the sample: doc_commands.py EXITSCOPE_CLI SOURCE_FOLDER.

Commands stand in fenced blocks, or as code in a paragraph with at least one argument. They run in the order of the
pages; README.md first, whose evaluation makes the run that most of the others read. Names that stand for a reader's own
files are replaced; evaluations are limited to a few images. Needs Fashion-MNIST; exits with 77 without it. Commands that
need other data are listed as passed over.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

IMAGES = 200
ELSEWHERE = {"resnet.onnx": "CIFAR-10 and a ResNet", "resnet_exits.onnx": "CIFAR-10 and a ResNet"}
OWN_FILES = {"R.exr": "sample.exr", "run.exr": "sample.exr", "a.exr": "sample.exr", "b.exr": "sample.exr",
             "MODEL": "samples/fashion_mnist/model.onnx", "D": "fashion-mnist:test", "FOLDER": "backend"}


def commands(page):
    text = page.read_text()
    fences = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.S | re.M)
    for block in fences:
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("exitscope-cli ") and "  " not in line.split("#")[0].strip():
                yield line
            elif re.match(r"exitscope-cli [a-z-]+ [^ ]", line):
                yield line
    for code in re.findall(r"`(exitscope-cli [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)):
        if len(code.split()) > 2:
            yield " ".join(code.split())


def adapted(line, makes):
    words = [OWN_FILES.get(word, word) if word not in makes else word for word in shlex.split(line, comments=True)][1:]
    if words[0] in ("evaluate", "run"):
        words += ["--limit", str(IMAGES)]
    if words[0] == "calibrate":
        words[words.index("--n") + 1] = str(IMAGES // 2)
    return words + (["--quiet"] if "--quiet" not in words else [])


def prepare(folder, source):
    (folder / "samples").symlink_to(source / "samples")
    random = np.random.default_rng(1)
    labels = random.integers(0, 4, 200)
    logits = random.normal(size=(2, 200, 4)).astype(np.float32)
    logits[:, np.arange(200), labels] += 2
    np.save(folder / "L.npy", logits)
    np.save(folder / "Y.npy", labels)
    (folder / "C.csv").write_text("cumulative_macs\n10\n25\n")
    data = os.environ.get("EXITSCOPE_DATA")
    if data and (Path(data) / "onnx-backend").is_dir():  # one folder of them: tst_onnx_backend runs all
        (folder / "backend").symlink_to(Path(data) / "onnx-backend/pytorch-converted")


def main():
    program, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if not Path("/usr/share/datasets/fashion-mnist").is_dir():
        print("skipped: needs Fashion-MNIST", file=sys.stderr)
        return 77
    failed = ran = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, source)
        for page in [source / "README.md", *sorted((source / "docs").glob("*.md"))]:
            for line in commands(page):
                missing = next((why for word, why in ELSEWHERE.items() if word in line.split()), None)
                if "FOLDER" in line.split() and not (folder / "backend").exists():
                    missing = "ONNX backend tests (EXITSCOPE_DATA)"
                if missing:
                    print(f"passed over, needs {missing}: {line}")
                    continue
                words = adapted(line, {"R.exr"} if " import " in line else set())
                if words[0] == "export":
                    shutil.rmtree(folder / words[words.index("-o") + 1], ignore_errors=True)
                made = subprocess.run([program, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True)
                ran += 1
                # A check may find that few images do not meet its conditions: that is an answer, too.
                answered = made.returncode == 2 and "--require" in words and "does not meet" in made.stderr
                if made.returncode and not answered:
                    failed += 1
                    print(f"{page.name}: {line}\n    {made.stderr.strip()}")
    print(f"{ran} commands, {failed} failed")
    return 1 if failed or ran < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
