"""The GAN's networks: the paper's rules counted in the modules, and the layers that enlarge."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lessonlib.nets.models import point_gan
from lessonlib.nets.models.dcgan import dcgan


def count(network, kind):
    return sum(isinstance(module, kind) for module in network.modules())


def test_rules_of_the_paper():
    generator, discriminator = dcgan()
    for network in (generator, discriminator):
        pools = nn.MaxPool2d | nn.AvgPool2d | nn.AdaptiveAvgPool2d
        assert count(network, pools) == 0
    layers = list(generator.children())
    assert isinstance(layers[-1], nn.Tanh) and not isinstance(layers[-2], nn.BatchNorm2d)
    assert (count(generator, nn.ConvTranspose2d), count(generator, nn.BatchNorm2d)) == (2, 2)
    assert (count(generator, nn.ReLU), count(discriminator, nn.ReLU)) == (2, 0)
    slopes = [m.negative_slope for m in discriminator.modules() if isinstance(m, nn.LeakyReLU)]
    assert slopes == [0.2, 0.2] and count(discriminator, nn.BatchNorm2d) == 1
    assert all(m.stride == (2, 2) for m in discriminator.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize(("latent", "width"), [(64, 32), (16, 32), (3, 5)])
def test_sizes_and_parameters(latent, width, count_parameters):
    generator, discriminator = dcgan(latent, width)
    z = torch.zeros(2, latent)
    images = generator(z)
    assert images.shape == (2, 1, 28, 28) and discriminator(images).shape == (2,)
    # project, its normalisation, up2, its normalisation, up3 with its bias
    made = latent * 98 * width + 4 * width + 16 * 2 * width**2 + 2 * width + 16 * width + 1
    judged = 16 * width + width + 16 * 2 * width**2 + 4 * width + 98 * width + 1
    assert (count_parameters(generator), count_parameters(discriminator)) == (made, judged)
    shapes = {}
    for name, layer in [*generator.named_children(), *discriminator.named_children()]:
        layer.register_forward_hook(lambda _, x, y, name=name: shapes.update({name: tuple(y.shape[1:])}))
    discriminator(generator(z))
    assert (shapes["reshape"], shapes["up2"]) == ((2 * width, 7, 7), (width, 14, 14))
    assert (shapes["down1"], shapes["down2"]) == ((width, 14, 14), (2 * width, 7, 7))


def test_weights_are_drawn_as_the_paper_says():
    torch.manual_seed(0)
    for network in dcgan(100, 64):
        for name, weights in network.named_parameters():
            if name.startswith("bn"):
                wanted = (1, 0.02) if name.endswith("weight") else (0, 0)
            else:
                wanted = (0, 0.02) if name.endswith("weight") else (0, 0)
            assert weights.mean().item() == pytest.approx(wanted[0], abs=0.012), name
            assert weights.std(correction=0).item() == pytest.approx(wanted[1], abs=0.005), name


def test_transposed_convolution_is_the_convolution_read_backwards():
    """⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for any x and y: the layer that enlarges is the other's gradient."""
    up = dcgan().generator.up2.double()
    x = torch.randn(3, 32, 14, 14, dtype=torch.float64)
    y = torch.randn(3, 64, 7, 7, dtype=torch.float64)
    shrunk = F.conv2d(x, up.weight, stride=2, padding=1)
    assert (shrunk * y).sum().item() == pytest.approx((x * up(y)).sum().item(), rel=1e-10)


def test_pixels_lie_in_the_range_of_tanh_and_batches_do_not_mix_in_evaluation():
    torch.manual_seed(0)
    generator, discriminator = dcgan(16, 8)
    z = 5 * torch.randn(6, 16)
    generator.train()(z)
    generator.eval(), discriminator.eval()
    images = generator(z)
    assert images.abs().max() <= 1
    torch.testing.assert_close(images[2:3], generator(z[2:3]), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(discriminator(images)[:2], discriminator(images[:2]), atol=1e-5, rtol=1e-5)


def test_point_gan():
    generator, discriminator = point_gan(3, 10)
    assert generator.latent_size == 3
    assert generator(torch.zeros(4, 3)).shape == (4, 2) and discriminator(torch.zeros(4, 2)).shape == (4,)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: dcgan(0), "latent_size must be a whole number >= 1, got 0"),
    (lambda: dcgan(width=1.5), "width must be"),
    (lambda: point_gan(width=True), "width must be"),
    (lambda: dcgan(4, 2).generator(torch.zeros(2, 5)), r"z must have shape \(N, 4\), got \(2, 5\)"),
    (lambda: dcgan(4, 2).discriminator(torch.zeros(2, 1, 32, 32)), r"\(N, 1, 28, 28\)"),
])
def test_bad_options_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
