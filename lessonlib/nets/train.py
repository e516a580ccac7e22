"""Train a network from the command line: ``python -m lessonlib.nets.train lenet5 --data digits``.

The same line under ``torchrun --nproc_per_node=2 -m lessonlib.nets.train …`` trains with two processes.
"""

import argparse
import sys

import torch

from lessonlib.datasets import DataFileError

from . import data, models, parallel, training
from .optimization import OPTIMIZERS, SCHEDULES

_SIZES = {"digits": (1, 28), "mnist": (1, 28), "cifar10": (3, 32)}  # channels and side of the images


def main(arguments: list[str] | None = None) -> int:
    """Train as the command line says, and return the process's exit status.

    Parameters
    ----------
    arguments : list of str, optional
        By default those that the program was called with.

    Returns
    -------
    int
        0 when trained; 1 when the loss stopped being finite; 2 when the data, the options or the
        checkpoint do not fit (the reason is on standard error).
    """
    options = _parser().parse_args(arguments)
    try:
        return _train(options)
    except (ValueError, DataFileError) as error:
        print(f"erro: {error}", file=sys.stderr)
        return 2
    except FloatingPointError as error:
        print(f"erro: {error}", file=sys.stderr)
        return 1


def _train(options):
    team = parallel.join(options.device)
    recipe = models.recipe(options.model)
    channels, side = _SIZES[options.data]
    torch.manual_seed(options.seed)
    network = models.build(options.model, num_classes=10, in_channels=channels, image_size=side)
    if team.rank > 0:
        parallel.wait(team)  # one process downloads, the others find the files
    train, test = data.load(options.data, options.data_root, options.download)
    if team.rank == 0:
        parallel.wait(team)

    def chosen(name):
        value = getattr(options, name)
        return getattr(recipe, name) if value is None else value

    if team.rank == 0:
        weights = f"{sum(p.numel() for p in network.parameters()):,}".replace(",", ".")
        print(f"{options.model}: {weights} parâmetros; {options.data}: {len(train)} imagens de treino e "
              f"{len(test)} de teste; {team.size} processo(s) em {team.device.type}", flush=True)
    training.fit(
        network, train, test, epochs=chosen("epochs"), batch_size=chosen("batch_size"), lr=chosen("lr"),
        weight_decay=chosen("weight_decay"), optimizer=chosen("optimizer"), schedule=chosen("schedule"),
        seed=options.seed, device=team.device, checkpoint=options.checkpoint,
        checkpoint_every=options.checkpoint_every, resume=not options.restart, num_workers=options.workers,
        progress=not options.quiet)
    result = training.evaluate(network, test)
    if team.rank == 0:
        share = f"{100 * result.accuracy:.2f}".replace(".", ",")
        print(f"acurácia em {result.count} imagens de teste: {share} %")
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m lessonlib.nets.train",
        description="Treina uma rede do curso e mede a acurácia no conjunto de teste.")
    add = parser.add_argument
    add("model", choices=models.names(), metavar="modelo", help=f"um de: {', '.join(models.names())}")
    add("--data", choices=data.SOURCES, default="digits",
        help="dados: digits vem com o curso; mnist e cifar10 são lidos de --data-root (padrão: digits)")
    add("--data-root", metavar="PASTA", help="onde estão mnist e cifar10 (padrão: data/downloads)")
    add("--download", action="store_true", help="baixa mnist ou cifar10 se não estiverem lá")
    suits = "(padrão: o que serve ao modelo)"
    add("--epochs", type=int, metavar="N", help=f"épocas {suits}")
    add("--batch-size", type=int, metavar="N", help=f"imagens por passo, somando todos os processos {suits}")
    add("--lr", type=float, help=f"maior taxa de aprendizado {suits}")
    add("--weight-decay", type=float, metavar="X", help=f"decaimento de pesos {suits}")
    add("--optimizer", choices=OPTIMIZERS, help=f"otimizador {suits}")
    add("--schedule", choices=SCHEDULES, help=f"como a taxa de aprendizado muda {suits}")
    add("--seed", type=int, default=0, metavar="N", help="semente dos números aleatórios (padrão: 0)")
    add("--checkpoint", metavar="ARQUIVO",
        help="salva o treino nesse arquivo e, se ele já existe, continua de onde parou")
    add("--checkpoint-every", type=int, metavar="N",
        help="salva também a cada N passos (padrão: só ao fim de cada época)")
    add("--restart", action="store_true", help="recomeça do zero mesmo que o arquivo de --checkpoint exista")
    add("--device", metavar="NOME", help="cpu, cuda, mps (padrão: o primeiro que houver de cuda, mps, cpu)")
    add("--workers", type=int, default=0, metavar="N", help="processos que preparam lotes (padrão: 0)")
    add("--quiet", action="store_true", help="sem barra de progresso")
    return parser


if __name__ == "__main__":
    sys.exit(main())
