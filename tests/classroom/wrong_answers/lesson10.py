"""Plausible wrong answers to the exercises of lesson 10: each must fail."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def _option_a(x, channels, stride, *, front=False, corner=0, mean=False, copy=False):
    kept = x[:, corner::stride, corner::stride]
    if mean:
        kept = np.full_like(kept, x.mean())
    output = np.zeros((channels, *kept.shape[1:]))
    output[channels - len(kept) if front else 0 :][: len(kept)] = kept
    if copy and channels >= 2 * len(kept):
        output[len(kept) : 2 * len(kept)] = kept
    return output


def _params(c_in, c_out, option, *, bias=0, norms=2, project=None, norm_of_projection=True, first=None):
    total = 9 * (first or c_in) * c_out + 9 * c_out * c_out + 2 * bias * c_out + norms * 2 * c_out
    if option == "C" or (option == (project or "B") and c_in != c_out):
        total += c_in * c_out + 2 * c_out * norm_of_projection
    return total


def _path(w, residual, *, forward=False, end=True, plus=1.0):
    factors = np.asarray(w, float) + (plus if residual else 0.0)
    if forward:
        return np.append(1.0, np.cumprod(factors))
    path = np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    return path if end else path[:-1]


WRONG = {
    "10.1": [
        lambda x, W1, W2: x + W2 @ relu(W1 @ x),  # no ReLU after the sum
        lambda x, W1, W2: x + relu(W2 @ relu(W1 @ x)),  # ReLU before the sum
        lambda x, W1, W2: relu(x + W2 @ (W1 @ x)),
        lambda x, W1, W2: relu(W2 @ relu(W1 @ x)),  # the plain block
        lambda x, W1, W2: relu(x + W1.T @ relu(W2.T @ x)),
    ],
    "10.2": [
        lambda counts, per_block: per_block * sum(counts),
        lambda counts, per_block: per_block * sum(counts) + 1,
        lambda counts, per_block: 2 * sum(counts) + 2,
        lambda counts, per_block: per_block * len(counts) + 2,
        lambda counts, per_block: per_block * sum(counts) + 3,  # counts the pooling
    ],
    "10.3": [
        lambda x, channels, stride: _option_a(x, channels, stride, front=True),
        lambda x, channels, stride: _option_a(x, channels, 1),
        lambda x, channels, stride: _option_a(x, channels, stride, copy=True),
        lambda x, channels, stride: _option_a(x, channels, stride, mean=True),
        lambda x, channels, stride: x[:, ::stride, ::stride],
    ],
    "10.4": [
        lambda *a: _params(*a, bias=1),
        lambda *a: _params(*a, norms=0, norm_of_projection=False),
        lambda *a: _params(*a, norms=1),
        lambda *a: _params(*a, norm_of_projection=False),
        lambda *a: _params(*a, project="A"),
        lambda c_in, c_out, option: _params(c_in, c_out, option, first=c_out),
    ],
    "10.5": [
        lambda x, W1, W2, grad: W1.T @ ((W1 @ x > 0) * (W2.T @ grad)),  # forgot the shortcut
        lambda x, W1, W2, grad: grad + W1.T @ (W2.T @ grad),  # forgot the ReLU
        lambda x, W1, W2, grad: grad * (1 + W1.T @ ((W1 @ x > 0) * (W2.T @ np.ones_like(grad)))),
        lambda x, W1, W2, grad: 1 + W1.T @ ((W1 @ x > 0) * (W2.T @ grad)),
        lambda x, W1, W2, grad: grad + W1.T @ (relu(W1 @ x) * (W2.T @ grad)),
    ],
    "10.6": [
        lambda w, residual: _path(w, residual, forward=True),
        lambda w, residual: _path(w, residual, end=False),
        lambda w, residual: _path(w, residual, plus=0.0),
        lambda w, residual: _path(w, True),
        lambda w, residual: _path(w, residual)[::-1],
    ],
}
