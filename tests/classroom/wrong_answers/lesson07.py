"""Plausible wrong answers to the exercises of lesson 07: each must fail."""

import numpy as np


def _neuron(volume, w, b, row, column, *, relu=True, bias_inside=True, swap=False):
    if swap:
        row, column = column, row
    K = len(w)
    total = np.sum(volume[row : row + K, column : column + K] * w)
    if not bias_inside:
        return max(total, 0) + b
    return max(total + b, 0) if relu else total + b


def _centred_neuron(volume, w, b, row, column):
    half = len(w) // 2
    padded = np.pad(volume, ((half, half), (half, half), (0, 0)))
    return _neuron(padded, w, b, row, column)


def _pool(x, k, s, *, start=0.0, cut=0, mean=False, ceil=False):
    rows, columns = (x.shape[0] - k) // s + 1 - cut, (x.shape[1] - k) // s + 1 - cut
    if ceil:
        rows, columns = -(-x.shape[0] // s), -(-x.shape[1] // s)
    output = np.full((max(rows, 1), max(columns, 1)), start)
    for i, j in np.ndindex(*output.shape):
        window = x[i * s : i * s + k, j * s : j * s + k]
        output[i, j] = window.mean() if mean else max(start, window.max())
    return output


def _correlate(x, w):
    rows, columns = x.shape[0] - len(w) + 1, x.shape[1] - w.shape[1] + 1
    g = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        g[i, j] = np.sum(w * x[i : i + len(w), j : j + w.shape[1]])
    return g


def _stamp(w, grad, *, accumulate=True):
    x_grad = np.zeros((len(grad) + len(w) - 1, grad.shape[1] + w.shape[1] - 1))
    for i, j in np.ndindex(*grad.shape):
        place = x_grad[i : i + len(w), j : j + w.shape[1]]
        place[:] = grad[i, j] * w + (place if accumulate else 0)
    return x_grad


WRONG = {
    "7.1": [
        lambda *a: _neuron(*a, relu=False),
        lambda *a: _neuron(*a, bias_inside=False),
        lambda *a: _neuron(*a, swap=True),
        _centred_neuron,
        lambda volume, w, b, row, column: _neuron(volume[..., :1], w[..., :1], b, row, column),
    ],
    "7.2": [
        lambda side, K, C, n: (n * K * K * C, n * (side - K + 1) ** 2 * K * K * C),
        lambda side, K, C, n: (n * (K * K + 1), n * (side - K + 1) ** 2 * K * K),
        lambda side, K, C, n: (n * (K * K * C + 1), n * side**2 * K * K * C),
        lambda side, K, C, n: (n * C * (K * K + 1), n * (side - K + 1) ** 2 * K * K * C),
    ],
    "7.3": [
        lambda N, K, S, P, D: (N + 2 * P - D * (K - 1) - 1) // S + 1,
        lambda N, K, S, P, D: max((N + 2 * P - K) // S + 1, 0),
        lambda N, K, S, P, D: max((N + P - D * (K - 1) - 1) // S + 1, 0),
        lambda N, K, S, P, D: max(int(np.ceil((N + 2 * P - D * (K - 1) - 1) / S)) + 1, 0),
        lambda N, K, S, P, D: max((N + 2 * P - D * K) // S + 1, 0),
    ],
    "7.4": [
        lambda x, k, s: _pool(x, k, s, start=0.0),
        lambda x, k, s: _pool(x, k, s, start=-np.inf, mean=True),
        lambda x, k, s: _pool(x, k, k, start=-np.inf),
        lambda x, k, s: _pool(x, k, s, start=-np.inf, ceil=True),
        lambda x, k, s: _pool(x, k, s, start=-np.inf, cut=1),
    ],
    "7.5": [
        lambda x, grad: _correlate(x, grad[::-1, ::-1]),
        lambda x, grad: _correlate(x, grad)[::-1, ::-1],
        lambda x, grad: _correlate(x, grad) / grad.size,
        lambda x, grad: grad.sum() * np.ones_like(_correlate(x, grad)),
    ],
    "7.6": [
        lambda w, grad: _stamp(w[::-1, ::-1], grad),
        lambda w, grad: _stamp(w, grad, accumulate=False),
        lambda w, grad: _stamp(w, grad[::-1, ::-1]),
        lambda w, grad: (
            _correlate(np.pad(grad, 1), w) if min(grad.shape) + 2 >= max(w.shape) else _stamp(-w, grad)
        ),
    ],
}
