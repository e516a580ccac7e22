"""A GAN of the digits, trained for longer than a class lasts, and judged by a LeNet that never saw it.

``python -m lessonlib.nets.experiments.gan_digits`` trains it and writes ``data/digit_generator.npz``, the
generator's weights, and ``data/experiments/gan_digits.json``, how the game went.
"""

import argparse
import os
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lessonlib import datasets
from lessonlib.datasets.files import DATA_DIR, read_data_file

from .. import training
from ..gan_samples import sample, to_signed, to_unit
from ..gan_training import fit_gan
from ..models.dcgan import Generator, dcgan
from ..models.lenet import lenet5
from . import record

LATENT, WIDTH, EPOCHS, BATCH, LEARNING_RATE, JUDGED, SURE = 16, 32, 24, 32, 1e-3, 1000, 0.9
WEIGHTS, COMMAND = "digit_generator.npz", "python -m lessonlib.nets.experiments.gan_digits"


def save_generator(generator: nn.Module, path: str | os.PathLike) -> None:
    """Write a generator's weights and its normalisation's means and variances, in 16 bits each."""
    arrays = {name: tensor.cpu().numpy().astype(np.float16)
              for name, tensor in generator.state_dict().items() if tensor.is_floating_point()}
    with open(path, "wb") as file:
        np.savez_compressed(file, **arrays)


def load_generator(content: bytes) -> Generator:
    """Make the generator whose weights `save_generator` wrote, in evaluation mode; no pickle is read."""
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        weights = {name: torch.from_numpy(values.astype(np.float32)) for name, values in arrays.items()}
    rows, latent = weights["project.weight"].shape
    generator = Generator(latent, rows // (2 * 7 * 7))
    generator.load_state_dict(weights, strict=False)  # the counters of batches are not in the file
    return generator.eval()


def trained_generator() -> Generator:
    """Return the generator that ships with the course: noise (N, 16) → digits (N, 1, 28, 28) in -1..1.

    Raises
    ------
    lessonlib.datasets.DataFileError
        If its file is missing or was changed.

    Examples
    --------
    >>> trained_generator()(torch.randn(3, 16)).shape
    torch.Size([3, 1, 28, 28])
    """
    return load_generator(read_data_file(WEIGHTS))


def verdict(judge: nn.Module, generator: nn.Module, count: int = JUDGED) -> dict:
    """Let a classifier read generated digits, the same noise each time.

    Returns
    -------
    dict
        ``sure``: share (0 to 1) read with probability above 0.9; ``classes``: how many of each digit.
    """
    chances = training.predict(judge, to_unit(sample(generator, count))).softmax(dim=1)
    sure, answers = (chances.amax(dim=1) > SURE).float().mean().item(), chances.argmax(dim=1).numpy()
    return {"sure": round(sure, 3), "classes": np.bincount(answers, minlength=10).tolist()}


def run(epochs: int = EPOCHS, seed: int = 0, progress: bool = False) -> tuple[Generator, dict]:
    """Train the judge and the GAN on the training digits; return the generator and its curves.

    Returns
    -------
    generator : Generator
    curves : dict
        ``epochs, seed``; for each epoch the means ``discriminator_loss, real_score, fake_score``; ``sure``
        as `verdict` gives it, after each epoch; ``classes`` at the end; ``judge_accuracy`` on the test.
    """
    train, test = datasets.digits("train"), datasets.digits("test")
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        judge, (generator, discriminator) = lenet5(), dcgan(LATENT, WIDTH)
    training.fit(judge, train, epochs=4, lr=5e-3, seed=seed, device="cpu", progress=False)
    seen = []
    history = fit_gan(generator, discriminator, to_signed(train[0]), epochs=epochs, batch_size=BATCH,
                      lr=LEARNING_RATE, seed=seed, device="cpu", progress=progress,
                      on_epoch=lambda epoch: seen.append(verdict(judge, generator)))

    def means(values):
        return [round(float(value), 4) for value in np.reshape(values, (epochs, -1)).mean(axis=1)]

    return generator, {
        "epochs": epochs, "seed": seed, "judge_accuracy": training.evaluate(judge, test).accuracy,
        "discriminator_loss": means(history.discriminator_loss), "real_score": means(history.real_score),
        "fake_score": means(history.fake_score), "sure": [one["sure"] for one in seen],
        "classes": seen[-1]["classes"],
    }


def main(arguments: list[str] | None = None) -> int:
    """Train as the command line says, write both files, and return 0."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="GAN dos dígitos, treinada por mais tempo.")
    add = parser.add_argument
    add("--epochs", type=int, default=EPOCHS, metavar="N", help=f"padrão: {EPOCHS}")
    add("--seed", type=int, default=0, metavar="N", help="semente (padrão: 0)")
    add("--threads", type=int, default=1, metavar="N", help="threads do PyTorch (padrão: 1)")
    add("--weights", type=Path, default=DATA_DIR / WEIGHTS, metavar="ARQUIVO", help="onde pôr o gerador")
    add("--output", type=Path, default=record.default_path("gan_digits"), metavar="ARQUIVO",
        help="onde pôr as curvas")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    generator, curves = run(options.epochs, options.seed, progress=True)
    save_generator(generator, options.weights)
    record.save({
        "command": f"{COMMAND} --epochs {options.epochs} --seed {options.seed}",
        "data": "digits 28×28 (8000 train)", "latent_size": LATENT, "width": WIDTH, "batch_size": BATCH,
        "optimizer": "adam, betas (0.5, 0.999)", "lr": LEARNING_RATE, "loss": "non_saturating",
        "judge": "lenet5, 4 epochs on the same 8000 digits", "judged": JUDGED, "sure_above": SURE,
        "machine": record.machine(), "runs": [curves],
    }, options.output)
    print(f"o juiz tem certeza de {100 * curves['sure'][-1]:.0f} % dos dígitos gerados")
    return 0


if __name__ == "__main__":
    sys.exit(main())
