"""The training that `test_parallel` runs in one process and, under torchrun, in two.

    torchrun --standalone --nproc_per_node=2 team_training.py FOLDER
"""

import sys
from pathlib import Path

import torch
from torch import nn

from lessonlib import datasets
from lessonlib.nets import parallel, training


def train(checkpoint):
    """Train in float64 on 84 digits, batch 16: five whole batches and one of 4 in each epoch."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 5, stride=2), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(),
                          nn.Linear(4 * 6 * 6, 10)).double()
    (x, y), (x_test, y_test) = datasets.digits("train"), datasets.digits("test")
    history = training.fit(model, (x[:84], y[:84]), (x_test[:51], y_test[:51]), epochs=3, batch_size=16,
                           lr=0.02, device="cpu", checkpoint=checkpoint, progress=False)
    return model, history


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    model, history = train(folder / "run.pt")
    team = parallel.join("cpu")
    torch.save({"size": team.size, "weights": model.state_dict(), "train_loss": history.train_loss,
                "val_loss": history.val_loss, "val_accuracy": history.val_accuracy},
               folder / f"rank{team.rank}.pt")
