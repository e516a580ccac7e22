"""Who withstands whom: the same network trained with and without attacks, on the digits.

``python -m lessonlib.nets.experiments.adversarial_training`` trains every network, attacks each, and writes
``data/experiments/adversarial_training.json`` and the weights of the three that the lesson loads,
``data/digit_defenders.npz``. After an interruption it goes on with the networks that are missing.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from tqdm.std import tqdm

from lessonlib import datasets
from lessonlib.datasets.files import DATA_DIR

from .. import adversarial_training, attacks
from ..adversarial_training import DEFENDERS
from ..data import ArrayDataset
from ..models.small_cnn import digit_cnn
from . import record

COMMAND = "python -m lessonlib.nets.experiments.adversarial_training"
SEED, BATCH, LEARNING_RATE, TRAIN_STEPS, EPS = 0, 100, 3e-3, 7, 0.3
FEW = 300  # test digits for what takes long
CURVE = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
STEPS, RESTARTS = (1, 5, 10, 20, 40, 100), (1, 5)


class Plan(NamedTuple):
    """How one network is trained."""

    attack: str
    epochs: int
    schedule: str = "one_cycle"
    warm_up: float = 0.5
    lr: float = LEARNING_RATE


PLANS = {
    "standard": Plan("none", 8),
    "fgsm": Plan("fgsm", 8),
    "pgd": Plan("pgd", 8),
    # The schedule of the others starts with small steps, and so does some of the work of a warm-up of ε.
    "pgd, constant lr": Plan("pgd", 3, "constant", 0.5, 1e-2),
    "pgd, constant lr, no warm-up": Plan("pgd", 3, "constant", 0.0, 1e-2),
}


def train(plan: Plan, digits, progress: bool = False) -> tuple[nn.Module, dict]:
    """Train one network and return it, with its losses on attacked digits and what it cost."""
    with torch.random.fork_rng([]):
        torch.manual_seed(SEED)
        network = digit_cnn()
    start = time.process_time()
    history = adversarial_training.fit(
        network, digits, attack=plan.attack, eps=EPS, attack_steps=TRAIN_STEPS, warm_up=plan.warm_up,
        epochs=plan.epochs, batch_size=BATCH, lr=plan.lr, schedule=plan.schedule, seed=SEED, device="cpu",
        progress=progress)
    return network, {"train_loss": [round(loss, 4) for loss in history.train_loss],
                     "training_cpu_seconds": round(time.process_time() - start, 1)}


def measure(network: nn.Module, x: Tensor, y: Tensor, few: int = FEW, strength: bool = True) -> dict:
    """Attack a network in every way of the lesson.

    Parameters
    ----------
    network : torch.nn.Module
    x, y : Tensor
        Test digits (N, 1, 28, 28) in 0..1 and their classes (N,).
    few : int
        How many of them, the first ones, for what takes long.
    strength : bool
        Whether to measure ``strength``, which takes longest.

    Returns
    -------
    dict
        Accuracies in per cent. ``clean``, ``fgsm``, ``pgd20``: of all the digits, at ε = 0.3. Of the few:
        ``curve_fgsm``, ``curve_pgd20``, one value for each ε of `CURVE`; ``strength``, PGD at ε = 0.3, one
        list for each number of restarts, one value for each number of steps; ``distance_linf``,
        ``distance_l2``, the median of the smallest change that was found for the digits that are right
        without one (in L2 of the whole image), None if more than half withstand the largest.
    """
    def accuracy(attack=None, count=None):
        return round(100 * attacks.robust_accuracy(network, x[:count], y[:count], attack), 2)

    def pgd(steps, eps=EPS, restarts=1):
        return lambda *batch: attacks.pgd(*batch, eps, steps=steps, restarts=restarts, seed=SEED)

    def fgsm(eps=EPS):
        return lambda *batch: attacks.fgsm(*batch, eps)

    result = {
        "clean": accuracy(), "fgsm": accuracy(fgsm()), "pgd20": accuracy(pgd(20)),
        "curve_fgsm": [accuracy(fgsm(eps), few) for eps in CURVE],
        "curve_pgd20": [accuracy(pgd(20, eps), few) for eps in CURVE],
        "distance_linf": _median_distance(network, x[:few], y[:few], "linf"),
        "distance_l2": _median_distance(network, x[:few], y[:few], "l2"),
    }
    if strength:
        result["strength"] = [[accuracy(pgd(steps, restarts=restarts), few) for steps in STEPS]
                              for restarts in RESTARTS]
    return result


def _median_distance(network, x, y, norm):
    distances = attacks.minimum_norm(network, x, y, norm=norm).eps
    distances = distances[distances != 0].nan_to_num(torch.inf)  # NaN: none was found
    middle = distances.median().item() if len(distances) else torch.inf
    return None if middle == torch.inf else round(middle, 4)


def main(arguments: list[str] | None = None) -> int:
    """Train and measure the networks that are missing, save after each, and return 0."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Treinamento adversário nos dígitos.")
    add = parser.add_argument
    add("--output", type=Path, default=record.default_path("adversarial_training"), metavar="ARQUIVO")
    add("--weights", type=Path, default=DATA_DIR / adversarial_training.WEIGHTS_FILE, metavar="ARQUIVO")
    add("--threads", type=int, default=1, metavar="N", help="threads do PyTorch (padrão: 1)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    digits = datasets.digits("train")
    x, y = ArrayDataset(*datasets.digits("test"))[:]
    result = {
        "command": COMMAND, "data": f"digits ({len(digits[0])} train, {len(x)} test)",
        "model": "digit_cnn", "eps": EPS, "train_steps": TRAIN_STEPS, "batch_size": BATCH,
        "optimizer": "adamw", "seed": SEED, "few": min(FEW, len(x)), "curve_eps": CURVE,
        "strength_steps": STEPS, "strength_restarts": RESTARTS,
        "machine": record.machine(), "runs": [],
    }
    if options.output.exists():
        result["runs"] = json.loads(options.output.read_text(encoding="utf-8"))["runs"]
    done = {row["name"] for row in result["runs"]}
    if not done.issuperset(DEFENDERS):  # their weights were not saved
        result["runs"], done = [], set()
    networks = {}
    for name in tqdm([name for name in PLANS if name not in done], unit="rede", file=sys.stderr):
        networks[name], numbers = train(PLANS[name], digits)
        numbers |= measure(networks[name], x, y, strength=name == DEFENDERS[-1])
        result["runs"].append({"name": name, **PLANS[name]._asdict(), **numbers})
        if name == DEFENDERS[-1]:
            adversarial_training.save_weights({key: networks[key] for key in DEFENDERS}, options.weights)
        record.save(result, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
