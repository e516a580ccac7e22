"""How wrong the scores are, and in which direction they should move."""

import numpy as np

from .base import floats


def softmax(scores):
    """Turn each row of scores into probabilities: ``exp(s) / Σ exp(s)``.

    Parameters
    ----------
    scores : array_like, shape (..., K)
        Any real numbers; a larger one means more likely.

    Returns
    -------
    ndarray, shape (..., K)
        Between 0 and 1; each row adds up to 1.

    Examples
    --------
    >>> from lessonlib.reference.layers import softmax
    >>> softmax([[2.0, 1.0, 0.0]]).round(3)
    array([[0.665, 0.245, 0.09 ]])
    >>> softmax([[1000.0, 0.0]])
    array([[1., 0.]])
    """
    scores = floats(scores)
    # Taking the largest away changes no ratio, and exp never overflows.
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(scores, labels):
    """Mean of ``-log(probability of the right class)`` over the batch, and its gradient.

    Parameters
    ----------
    scores : array_like, shape (N, K)
        Scores of the K classes (before any softmax).
    labels : array_like of int, shape (N,)
        Right class of each row, 0 ≤ label < K.

    Returns
    -------
    loss : float
        ≥ 0; log(K) when all the classes are equally likely.
    grad : ndarray, shape (N, K)
        Gradient of ``loss`` with respect to ``scores``: (probabilities - one-hot) / N.

    Raises
    ------
    ValueError
        If the shapes do not match, the batch is empty, or a label is not a class.

    Examples
    --------
    >>> from lessonlib.reference.layers import cross_entropy
    >>> loss, grad = cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 4)
    0.6931
    >>> grad
    array([[ 0.5, -0.5]])
    """
    scores, labels = floats(scores), np.asarray(labels)
    if scores.ndim != 2 or 0 in scores.shape:
        raise ValueError(f"scores must have shape (N, K), N and K >= 1, got {scores.shape}")
    n, classes = scores.shape
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be {n} whole numbers, got shape {labels.shape}, dtype {labels.dtype}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels must lie in 0..{classes - 1}, got {labels.min()}..{labels.max()}")
    rows = np.arange(n)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probability = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad = np.exp(log_probability)
    grad[rows, labels] -= 1
    return float(-log_probability[rows, labels].mean()), grad / n
