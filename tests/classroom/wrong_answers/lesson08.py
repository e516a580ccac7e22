"""Plausible wrong answers to the exercises of lesson 08: each must fail."""

import numpy as np

from lessonlib.reference.convolution import convolve2d, correlate2d


def _blocks(x):
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2)


def _confusion(labels, answers, classes, weight=1):
    matrix = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers, strict=True):
        matrix[label, answer] += weight
    return matrix


def _overwriting(labels, answers, classes):
    matrix = np.zeros((classes, classes), int)
    matrix[labels, answers] += 1  # a repeated pair counts once
    return matrix


def _sparse(x, sees, kernels, biases, each_bias=False, slide=correlate2d):
    maps = []
    for row, filters, bias in zip(sees, kernels, biases, strict=True):
        total = sum(slide(x[i], filters[i]) for i in np.flatnonzero(row))
        maps.append(total + bias * (row.sum() if each_bias else 1) + np.zeros_like(slide(x[0], filters[0])))
    return np.stack(maps)


def _first_kernels(x, sees, kernels, biases):
    """Takes the n-th kernel for the n-th map that is seen, instead of the map's own."""
    packed = np.zeros_like(kernels)
    for out, row in enumerate(sees):
        places = np.flatnonzero(row)
        packed[out, places] = kernels[out, : len(places)]
    return _sparse(x, sees, packed, biases)


WRONG = {
    "8.1": [
        lambda a: np.tanh(a),
        lambda a: np.tanh(2 * a / 3),
        lambda a: 1.7159 * np.tanh(3 * a / 2),
        lambda a: 1.7159 * np.tanh(a) * 2 / 3,
        lambda a: 1.7159 * 2 / 3 * a,  # the line near zero
    ],
    "8.2": [
        lambda x, c, b: c * _blocks(x).mean(axis=(1, 3)) + b,  # the average of today
        lambda x, c, b: c * _blocks(x).max(axis=(1, 3)) + b,
        lambda x, c, b: c * (_blocks(x).sum(axis=(1, 3)) + b),
        lambda x, c, b: c * (x[:-1, :-1] + x[1:, :-1] + x[:-1, 1:] + x[1:, 1:]) + b,  # stride 1
        lambda x, c, b: c * _blocks(x).sum(axis=(1, 3)),
    ],
    "8.3": [
        lambda sees, k, side: (sees.sum() * k * k, sees.sum() * k * k * side * side),  # no biases
        lambda sees, k, side: (sees.sum() * (k * k + 1), sees.sum() * (k * k + 1) * side * side),
        lambda sees, k, side: (
            sees.size * k * k + len(sees),
            (sees.size * k * k + len(sees)) * side * side,
        ),  # dense
        lambda sees, k, side: (sees.sum() * k * k + len(sees), sees.sum() * k * k * side * side),
        lambda sees, k, side: sees.sum() * k * k + len(sees),
    ],
    "8.4": [
        lambda f6, codes: np.argmax(codes @ f6),
        lambda f6, codes: np.argmax(((codes - f6) ** 2).sum(axis=1)),
        lambda f6, codes: ((codes - f6) ** 2).sum(axis=1).min(),
        lambda f6, codes: np.argmin((codes - f6).sum(axis=1) ** 2),
    ],
    "8.5": [
        lambda labels, answers, classes: _confusion(answers, labels, classes),
        _overwriting,
        lambda labels, answers, classes: _confusion(labels, answers, classes) / len(labels),
        lambda labels, answers, classes: _confusion(labels, answers, max(labels.max(), answers.max()) + 1),
    ],
    "8.6": [
        lambda *a: _sparse(*a, each_bias=True),
        lambda *a: _sparse(*a, slide=convolve2d),
        lambda x, sees, kernels, biases: _sparse(x, np.ones_like(sees), kernels, biases),
        lambda x, sees, kernels, biases: _sparse(x, sees, kernels, 0 * biases),
        _first_kernels,
    ],
}
