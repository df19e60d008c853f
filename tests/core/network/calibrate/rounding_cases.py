#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes rounding_cases.cpp beside itself: random layers with the targets, integers and errors of NumPy.

Written from methods.md#weights and the papers alone: GPTQ with the factor of the inverse covariance, as in its paper
(the program works with the factor of the covariance itself), one output after the other.
"""
import pathlib

import numpy as np

ROUNDING_DAMPING = 0.01
LEAST_DAMPING = 1e-3
CANDIDATES = 16
LOWEST_RATIO = {2: 0.15, 3: 0.3}
SWEEPS = 4


def target(h, c, w, damping):
    if np.isinf(damping):
        return w
    added = damping * np.mean(np.diag(h)) + LEAST_DAMPING
    return np.linalg.solve(h + added * np.eye(len(h)), c + added * w)


def gptq(h, t, scale, top):
    """One output: columns in descending variance, each error spread over the inputs that are still to be rounded."""
    order = sorted(range(len(h)), key=lambda k: (-h[k, k], -k))
    inverse = np.linalg.inv(h[np.ix_(order, order)])
    factor = np.linalg.cholesky(inverse).T  # inverse = factor^T factor
    rest = t[order].copy()
    q = np.zeros(len(h))
    for i in range(len(h)):
        q[i] = np.clip(np.rint(rest[i] / scale), -top, top)
        rest[i + 1 :] -= (rest[i] - q[i] * scale) / factor[i, i] * factor[i, i + 1 :]
    result = np.zeros(len(h))
    result[order] = q
    return result


def error(h, t, scale, q):
    e = t - scale * q
    return e @ h @ e


def descend(h, t, scale, q, top):
    for _ in range(SWEEPS):
        square = q @ h @ q
        if square > 0:
            scale = max((q @ h @ t) / square, 0.0)
        before = q.copy()
        for k in range(len(h)):
            gradient = h[k] @ (t - scale * q)
            q[k] = np.clip(np.rint(q[k] + gradient / (h[k, k] * scale)), -top, top)
        if np.array_equal(before, q):
            break
    return scale, q


def rounded(h, t, bits):
    damped = h + ROUNDING_DAMPING * np.mean(np.diag(h)) * np.eye(len(h))
    top = 2 ** (bits - 1) - 1
    lowest = LOWEST_RATIO.get(bits, 0.45)
    integers, scales = [], []
    for o in range(t.shape[1]):
        tried = []
        for i in range(CANDIDATES):
            scale = (1 - (1 - lowest) * i / (CANDIDATES - 1)) * np.max(np.abs(t[:, o])) / top
            q = gptq(damped, t[:, o], scale, top)
            tried.append((error(damped, t[:, o], scale, q), i, scale, q))
        _, _, scale, q = min(tried, key=lambda one: one[:2])
        if bits == 2:
            scale, q = descend(damped, t[:, o], scale, q.copy(), top)
        integers.append(q)
        scales.append(scale)
    return np.array(integers).T, np.array(scales), damped


def numbers(values, form):
    return "{" + ", ".join(form(v) for v in np.asarray(values).ravel()) + "}"


def case(random, inputs, outputs, bits, damping):
    rows = 6 * inputs
    mixing = random.normal(size=(inputs, inputs)) / np.sqrt(inputs) + np.eye(inputs)
    x = np.clip(np.rint(3 * random.normal(size=(rows, inputs)) @ mixing + 4), 0, 15)
    w = 0.1 * random.normal(size=(inputs, outputs))
    y = (x + 0.4 * random.normal(size=x.shape)) @ w + 0.1 * random.normal(size=(rows, outputs))
    x, y = x - x.mean(0), y - y.mean(0)
    h, c, p = x.T @ x / rows, x.T @ y / rows, (y * y).mean(0)
    t = target(h, c, w, damping)
    q, scales, damped = rounded(h, t, bits)
    errors = [error(damped, t[:, o], scales[o], q[:, o]) for o in range(outputs)]
    real = q * scales
    noise = p - 2 * np.sum(real * c, 0) + np.sum(real * (h @ real), 0)
    exact = lambda v: repr(float(v))
    shown = "infinite" if np.isinf(damping) else repr(damping)
    return f"""    {{{inputs},
     {outputs},
     {bits},
     {shown},
     {numbers(h, exact)},
     {numbers(c, exact)},
     {numbers(p, exact)},
     {numbers(w, exact)},
     {numbers(t, exact)},
     {numbers(q, lambda v: str(int(v)))},
     {numbers(errors, exact)},
     {numbers(noise, exact)}}},
"""


def main():
    random = np.random.default_rng(7)
    layers = [(9, 1, 4, 0.05), (16, 8, 8, 0.25), (24, 8, 4, 0.05), (24, 8, 3, np.inf), (30, 10, 2, 1.0), (24, 8, 2, 0.01)]
    text = "".join(case(random, *layer) for layer in layers)
    pathlib.Path(__file__).with_suffix(".cpp").write_text(f"""// SPDX-License-Identifier: GPL-3.0-or-later
// Written by rounding_cases.py.
#include "tests/core/network/calibrate/rounding_cases.h"

#include <limits>

namespace exitscope::tests {{
namespace {{
constexpr double infinite = std::numeric_limits<double>::infinity();
}}

// clang-format off
const std::vector<RoundingCase>& rounding_cases()
{{
    static const std::vector<RoundingCase> cases = {{
{text}    }};
    return cases;
}}
// clang-format on

}}  // namespace exitscope::tests
""")


main()
