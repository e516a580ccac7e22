"""Plausible wrong answers to the exercises of lesson 11: each must fail."""

import numpy as np


def _contrast(patches, floor, axis=1, inside=True):
    centred = patches - patches.mean(axis=axis, keepdims=True)
    variance = patches.var(axis=axis, keepdims=True)
    return centred / (np.sqrt(variance + floor) if inside else np.sqrt(variance) + floor)


def _gabor(side, frequency, angle, sigma, wave=np.cos, shift=0.5, swap=False, power=2):
    y, x = np.mgrid[:side, :side] - (side - 2 * shift) / 2
    x_, y_ = (y, x) if swap else (x, y)
    u = x_ * np.cos(np.radians(angle)) + y_ * np.sin(np.radians(angle))
    return np.exp(-(x**2 + y**2) / (power * sigma**2)) * wave(2 * np.pi * frequency * u)


def _whiten(patches, epsilon, centre=True, back=True, root=True):
    values, vectors = np.linalg.eigh(np.cov(patches.T))
    scale = np.sqrt(values + epsilon) if root else values + epsilon
    white = (patches - patches.mean(axis=0) * centre) @ vectors / scale
    return white @ vectors.T if back else white


def _kmeans(patches, centers, choose=np.argmin, empty="stay"):
    nearest = choose(((patches[:, None] - centers) ** 2).sum(axis=2), axis=1)
    new = []
    for k in range(len(centers)):
        mine = patches[nearest == k]
        if len(mine):
            new.append(mine.mean(axis=0))
        elif empty == "zero":
            new.append(np.zeros(patches.shape[1]))
        elif empty == "stay":
            new.append(centers[k])
    return np.array(new)


WRONG = {
    "11.1": [
        lambda shape, bias: int(np.prod(shape)),
        lambda shape, bias: int(np.prod(shape)) + bias,
        lambda shape, bias: int(np.prod(shape)) + shape[0],
        lambda shape, bias: int(np.prod(shape[1:])) + (shape[0] if bias else 0),
    ],
    "11.2": [
        lambda patches, floor: _contrast(patches, floor, axis=0),
        lambda patches, floor: _contrast(patches, floor, inside=False),
        lambda patches, floor: patches / np.sqrt(patches.var(axis=1, keepdims=True) + floor),
        lambda patches, floor: (patches - patches.mean()) / np.sqrt(patches.var() + floor),
        lambda patches, floor: _contrast(patches, 0),
    ],
    "11.3": [
        lambda w: 3 * np.sum(w.mean(axis=0) ** 2) / np.sum(w**2),
        lambda w: 1 - np.sum(w.mean(axis=0) ** 2) / np.sum(w**2),
        lambda w: 1 - np.sum(w.sum(axis=0) ** 2) / np.sum(w**2),
        lambda w: 1 - 3 * np.sum(np.abs(w.mean(axis=0))) / np.sum(np.abs(w)),
        lambda w: np.sum((w - w.mean()) ** 2) / np.sum(w**2),
    ],
    "11.4": [
        lambda *a: _gabor(*a, wave=np.sin),
        lambda *a: _gabor(*a, shift=0),
        lambda *a: _gabor(*a, swap=True),
        lambda *a: _gabor(*a, power=1),
        lambda side, frequency, angle, sigma: _gabor(side, frequency, np.degrees(angle), sigma),
        lambda side, frequency, angle, sigma: _gabor(side, frequency / (2 * np.pi), angle, sigma),
    ],
    "11.5": [
        lambda p, e: _whiten(p, e, centre=False),
        lambda p, e: _whiten(p, e, back=False),
        lambda p, e: _whiten(p, e, root=False),
        lambda p, e: _whiten(p, 0.0),
        lambda p, e: (p - p.mean(axis=0)) / np.sqrt(p.var(axis=0) + e),
    ],
    "11.6": [
        lambda x, g, rate, decay: np.clip(0.5 + (1 - decay) * (x - rate * g / g.std() - 0.5), 0, 1),
        lambda x, g, rate, decay: np.clip(0.5 + (1 - decay) * (x + rate * g - 0.5), 0, 1),
        lambda x, g, rate, decay: np.clip((1 - decay) * (x + rate * g / g.std()), 0, 1),
        lambda x, g, rate, decay: 0.5 + (1 - decay) * (x + rate * g / g.std() - 0.5),
        lambda x, g, rate, decay: np.clip(x + rate * g / g.std(), 0, 1),
        lambda x, g, rate, decay: np.clip(x + rate * np.sign(g), 0, 1),
    ],
    "11.7": [
        lambda p, c: _kmeans(p, c, choose=np.argmax),
        lambda p, c: _kmeans(p, c, empty="zero"),
        lambda p, c: _kmeans(p, c, empty="drop"),
        lambda p, c: c,
        lambda p, c: p[((p[:, None] - c) ** 2).sum(axis=2).argmin(axis=0)],
    ],
}
