"""Adversarial examples: small changes of the pixels that change a network's answer.

Every attack takes a model whose input are pixels in 0..1, (N, C, H, W), and whose output are scores (N, K).
The model is attacked in evaluation mode, as it would be used; its modes, its ``requires_grad`` flags and its
gradients are afterwards as they were, even if the attack fails.

Examples
--------
>>> import torch
>>> from lessonlib import datasets
>>> from lessonlib.nets import attacks, models, training
>>> images, labels = datasets.digits("train")
>>> _ = torch.manual_seed(0)
>>> network = models.lenet5()
>>> _ = training.fit(network, (images[:2000], labels[:2000]), epochs=3, progress=False)
>>> x = torch.from_numpy(images[2000:2100]).float().div(255).unsqueeze(1)
>>> y = torch.from_numpy(labels[2000:2100]).long()
>>> attacks.robust_accuracy(network, x, y) > 0.8
True
>>> attacks.robust_accuracy(network, x, y, lambda *batch: attacks.fgsm(*batch, eps=0.2)) < 0.5
True
"""

from .bounded import fgsm, pgd
from .gradients import input_gradient
from .measuring import robust_accuracy
from .smallest import MinimumNormResult, minimum_norm
from .toward_target import TargetedResult, targeted

__all__ = [
    "MinimumNormResult",
    "TargetedResult",
    "fgsm",
    "input_gradient",
    "minimum_norm",
    "pgd",
    "robust_accuracy",
    "targeted",
]
