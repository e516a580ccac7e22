"""Our attacks and torchattacks' on the digits network, which do the same arithmetic.

Both need one forward and one backward pass a step. Ours also checks its arguments, puts the model back as it
was and stays exactly inside the ball; the goal says that this costs nearly nothing.
"""

import torch
import torchattacks
from timing import compare

from lessonlib import datasets
from lessonlib.nets import adversarial_training, attacks
from lessonlib.nets.data import ArrayDataset
from lessonlib.nets.training import device

AT_MOST = 1.1  # of their time
REPEATS = 9
STEPS, EPS, EPS_L2 = 10, 0.2, 1.5


def rows() -> list[dict]:
    place, peer = device(), "torchattacks"
    network = adversarial_training.defenders()["standard"].to(place)
    x, y = (part.to(place) for part in ArrayDataset(*datasets.digits("test"))[:100])
    linf = torchattacks.PGD(network, eps=EPS, alpha=EPS / 4, steps=STEPS)
    l2 = torchattacks.PGDL2(network, eps=EPS_L2, alpha=EPS_L2 / 4, steps=STEPS)
    size = f"{len(x)} digits, {place}"
    return [
        _row(f"FGSM, {size}", lambda: attacks.fgsm(network, x, y, EPS), peer,
             lambda: torchattacks.FGSM(network, eps=EPS)(x, y)),
        _row(f"PGD, {STEPS} steps, {size}", lambda: attacks.pgd(network, x, y, EPS, EPS / 4, STEPS), peer,
             lambda: linf(x, y)),
        _row(f"PGD in L2, {STEPS} steps, {size}",
             lambda: attacks.pgd(network, x, y, EPS_L2, EPS_L2 / 4, STEPS, norm="l2"), peer,
             lambda: l2(x, y)),
    ]


def _row(name, ours, peer, theirs):
    return compare(name, _waiting(ours), peer, _waiting(theirs), AT_MOST, REPEATS)


def _waiting(attack):
    def run():
        if attack().is_cuda:  # a GPU answers before it has finished
            torch.cuda.synchronize()
    return run
