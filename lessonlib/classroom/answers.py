"""What a network says of a photo, in words for a title or a table.

The last digits differ from one processor to another, so a cell that shows them is not compared, or asserts
only what holds everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonlib.classroom.style import number

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from lessonlib.nets.pretrained import ImageNetClassifier


def percent(probability: float) -> str:
    """Write a probability, 0 to 1, in per cent; one that is almost 0 or 1 is not rounded to it.

    Examples
    --------
    >>> [percent(probability) for probability in (0.00001, 0.0473, 0.99999)]
    ['< 0,1%', '4,7%', '> 99,9%']
    """
    if probability < 0.0005:
        return "< 0,1%"
    return "> 99,9%" if probability >= 0.9995 else f"{number(100 * probability, 1)}%"


def answer(network: ImageNetClassifier, image: Tensor, between: str = "\n") -> str:
    """Return the class that a network finds most probable and its probability, as ``tripé\\n94,4%``.

    Parameters
    ----------
    network : ImageNetClassifier
    image : Tensor, shape (1, 3, 224, 224)
        Pixels in 0..1.
    between : str
        What stands between the two: a new line for a title, a comma and a space for a table.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> from lessonlib.nets import pretrained
    >>> network = pretrained.imagenet_classifier()
    >>> answer(network, network.preprocess(datasets.photo("coffee")), ", ")
    'café expresso, 9...%'
    """
    best = network.predict(image, top=1)[0]
    return f"{best.portuguese or best.english}{between}{percent(best.probability)}"


def pixels(image: Tensor) -> np.ndarray:
    """Turn an image as a network takes it, (1, C, H, W), into one as figures take it, (H, W, C).

    Examples
    --------
    >>> import torch
    >>> pixels(torch.zeros(1, 3, 224, 200)).shape
    (224, 200, 3)
    """
    return image[0].permute(1, 2, 0).numpy()
