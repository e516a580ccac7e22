"""The result file that ships, and a short run that shows how it is made."""

import json
import re
import statistics

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.nets.experiments import cifar10, degradation, record


@pytest.fixture(scope="module")
def result():
    return record.load("degradation")


def last(result, depth, residual, what="train_error"):
    return [run[what][-1] for run in result["runs"] if (run["depth"], run["residual"]) == (depth, residual)]


def test_every_network_ran_with_every_seed(result):
    points = {(run["depth"], run["residual"], run["seed"]) for run in result["runs"]}
    assert points == {(d, r, s) for d in degradation.DEPTHS for r in (False, True) for s in degradation.SEEDS}
    for run in result["runs"]:
        for what in ("train_loss", "train_error", "test_error"):
            assert len(run[what]) == degradation.EPOCHS


def test_degradation_in_training_error_with_every_seed(result):
    assert min(last(result, 56, False)) > 10 * max(last(result, 20, False))
    assert max(last(result, 56, True)) < min(last(result, 56, False)) / 10
    assert statistics.mean(last(result, 20, True)) == pytest.approx(
        statistics.mean(last(result, 20, False)), abs=1
    )


def test_the_file_says_how_and_where_and_names_nobody(result):
    assert result["command"] == degradation.COMMAND and result["epochs"] == degradation.EPOCHS
    assert {"processor", "cores", "torch", "numpy", "python"} <= set(result["machine"])
    text = json.dumps(result)
    assert not any(trace in text for trace in ("/home", "/work", "/root", "/tmp", "\\\\"))


def test_small_digits_are_means_of_four_pixels():
    images, labels = degradation.small_digits("test")
    full, full_labels = datasets.digits("test")
    assert images[7, 0, 3, 5] == pytest.approx(full[7, 6:8, 10:12].mean() / 255, rel=1e-6)
    np.testing.assert_array_equal(labels, full_labels)


def test_plain_and_residual_start_with_the_same_weights():
    plain, residual = (degradation.network(20, way, seed=1).state_dict() for way in (False, True))
    assert all(torch.equal(plain[name], residual[name]) for name in plain) and set(plain) == set(residual)


def test_interrupted_runs_go_on(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "result.json"
    calls = []

    def fake(depth, residual, seed):
        calls.append((depth, residual, seed))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return {"depth": depth, "residual": residual, "seed": seed}

    monkeypatch.setattr(degradation, "run", fake)
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)
    with pytest.raises(KeyboardInterrupt):
        degradation.main(["--output", str(path)])
    assert len(json.loads(path.read_text("utf-8"))["runs"]) == 2
    assert degradation.main(["--output", str(path)]) == 0
    assert len(json.loads(path.read_text("utf-8"))["runs"]) == 12 and len(calls) == 13


def test_augmented_images_are_shifts_and_flips():
    image = np.arange(1, 3 * 32 * 32 + 1, dtype=np.float32).reshape(3, 32, 32)
    torch.manual_seed(0)
    batch, labels = cifar10.Augmented(np.repeat(image[None], 40, 0), np.arange(40))[list(range(40))]
    padded = np.pad(image, ((0, 0), (4, 4), (4, 4)))
    windows = [padded[:, i : i + 32, j : j + 32] for i in range(9) for j in range(9)]
    possible = {view.tobytes() for window in windows for view in (window, window[:, :, ::-1].copy())}
    assert all(np.ascontiguousarray(one).tobytes() in possible for one in batch.numpy())
    assert len({one.numpy().tobytes() for one in batch}) > 20
    assert labels.tolist() == list(range(40))


@pytest.mark.parametrize(("depth", "first"), [(56, 0.1), (110, 0.01)])
def test_cifar_learning_rates(depth, first):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    rates, schedule = [], cifar10.schedule(depth)(optimizer, 1000)
    for _ in range(1000):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert [rates[k] for k in (0, 450, 500, 749, 750)] == pytest.approx([first, 0.1, 0.01, 0.01, 0.001])


def test_cifar_run_writes_its_result(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)

    def tiny(split, root=None, download=False):
        return rng.integers(0, 256, (8, 32, 32, 3), dtype=np.uint8), np.arange(8)

    monkeypatch.setattr(datasets, "cifar10", tiny)
    path = tmp_path / "result.json"
    assert cifar10.main(["8", "--plain", "--epochs", "1", "--device", "cpu", "--output", str(path)]) == 0
    assert cifar10.main(["8", "--epochs", "1", "--device", "cpu", "--output", str(path)]) == 0
    assert cifar10.main(["8", "--plain", "--epochs", "1", "--device", "cpu", "--output", str(path)]) == 0
    result = json.loads(path.read_text("utf-8"))
    assert result["command"] == f"{cifar10.COMMAND} DEPTH [--plain] --epochs 1 --seed SEED"
    assert [(run["depth"], run["residual"]) for run in result["runs"]] == [(8, True), (8, False)]
    for run in result["runs"]:
        assert len(run["train_loss"]) == len(run["test_error"]) == 1
        assert run["final_train_error"] in [12.5 * wrong for wrong in range(9)]  # of eight images


@pytest.mark.parametrize(("content", "complaint"), [
    ("{}", "não é um arquivo de resultado"), ("perda: 2", "não é um arquivo de resultado"),
    ('{"epochs": 3, "runs": []}', r"é de outro treino \(command, epochs, batch_size"),
])
def test_a_file_of_something_else_is_refused_before_training(content, complaint, tmp_path, capsys):
    path = tmp_path / "result.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SystemExit):
        cifar10.main(["8", "--epochs", "1", "--output", str(path)])
    assert re.search(complaint, capsys.readouterr().err) and path.read_text("utf-8") == content


def test_the_degradation_on_cifar10():
    result = record.load("cifar10")
    errors = {(run["depth"], run["residual"]): run["test_error"] for run in result["runs"]}
    assert {key: len(curve) for key, curve in errors.items()} == {
        (20, False): result["epochs"], (20, True): result["epochs"], (56, False): 49, (56, True): 49}
    assert result["epochs"] == 59
    # The rate falls for the last time at three quarters; from there on an error moves by tenths.
    late = {key: curve[44:] for key, curve in errors.items()}
    assert all(max(curve) - min(curve) < 1 for curve in late.values())
    assert min(late[56, False]) > 1.8 * max(late[20, False])
    mean = {key: statistics.mean(curve) for key, curve in late.items()}
    assert mean[56, True] < mean[20, True] < mean[20, False]
