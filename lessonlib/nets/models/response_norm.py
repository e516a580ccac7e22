"""Local response normalisation, with the constants and the α of the AlexNet paper."""

import torch.nn.functional as F
from torch import Tensor, nn


class ResponseNorm(nn.Module):
    r"""Divide each number by what its neighbours in depth answer at the same place.

    .. math:: b_i = a_i \Big/ \Big(k + \alpha \sum_{j=i-n/2}^{i+n/2} a_j^2\Big)^{\beta}

    Slide S49 ("NORM"). `torch.nn.LocalResponseNorm` divides its ``alpha`` by ``size``; this class takes the
    α that the paper prints, so torch's would be ``alpha = size * alpha``.

    Parameters
    ----------
    groups : int
        Split the maps into this many blocks; a sum never crosses from one block to the next. With 2, each
        half of AlexNet's maps is normalised inside its own GPU.
    size, alpha, beta, k : int, float, float, float
        The paper's n, α, β and k.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet Classification with Deep Convolutional Neural
    Networks*, NIPS 2012, §3.3.

    Examples
    --------
    >>> import torch
    >>> one = torch.ones(1, 5, 1, 1)
    >>> b = ResponseNorm()(one)
    >>> bool(torch.isclose(b[0, 2, 0, 0], torch.tensor((2 + 1e-4 * 5) ** -0.75)))
    True
    """

    def __init__(self, groups: int = 1, size: int = 5, alpha: float = 1e-4, beta: float = 0.75,
                 k: float = 2.0):
        super().__init__()
        self.groups, self.size, self.alpha, self.beta, self.k = groups, size, alpha, beta, k

    def forward(self, a: Tensor) -> Tensor:
        blocks = a.unflatten(1, (self.groups, -1)).flatten(0, 1)
        b = F.local_response_norm(blocks, self.size, self.size * self.alpha, self.beta, self.k)
        return b.view_as(a)

    def extra_repr(self) -> str:
        return f"groups={self.groups}, n={self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
