"""Plausible wrong answers to the exercises of lesson 06: each must fail."""

import numpy as np


def _field(layers, *, own_stride_first=False, whole_kernel=False, ignore_stride=False):
    r, j = 1, 1
    for k, s in layers:
        if own_stride_first:
            j *= s
        r += (k if whole_kernel else k - 1) * j
        if not own_stride_first and not ignore_stride:
            j *= s
    return r


def _merge(w1, w2, accumulate=True):
    k, m = len(w1), len(w2)
    merged = np.zeros((k + m - 1, k + m - 1))
    for i in range(m):
        for j in range(m):
            block = merged[i : i + k, j : j + k]
            block[:] = w2[i, j] * w1 + (block if accumulate else 0)
    return merged


def _flipped_volume(volume, w, b):
    return _volume(volume, w[::-1, ::-1], b)


def _volume(volume, w, b, extra=1, every_channel=False):
    K = len(w)
    rows, columns = volume.shape[0] - K + extra, volume.shape[1] - K + extra
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            products = volume[i : i + K, j : j + K] * w
            output[i, j] = products.sum() + (b * w.shape[2] if every_channel else b)
    return output


def _map_for_each_channel(volume, w, b):
    return np.stack(
        [_volume(volume[..., c : c + 1], w[..., c : c + 1], b) for c in range(w.shape[2])], axis=-1
    )


def _seen(layers, u, *, padding=True, late_jump=False, one_more=False):
    r, j, start = 1, 1, 0
    for k, s, p in layers:
        if late_jump:
            r, j = r + (k - 1) * j, j * s
            start -= p * j
        else:
            start -= p * j if padding else 0
            r, j = r + (k - 1) * j, j * s
    first = start + u * j
    return first, first + r - (0 if one_more else 1)


WRONG = {
    "6.1": [
        lambda layers: _field(layers, own_stride_first=True),
        lambda layers: _field(layers, whole_kernel=True),
        lambda layers: _field(layers, ignore_stride=True),
        lambda layers: sum(k for k, _ in layers),
    ],
    "6.2": [
        lambda n, C: (n * 9 * C, (2 * n + 1) ** 2 * C),
        lambda n, C: (n * 9 * C**2, (3 * n) ** 2 * C**2),
        lambda n, C: (n * (9 * C**2 + C), (2 * n + 1) ** 2 * C**2 + C),
        lambda n, C: ((2 * n + 1) ** 2 * C**2, n * 9 * C**2),
    ],
    "6.3": [
        lambda w1, w2: _merge(w1, w2[::-1, ::-1]),
        lambda w1, w2: _merge(w1, w2, accumulate=False),
        lambda w1, w2: np.outer(w1, w2),
        lambda w1, w2: w1 * w2 if w1.shape == w2.shape else w1,
    ],
    "6.4": [
        _flipped_volume,
        _map_for_each_channel,
        lambda volume, w, b: _volume(volume, w, b, every_channel=True),
        lambda volume, w, b: _volume(volume, w, b, extra=0),
        lambda volume, w, b: _volume(volume, w, 0),
    ],
    "6.5": [
        lambda volume, weights, biases: volume @ weights.T,
        lambda volume, weights, biases: (volume @ weights.T + biases).transpose(2, 0, 1),
        lambda volume, weights, biases: volume * weights[0] + biases[0],
        lambda volume, weights, biases: volume.sum(axis=2, keepdims=True) * weights.sum(axis=1) + biases,
    ],
    "6.6": [
        lambda layers, u: _seen(layers, u, padding=False),
        lambda layers, u: _seen(layers, u, late_jump=True),
        lambda layers, u: _seen(layers, u, one_more=True),
        lambda layers, u: (u, u + _field([(k, s) for k, s, _ in layers]) - 1),
    ],
}
