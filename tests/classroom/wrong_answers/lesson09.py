"""Plausible wrong answers to the exercises of lesson 09: each must fail."""

import math

import numpy as np


def _sides(side, layers, *, ceil=False, zeros=2, keep_first=True, plus=1, chain=True):
    sides, now = [side], side
    for kernel, stride, padding in layers:
        room = (now if chain else side) + zeros * padding - kernel
        now = (math.ceil(room / stride) if ceil else room // stride) + plus
        sides.append(now)
    return sides if keep_first else sides[1:]


def _field(layers, *, late=False, whole=False, start=1):
    size, jump = start, 1
    for kernel, stride in layers:
        if late:
            jump *= stride
        size += (kernel if whole else kernel - 1) * jump
        if not late:
            jump *= stride
    return size


def _lrn(a, *, alpha=1e-4, k=2.0, reach=2, beta=0.75, itself=True, absolute=False, wrap=False):
    b = np.zeros(len(a))
    for i in range(len(a)):
        low, high = (i - reach if wrap else max(0, i - reach)), i + reach + 1
        near = [a[j % len(a)] if wrap else a[j] for j in range(low, high if wrap else min(high, len(a)))]
        total = np.sum(np.abs(near) if absolute else np.square(near)) - (0 if itself else a[i] ** 2)
        b[i] = a[i] / (k + alpha * total) ** beta
    return b


def _top(scores, labels, *, count=5, lowest=False, accuracy=False):
    order = np.argsort(scores if lowest else -scores, axis=1)[:, :count]
    right = float(np.mean((order == labels[:, None]).any(axis=1)))
    return right if accuracy else 1 - right


WRONG = {
    "9.1": [
        lambda side, layers: _sides(side, layers, ceil=True),
        lambda side, layers: _sides(side, layers, zeros=1),
        lambda side, layers: _sides(side, layers, keep_first=False),
        lambda side, layers: _sides(side, layers, plus=0),
        lambda side, layers: _sides(side, layers, chain=False),
    ],
    "9.2": [
        lambda K, inputs, filters, groups: filters * (K * K * inputs + 1),
        lambda K, inputs, filters, groups: filters * K * K * inputs // groups,
        lambda K, inputs, filters, groups: (filters * (K * K * inputs + 1)) // groups,
        lambda K, inputs, filters, groups: filters // groups * (K * K * (inputs // groups) + 1),
    ],
    "9.3": [
        lambda K, inputs, squeezed, filters: inputs / squeezed,
        lambda K, inputs, squeezed, filters: K * K * inputs * filters / (K * K * squeezed * filters),
        lambda K, inputs, squeezed, filters: (
            (inputs * squeezed + K * K * squeezed * filters) / (K * K * inputs * filters)
        ),
        lambda K, inputs, squeezed, filters: (
            K * K * inputs * filters / (K * K * inputs * squeezed + K * K * squeezed * filters)
        ),
    ],
    "9.4": [
        lambda layers: _field(layers, late=True),
        lambda layers: _field(layers, whole=True),
        lambda layers: _field(layers, start=0),
        lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
        lambda layers: math.prod(kernel for kernel, _ in layers),
    ],
    "9.5": [
        lambda scores, labels: _top(scores, labels, count=1),
        lambda scores, labels: _top(scores, labels, lowest=True),
        lambda scores, labels: _top(scores, labels, accuracy=True),
        lambda scores, labels: _top(scores, labels, count=4),
        lambda scores, labels: 100 * _top(scores, labels),
    ],
    "9.6": [
        lambda a: _lrn(a, alpha=1e-4 / 5),  # torch's meaning of α
        lambda a: _lrn(a, k=1.0),
        lambda a: _lrn(a, itself=False),
        lambda a: _lrn(a, reach=5),
        lambda a: _lrn(a, absolute=True),
        lambda a: _lrn(a, wrap=True),
        lambda a: _lrn(a, beta=1.0),
    ],
}
