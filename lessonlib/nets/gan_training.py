"""The game of a GAN: the discriminator and the generator take turns, each with its own loss."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn, optim
from tqdm.std import tqdm

from .data import as_count
from .gan_losses import LOSSES, discriminator_loss, generator_loss
from .parallel import device as choose_device

_BAR = "{desc} {percentage:3.0f}%|{bar:24}| passo {n_fmt}/{total_fmt}, faltam {remaining}{postfix}"


class GanStep(NamedTuple):
    """What ``on_step`` is told: epoch and step from 1, the number of steps, and the step's numbers."""

    epoch: int
    step: int
    steps: int
    discriminator_loss: float
    generator_loss: float
    real_score: float
    fake_score: float


@dataclass
class GanHistory:
    """How the game went, one entry a step.

    Attributes
    ----------
    discriminator_loss : list of float
        −(mean log D(x) + mean log(1 − D(G(z)))): at the equilibrium log 4 = 1.386…
    generator_loss : list of float
        The loss that the generator made smaller, as `gan_losses.generator_loss` gives it.
    real_score, fake_score : list of float
        Mean D(x) and mean D(G(z)), 0 to 1, as the discriminator saw them before its own step.
    """

    discriminator_loss: list[float] = field(default_factory=list)
    generator_loss: list[float] = field(default_factory=list)
    real_score: list[float] = field(default_factory=list)
    fake_score: list[float] = field(default_factory=list)


def fit_gan(generator: nn.Module, discriminator: nn.Module, data: Tensor, *, epochs: int = 10,
            batch_size: int = 64, lr: float | tuple[float, float] = 2e-4, beta1: float = 0.5,
            loss: str = "non_saturating", discriminator_steps: int = 1, penalty: float = 0.0, seed: int = 0,
            device: torch.device | str | None = None, progress: bool = True,
            on_step: Callable[[GanStep], None] | None = None,
            on_epoch: Callable[[int], None] | None = None) -> GanHistory:
    """Train both networks in place, in turns, and leave them in evaluation mode.

    In each step the discriminator learns ``discriminator_steps`` times from a batch of real samples and one
    of generated samples (apart, so that batch normalisation never mixes them), and the generator once.

    Parameters
    ----------
    generator : torch.nn.Module
        Takes noise (N, ``generator.latent_size``) from N(0, 1) and returns samples like ``data``.
    discriminator : torch.nn.Module
        Takes samples, returns scores (N,): logits of “real”.
    data : Tensor of floats, shape (N, ...)
        Real samples, in the generator's range: for digits see `gan_samples.to_signed`.
    epochs, batch_size : int
        Times that all the data are seen; samples in a step. What does not fill a batch is left out of the
        epoch.
    lr : float or (float, float)
        Learning rate > 0 of Adam; or the generator's and the discriminator's.
    beta1 : float
        Adam's first decay, 0 ≤ β₁ < 1; the second is 0.999. DCGAN uses 0.5.
    loss : {"non_saturating", "minimax"}
        See `gan_losses.generator_loss`.
    discriminator_steps : int
        The paper's k. The data are then seen k times an epoch.
    penalty : float
        γ ≥ 0 of γ/2 · mean ‖∇ₓ D(x)‖² on real samples, added to the discriminator's loss (Mescheder,
        Geiger, Nowozin, 2018): it keeps the discriminator smooth. D here is the score, not its sigmoid.
    seed : int
        Of the batches and of the noise. The program's own random numbers are left untouched. To repeat a
        run, make the networks after ``torch.manual_seed`` too.
    device : optional
        Where to compute; by default a GPU if there is one.
    progress : bool
        Show a progress bar, on standard error.
    on_step : callable, optional
        Called with a `GanStep` after each step.
    on_epoch : callable, optional
        Called with the epoch, from 1, when it ends; the networks are then in evaluation mode.

    Returns
    -------
    GanHistory

    Raises
    ------
    ValueError
        If an argument is wrong.
    FloatingPointError
        As soon as a loss is not finite.

    Examples
    --------
    >>> from lessonlib.nets import gan_training, models
    >>> history = gan_training.fit_gan(*models.point_gan(), torch.randn(256, 2), epochs=2, progress=False)
    >>> len(history.generator_loss)
    8
    """
    epochs, batch_size = as_count("epochs", epochs), as_count("batch_size", batch_size)
    turns = as_count("discriminator_steps", discriminator_steps)
    _check(data, batch_size, beta1, penalty, loss)
    where = choose_device(device)
    data = data.to(where)
    rates = lr if isinstance(lr, tuple) else (lr, lr)
    if len(rates) != 2 or not all(rate > 0 for rate in rates):
        raise ValueError(f"lr must be > 0, one number or a pair, got {lr!r}")
    players = generator.to(where), discriminator.to(where)
    optimizers = [optim.Adam(player.parameters(), lr=rate, betas=(beta1, 0.999))
                  for player, rate in zip(players, rates, strict=True)]
    random = torch.Generator().manual_seed(seed)  # on the CPU: the same draws on every device
    batches, history = len(data) // batch_size, GanHistory()

    def noise():
        return torch.randn(batch_size, generator.latent_size, generator=random).to(where)

    with tqdm(total=epochs * batches, disable=not progress, file=sys.stderr, bar_format=_BAR,
              mininterval=0.2) as bar:
        for epoch in range(1, epochs + 1):
            bar.set_description_str(f"época {epoch}/{epochs}", refresh=False)
            generator.train(), discriminator.train()
            orders = [torch.randperm(len(data), generator=random) for _ in range(turns)]
            for index in range(batches):
                for order in orders:
                    real = data[order[index * batch_size:(index + 1) * batch_size].to(where)]
                    seen = _discriminator_turn(*players, optimizers[1], real, noise(), penalty)
                own = _generator_turn(*players, optimizers[0], noise(), loss)
                numbers = torch.stack([seen[0], own, *seen[1:]]).tolist()
                step = GanStep(epoch, (epoch - 1) * batches + index + 1, epochs * batches, *numbers)
                _note(step, history)
                if on_step is not None:
                    on_step(step)
                bar.set_postfix_str(_tell(step), refresh=False)
                bar.update()
            generator.eval(), discriminator.eval()
            if on_epoch is not None:
                on_epoch(epoch)
    return history


def _check(data, batch_size, beta1, penalty, loss):
    if not isinstance(data, Tensor) or not data.is_floating_point() or data.ndim < 2:
        got = (data.dtype, tuple(data.shape)) if isinstance(data, Tensor) else type(data).__name__
        raise ValueError(f"data must be a Tensor of floats of shape (N, ...), got {got}")
    if len(data) < batch_size:
        raise ValueError(f"batch_size must be at most the number of samples, {len(data)}, got {batch_size}")
    if not 0 <= beta1 < 1:
        raise ValueError(f"beta1 must be in [0, 1), got {beta1!r}")
    if not 0 <= penalty < math.inf:
        raise ValueError(f"penalty must be >= 0, got {penalty!r}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")


def _discriminator_turn(generator, discriminator, optimizer, real, z, penalty):
    with torch.no_grad():  # the generator's weights stand still in this turn
        fake = generator(z)
    real = real.requires_grad_(bool(penalty))
    scores, fake_scores = discriminator(real), discriminator(fake)
    loss = total = discriminator_loss(scores, fake_scores)
    if penalty:
        (slope,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
        total = loss + penalty / 2 * slope.flatten(1).square().sum(1).mean()
    optimizer.zero_grad(set_to_none=True)
    total.backward()
    optimizer.step()
    return loss.detach(), scores.detach().sigmoid().mean(), fake_scores.detach().sigmoid().mean()


def _generator_turn(generator, discriminator, optimizer, z, kind):
    loss = generator_loss(discriminator(generator(z)), kind)
    weights = [weight for weight in generator.parameters() if weight.requires_grad]
    for weight, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = slope  # the discriminator's weights get no gradient in this turn
    optimizer.step()
    return loss.detach()


def _note(step, history):
    for name in ("discriminator_loss", "generator_loss", "real_score", "fake_score"):
        getattr(history, name).append(getattr(step, name))
    if not (math.isfinite(step.discriminator_loss) and math.isfinite(step.generator_loss)):
        raise FloatingPointError(
            f"the losses became {step.discriminator_loss} (discriminator) and {step.generator_loss} "
            f"(generator) at step {step.step} of {step.steps}: try a smaller lr, and look for NaN in data")


def _tell(step):
    return f"D(x) {step.real_score:.2f}, D(G(z)) {step.fake_score:.2f}".replace(".", ",")
