#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the engine beside its peers: same machine, same threads, wall clock, in short rounds that take turns.

  inference   the sample, CIFAR-10 ResNets and other shapes of network (make_models.py): ours at fp32 and w8a8 beside
              ONNX Runtime fp32 and its int8 (QDQ), OpenCV dnn and PyTorch; beside them the share of what bare oneDNN
              convolutions reach in the same rounds
  adaptive    what a deployed policy that loses at most half a point on the fit split reaches, beside ONNX Runtime fp32
              on the network without its early exits
  slider      one step of the window's budget slider

Speeds are medians over the rounds, ratios medians of each round's ratio. Peers that are missing or cannot run a model
are named, never guessed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = Path(os.environ.get("EXITSCOPE_DATA", "/tmp/exitscope-data"))
PEERS = {
    "ONNX Runtime fp32": ["node", HERE / "peers/onnxruntime.js"],
    "ONNX Runtime int8": ["node", HERE / "peers/onnxruntime.js"],
    "OpenCV dnn": [sys.executable, HERE / "peers/opencv.py"],
    "PyTorch": [sys.executable, HERE / "peers/pytorch.py"],
}
BASE = "ONNX Runtime fp32"


class Peer:
    """A process that prints "ready", then answers every line of seconds with a speed."""

    def __init__(self, command, threads=1):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.problem = None
        try:
            self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, text=True, env=environment)
        except FileNotFoundError:
            self.process, self.problem = None, f"missing: {command[0]}"
            return
        line = self.process.stdout.readline().strip()
        if line != "ready":
            self.problem = line or "ended without a word"

    def speed(self, seconds):
        if self.problem:
            return None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        if not line:
            self.problem = "ended while measuring"
            return None
        return float(line)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


class Ours:
    """bench_program at one precision: like the peers, warm and on one input again and again."""

    def __init__(self, program, model, precision, batch, threads):
        self.command = [str(c) for c in [program, model, "--batch", batch, "--threads", threads, "--json"]]
        self.precision, self.problem = precision, None

    def speed(self, seconds):
        if self.problem:
            return None
        done = subprocess.run([*self.command, "--milliseconds", str(round(1000 * seconds)), self.precision], capture_output=True, text=True)
        if done.returncode != 0:
            self.problem = done.stderr.strip()
            return None
        return json.loads(done.stdout)["images_per_second"]

    def close(self):
        pass


def info(cli, model):
    return json.loads(subprocess.run([cli, "info", model, "--json"], check=True, capture_output=True, text=True).stdout)


def rounds_of(contenders, rounds, seconds):
    """{name: [speed a round]}, taking turns; one round before that warms everything up."""
    speeds = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, contender in contenders.items():
            if (speed := contender.speed(seconds)) is not None and turn > 0:
                speeds[name].append(speed)
    for contender in contenders.values():
        contender.close()
    return speeds


def median(values):
    return statistics.median(values) if values else None


def ratio(speeds, base):
    return median([a / b for a, b in zip(speeds, base)])


def int8_model(model, scratch):
    """The QDQ form for ONNX Runtime, or why there is none."""
    path = scratch / f"{model.stem}_qdq.onnx"
    if path.exists() and path.stat().st_mtime >= model.stat().st_mtime:
        return path
    script = ROOT / "tests/reference/make_qdq.py"
    if not script.exists():
        return None
    done = subprocess.run([sys.executable, script, model, path, "--per-channel", "--samples", "32"], capture_output=True,
                          text=True)
    return path if done.returncode == 0 else None


def last_exit_alone(model, scratch):
    """The network without its early exits, as a peer would deploy it."""
    import onnx
    import onnx.utils
    path = scratch / f"{model.stem}_last_exit.onnx"
    graph = onnx.load(str(model)).graph
    constants = {t.name for t in graph.initializer}
    onnx.utils.extract_model(str(model), str(path), [i.name for i in graph.input if i.name not in constants],
                             [graph.output[-1].name])
    return path


def inference(options, scratch):
    rows = []
    for name, model in models(options, scratch).items():
        if options.models and name not in options.models.split(","):
            continue
        about = info(options.cli, model)
        shape = about["inputs"][0]["shape"][1:]
        macs = about["exits"][-1]["cumulative_macs"]
        quantized = int8_model(model, scratch)
        for batch in options.batches:
            for threads in options.threads:
                contenders = {f"ours {p}": Ours(options.program, model, p, batch, threads)
                              for p in ("fp32", "w8a8")}
                for peer, command in PEERS.items():
                    path = quantized if peer == "ONNX Runtime int8" else model
                    if path:
                        contenders[peer] = Peer([*command, path, batch, threads, json.dumps(shape)], threads)
                for kind in ("fp32", "int8"):
                    contenders[f"oneDNN {kind}"] = Peer([options.build / "tests/bench/bench_onednn", kind])
                speeds = rounds_of(contenders, options.rounds, options.seconds)
                row = {"model": name, "batch": batch, "threads": threads, "macs": macs,
                       "images_per_second": {n: median(s) for n, s in speeds.items() if not n.startswith("oneDNN")},
                       "ratio": {n: ratio(s, speeds[BASE]) for n, s in speeds.items() if not n.startswith("oneDNN")},
                       "kernel_gops": {k: median(speeds[f"oneDNN {k}"]) for k in ("fp32", "int8")},
                       "roofline": {}, "problems": {n: c.problem for n, c in contenders.items() if c.problem}}
                for ours, kind in (("ours fp32", "fp32"), ("ours w8a8", "int8")):
                    reached = [2e-9 * macs * s / threads for s in speeds[ours]]
                    row["roofline"][ours] = ratio(reached, speeds[f"oneDNN {kind}"])
                rows.append(row)
                print_row(row, first=len(rows) == 1)
    return rows


def cell(value, form):
    return format(value, form) if value is not None else "-"


def print_row(row, first):
    names = ["ours fp32", "ours w8a8", *PEERS]
    if first:
        print(f"Images a second, and the ratio to {BASE}; in brackets the share of a bare oneDNN convolution's speed")
        print(f"{'model':24}{'batch':>6}{'threads':>8}" + "".join(f"{n:>24}" for n in names))
    cells = []
    for name in names:
        speed = row["images_per_second"].get(name)
        text = f"{cell(speed, '.0f')} {cell(row['ratio'].get(name), '.2f')}x" if speed else "-"
        if (share := row["roofline"].get(name)) is not None:
            text += f" [{100 * share:.0f} %]"
        cells.append(f"{text:>24}")
    print(f"{row['model']:24}{row['batch']:>6}{row['threads']:>8}" + "".join(cells), flush=True)
    for name, problem in row["problems"].items():
        print(f"    {name}: {problem}", flush=True)


def models(options, scratch):
    found = {"sample": ROOT / "samples/fashion_mnist/model.onnx"}
    for name in ("cifar10_resnet20", "cifar10_resnet56"):
        if (DATA / f"models/{name}.onnx").exists():
            found[name] = DATA / f"models/{name}.onnx"
    script = HERE / "make_models.py"
    if script.exists() and not options.quick:
        made = scratch / "models"
        made.mkdir(exist_ok=True)
        if not any(made.glob("*.onnx")):
            done = subprocess.run([sys.executable, script, made], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"No networks from {script.name}: {done.stderr.strip().splitlines()[-1]}")
        found.update({path.stem: path for path in sorted(made.glob("*.onnx"))})
    if options.quick:
        found.pop("cifar10_resnet56", None)
    return found


def runs(options, scratch):
    """(name, model, run file, arguments of evaluate)."""
    yield ("sample", ROOT / "samples/fashion_mnist/model.onnx", scratch / "sample.exr",
           ["--fit", "fashion-mnist:fit", "--test", "fashion-mnist:test"])
    seven = DATA / "models/cifar10_resnet38_7exits.onnx"
    if seven.exists() and not options.quick:
        yield ("resnet38, 7 exits", seven, scratch / "resnet38.exr",
               ["--data", f"{DATA / 'cifar-10-batches-bin'}:test", "--fit-fraction", "0.5"])


def adaptive(options, scratch):
    rows = []
    for name, model, run, data in runs(options, scratch):
        if not run.exists() or run.stat().st_mtime < max(model.stat().st_mtime, options.cli.stat().st_mtime):
            print(f"{name}: evaluating ...", flush=True)
            done = subprocess.run([options.cli, "evaluate", model, *data, "--precisions", "w8a8,fp32", "--threads", "1",
                                   "--quiet", "-o", run], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{name}: {done.stderr.strip()}", flush=True)
                continue
            print("    " + done.stdout.strip().splitlines()[-1])
        shape = info(options.cli, model)["inputs"][0]["shape"][1:]
        full = last_exit_alone(model, scratch)
        for policy in options.policies:
            found = []

            class Deployed:
                problem = None

                def speed(self, _):
                    text = subprocess.run([str(c) for c in [options.cli, "adaptive", model, run, "--policy", policy,
                                                            "--cost", "latency", "--threads", 1, "--json", "--quiet"]],
                                          check=True, capture_output=True, text=True).stdout
                    found.append(json.loads(text))
                    return found[-1]["images_per_second"]

                def close(self):
                    pass

            peers = {"adaptive": Deployed(), BASE: Peer([*PEERS[BASE], full, 64, 1, json.dumps(shape)])}
            speeds = rounds_of(peers, options.rounds, options.seconds)
            last = found[-1]
            for peer, contender in peers.items():
                if contender.problem:
                    print(f"    {peer}: {contender.problem}", flush=True)
            row = {"model": name, "policy": policy, "images_per_second": median(speeds["adaptive"]),
                   "onnxruntime_fp32_images_per_second": median(speeds[BASE]), "ratio": ratio(*speeds.values()),
                   **{k: last[k] for k in ("accuracy", "relative_cost", "latency_ms", "agreement")}}
            rows.append(row)
            print(f"{name:20} {policy:12} {cell(row['images_per_second'], '.0f'):>8} images/s, "
                  f"{cell(row['ratio'], '.2f')}x {BASE} at full depth; accuracy {cell(row['accuracy'], '.4f')}, "
                  f"one image {last['latency_ms']['median']:.2f} ms (p99 {last['latency_ms']['p99']:.2f}), "
                  f"agreement {cell(row['agreement'], '.4f')}", flush=True)
    return rows


def slider(options):
    program = options.build / "tests/app/gui/bench_slider"
    if not program.exists():
        return []
    environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    text = subprocess.run([program, *(["10000"] if options.quick else ["10000", "100000"])], check=True,
                          capture_output=True, text=True, env=environment).stdout
    print(text, end="")
    return text.splitlines()


def window(options):
    program = options.build / "tests/app/gui/bench_window"
    if not program.exists():
        return []
    environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    text = subprocess.run([program, *(["100000"] if options.quick else ["100000", "1000000"])], check=True,
                          capture_output=True, text=True, env=environment).stdout
    print(text, end="")
    return text.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="build directory")
    parser.add_argument("output", type=Path, help="JSON file to write")
    parser.add_argument("--quick", action="store_true", help="fewer models, batches and rounds: below three minutes")
    parser.add_argument("--rounds", type=int, help="default 5, quick 2")
    parser.add_argument("--seconds", type=float, help="of every contender in a round; default 0.4, quick 0.2")
    parser.add_argument("--models", help="names, with commas: only these")
    parser.add_argument("--only", choices=("inference", "adaptive", "slider", "window"))
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (0.2 if options.quick else 0.4)
    options.batches = (64,) if options.quick else (1, 64)
    options.threads = (1,) if options.quick else (1, 2)
    options.policies = ("composite",) if options.quick else ("composite", "quee")
    options.cli = options.build / "app/cli/exitscope-cli"
    options.program = options.build / "tests/bench/bench_program"
    scratch = options.output.parent / "bench"
    scratch.mkdir(parents=True, exist_ok=True)
    start = time.time()
    parts = {"inference": lambda: inference(options, scratch), "adaptive": lambda: adaptive(options, scratch),
             "slider": lambda: slider(options), "window": lambda: window(options)}
    results = {name: part() for name, part in parts.items() if options.only in (None, name)}
    options.output.write_text(json.dumps({"seconds": time.time() - start, **results}, indent=1) + "\n")
    print(f"Wrote {options.output} after {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
