"""Plausible wrong answers to the exercises of lesson 00: each must fail."""

import numpy as np


def _in_place(image):
    image[:] = 255 - image
    return image


WRONG = {
    "0.1": [
        lambda image: image.size,  # counts R, G and B of each pixel
        lambda image: len(image),  # only the rows
        lambda image: image.shape[0] + image.shape[1],
        lambda image: image.shape[:2],
        lambda image: image.shape[0] ** 2,
    ],
    "0.2": [
        lambda image: image[::-1],  # upside down
        lambda image: image[::-1, ::-1],
        lambda image: np.swapaxes(image, 0, 1),
        lambda image: image[..., ::-1] if image.ndim == 3 else image[:, ::-1],  # reverses the channels
        lambda image: image,
    ],
    "0.3": [
        lambda image: -image,  # wraps around: 256 - v
        lambda image: image.max() - image,
        lambda image: 1 - image,
        lambda image: 256 - image.astype(int),
        _in_place,
    ],
}
