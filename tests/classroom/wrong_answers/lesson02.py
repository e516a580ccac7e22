"""Plausible wrong answers to the exercises of lesson 02: each must fail."""

import numpy as np


def _wraps_then_clips(image, amount):
    return np.clip(image + np.array(amount).astype(np.uint8), 0, 255)


def _clips_only_the_top(image, amount):
    return np.minimum(image.astype(int) + amount, 255)


def _in_place(image, amount):
    wide = np.clip(image.astype(int) + amount, 0, 255)
    image[:] = wide
    return image


def _rescales_instead(image, amount):
    wide = image.astype(float) + amount
    return (wide - wide.min()) / max(np.ptp(wide), 1) * 255


def _lower_edge_of_interval(image, bits):
    step = 256 // 2**bits
    return image.astype(int) // step * step


def _middle_of_interval(image, bits):
    step = 256 / 2**bits
    return np.floor(image.astype(int) / step) * step + step / 2


def _nearest_level(image, bits):
    top = 2**bits - 1
    return np.round(np.round(image.astype(int) * top / 255) * 255 / top)


def _overflows(image, bits):
    levels = np.uint8(2**bits % 256)
    return np.round(image * levels // 256 * 255.0 / max(2**bits - 1, 1))


WRONG = {
    "2.1": [
        lambda image, i, j: image[i, j],  # counts from 0
        lambda image, i, j: image[j - 1, i - 1],  # column first, as (x, y)
        lambda image, i, j: image[i - 1],  # only the row
        lambda image, i, j: image[i - 1, j],
    ],
    "2.2": [
        lambda image, i1, j1, i2, j2: image[i1:i2, j1:j2],
        lambda image, i1, j1, i2, j2: image[i1 - 1 : i2 - 1, j1 - 1 : j2 - 1],
        lambda image, i1, j1, i2, j2: image[j1 - 1 : j2, i1 - 1 : i2],
        lambda image, i1, j1, i2, j2: image[i1 - 1 : i2 + 1, j1 - 1 : j2 + 1],
        lambda image, i1, j1, i2, j2: image[i1 - 1 : i2][j1 - 1 : j2],  # slices the rows twice
    ],
    "2.3": [
        lambda image, amount: image + amount,
        _wraps_then_clips,
        _clips_only_the_top,
        _in_place,
        _rescales_instead,
    ],
    "2.4": [
        _lower_edge_of_interval,
        _middle_of_interval,
        _nearest_level,
        _overflows,
        lambda image, bits: image.astype(int) * 2**bits // 256,  # the interval, not the level
    ],
    "2.5": [
        lambda image: image.mean(axis=2),
        lambda image: 0.299 * image[..., 2] + 0.587 * image[..., 1] + 0.114 * image[..., 0],  # BGR
        lambda image: image @ np.array([0.2126, 0.7152, 0.0722]),  # another standard
        lambda image: np.round(image @ np.array([0.299, 0.587, 0.114])),
        lambda image: image[..., 0] // 3 + image[..., 1] // 3 + image[..., 2] // 3,
    ],
    "2.6": [
        lambda images: np.stack(images) / 255,  # N×H×W×C
        lambda images: np.stack(images).transpose(0, 3, 2, 1) / 255,  # columns before rows
        lambda images: np.stack([x.reshape(3, *x.shape[:2]) for x in images]) / 255,  # scrambled
        lambda images: np.stack([np.moveaxis(x, -1, 0) for x in images]),  # 0 to 255
        lambda images: np.concatenate([np.moveaxis(x, -1, 0) for x in images]) / 255,  # no batch axis
        lambda images: np.stack([np.moveaxis(x[..., ::-1], -1, 0) for x in images]) / 255,  # BGR
    ],
}
