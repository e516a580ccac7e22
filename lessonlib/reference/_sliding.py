"""Sliding a mask over every place where it fits: directly, and through the FFT.

The private engine of `correlation` and `convolution`. To read what a
correlation is, start from `convolution.correlate2d_loops` instead.
"""

import numpy as np
from scipy import fft

from lessonlib.reference._validation import LARGEST_EXACT_INTEGER, largest_magnitude

# Elements of the temporary that holds one strip of shifted rows: half a megabyte stays in the cache.
_STRIP = 65_536
# Side of the blocks that a large kernel is cut into, for the same reason.
_BLOCK = 16


def correlate_direct(x: np.ndarray, w: np.ndarray, stride: tuple[int, ...] = (1, 1),
                     dilation: tuple[int, ...] = (1, 1)) -> np.ndarray:
    """Return the inner product of `w` with `x` at every place where it fits, in 1-D or 2-D.

    Integers give exact integers; where their sum could pass 2**53, float64.
    """
    exact = x.dtype.kind == w.dtype.kind == "i" and sums_are_exact(x, w)
    x, w = x.astype(np.float64, copy=False), w.astype(np.float64, copy=False)
    # Products of floats use the processor's vector units; of these integers, they are exact all the same.
    g = np.correlate(x, w, "valid") if x.ndim == 1 else _correlate_2d(x, w, stride, dilation)
    return g.astype(np.int64) if exact else g


def pad_to_same(s: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Add the zeros that make a valid correlation as large as s; an even mask leans to the start."""
    return np.pad(s, [(m // 2, (m - 1) // 2) for m in w.shape])


def pad(image: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    """Add zeros above and below, left and right."""
    return np.pad(image, [(p, p) for p in padding]) if any(padding) else image


def sums_are_exact(x: np.ndarray, w: np.ndarray) -> bool:
    """Say whether float64 adds the products of two integer arrays without rounding."""
    return w.size * largest_magnitude(x) * largest_magnitude(w) <= LARGEST_EXACT_INTEGER


def _correlate_2d(x: np.ndarray, w: np.ndarray, stride: tuple[int, int],
                  dilation: tuple[int, int]) -> np.ndarray:
    g = np.zeros([(n - (k - 1) * d - 1) // s + 1
                  for n, k, s, d in zip(x.shape, w.shape, stride, dilation, strict=True)])
    for i in range(0, w.shape[0], _BLOCK):
        for j in range(0, w.shape[1], _BLOCK):
            block = w[i:i + _BLOCK, j:j + _BLOCK]
            _add_block(g, x[i * dilation[0]:, j * dilation[1]:], block, stride, dilation)
    return g


def _add_block(g: np.ndarray, x: np.ndarray, w: np.ndarray, stride: tuple[int, int],
               dilation: tuple[int, int]) -> None:
    """Add to g the part that one block of the kernel gives, a strip of rows at a time.

    `shifted[j]` is the strip seen from column j of the block; `products[i]` is
    every row of the strip correlated with row i of the block. Adding them, each
    one row higher than the last, finishes the sum. einsum, and not `@`, because the threads of
    BLAS make it many times slower on a machine that has other things to do.
    """
    (rows, columns), (block_rows, block_columns) = g.shape, w.shape
    reach = (block_rows - 1) * dilation[0]   # rows that two neighbouring strips share
    step = max(1, reach // stride[0], (_STRIP // (max(w.shape) * columns) - reach) // stride[0])
    for top in range(0, rows, step):
        total = g[top:top + step]
        count = len(total)
        strip = x[top * stride[0]:(top + count - 1) * stride[0] + reach + 1]
        shifted = np.stack([strip[:, _every(stride[1], j * dilation[1], columns)]
                            for j in range(block_columns)])
        products = np.einsum("ij,jrc->irc", w, shifted)
        for i in range(block_rows):
            total += products[i, _every(stride[0], i * dilation[0], count)]


def _every(step: int, start: int, count: int) -> slice:
    return slice(start, start + (count - 1) * step + 1, step)


def correlate_fft(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return what `correlate_direct` returns, through the correlation theorem.

    The error of any sample is some 1e-16 times the norm of the whole `x` times the norm of `w`.
    """
    # A period of len(x) is enough: the places where the mask would wrap around are the ones we cut off.
    period = [fft.next_fast_len(n, real=True) for n in x.shape]
    places = [n - k + 1 for n, k in zip(x.shape, w.shape, strict=True)]
    spectrum = _spectrum(w, period)
    np.conj(spectrum, out=spectrum)
    spectrum *= _spectrum(x, period)
    if x.ndim == 2:
        spectrum = fft.ifft(spectrum, axis=0, overwrite_x=True)[:places[0]]
    return fft.irfft(spectrum, period[-1])[..., :places[-1]]


def _spectrum(x: np.ndarray, period: list[int]) -> np.ndarray:
    """Return ``rfftn(x, period)``; axis by axis, it touches half the memory."""
    rows = fft.rfft(x, period[-1])
    return rows if x.ndim == 1 else fft.fft(rows, period[0], axis=0, overwrite_x=True)
