"""The NumPy convolution layer beside PyTorch's, forward and backward, with the same number of threads."""

import numpy as np
import torch
from timing import compare

from lessonlib.reference import layers

AT_MOST = 3.0   # issue: within three times PyTorch's time on the CPU


def _pair(in_channels, out_channels, side, kernel, **options):
    """The same layer twice, and one batch of 32 with a gradient for its output."""
    rng = np.random.default_rng(0)
    ours = layers.Conv2d(in_channels, out_channels, kernel, **options)
    theirs = torch.nn.Conv2d(in_channels, out_channels, kernel, **options)
    x = rng.standard_normal((32, in_channels, side, side)).astype(np.float32)
    grad = rng.standard_normal(ours.forward(x).shape).astype(np.float32)
    return ours, theirs, x, grad


def _rows(title, ours, theirs, x, grad, at_most):
    images, output_grad = torch.tensor(x, requires_grad=True), torch.tensor(grad)
    output = theirs(images)

    def forward():
        with torch.no_grad():
            theirs(images)

    ours.forward(x)
    return [
        compare(f"{title}, forward", lambda: ours.forward(x), "torch", forward, at_most),
        compare(f"{title}, backward", lambda: ours.backward(grad),
                "torch", lambda: output.backward(output_grad, retain_graph=True), at_most),
    ]


def rows() -> list[dict]:
    """Return one row for each layer and direction."""
    unbounded = float("inf")
    return [
        *_rows("32x16x28x28, 32 filters 5x5", *_pair(16, 32, 28, 5), AT_MOST),
        *_rows("the same, stride 2, padding 2", *_pair(16, 32, 28, 5, stride=2, padding=2), unbounded),
        *_rows("the same, 2 groups", *_pair(16, 32, 28, 5, groups=2), unbounded),
    ]
