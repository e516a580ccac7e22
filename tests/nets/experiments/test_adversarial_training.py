"""The result file that ships, and a short run that shows how it is made."""

import json

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.nets import adversarial_training as game
from lessonlib.nets import models
from lessonlib.nets.data import ArrayDataset
from lessonlib.nets.experiments import adversarial_training, record


@pytest.fixture(scope="module")
def runs():
    return {row["name"]: row for row in record.load("adversarial_training")["runs"]}


def test_every_network_was_trained_as_planned(runs):
    assert {name: adversarial_training.Plan(*(row[key] for key in adversarial_training.Plan._fields))
            for name, row in runs.items()} == adversarial_training.PLANS
    for name, row in runs.items():
        assert len(row["train_loss"]) == adversarial_training.PLANS[name].epochs
        assert len(row["curve_fgsm"]) == len(row["curve_pgd20"]) == len(adversarial_training.CURVE)
        assert row["curve_fgsm"][0] == row["curve_pgd20"][0]


def test_the_trap_of_fgsm(runs):
    """Trained with FGSM it withstands FGSM and nothing else; with PGD it withstands both."""
    standard, fgsm, pgd = (runs[name] for name in game.DEFENDERS)
    assert min(row["clean"] for row in (standard, fgsm, pgd)) > 93
    assert standard["fgsm"] < 20 and standard["pgd20"] < 5
    assert fgsm["fgsm"] > fgsm["clean"] and fgsm["pgd20"] < 5  # it reads the answer in the attack itself
    assert pgd["fgsm"] > 75 and pgd["pgd20"] > 70
    assert (pgd["distance_linf"] or 1) > 2 * max(standard["distance_linf"], fgsm["distance_linf"])


def test_without_warm_up_nothing_is_learned(runs):
    with_it, without = runs["pgd, constant lr"], runs["pgd, constant lr, no warm-up"]
    assert without["clean"] < 15 < 80 < with_it["clean"]


def test_a_stronger_attack_leaves_less(runs):
    once, five_times = runs["pgd"]["strength"]
    assert all(five <= one for one, five in zip(once, five_times, strict=True))
    assert once[0] > once[2] >= once[-1] - 1 and five_times[-1] == min(once + five_times)
    assert [name for name in runs if "strength" in runs[name]] == ["pgd"]


def test_the_curves_fall(runs):
    for row in runs.values():
        assert row["curve_pgd20"][0] >= row["curve_pgd20"][2] >= row["curve_pgd20"][-1]


def test_the_file_says_how_and_where_and_names_nobody():
    result = record.load("adversarial_training")
    assert result["command"] == adversarial_training.COMMAND and result["eps"] == adversarial_training.EPS
    assert result["curve_eps"] == list(adversarial_training.CURVE)
    assert {"processor", "cores", "torch", "numpy", "python"} <= set(result["machine"])
    text = json.dumps(result)
    assert not any(trace in text for trace in ("/home", "/work", "/root", "/tmp", "\\\\"))


@pytest.fixture
def tiny(monkeypatch):
    """The whole script in seconds: few digits, a small network, nothing measured."""
    images, labels = datasets.digits("test")
    monkeypatch.setattr(datasets, "digits", lambda split: (images[:60], labels[:60]))
    monkeypatch.setattr(adversarial_training, "digit_cnn", lambda: models.digit_cnn(width=2))
    monkeypatch.setattr(adversarial_training, "measure", lambda network, x, y, strength:
                        {"clean": 0.0} | ({"strength": []} if strength else {}))
    monkeypatch.setattr(adversarial_training, "PLANS", {
        name: plan._replace(epochs=1) for name, plan in adversarial_training.PLANS.items()})
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)


def test_interrupted_runs_go_on(tiny, tmp_path, monkeypatch):
    output, weights = tmp_path / "folder" / "result.json", tmp_path / "weights.npz"
    calls, train = [], adversarial_training.train

    def interrupted(plan, digits):
        calls.append(plan)
        if len(calls) in (3, 8):  # before and after the weights are saved
            raise KeyboardInterrupt
        return train(plan, digits)

    monkeypatch.setattr(adversarial_training, "train", interrupted)
    arguments = ["--output", str(output), "--weights", str(weights)]
    with pytest.raises(KeyboardInterrupt):
        adversarial_training.main(arguments)
    assert len(json.loads(output.read_text("utf-8"))["runs"]) == 2 and not weights.exists()
    with pytest.raises(KeyboardInterrupt):
        adversarial_training.main(arguments)
    assert len(json.loads(output.read_text("utf-8"))["runs"]) == 4
    assert adversarial_training.main(arguments) == 0
    result = json.loads(output.read_text("utf-8"))
    assert [row["name"] for row in result["runs"]] == list(adversarial_training.PLANS) and len(calls) == 9
    assert [row["name"] for row in result["runs"] if "strength" in row] == ["pgd"]
    with np.load(weights, allow_pickle=False) as arrays:
        assert len(arrays.files) == 3 * len(models.digit_cnn(width=2).state_dict())


def test_measures_are_in_per_cent_and_of_as_many_digits_as_told(monkeypatch):
    monkeypatch.setattr(adversarial_training, "CURVE", (0.0, 0.3))
    monkeypatch.setattr(adversarial_training, "STEPS", (1, 2))
    counted = []

    def half(network, x, y, attack):
        counted.append(len(x))
        return 0.123456

    monkeypatch.setattr(adversarial_training.attacks, "robust_accuracy", half)
    x, y = ArrayDataset(*datasets.digits("test"))[:20]
    measured = adversarial_training.measure(game.defenders()["standard"], x, y, few=4)
    assert measured["clean"] == measured["fgsm"] == measured["pgd20"] == 12.35
    assert measured["strength"] == [[12.35] * 2] * 2 and measured["curve_fgsm"] == [12.35] * 2
    assert sorted(counted) == [4] * 8 + [20] * 3
    assert 0 < measured["distance_linf"] < measured["distance_l2"]


def test_the_median_distance_leaves_out_what_is_wrong_and_counts_what_withstands(monkeypatch):
    found = torch.tensor([0.0, 0.1, 0.3, 0.2, torch.nan, torch.nan])

    class Result:
        eps = found

    monkeypatch.setattr(adversarial_training.attacks, "minimum_norm", lambda *a, **b: Result)
    assert adversarial_training._median_distance(None, None, None, "l2") == 0.3
    Result.eps = found[4:]
    assert adversarial_training._median_distance(None, None, None, "l2") is None
