#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantizes real networks as exporters do (make_qdq.py) and compares our integers with ONNX Runtime's and with the
operators' text in numpy: right answers, share of equal predictions, share of outputs equal to half a step and largest
difference in steps of the output's grid. Takes the sample with Fashion-MNIST, and ResNet-20 with CIFAR-10 where
$EXITSCOPE_DATA has them. Exit code 77 (skipped) without ONNX Runtime.

usage: quantized_agreement.py EXITSCOPE_CLI SAMPLE.onnx [IMAGES]
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
HERE = Path(__file__).resolve().parent
FORMS = {
    "QDQ u8s8": ["--per-channel"],
    "QDQ s8s8": ["--per-channel", "--activations", "int8"],
    "QOperator u8s8": ["--form", "qoperator", "--per-channel"],
    "QOperator s8s8": ["--form", "qoperator", "--activations", "int8"],
    "QDQ Relu kept": ["--per-channel", "--keep-activations"],
}
BY_NUMPY = 200  # images


def skip(reason: str) -> None:
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def networks(sample: Path, scratch: Path, count: int) -> dict:
    """(model, images, labels, calibration) by name."""
    import numpy as np
    found = {}
    fashion = scratch / "fashion.npy", scratch / "fashion_labels.npy"
    subprocess.run([sys.executable, HERE / "fashion_mnist_npy.py", sample, *fashion], check=True)
    images, labels = (np.load(path) for path in fashion)
    found["sample"] = sample, images[:count], labels[:count], images[-256:]
    data = Path(os.environ.get("EXITSCOPE_DATA", "/tmp/exitscope-data"))
    resnet, test = data / "models/cifar10_resnet20.onnx", data / "cifar-10-batches-bin/test_batch.bin"
    if resnet.exists() and test.exists():
        rows = np.fromfile(test, np.uint8).reshape(-1, 3073)
        mean = np.array([0.485, 0.456, 0.406], np.float32).reshape(3, 1, 1)
        std = np.array([0.229, 0.224, 0.225], np.float32).reshape(3, 1, 1)
        images = (rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / np.float32(255) - mean) / std
        found["ResNet-20"] = resnet, images[:count], rows[:count, 0].astype(np.int64), images[-256:]
    return found


def outputs(command: list, target: Path):
    import numpy as np
    done = subprocess.run([*map(str, command)], text=True, capture_output=True)
    if done.returncode == SKIPPED:
        skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return np.load(target)


def compare(ours, peer) -> tuple[float, float, float]:
    """Equal predictions, outputs equal to half a step, largest difference in steps; the worst exit of each."""
    import numpy as np
    worst = [1.0, 1.0, 0.0]
    for mine, theirs in zip(ours, peer):
        levels = np.diff(np.unique(theirs))
        step = levels[levels > 1e-3 * np.abs(theirs).max() / 256].min()
        away = np.abs(mine - theirs) / step
        worst = [min(worst[0], float((mine.argmax(1) == theirs.argmax(1)).mean())),
                 min(worst[1], float((away < 0.5).mean())), max(worst[2], float(away.max()))]
    return tuple(worst)


def main() -> None:
    cli, sample = sys.argv[1], Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    try:
        import numpy as np
        import onnx  # noqa: F401
    except ImportError as error:
        skip(str(error))
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        images, calibration, quantized, answer = (scratch / name for name in ("x.npy", "c.npy", "q.onnx", "y.npy"))
        for name, (model, data, labels, observed) in networks(sample, scratch, count).items():
            np.save(images, data)
            np.save(calibration, observed)
            for form, options in FORMS.items():
                subprocess.run([sys.executable, HERE / "make_qdq.py", model, quantized, "--calibration", calibration,
                                *options], check=True)
                mine = outputs([cli, "run", quantized, "--data", images, "--save-logits", answer, "--quiet"], answer)
                try:
                    theirs = outputs(["node", HERE / "onnxruntime.js", quantized, images, answer], answer)
                except FileNotFoundError:
                    skip("node is not installed")
                np.save(images, data[:BY_NUMPY])
                text = outputs([sys.executable, HERE / "onnx_numpy.py", quantized, images, answer], answer)
                np.save(images, data)
                right = [[int((x.argmax(1) == labels).sum()) for x in y] for y in (mine, theirs)]
                against = compare(mine, theirs), compare(mine[:, :BY_NUMPY], text)
                print(f"{name:10} {form:15} right {right[0]} and {right[1]} of {len(labels)}; " + "; ".join(
                    f"{peer}: {100 * same:.2f} % equal predictions, {100 * exact:.2f} % equal outputs, at most "
                    f"{most:.1f} steps apart" for peer, (same, exact, most) in zip(("ONNX Runtime", "numpy"), against)),
                    flush=True)
                assert all(abs(a - b) <= 0.004 * len(labels) for a, b in zip(*right))
                assert all(same > 0.985 for same, _, _ in against)


if __name__ == "__main__":
    main()
