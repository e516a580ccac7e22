"""Plausible wrong answers to the exercises of lesson 05: each must fail."""

import numpy as np

GX = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def _maps(image, first, second):
    rows, columns = image.shape[0] - 2, image.shape[1] - 2
    out = []
    for mask in (first, second):
        total = np.zeros((rows, columns))
        for i, j in np.ndindex(3, 3):
            total = total + mask[i, j] * image[i : i + rows, j : j + columns]
        out.append(total)
    return tuple(out)


def _stamps(a, b, combine):
    rows, columns = b.shape
    merged = np.zeros((a.shape[0] + rows - 1, a.shape[1] + columns - 1))
    for i, j in np.ndindex(*a.shape):
        piece = merged[i : i + rows, j : j + columns]
        piece[...] = combine(piece, a[i, j], b)
    return merged


def _mean_of_angles(gx, gy):
    return np.degrees(np.mean(np.arctan2(gy, gx)))


WRONG = {
    "5.1": [
        lambda patch: np.sum(patch * GX[::-1, ::-1]),
        lambda patch: np.sum(patch * GX.T),
        lambda patch: patch * GX,
        lambda patch: abs(np.sum(patch * GX)),
        lambda patch: np.mean(patch * GX),
    ],
    "5.2": [
        lambda gx, gy: (abs(gx) + abs(gy), np.degrees(np.arctan2(gy, gx))),
        lambda gx, gy: (np.hypot(gx, gy), np.arctan2(gy, gx)),
        lambda gx, gy: (np.hypot(gx, gy), np.degrees(np.arctan2(gx, gy))),
        lambda gx, gy: (np.hypot(gx, gy), np.degrees(np.arctan(gy / gx)) if gx else 90.0),
    ],
    "5.3": [
        lambda image: _maps(image, GX.T, GX),
        lambda image: _maps(image, -GX, -GX.T),
        lambda image: _maps(np.pad(image, 1), GX, GX.T),
        lambda image: _maps(image, GX, GX.T)[0],
        lambda image: _maps(image, GX / 8, GX.T / 8),
    ],
    "5.4": [
        lambda gx, gy, threshold: np.mean(np.hypot(gx, gy) > threshold),
        lambda gx, gy, threshold: np.mean(np.abs(gx) + np.abs(gy) >= threshold),
        lambda gx, gy, threshold: np.sum(np.hypot(gx, gy) >= threshold),
        lambda gx, gy, threshold: 100 * np.mean(np.hypot(gx, gy) >= threshold),
        lambda gx, gy, threshold: np.mean(np.abs(gx) >= threshold),
    ],
    "5.5": [
        lambda a, b: _stamps(a, b[::-1, ::-1], lambda piece, weight, mask: piece + weight * mask),
        lambda a, b: _stamps(a, b, lambda piece, weight, mask: weight * mask),
        lambda a, b: a @ b if a.shape[1] == b.shape[0] else a,
        lambda a, b: _stamps(a[::-1, ::-1], b[::-1, ::-1], lambda piece, weight, mask: piece + weight * mask),
    ],
    "5.6": [
        _mean_of_angles,
        lambda gx, gy: np.degrees(np.arctan2(np.sum(gy), np.sum(gx))),
        lambda gx, gy: np.degrees(np.arctan2(np.sum(2 * gx * gy), np.sum(gx**2 - gy**2))),
        lambda gx, gy: np.degrees(np.arctan2(np.sum(np.abs(gy)), np.sum(np.abs(gx)))),
    ],
}
