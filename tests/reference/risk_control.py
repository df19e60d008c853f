#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `exitscope-cli calibrate --losses` with a plain NumPy/SciPy implementation of the same formulas (docs/methods.md,
risk control) on random losses of every kind: the chosen index must be equal, to the index. Exit code 77 (skipped) without
SciPy.

usage: risk_control.py EXITSCOPE_CLI
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
try:
    import numpy as np
    from scipy.optimize import brentq
    from scipy.stats import binom
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(SKIPPED)

BOUND = {"performance-gap": 1, "consistency": 1, "brier-gap": 2, "brier-consistency": 2, "hellinger": 1}
ZERO_ONE = ("performance-gap", "consistency")
EPS = [0.0, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.5, 0.9]


def naive(losses, eps):
    admissible = np.flatnonzero(losses.mean(axis=1) < eps)
    return int(admissible[-1]) if len(admissible) else -1


def crc(losses, eps, bound):
    n = losses.shape[1]
    admissible = np.flatnonzero(losses.mean(axis=1) <= (n + 1) / n * eps - bound / n)
    return int(admissible[-1]) if len(admissible) else -1


def betting_bound(x, delta, bound):
    n = len(x)
    counts = np.arange(1, n + 1) + 1
    mu = (0.5 + np.cumsum(x)) / counts
    variance = (0.25 + np.cumsum((x - mu) ** 2)) / counts
    before = np.concatenate([[0.25], variance[:-1]])
    nu = np.minimum(1 / bound, np.sqrt(2 * np.log(1 / delta) / (n * before)))

    def wealth(m):
        return np.max(np.cumsum(np.log1p(-nu * (x - m)))) + np.log(delta)

    if wealth(1.0) < 0:
        return bound
    if wealth(1e-10) > 0:
        return 1e-10
    return brentq(wealth, 1e-10, 1 - 1e-10, maxiter=1000)


def initial_run(passed):
    failed = np.flatnonzero(~np.asarray(passed))
    return int(failed[0]) - 1 if len(failed) else len(passed) - 1


def hoeffding(r, eps, n):
    a = min(r, eps)
    if eps == 0:
        return 1.0
    entropy = (a * np.log(a / eps) if a > 0 else 0.0) + ((1 - a) * np.log((1 - a) / (1 - eps)) if a < 1 else 0.0)
    return np.exp(-n * entropy)


def p_values(losses, eps, zero_one):
    positive = np.maximum(losses, 0)
    n = losses.shape[1]
    if zero_one:
        return binom.cdf(np.rint(positive.sum(axis=1)), n, eps)
    means = positive.mean(axis=1)
    return np.array([min(np.e * binom.cdf(np.ceil(n * r), n, eps), hoeffding(r, eps, n)) for r in means])


def random_losses(rng, kind, knobs, samples):
    """Losses that rise along the knobs on the whole, with dips; most samples lose nothing, as at real early exits."""
    rate = np.sort(rng.uniform(0, rng.uniform(0.02, 0.6), knobs))[:, None] + rng.normal(0, 0.003, (knobs, 1))
    hit = rng.uniform(size=(knobs, samples)) < rate
    if kind == "consistency":
        return hit.astype(rng.choice([np.float32, np.float64, np.int8]))
    if kind == "performance-gap":
        return np.where(hit, np.where(rng.uniform(size=hit.shape) < 0.25, -1, 1), 0).astype(rng.choice([np.int64, np.float32]))
    size = rng.beta(0.7, 1.5, hit.shape)
    if kind == "hellinger":
        return (hit * size).astype(np.float32)
    return (hit * size * BOUND[kind] * np.where(rng.uniform(size=hit.shape) < 0.2, -1, 1)).astype(np.float64)


REAL = [  # losses without a kind: dtype, file ending, lowest, highest, whether the range is given
    (np.float16, "npy", 0, 1, False), (np.float32, "npz", 0, 1, False), (np.float64, "csv", 0, 1, False),
    (np.float32, "npy", -1, 1, False), (np.float64, "npy", -2, 2, False), (np.float16, "csv", -2, 2, True),
    (np.float64, "npy", -3, 7, True), (np.float32, "npy", 100, 250, True),
]


def compare_real_losses(cli, rng, scratch):
    """Losses in [lo, hi] are mapped to [0, 1], where every procedure is as published; risks come back in units of the file."""
    compared = 0
    for dtype, ending, lo, hi, given in REAL:
        for n in (50, 600):
            unit = random_losses(rng, "hellinger", int(rng.integers(2, 40)), n + 200).astype(np.float64)
            losses = (lo + (hi - lo) * unit).astype(dtype)
            file = str(Path(scratch) / f"real.{ending}")
            if ending == "csv":
                np.savetxt(file, losses.astype(np.float64), delimiter=",", fmt="%.17g")
            elif ending == "npz":
                np.savez(file, losses=losses)
            else:
                np.save(file, losses)
            scaled = (losses.astype(np.float64) - lo) / (hi - lo)
            rows, test = scaled[:, :n], scaled[:, n:]
            levels = [lo + (hi - lo) * e for e in (0.02, 0.1, 0.3, 0.5, 0.55, 0.7, 0.95)]
            unit_levels = [(level - lo) / (hi - lo) for level in levels]
            bounds = np.array([betting_bound(row, 0.1, 1) for row in rows])
            expected = {
                "naive": [naive(rows, e) for e in unit_levels],
                "crc": [crc(rows, e, 1) for e in unit_levels],
                "ucb": [initial_run(bounds < e) for e in unit_levels],
                "ltt": [initial_run(p_values(rows, e, False) <= 0.1) for e in unit_levels],
            }
            for method, indices in expected.items():
                command = [cli, "calibrate", "--losses", file, "--method", method, "--n", str(n), "--order", "file", "--json",
                           "--quiet", "--eps=" + ",".join(map(repr, levels))]
                if given:
                    command.append(f"--loss-range={lo},{hi}")
                answer = json.loads(subprocess.run(command, check=True, text=True, capture_output=True).stdout)
                assert answer["loss"] is None and answer["loss_range"] == [lo, hi], answer
                assert (len(answer["notices"]) == 0) == given, answer["notices"]
                assert answer["index"] == indices, (dtype, ending, lo, hi, method, n, answer["index"], indices)
                for index, risk in zip(indices, answer["risk_mean"]):
                    if index < 0:
                        assert risk is None, answer
                    else:
                        assert abs(risk - (lo + (hi - lo) * test[index].mean())) < 1e-9 * max(1, abs(hi)), (risk, index)
                compared += len(indices)
    return compared


def main() -> None:
    cli = sys.argv[1]
    rng = np.random.default_rng(20240516)
    compared = 0
    with tempfile.TemporaryDirectory() as scratch:
        losses_file, order_file = str(Path(scratch) / "losses.npy"), str(Path(scratch) / "order.npy")

        def ask(kind, method, n, delta, order, *more):
            answer = subprocess.run(
                [cli, "calibrate", "--losses", losses_file, "--loss", kind, "--method", method, "--n", str(n), "--delta",
                 repr(delta), "--eps", ",".join(map(repr, EPS)), "--order", order, "--json", "--quiet", *more],
                check=True, text=True, capture_output=True).stdout
            return json.loads(answer)["index"]

        for kind in BOUND:
            for delta in (0.05, 0.1, 0.3):
                for n in (37, 400, 1500):
                    losses = random_losses(rng, kind, int(rng.integers(1, 60)), n + 100)
                    np.save(losses_file, losses)
                    order = rng.permutation(n + 100)
                    np.save(order_file, order)
                    source, rows = ("file", losses[:, :n]) if n == 400 else (order_file, losses[:, order[:n]])
                    rows = rows.astype(np.float64)
                    bounds = np.array([betting_bound(row, delta, BOUND[kind]) for row in rows])
                    tests = [p_values(rows, eps, kind in ZERO_ONE) <= delta for eps in EPS]
                    last = len(rows) - 1
                    expected = {
                        ("naive",): [naive(rows, eps) for eps in EPS],
                        ("crc",): [crc(rows, eps, BOUND[kind]) for eps in EPS],
                        ("ucb",): [initial_run(bounds < eps) for eps in EPS],
                        ("ltt",): [initial_run(test) for test in tests],
                        ("ltt", "--reference-compatible"): [min(initial_run(test) + 1, last) for test in tests],
                    }
                    for (method, *more), indices in expected.items():
                        found = ask(kind, method, n, delta, source, *more)
                        assert found == indices, (kind, method, more, n, delta, found, indices)
                        compared += len(indices)
        compared += compare_real_losses(cli, rng, scratch)
    print(f"{compared} indices equal")


if __name__ == "__main__":
    main()
