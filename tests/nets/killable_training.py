"""The training that `test_resume_after_kill` kills. Alone: ``python killable_training.py CHECKPOINT``."""

import sys

import torch
from torch import nn

from lessonlib import datasets
from lessonlib.nets import training

STEPS = 3 * 13


def train(checkpoint, on_step=None):
    """Train a network with dropout and batch normalisation for 39 steps and return it."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
                          nn.Dropout(0.3), nn.Linear(4 * 8 * 8, 10))
    images, labels = (array[:400] for array in datasets.digits("train"))
    training.fit(model, (images, labels), epochs=3, batch_size=32, lr=0.01, device="cpu", progress=False,
                 checkpoint=checkpoint, checkpoint_every=2, on_step=on_step)
    return model


if __name__ == "__main__":
    train(sys.argv[1], on_step=lambda info: print(info.step, flush=True))
