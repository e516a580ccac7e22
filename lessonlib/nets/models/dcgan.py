"""The two networks of a GAN for digits, as DCGAN has them (Radford, Metz, Chintala, 2016); one for points."""

from collections import OrderedDict
from typing import NamedTuple

from torch import Tensor, nn

from .checks import check_images, check_whole


class Generator(nn.Sequential):
    """Noise (N, latent_size) → images (N, 1, 28, 28) in -1..1: project, then enlarge twice.

    ``project`` makes ``2 * width`` maps of 7×7; each transposed convolution (4×4, stride 2, padding 1) makes
    the side twice as long. Batch normalisation and ReLU follow all layers but the last, which ends in tanh.
    """

    def __init__(self, latent_size: int, width: int):
        super().__init__(OrderedDict(
            project=nn.Linear(latent_size, 2 * width * 7 * 7, bias=False),
            reshape=nn.Unflatten(1, (2 * width, 7, 7)),
            bn1=nn.BatchNorm2d(2 * width), a1=nn.ReLU(),
            up2=nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False),
            bn2=nn.BatchNorm2d(width), a2=nn.ReLU(),
            up3=nn.ConvTranspose2d(width, 1, 4, stride=2, padding=1), a3=nn.Tanh()))
        self.latent_size = latent_size

    def forward(self, z: Tensor) -> Tensor:
        """Return images with pixels in -1 (paper) to 1 (ink): (N, latent_size) → (N, 1, 28, 28)."""
        if z.ndim != 2 or z.shape[1] != self.latent_size:
            raise ValueError(f"z must have shape (N, {self.latent_size}), got {tuple(z.shape)}")
        return super().forward(z)


class Discriminator(nn.Sequential):
    """Images (N, 1, 28, 28) in -1..1 → one score each, (N,): the logit of “this image is real”.

    Two strided convolutions (4×4, stride 2, padding 1) halve the side, with LeakyReLU(0.2); batch
    normalisation in the second only, as the paper leaves it out of the first; no pooling, and no dense layer
    but the score's. The probability is ``sigmoid`` of the score.
    """

    def __init__(self, width: int):
        super().__init__(OrderedDict(
            down1=nn.Conv2d(1, width, 4, stride=2, padding=1), a1=nn.LeakyReLU(0.2),
            down2=nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
            bn2=nn.BatchNorm2d(2 * width), a2=nn.LeakyReLU(0.2),
            flatten=nn.Flatten(), score=nn.Linear(2 * width * 7 * 7, 1)))

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores (N,) of images (N, 1, 28, 28)."""
        check_images(x, 1, 28)
        return super().forward(x).flatten()


class GanPair(NamedTuple):
    """The two players: ``generator`` takes noise (N, latent_size), ``discriminator`` gives scores (N,)."""

    generator: nn.Module
    discriminator: nn.Module


def initialize(network: nn.Module) -> nn.Module:
    """Draw the weights as the paper does: N(0, 0.02) for layers, N(1, 0.02) for batch normalisation's scale.

    Biases start at zero. Changes the network in place and returns it.
    """
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    return network


def dcgan(latent_size: int = 64, width: int = 32) -> GanPair:
    """Make a generator and a discriminator for 28×28 digits, small enough to train in a lesson.

    Slide S69. The paper's rules: strided and transposed convolutions in the place of pooling, batch
    normalisation in both networks (not at the generator's output nor at the discriminator's input), ReLU in
    the generator and LeakyReLU(0.2) in the discriminator, tanh at the output, weights from N(0, 0.02). The
    paper's networks make 64×64 images with 1024 maps; these make 28×28 with ``2 * width``.

    It is not in `models.names()`: those are classifiers, and this is a pair that only
    `lessonlib.nets.gan_training.fit_gan` can train.

    Parameters
    ----------
    latent_size : int
        Numbers in the noise vector z; the paper has 100.
    width : int
        Maps of the layers of 14×14; those of 7×7 have twice as many.

    Returns
    -------
    GanPair

    Raises
    ------
    ValueError
        If an option is not a whole number ≥ 1.

    References
    ----------
    A. Radford, L. Metz, S. Chintala, *Unsupervised Representation Learning with Deep Convolutional
    Generative Adversarial Networks*, ICLR 2016, arXiv:1511.06434.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.dcgan import dcgan
    >>> generator, discriminator = dcgan()
    >>> images = generator(torch.randn(5, 64))
    >>> images.shape, discriminator(images).shape
    (torch.Size([5, 1, 28, 28]), torch.Size([5]))
    """
    check_whole(latent_size=latent_size, width=width)
    return GanPair(initialize(Generator(latent_size, width)), initialize(Discriminator(width)))


def point_gan(latent_size: int = 8, width: int = 64) -> GanPair:
    """Make a GAN of dense layers for points of the plane, for games that can be watched.

    Both networks have two hidden layers of ``width`` ReLU units, with PyTorch's own initial weights.

    Parameters
    ----------
    latent_size : int
        Numbers in the noise vector z.
    width : int
        Units of each hidden layer.

    Returns
    -------
    GanPair
        The generator returns points (N, 2), the discriminator scores (N,).

    Raises
    ------
    ValueError
        If an option is not a whole number ≥ 1.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import models
    >>> generator, discriminator = models.point_gan()
    >>> discriminator(generator(torch.randn(5, 8))).shape
    torch.Size([5])
    """
    check_whole(latent_size=latent_size, width=width)

    def layers(inputs, outputs):
        return [nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
                nn.Linear(width, outputs)]

    generator = nn.Sequential(*layers(latent_size, 2))
    generator.latent_size = latent_size
    return GanPair(generator, nn.Sequential(*layers(2, 1), nn.Flatten(0)))
