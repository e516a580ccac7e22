"""Plausible wrong answers to the exercises of lesson 03: each must fail."""

import numpy as np


def _forgot_the_mean(a, b):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


def _covariance(a, b):
    return np.mean((a - np.mean(a)) * (b - np.mean(b)))


def _zero_instead_of_nan(a, b):
    a, b = a - np.mean(a), b - np.mean(b)
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return a @ b / size if size > 0 else 0.0


def _in_place(a, b):
    a -= a.mean().astype(a.dtype)
    return np.corrcoef(a, b)[0, 1]


def _short_by_one(s, w):
    return np.array([s[k : k + len(w)] @ w for k in range(len(s) - len(w))])


def _sliding_normalized(s, w, undefined):
    out = []
    for k in range(len(s) - len(w) + 1):
        window = s[k : k + len(w)] - np.mean(s[k : k + len(w)])
        mask = w - np.mean(w)
        size = np.linalg.norm(window) * np.linalg.norm(mask)
        out.append(window @ mask / size if size > 0 else undefined)
    return np.array(out)


def _global_mean(s, w):
    s, w = s - np.mean(s), w - np.mean(w)
    windows = [s[k : k + len(w)] for k in range(len(s) - len(w) + 1)]
    return np.array([v @ w / (np.linalg.norm(v) * np.linalg.norm(w)) for v in windows])


def _reversed_lag(a, b, max_lag):
    r = [np.corrcoef(b[: len(b) - d], a[d:])[0, 1] for d in range(max_lag + 1)]
    return int(np.argmax(r))


def _best_r_instead_of_lag(a, b, max_lag):
    return max(np.corrcoef(a[: len(a) - d], b[d:])[0, 1] for d in range(max_lag + 1))


WRONG = {
    "3.1": [_forgot_the_mean, _covariance, _zero_instead_of_nan, _in_place],
    "3.2": [
        _short_by_one,
        lambda s, w: np.convolve(s, w, "valid"),
        lambda s, w: np.correlate(s, w, "same"),
        lambda s, w: list(np.correlate(s, w, "full")),
    ],
    "3.3": [
        lambda s, w: _sliding_normalized(s, w, 0.0),
        _global_mean,
        lambda s, w: np.correlate(s, w - w.mean(), "valid"),
        lambda s, w: _sliding_normalized(s, w[::-1], np.nan),
    ],
    "3.4": [
        lambda s, w: np.correlate(s, w, "valid"),
        lambda s, w: np.correlate(np.pad(s, (len(w) - 1, 0)), w, "valid"),
        lambda s, w: np.correlate(np.pad(s, len(w) // 2, mode="edge"), w, "valid"),
        lambda s, w: np.convolve(s, w, "same"),
    ],
    "3.5": [
        _reversed_lag,
        _best_r_instead_of_lag,
        lambda a, b, max_lag: 0,
        lambda a, b, max_lag: int(
            np.argmin([np.corrcoef(a[: len(a) - d], b[d:])[0, 1] for d in range(max_lag + 1)])
        ),
    ],
}
