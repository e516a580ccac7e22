"""The generator and the curves that ship, and a short run that shows how they are made."""

import json

import numpy as np
import pytest
import torch

from lessonlib.nets import gan_samples
from lessonlib.nets.experiments import gan_digits, record
from lessonlib.nets.models.dcgan import dcgan
from lessonlib.nets.models.lenet import lenet5


@pytest.fixture(scope="module")
def result():
    return record.load("gan_digits")


def test_file_says_how_and_where_and_names_nobody(result):
    (run,) = result["runs"]
    assert result["command"] == f"{gan_digits.COMMAND} --epochs {gan_digits.EPOCHS} --seed 0"
    assert {"processor", "cores", "torch", "numpy", "python"} <= set(result["machine"])
    for what in ("discriminator_loss", "real_score", "fake_score", "sure"):
        assert len(run[what]) == gan_digits.EPOCHS
    text = json.dumps(result)
    assert not any(trace in text for trace in ("/home", "/work", "/root", "/tmp", "\\\\"))


def test_game_went_as_the_lesson_tells(result):
    (run,) = result["runs"]
    assert run["judge_accuracy"] > 0.96 and sum(run["classes"]) == gan_digits.JUDGED
    assert run["sure"][-1] > run["sure"][0] and min(run["classes"]) > 0
    assert all(0 < fake < real < 1 for fake, real in zip(run["fake_score"], run["real_score"], strict=True))


def test_generator_that_ships_makes_ink_on_paper():
    generator = gan_digits.trained_generator()
    assert not generator.training and generator.latent_size == gan_digits.LATENT
    images = gan_samples.sample(generator, 200)
    assert images.shape == (200, 1, 28, 28)
    border = torch.cat([images[..., :2, :], images[..., -2:, :]], dim=2)
    assert border.median() < -0.99 and images.amax(dim=(1, 2, 3)).min() > 0.8
    assert torch.pdist(images.flatten(1)).min() > 2  # no two alike: the modes did not collapse


def test_weights_survive_the_file(tmp_path):
    torch.manual_seed(0)
    generator = dcgan(5, 4).generator
    generator.train()(torch.randn(8, 5))  # gives the normalisation means that are not zero
    gan_digits.save_generator(generator, tmp_path / "weights.npz")
    content = (tmp_path / "weights.npz").read_bytes()
    again = gan_digits.load_generator(content)
    z = torch.randn(3, 5)
    torch.testing.assert_close(gan_samples.generate(again, z), gan_samples.generate(generator, z), atol=5e-3,
                               rtol=0)
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:
        assert {a.dtype for a in arrays.values()} == {np.dtype(np.float16)}


def test_verdict_counts_what_the_judge_reads():
    class Judge(torch.nn.Module):
        def forward(self, images):
            scores = torch.zeros(len(images), 10)
            scores[:, 4] = 9.0
            return scores

    seen = gan_digits.verdict(Judge(), dcgan(5, 2).generator, count=12)
    assert seen == {"sure": 1.0, "classes": [0, 0, 0, 0, 12, 0, 0, 0, 0, 0]}


def test_command_writes_both_files(tmp_path, monkeypatch):
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)
    monkeypatch.setattr(gan_digits, "WIDTH", 2)
    monkeypatch.setattr(gan_digits, "BATCH", 200)
    monkeypatch.setattr(gan_digits.training, "fit", lambda *args, **options: None)
    paths = [tmp_path / "g.npz", tmp_path / "deep" / "g.json"]
    assert gan_digits.main(["--epochs", "1", "--weights", str(paths[0]), "--output", str(paths[1])]) == 0
    written = json.loads(paths[1].read_text("utf-8"))
    assert written["command"].endswith("gan_digits --epochs 1 --seed 0") and len(written["runs"]) == 1
    assert gan_digits.load_generator(paths[0].read_bytes()).latent_size == 16
    assert lenet5().training  # the real judge was not touched
