#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interleaves our engine with ONNX Runtime on the same models, one thread, and times slider steps of the window.

Prints a table of ratios and writes JSON. Peers that are not installed are named as missing, never guessed.
usage: bench.py BUILD_DIR OUTPUT.json
"""
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
BATCHES = (1, 16, 64)


def models() -> dict[str, tuple[Path, list[int]]]:
    found = {"sample": (ROOT / "samples/fashion_mnist/model.onnx", [1, 28, 28])}
    data = Path(os.environ.get("EXITSCOPE_DATA", "/tmp/exitscope-data")) / "models"
    for name in ("cifar10_resnet20", "cifar10_resnet56"):
        if (data / f"{name}.onnx").exists():
            found[name] = (data / f"{name}.onnx", [3, 32, 32])
    return found


def ours(build: Path, model: Path, batch: int) -> dict[str, float]:
    text = subprocess.run([build / "tests/bench/bench_program", model, str(batch), "fp32", "w8a8"], check=True,
                          capture_output=True, text=True).stdout
    return {name: float(speed) for name, speed in re.findall(r"(\w+) batch \d+: (\d+) images/s", text)}


def onnxruntime(model: Path, batch: int, shape: list[int]) -> float | None:
    script = ROOT / "tests/bench/onnxruntime_speed.js"
    try:
        done = subprocess.run(["node", script, model, str(batch), json.dumps(shape)], capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return float(done.stdout) if done.returncode == 0 else None


def main() -> None:
    build, output = Path(sys.argv[1]), Path(sys.argv[2])
    rows = []
    for name, (model, shape) in models().items():
        for batch in BATCHES:
            mine: dict[str, list[float]] = {"fp32": [], "w8a8": []}
            peer: list[float] = []
            for _ in range(ROUNDS):
                for precision, speed in ours(build, model, batch).items():
                    mine[precision].append(speed)
                if (speed := onnxruntime(model, batch, shape)) is not None:
                    peer.append(speed)
            row = {"model": name, "batch": batch, "threads": 1,
                   **{f"{p}_images_per_second": statistics.median(v) for p, v in mine.items()}}
            if peer:
                row["onnxruntime_fp32_images_per_second"] = statistics.median(peer)
                for precision, speeds in mine.items():
                    row[f"{precision}_ratio"] = statistics.median(speeds) / statistics.median(peer)
            rows.append(row)
            ratios = (f"  {row['fp32_ratio']:5.2f}x  {row['w8a8_ratio']:5.2f}x of ONNX Runtime fp32" if peer
                      else "  ONNX Runtime is not installed (EXITSCOPE_ORT, npm package onnxruntime-node)")
            print(f"{name:18} batch {batch:3}  fp32 {row['fp32_images_per_second']:8.0f}  "
                  f"w8a8 {row['w8a8_images_per_second']:8.0f} images/s{ratios}", flush=True)
    environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    slider = subprocess.run([build / "tests/app/gui/bench_slider", "10000", "100000"], check=True, capture_output=True,
                            text=True, env=environment).stdout
    print(slider, end="")
    output.write_text(json.dumps({"inference": rows, "slider": slider.splitlines()}, indent=1) + "\n")
    print(f"Wrote {output}")


if __name__ == "__main__":
    main()
