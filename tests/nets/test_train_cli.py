"""The command line of training."""

import os
import struct
import subprocess
import sys

import numpy as np
import pytest

from lessonlib import datasets
from lessonlib.nets import data, models, train


@pytest.fixture(autouse=True)
def few_digits(monkeypatch):
    """Train on 300 digits and test on 100: here only the command line is tested."""
    def load(name, root=None, download=False, load=data.load):
        parts = load(name, root, download)
        return tuple(data.ArrayDataset(part.images[:n], part.labels[:n])
                     for part, n in zip(parts, (300, 100), strict=True))

    monkeypatch.setattr(data, "load", load)


def test_trains_saves_goes_on_and_prints_the_accuracy(tmp_path, capsys):
    path = tmp_path / "lenet.pt"
    line = ["lenet5", "--data", "digits", "--epochs", "2", "--batch-size", "30", "--lr", "0.005",
            "--seed", "3", "--checkpoint", str(path), "--checkpoint-every", "4"]
    assert train.main(line) == 0
    first = capsys.readouterr()
    assert "lenet5: 61.706 parâmetros; digits: 300 imagens de treino e 100 de teste" in first.out
    assert first.out.splitlines()[1].startswith("acurácia em 100 imagens de teste: ")
    assert "época 2/2" in first.err and path.exists()
    assert train.main([*line, "--quiet"]) == 0  # nothing is left to do: the same result
    again = capsys.readouterr()
    assert again.out == first.out and again.err == ""
    assert train.main([*line, "--epochs", "3"]) == 2
    assert "epochs 2 (now 3)" in capsys.readouterr().err
    assert train.main([*line, "--epochs", "1", "--restart", "--quiet"]) == 0


def test_mnist_is_read_from_the_folder_given(tmp_path, capsys):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, split in (("train", "train"), ("t10k", "test")):
        images, labels = (array[:60] for array in datasets.digits(split))
        for name, array in ((f"{prefix}-images-idx3-ubyte", images), (f"{prefix}-labels-idx1-ubyte", labels)):
            header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            (raw / name).write_bytes(header + array.astype(np.uint8).tobytes())
    assert train.main(["lenet5_1998", "--data", "mnist", "--data-root", str(tmp_path), "--epochs", "1",
                       "--quiet"]) == 0
    assert "mnist: 60 imagens de treino e 60 de teste" in capsys.readouterr().out


@pytest.mark.parametrize(("line", "message"), [
    (["lenet5", "--data", "cifar10", "--data-root", "nowhere"], "CIFAR-10 não está em"),
    (["lenet5_1998", "--data", "cifar10"], "in_channels of lenet5_1998 must be 1, got 3"),
    (["lenet5", "--batch-size", "0"], "batch_size must be"),
    (["lenet5", "--device", "abacus"], "device must be"),
])
def test_what_does_not_fit_is_explained_without_a_traceback(line, message, capsys):
    assert train.main([*line, "--quiet"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("erro: ") and message in shown.err and shown.err.count("\n") == 1


def test_a_loss_that_explodes_ends_with_status_1(capsys):
    line = ["lenet5", "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant", "--quiet"]
    assert train.main(line) == 1
    assert "try a smaller lr" in capsys.readouterr().err


def test_an_unknown_model_gets_the_list(capsys):
    with pytest.raises(SystemExit) as stopped:
        train.main(["lenet6"])
    assert stopped.value.code == 2 and "lenet5_1998" in capsys.readouterr().err


def test_every_model_can_be_named_and_has_a_recipe():
    for name in models.names():
        assert models.recipe(name).epochs >= 1


def test_module_runs_as_a_program():
    help_text = subprocess.run([sys.executable, "-m", "lessonlib.nets.train", "--help"], capture_output=True,
                               text=True, encoding="utf-8", check=True, timeout=120,
                               env={**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}).stdout
    assert "taxa de aprendizado" in help_text
