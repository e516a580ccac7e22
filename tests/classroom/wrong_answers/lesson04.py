"""Plausible wrong answers to the exercises of lesson 04: each must fail."""

import numpy as np


def _slide(s, w):
    return np.array([s[k : k + len(w)] @ w for k in range(len(s) - len(w) + 1)])


def _flipped_signal_and_mask(s, w):
    return _slide(s[::-1], w[::-1])


def _stamps_of_the_flipped_mask(s, w):
    g = np.zeros(len(s) + len(w) - 1)
    for n, sample in enumerate(s):
        g[n : n + len(w)] += sample * w[::-1]
    return g


def _stamps_that_overwrite(s, w):
    g = np.zeros(len(s) + len(w) - 1)
    for n, sample in enumerate(s):
        g[n : n + len(w)] = sample * w
    return g


def _slide_2d(image, mask, rows=None, columns=None):
    h, w = mask.shape
    rows = image.shape[0] - h + 1 if rows is None else rows
    columns = image.shape[1] - w + 1 if columns is None else columns
    return np.array(
        [[np.sum(image[i : i + h, j : j + w] * mask) for j in range(columns)] for i in range(rows)]
    ).reshape(rows, columns)


def _square_masks_only(image, kernel):
    n = kernel.shape[0]
    rows, columns = image.shape[0] - n + 1, image.shape[1] - n + 1
    return np.array(
        [
            [np.sum(image[i : i + n, j : j + n] * kernel[::-1, ::-1]) for j in range(columns)]
            for i in range(rows)
        ]
    )


def _cost(side, kernel, channels, filters, stride, padding):
    out = (side + 2 * padding - kernel) // stride + 1
    return kernel**2 * channels * filters * out**2


def _separable_if_singular(kernel):
    size = len(kernel)
    return 2 * size if abs(np.linalg.det(kernel)) < 1e-9 else size**2


def _always_by_rank(kernel):
    return 2 * len(kernel) * int(np.linalg.matrix_rank(kernel))


WRONG = {
    "4.1": [
        _slide,
        _flipped_signal_and_mask,
        lambda s, w: np.convolve(s, w, "full"),
        lambda s, w: _slide(s, w[::-1])[:-1],
        lambda s, w: _slide(s, -w),
    ],
    "4.2": [
        _stamps_of_the_flipped_mask,
        _stamps_that_overwrite,
        lambda s, w: np.correlate(s, w, "full"),
        lambda s, w: np.append(np.convolve(s, w, "full"), 0),
    ],
    "4.3": [
        _slide_2d,
        lambda image, kernel: _slide_2d(image, kernel[::-1]),
        lambda image, kernel: _slide_2d(image, kernel.T),
        _square_masks_only,
    ],
    "4.4": [
        lambda side, kernel, stride, padding: side + 2 * padding - kernel + 1,
        lambda side, kernel, stride, padding: (side + 2 * padding - kernel) / stride + 1,
        lambda side, kernel, stride, padding: (side + padding - kernel) // stride + 1,
        lambda side, kernel, stride, padding: (side + 2 * padding - kernel) // stride,
    ],
    "4.5": [
        lambda side, kernel, channels, filters, stride, padding: kernel**2 * side**2,
        lambda side, kernel, channels, filters, stride, padding: kernel**2 * channels * filters * side**2,
        lambda side, kernel, channels, filters, stride, padding: _cost(
            side, kernel, channels, 1, stride, padding
        ),
        lambda side, kernel, channels, filters, stride, padding: _cost(
            side, kernel, channels, filters, 1, padding
        ),
    ],
    "4.6": [
        _separable_if_singular,
        _always_by_rank,
        lambda kernel: len(kernel) ** 2,
        lambda kernel: 2 * len(kernel),
    ],
}
