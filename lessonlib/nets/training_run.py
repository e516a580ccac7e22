"""One run of `fit`, from step to step: what changes, and how it is saved and brought back."""

import itertools
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import Dataset
from tqdm.std import tqdm

from . import checkpoints, parallel
from . import data as batching
from .evaluation import evaluate
from .optimization import make_optimizer, make_schedule
from .parallel import Team

# Reading a loss makes the CPU wait for the GPU: there, so many are read at a time.
_LOSSES_READ_AT_ONCE = 16
_BAR = "{desc} {percentage:3.0f}%|{bar:24}| lote {n_fmt}/{total_fmt}, faltam {remaining}{postfix}"


class TrainingStep(NamedTuple):
    """What ``on_step`` is told: epoch and step from 1, the number of steps, the batch's loss, its lr."""

    epoch: int
    step: int
    steps: int
    loss: float
    lr: float


@dataclass
class History:
    """How a training went: one entry an epoch, and the loss of every step.

    Attributes
    ----------
    train_loss : list of float
        Mean loss of the epoch's batches, while the weights were changing.
    val_loss, val_accuracy : list of float
        On the validation data after each epoch; empty without validation data.
    step_loss : list of float
        Loss of each batch (in a team, of rank 0's part).
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    step_loss: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """The arguments of `fit` that say how to train."""

    epochs: int
    batch_size: int
    optimizer: str | Callable
    lr: float
    weight_decay: float
    schedule: str | Callable
    loss: Callable
    seed: int
    mixed_precision: bool | None
    num_workers: int

    def __post_init__(self):
        batching.as_count("epochs", self.epochs)
        batching.as_count("batch_size", self.batch_size)

    def to_compare(self, samples: int) -> dict:
        """Return what must be equal for a run to go on from a checkpoint, as plain numbers and strings."""
        plain = {"samples": samples, "epochs": int(self.epochs), "batch_size": int(self.batch_size),
                 "lr": float(self.lr), "weight_decay": float(self.weight_decay), "seed": int(self.seed)}
        return plain | {name: getattr(value, "__name__", str(value))
                        for name, value in (("optimizer", self.optimizer), ("schedule", self.schedule))}


class Run:
    """The network and everything beside it that changes while it learns."""

    def __init__(self, model: nn.Module, train: Dataset, team: Team, settings: Settings):
        self.model, self.train, self.team, self.settings = model, train, team, settings
        cuda = team.device.type == "cuda"
        model.to(team.device)
        if cuda:
            model.to(memory_format=torch.channels_last)
        self.optimizer = make_optimizer(settings.optimizer, model, settings.lr, settings.weight_decay)
        self.batches = batching.count_batches(train, settings.batch_size, team)
        self.steps = settings.epochs * self.batches
        self.schedule = make_schedule(settings.schedule, self.optimizer, self.steps)
        self.mixed = cuda if settings.mixed_precision is None else settings.mixed_precision
        half = cuda and not torch.cuda.is_bf16_supported()
        self.dtype = torch.float16 if half else torch.bfloat16
        # float16 has few exponents: gradients are scaled up so that the small ones do not vanish.
        self.scaler = torch.amp.GradScaler(team.device.type, enabled=self.mixed and half)
        self.step, self.history, self.unread = 0, History(), []

    def go(self, val: Dataset | None, checkpoint, checkpoint_every: int | None, progress: bool,
           on_step: Callable | None) -> History:
        """Take the steps that are left."""
        network = self._wrap_for_team()
        read_at = 1 if self.team.device.type == "cpu" else _LOSSES_READ_AT_ONCE
        with tqdm(total=self.steps, initial=self.step, disable=not progress or self.team.rank > 0,
                  file=sys.stderr, bar_format=_BAR, mininterval=0.2) as bar:
            for epoch in range(self.step // self.batches, self.settings.epochs):
                bar.set_description_str(f"época {epoch + 1}/{self.settings.epochs}", refresh=False)
                self.model.train()
                for images, labels in self._batches_left(epoch):
                    self._take_step(network, images, labels)
                    last = self.step == (epoch + 1) * self.batches
                    save = checkpoint is not None and checkpoint_every and self.step % checkpoint_every == 0
                    if last or save or len(self.unread) >= read_at:
                        self._read_losses(epoch, on_step)
                        bar.set_postfix_str(self._tell(), refresh=False)
                    if save and not last:
                        self._save(checkpoint)
                    bar.update()
                self._end_epoch(val)
                bar.set_postfix_str(self._tell())
                if checkpoint is not None:
                    self._save(checkpoint)
        self.model.eval()
        return self.history

    def restore(self, path) -> None:
        """Go back to where ``path`` was saved. The place in the data follows from the step."""
        state = checkpoints.load(path)
        checkpoints.check_settings(path, state["settings"], self.settings.to_compare(len(self.train)))
        try:
            self.model.load_state_dict(state["model"])
        except RuntimeError as error:
            raise ValueError(f"checkpoint {str(path)!r} is of another model: {error}") from error
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.scaler.load_state_dict(state["scaler"])
        self.step, self.history = state["step"], History(**state["history"])
        checkpoints.restore_random_states(state["random"], self.team)

    def _save(self, path):
        state = {
            "settings": self.settings.to_compare(len(self.train)), "step": self.step,
            "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(), "scaler": self.scaler.state_dict(),
            "history": asdict(self.history),
            "random": checkpoints.random_states(self.team),  # all the processes take part
        }
        if self.team.rank == 0:
            checkpoints.save(path, state)

    def _wrap_for_team(self):
        """Return the network to call: in a team, one that averages the gradients of all the processes."""
        if self.team.size == 1:
            return self.model
        return DistributedDataParallel(
            self.model, device_ids=[self.team.device] if self.team.device.type == "cuda" else None)

    def _batches_left(self, epoch):
        batches = batching.shuffled_batches(
            self.train, self.settings.batch_size, epoch, self.settings.seed, self.team,
            self.settings.num_workers, first=self.step - epoch * self.batches)
        return batching.to_device(batches, self.model, self.team.device)

    def _take_step(self, network, images, labels):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.team.device.type, self.dtype, enabled=self.mixed):
            loss = self.settings.loss(network(images), labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.unread.append((loss.detach(), self.schedule.get_last_lr()[0]))
        self.schedule.step()
        self.step += 1

    def _read_losses(self, epoch, on_step):
        losses, rates = zip(*self.unread, strict=True)
        self.unread = []
        first = self.step - len(losses) + 1
        for step, value, lr in zip(itertools.count(first), torch.stack(losses).tolist(), rates, strict=False):
            if not math.isfinite(value):
                raise FloatingPointError(f"the loss became {value} at step {step} of {self.steps} (epoch "
                                         f"{epoch + 1}): try a smaller lr, and look for NaN in the data")
            self.history.step_loss.append(value)
            if on_step is not None:
                on_step(TrainingStep(epoch + 1, step, self.steps, value, lr))

    def _end_epoch(self, val):
        losses = self.history.step_loss[-self.batches:]
        total, processes = parallel.add_up([sum(losses) / len(losses), 1.0], self.team)
        self.history.train_loss.append(total / processes)
        if val is not None:
            parallel.copy_from_first(self.model.buffers(), self.team)  # batch normalisation's means
            result = evaluate(self.model, val, device=self.team.device, loss=self.settings.loss,
                              num_workers=self.settings.num_workers)
            self.history.val_loss.append(result.loss)
            self.history.val_accuracy.append(result.accuracy)

    def _tell(self):
        text = f"perda {self.history.step_loss[-1]:.3f}"
        if self.history.val_accuracy:
            text += f", acurácia {100 * self.history.val_accuracy[-1]:.2f} %"
        return text.replace(".", ",")
