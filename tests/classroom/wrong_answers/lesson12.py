"""Plausible wrong answers to the exercises of lesson 12: each must fail."""

import numpy as np


def _p(W, b, x):
    powers = np.exp(W @ x + b - (W @ x + b).max())
    return powers / powers.sum()


def _gradient(W, b, x, y):
    p = _p(W, b, x)
    p[y] -= 1
    return W.T @ p


def _pgd(W, b, x, y, eps, step, steps, sign=1, drift=False, keep=True, box=True, fixed=False, root=np.sign):
    moved, centre = x, x
    for _ in range(steps):
        moved = moved + sign * step * root(_gradient(W, b, x if fixed else moved, y))
        if keep:
            moved = np.clip(moved, centre - eps, centre + eps)
        if box:
            moved = np.clip(moved, 0, 1)
        if drift:
            centre = moved
    return moved


WRONG = {
    "12.1": [
        lambda w, eps: eps * w.sum(),
        lambda w, eps: eps * np.linalg.norm(w),
        lambda w, eps: eps * np.abs(w).max(),
        lambda w, eps: eps * np.abs(w).mean(),
        lambda w, eps: eps * len(w),
    ],
    "12.2": [
        lambda image, gradient, eps: image + eps * np.sign(gradient),
        lambda image, gradient, eps: np.clip(image - eps * np.sign(gradient), 0, 1),
        lambda image, gradient, eps: np.clip(image + eps * gradient, 0, 1),
        lambda image, gradient, eps: np.clip(image + eps * np.where(gradient >= 0, 1, -1), 0, 1),
        lambda image, gradient, eps: np.clip(image + np.sign(gradient), 0, 1),
    ],
    "12.3": [
        lambda moved, image, eps: np.clip(moved, 0, 1),
        lambda moved, image, eps: np.clip(moved, image - eps, image + eps),
        lambda moved, image, eps: np.clip(image + eps * np.sign(moved - image), 0, 1),
        lambda moved, image, eps: np.clip(moved, -eps, eps),
        lambda moved, image, eps: image + np.clip(np.clip(moved, 0, 1) - image, 0, eps),
    ],
    "12.4": [
        lambda right: right.mean(axis=1).min(),
        lambda right: right.mean(),
        lambda right: right.any(axis=0).mean(),
        lambda right: right.all(axis=1).mean(),
        lambda right: right[0].mean(),
    ],
    "12.5": [
        lambda x, w, b: abs(w @ x + b) / np.linalg.norm(w),
        lambda x, w, b: abs(w @ x) / np.abs(w).sum(),
        lambda x, w, b: (w @ x + b) / np.abs(w).sum(),
        lambda x, w, b: abs(w @ x + b) / abs(w.sum()),
        lambda x, w, b: abs(w @ x + b) / np.abs(w).max(),
    ],
    "12.6": [
        lambda W, b, x, y: W[y],
        lambda W, b, x, y: -W[y],
        lambda W, b, x, y: -_gradient(W, b, x, y),
        lambda W, b, x, y: W.T @ _p(W, b, x),
        lambda W, b, x, y: W.T @ (W @ x + b - np.eye(len(b))[y]),
        lambda W, b, x, y: np.outer(_p(W, b, x) - np.eye(len(b))[y], x),
        lambda W, b, x, y: W.T @ (_p(W, 0 * b, x) - np.eye(len(b))[y]),
    ],
    "12.7": [
        lambda *a: _pgd(*a, sign=-1),
        lambda *a: _pgd(*a, drift=True),
        lambda *a: _pgd(*a, keep=False),
        lambda *a: _pgd(*a, box=False),
        lambda *a: _pgd(*a, root=lambda g: g),
        lambda *a: _pgd(*a, fixed=True),
        lambda *a: _pgd(*a[:5], a[4], 1),
        lambda *a: _pgd(*a[:6], a[6] // 4),
    ],
}
