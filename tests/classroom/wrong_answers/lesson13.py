"""Plausible wrong answers to the exercises of lesson 13: each must fail."""

import numpy as np


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _stamps(s, w, stride, place=lambda i, stride: i * stride, add=True, flip=False):
    out = np.zeros((len(s) - 1) * stride + len(w))
    mask = w[::-1] if flip else w
    for i, value in enumerate(s):
        start = place(i, stride)
        piece = out[start : start + len(w)]
        piece[:] = (piece if add else 0) + (value * mask)[: len(piece)]
    return out


def _modes(points, centers, reach, share, compare=np.less_equal, squared=False, of_each=False, nearest=False):
    distance = ((points[:, None] - centers[None]) ** 2).sum(axis=2)
    if not squared:
        distance = np.sqrt(distance)
    near = compare(distance, reach)
    if nearest:
        near = distance == distance.min(axis=1, keepdims=True)
    part = near.sum(axis=0) / (near.sum() if of_each else len(points))
    return int((part >= share).sum())


WRONG = {
    "13.1": [
        lambda p, q: q / (p + q),
        lambda p, q: p / (p + q) / 2,
        lambda p, q: p > q,
        lambda p, q: p - q,
        lambda p, q: p / np.maximum(q, 1e-9),
    ],
    "13.2": [
        lambda p, q, d: np.sum(p * np.log(d)) - np.sum(q * np.log(1 - d)),
        lambda p, q, d: np.sum(p * np.log(d)) + np.sum(q * np.log(d)),
        lambda p, q, d: np.mean(p * np.log(d)) + np.mean(q * np.log(1 - d)),
        lambda p, q, d: np.sum(p * np.log2(d)) + np.sum(q * np.log2(1 - d)),
        lambda p, q, d: -np.sum(p * np.log(d)) - np.sum(q * np.log(1 - d)),
        lambda p, q, d: np.sum(np.log(d)) + np.sum(np.log(1 - d)),
    ],
    "13.3": [
        lambda a: np.array([_sigmoid(a) - 1, -_sigmoid(a)]),
        lambda a: np.array([-_sigmoid(a), 1 - _sigmoid(a)]),
        lambda a: np.array([-1 / (1 - _sigmoid(a)), -1 / _sigmoid(a)]),
        lambda a: np.array([_sigmoid(a) * (1 - _sigmoid(a))] * 2),
        lambda a: np.array([np.log(1 - _sigmoid(a)), -np.log(_sigmoid(a))]),
    ],
    "13.4": [
        lambda n, k, stride, padding: (n + 2 * padding - k) // stride + 1,
        lambda n, k, stride, padding: n * stride,
        lambda n, k, stride, padding: (n - 1) * stride + k + 2 * padding,
        lambda n, k, stride, padding: (n - 1) * stride + k - padding,
        lambda n, k, stride, padding: n * stride + k - 2 * padding,
    ],
    "13.5": [
        lambda s, w, stride: np.convolve(s, w),
        lambda s, w, stride: _stamps(s, w, stride, add=False),
        lambda s, w, stride: _stamps(s, w, stride, flip=True),
        lambda s, w, stride: _stamps(s, w, stride, place=lambda i, stride: i),
        lambda s, w, stride: np.repeat(s, stride),
        lambda s, w, stride: _stamps(s, w, stride)[: len(s) * stride],
    ],
    "13.6": [
        lambda a, b, t: (1 - t) * a + t * b,
        lambda a, b, t: (np.sin(t * (x := np.arccos(a @ b))) * a + np.sin((1 - t) * x) * b) / np.sin(x),
        lambda a, b, t: np.sin((1 - t) * (x := np.arccos(a @ b))) * a + np.sin(t * x) * b,
        lambda a, b, t: np.cos(t * np.pi / 2) * a + np.sin(t * np.pi / 2) * b,
        lambda a, b, t: ((1 - t) * a + t * b) / np.linalg.norm((1 - t) * a + t * b),
    ],
    "13.7": [
        lambda *a: _modes(*a, squared=True),
        lambda *a: _modes(*a, of_each=True),
        lambda *a: _modes(*a, nearest=True),
        lambda points, centers, reach, share: len(centers),
        lambda points, centers, reach, share: _modes(points, centers, reach, 0.0),
        lambda points, centers, reach, share: _modes(points, centers, reach, 1e-9),
    ],
}
