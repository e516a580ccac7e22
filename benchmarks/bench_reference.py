"""The NumPy reference of lessons 02-05 beside SciPy, scikit-image, OpenCV and NumPy.

    python benchmarks/bench_reference.py
"""

import sys
from functools import partial

import cv2
import numpy as np
from scipy import ndimage, signal, stats
from skimage import data
from skimage.feature import match_template
from timing import compare, table

from lessonlib.reference import convolution, correlation, edges, signals


def rows() -> list[dict]:
    """Measure everything; ours and the peer's results are compared before they are timed."""
    return [*matched_filter(), *correlation_2d(), *one_dimension(), *colour()]


def matched_filter() -> list[dict]:
    photo = data.camera()
    noise = np.random.default_rng(0).random((512, 512))
    measured = []
    for kind, image in (("bytes", photo), ("floats", photo / 255), ("noise", noise)):
        mask = image[200:264, 200:264].copy()
        ours = partial(correlation.normalized_correlate, image, mask)
        skimage = partial(match_template, image, mask)
        opencv = partial(cv2.matchTemplate, image.astype(np.float32), mask.astype(np.float32),
                         cv2.TM_CCOEFF_NORMED)
        same(ours(), skimage(), 1e-9)
        same(ours(), opencv(), 1e-3)   # it computes in float32
        name = f"normalized_correlate, {kind} 512x512 with 64x64"
        measured += [compare(name, ours, "skimage", skimage, at_most=0.5),
                     compare(name, ours, "OpenCV", opencv, at_most=3)]
    return measured


def correlation_2d() -> list[dict]:
    photo = data.camera()
    image = photo / 255
    bell = np.exp(-np.linspace(-2, 2, 15) ** 2)
    measured = []
    for kernel in (np.random.default_rng(0).random((3, 3)), np.outer(bell, bell)):
        ours = partial(convolution.correlate2d, image, kernel)
        scipy = partial(signal.correlate2d, image, kernel, "valid")
        opencv = partial(cv2.filter2D, image, cv2.CV_64F, kernel)   # direct up to 11x11, then the DFT
        border = slice(len(kernel) // 2, -(len(kernel) // 2))
        same(ours(), scipy(), 1e-9)
        same(ours(), opencv()[border, border], 1e-9)
        name = "correlate2d, floats 512x512 with {}x{}".format(*kernel.shape)
        measured += [compare(name, ours, "scipy", scipy, at_most=1), compare(name, ours, "OpenCV", opencv)]
    for cheaper in (convolution.correlate2d_separable, convolution.fft_correlate2d):
        same(cheaper(image, kernel), ours(), 1e-9)
        measured.append(compare(f"{cheaper.__name__}, the same 15x15", partial(cheaper, image, kernel),
                                "our correlate2d", ours, at_most=0.5))
    wide = photo.astype(int)
    gradient = edges.sobel(photo)
    same(gradient.gx, ndimage.sobel(wide, 1)[1:-1, 1:-1], 0)
    measured.append(compare("sobel, bytes 512x512: gx, gy, magnitude", partial(edges.sobel, photo),
                            "scipy.ndimage", lambda: np.hypot(ndimage.sobel(wide, 1), ndimage.sobel(wide, 0)),
                            at_most=1.5))
    return measured


def one_dimension() -> list[dict]:
    rng = np.random.default_rng(0)
    s, w = rng.normal(size=100_000), rng.normal(size=33)
    a, b = rng.normal(size=(2, 10_000))
    same(correlation.correlate(s, w), np.correlate(s, w), 1e-9)
    same(correlation.pearson(a, b), stats.pearsonr(a, b).statistic, 1e-12)
    return [compare("correlate, 100,000 samples with 33", partial(correlation.correlate, s, w), "numpy",
                    partial(np.correlate, s, w), at_most=1.5),
            compare("pearson, 10,000 samples", partial(correlation.pearson, a, b), "scipy.stats",
                    partial(stats.pearsonr, a, b), at_most=1)]


def colour() -> list[dict]:
    photo = data.astronaut()
    ours, opencv = partial(signals.rgb_to_gray, photo), partial(cv2.cvtColor, photo, cv2.COLOR_RGB2GRAY)
    same(ours().astype(int), opencv().astype(int), 1)
    return [compare("rgb_to_gray, 512x512", ours, "OpenCV", opencv)]


def same(ours: np.ndarray, theirs: np.ndarray, tolerance: float) -> None:
    """Stop rather than time two things that differ."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


if __name__ == "__main__":
    measured = rows()
    print(table(measured))
    sys.exit(0 if all(row["ok"] for row in measured) else 1)
