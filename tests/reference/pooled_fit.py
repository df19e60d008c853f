#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits a log-linear pool of heads with scipy: minimum over weights w and class bias b of
mean(logsumexp(z) - z_label) + 1e-3/2 |w - (.15, ..., .15, .5)|^2 + 2e-2/2 |b|^2, z = sum_j w_j log p_j + b.

stdin: heads samples classes, labels, then the probabilities head by head; stdout: weights and bias. Exit code 77
without scipy."""
import sys

try:
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import logsumexp
except ImportError:
    sys.exit(77)

numbers = sys.stdin.read().split()
heads, samples, classes = map(int, numbers[:3])
labels = np.array(numbers[3:3 + samples], int)
logs = np.log(np.array(numbers[3 + samples:], float).reshape(heads, samples, classes))
prior = np.full(heads, 0.15)
prior[-1] = 0.5


def objective(x):
    w, b = x[:heads], x[heads:]
    z = np.tensordot(w, logs, 1) + b
    loss = np.mean(logsumexp(z, axis=1) - z[np.arange(samples), labels])
    return loss + 0.5e-3 * np.sum((w - prior) ** 2) + 1e-2 * np.sum(b ** 2)


print(*minimize(objective, np.zeros(heads + classes), method="BFGS", options={"gtol": 1e-8}).x)
