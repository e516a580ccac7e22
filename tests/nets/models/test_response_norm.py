import numpy as np
import pytest
import torch

from lessonlib.nets.models.response_norm import ResponseNorm


def as_the_paper_prints(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    maps, b = len(a), np.empty_like(a)
    for i in range(maps):
        neighbours = a[max(0, i - n // 2):min(maps - 1, i + n // 2) + 1]
        b[i] = a[i] / (k + alpha * (neighbours ** 2).sum(axis=0)) ** beta
    return b


@pytest.mark.parametrize("alpha", [1e-4, 0.1])
def test_is_the_formula_of_the_paper(alpha):
    a = np.random.default_rng(0).normal(scale=30, size=(12, 3, 4))
    b = ResponseNorm(alpha=alpha)(torch.from_numpy(a)[None])[0].numpy()
    np.testing.assert_allclose(b, as_the_paper_prints(a, alpha=alpha), rtol=1e-12)


def test_torch_divides_alpha_by_n():
    a = torch.randn(2, 12, 3, 3, generator=torch.Generator().manual_seed(0)) * 30
    torchs = torch.nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
    assert torch.equal(ResponseNorm()(a), torchs(a))


def test_groups_do_not_see_each_other():
    a = torch.randn(2, 12, 3, 3, generator=torch.Generator().manual_seed(0)) * 30
    alone = torch.cat([ResponseNorm()(half) for half in a.chunk(2, dim=1)], dim=1)
    assert torch.equal(ResponseNorm(groups=2)(a), alone)
    assert not torch.allclose(ResponseNorm()(a), alone, rtol=1e-3)
