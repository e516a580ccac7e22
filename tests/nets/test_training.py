"""`fit` and what is around it, in one process."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix
from torch import nn
from torch.utils.data import Dataset

from lessonlib import datasets
from lessonlib.nets import checkpoints, data, models, training
from lessonlib.nets.optimization import OPTIMIZERS, SCHEDULES
from lessonlib.nets.parallel import Team

ALONE = Team(0, 1, torch.device("cpu"))


@pytest.fixture(scope="module")
def digits():
    images, labels = datasets.digits("train")
    return images[:200], labels[:200]


def small_model(seed=0):
    """Dropout uses random numbers at each step, batch normalisation keeps running means: both must resume."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
                         nn.Dropout(0.3), nn.Linear(4 * 8 * 8, 10))


def fit(model, train, val=None, **options):
    return training.fit(model, train, val, **{"epochs": 3, "batch_size": 32, "progress": False, **options})


def equal(one, other):
    return all(torch.equal(a.cpu(), b.cpu()) for a, b in
               zip(one.state_dict().values(), other.state_dict().values(), strict=True))


class Interrupted(Exception):
    pass


def stop_at(step):
    def on_step(info):
        if info.step == step:
            raise Interrupted
    return on_step


def test_lenet_learns_real_digits():
    """Three epochs of 2,000 digits give 94 % on 1,000 unseen ones; ten of 8,000 give 98.6 % (lesson 08)."""
    (x, y), (x_test, y_test) = datasets.digits("train"), datasets.digits("test")
    torch.manual_seed(0)
    model = models.lenet5()
    history = fit(model, (x[:2000], y[:2000]), (x_test[:1000], y_test[:1000]), lr=5e-3)
    assert history.val_accuracy[-1] > 0.88
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]
    assert not model.training


def test_lenet_1998_learns_real_digits():
    (x, y), (x_test, y_test) = datasets.digits("train"), datasets.digits("test")
    torch.manual_seed(0)
    model = models.lenet5_1998()
    history = fit(model, (x[:2000], y[:2000]), (x_test[:1000], y_test[:1000]), lr=3e-3)
    assert history.val_accuracy[-1] > 0.8


def test_the_same_seed_gives_the_same_weights_and_leaves_random_numbers_alone(digits):
    one, other, third = small_model(), small_model(), small_model()
    torch.manual_seed(7)
    fit(one, digits)
    following = torch.rand(1)
    torch.manual_seed(7)
    assert torch.rand(1) == following
    fit(other, digits)
    fit(third, digits, seed=1)
    assert equal(one, other) and not equal(one, third)


def test_history_and_steps(digits):
    seen = []
    history = fit(small_model(), digits, digits, on_step=seen.append, lr=0.01)
    assert len(history.train_loss) == len(history.val_loss) == len(history.val_accuracy) == 3
    assert [info.step for info in seen] == list(range(1, 22)) and seen[-1].steps == 21
    assert [info.epoch for info in seen] == [1] * 7 + [2] * 7 + [3] * 7
    assert history.step_loss == [info.loss for info in seen]
    assert history.train_loss[1] == pytest.approx(np.mean(history.step_loss[7:14]))
    assert max(info.lr for info in seen) == pytest.approx(0.01, rel=0.1) and seen[-1].lr < 1e-6


@pytest.mark.parametrize("stop", [4, 7, 10, 20])
def test_an_interrupted_run_ends_as_if_it_had_not_been(digits, tmp_path, stop):
    path = tmp_path / "folder" / "run.pt"
    whole, broken = small_model(), small_model()
    expected = fit(whole, digits, digits)
    with pytest.raises(Interrupted):
        fit(broken, digits, digits, checkpoint=path, checkpoint_every=3, on_step=stop_at(stop))
    resumed = small_model(seed=5)
    history = fit(resumed, digits, digits, checkpoint=path, checkpoint_every=3)
    assert equal(whole, resumed)
    assert history == expected
    again = small_model(seed=6)
    assert fit(again, digits, digits, checkpoint=path, checkpoint_every=3, on_step=stop_at(1)) == expected
    assert equal(whole, again)


def test_resume_false_starts_again(digits, tmp_path):
    path = tmp_path / "run.pt"
    fit(small_model(), digits, checkpoint=path)
    fresh, expected = small_model(3), small_model(3)
    fit(expected, digits)
    fit(fresh, digits, checkpoint=path, resume=False)
    assert equal(fresh, expected)
    assert equal(checkpoints.load_model(path, small_model(9)), expected)


def rmsprop(weights):
    return torch.optim.RMSprop(weights, 1e-3)


def halving(optimizer, steps):
    return torch.optim.lr_scheduler.StepLR(optimizer, steps // 3, 0.5)


@pytest.mark.parametrize(("optimizer", "schedule"), [
    *((name, "one_cycle") for name in OPTIMIZERS), *(("sgd", name) for name in SCHEDULES), (rmsprop, halving),
])
def test_every_optimiser_and_schedule_resumes(digits, tmp_path, optimizer, schedule):
    options = {"optimizer": optimizer, "schedule": schedule, "epochs": 2, "checkpoint_every": 2, "lr": 0.01}
    whole, resumed = small_model(), small_model()
    fit(whole, digits, **options)
    with pytest.raises(Interrupted):
        fit(resumed, digits, checkpoint=tmp_path / "run.pt", on_step=stop_at(9), **options)
    fit(resumed, digits, checkpoint=tmp_path / "run.pt", **options)
    assert equal(whole, resumed)


def test_a_checkpoint_of_another_run_is_refused(digits, tmp_path):
    path = tmp_path / "run.pt"
    fit(small_model(), digits, checkpoint=path)
    with pytest.raises(ValueError, match=r"epochs 3 \(now 4\), seed 0 \(now 2\)"):
        fit(small_model(), digits, checkpoint=path, epochs=4, seed=2)
    with pytest.raises(ValueError, match="of another model"):
        fit(models.lenet5(), digits, checkpoint=path)
    with pytest.raises(ValueError, match="layers of the checkpoint"):
        checkpoints.load_model(path, models.lenet5())


def test_a_damaged_or_foreign_checkpoint_is_refused(digits, tmp_path):
    path = tmp_path / "run.pt"
    fit(small_model(), digits, checkpoint=path, epochs=1)
    whole = path.read_bytes()
    for content in (whole[:len(whole) // 2], b"", b"not a checkpoint"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="cannot be read"):
            fit(small_model(), digits, checkpoint=path, epochs=1)
    torch.save({"model": {}}, path)
    with pytest.raises(ValueError, match="something else"):
        checkpoints.load(path)
    with pytest.raises(FileNotFoundError):
        checkpoints.load(tmp_path / "absent.pt")


def test_loading_runs_nobody_s_code(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    torch.save({"format": 1, "model": Trap()}, tmp_path / "run.pt")
    with pytest.raises(ValueError, match="cannot be read"):
        checkpoints.load(tmp_path / "run.pt")
    assert not (tmp_path / "trapped").exists()


def test_a_kill_while_saving_spoils_nothing(tmp_path, monkeypatch):
    path = tmp_path / "run.pt"
    checkpoints.save(path, {"step": 1})

    def half_a_save(state, file):
        file.write(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", half_a_save)
        with pytest.raises(KeyboardInterrupt):
            checkpoints.save(path, {"step": 2})
    assert checkpoints.load(path)["step"] == 1
    checkpoints.save(path, {"step": 3})
    assert checkpoints.load(path)["step"] == 3
    assert [p.name for p in tmp_path.iterdir()] == ["run.pt"]


def test_nan_stops_at_its_step_and_the_checkpoint_is_from_before(digits, tmp_path):
    images = torch.tensor(digits[0])[:, None] / 255
    images[150] = math.nan
    path = tmp_path / "run.pt"
    dense = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    with pytest.raises(FloatingPointError, match=r"nan at step \d of 21 \(epoch 1\): try a smaller lr"):
        fit(dense, (images, digits[1]), checkpoint=path, checkpoint_every=1)
    assert not path.exists() or checkpoints.load(path)["model"]["1.weight"].isfinite().all()
    with pytest.raises(FloatingPointError, match="the loss became"):
        fit(small_model(), digits, optimizer="sgd", lr=1e38, schedule="constant")


def test_mixed_precision_computes_in_16_bits_and_keeps_float32_weights(digits):
    kinds = set()

    def loss(scores, labels):
        kinds.add(scores.dtype)
        return F.cross_entropy(scores.float(), labels)

    model = small_model()
    history = fit(model, digits, mixed_precision=True, loss=loss, lr=0.01)
    assert kinds == {torch.bfloat16} and history.train_loss[-1] < history.train_loss[0]
    assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_float64_models_get_float64_images(digits):
    model = small_model().double()
    fit(model, digits, digits, epochs=1)
    assert {p.dtype for p in model.parameters()} == {torch.float64}


class Doubled(Dataset):
    """A user's own data set: one image at a time, with a random change from torch's random numbers."""

    def __init__(self, pair):
        self.pair = pair

    def __len__(self):
        return len(self.pair[0])

    def __getitem__(self, index):
        image = torch.tensor(self.pair[0][index])[None] / 255
        return image + 0.1 * torch.rand(()), int(self.pair[1][index])


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.skipif(
    sys.platform != "linux", reason="starting a worker costs seconds where processes are not forked"))])
def test_a_dataset_of_the_user_s_trains_resumes_and_is_measured(digits, tmp_path, workers):
    source = Doubled(digits)
    options = {"epochs": 1, "num_workers": workers, "checkpoint_every": 3}
    whole, resumed = small_model(), small_model()
    fit(whole, source, **options)
    with pytest.raises(Interrupted):
        fit(resumed, source, checkpoint=tmp_path / "run.pt", on_step=stop_at(5), **options)
    fit(resumed, source, checkpoint=tmp_path / "run.pt", **options)
    assert equal(whole, resumed) or workers  # workers draw random numbers of their own
    assert training.evaluate(whole, source).count == 200


def test_batches_do_not_depend_on_how_many_processes_share_them():
    numbers = data.ArrayDataset(torch.arange(23.0)[:, None], torch.arange(23))

    def epoch(size, **options):
        parts = [[labels.tolist() for _, labels in data.shuffled_batches(
            numbers, 6, 4, 1, Team(rank, size, ALONE.device), **options)] for rank in range(size)]
        return [sorted(sum(batches, [])) for batches in zip(*parts, strict=True)]

    alone, two, three = epoch(1), epoch(2), epoch(3)
    assert sorted(sum(alone, [])) == list(range(23))
    assert len(alone) == data.count_batches(numbers, 6, ALONE) == 4
    assert alone[:3] == two[:3] == three[:3]
    assert len(two[3]) == len(three[3]) == 6  # 23 is not even: one image comes twice, for equal shares
    assert epoch(2, first=2) == two[2:]
    shown = [labels.tolist() for rank in range(2)
             for _, labels in data.in_order(numbers, 4, Team(rank, 2, ALONE.device))]
    assert sorted(sum(shown, [])) == list(range(23))


def test_evaluate_and_predict_agree_with_a_plain_forward(digits):
    model = small_model().train()
    model[1].eval()
    result = training.evaluate(model, digits, batch_size=64)
    scores = training.predict(model, digits[0], batch_size=37)
    assert model.training and not model[1].training
    model.eval()
    expected = model(torch.tensor(digits[0])[:, None] / 255).detach()
    torch.testing.assert_close(scores, expected)
    labels = torch.tensor(digits[1])
    assert result.accuracy == pytest.approx((expected.argmax(1) == labels).float().mean().item())
    assert result.loss == pytest.approx(F.cross_entropy(expected, labels).item(), rel=1e-5)
    assert not scores.requires_grad and scores.add_(1) is not None  # an ordinary tensor


def test_confusion_matrix_is_scikit_learn_s():
    rng = np.random.default_rng(0)
    labels, answers = rng.integers(0, 7, 300), rng.integers(0, 7, 300)
    expected = sklearn_confusion_matrix(labels, answers)
    assert np.array_equal(training.confusion_matrix(labels, torch.tensor(answers)), expected)
    assert training.confusion_matrix([1], [0], num_classes=4).shape == (4, 4)


def test_pixels_become_floats_with_channels_first():
    colour = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    colour.flags.writeable = False  # must not warn
    batch, labels = data.ArrayDataset(colour, [0, 1, 2, 3, 4])[[3, 1]]
    assert batch.shape == (2, 3, 4, 6) and labels.tolist() == [3, 1]
    assert batch[0, 2, 1, 5] == pytest.approx(colour[3, 1, 5, 2] / 255)
    assert data.ArrayDataset(colour[..., 0], range(5))[0][0].shape == (1, 4, 6)
    assert data.ArrayDataset(colour / 255.0, range(5))[[0]][0].shape == (1, 4, 6, 3)  # floats stay


def test_progress_goes_to_standard_error_in_portuguese(digits, capsys):
    training.fit(small_model(), digits, digits, epochs=2, batch_size=64)
    shown = capsys.readouterr()
    assert shown.out == "" and "época 2/2" in shown.err and "acurácia" in shown.err
    assert "tqdm.notebook" not in sys.modules


def test_importing_training_loads_no_widgets():
    code = ("import sys; from lessonlib.nets import training\n"
            "assert not {'ipywidgets', 'matplotlib'} & {*sys.modules}")
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=120)


IMAGES, LABELS = np.zeros((4, 28, 28), np.uint8), np.zeros(4, int)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: fit(small_model(), (IMAGES, LABELS), epochs=0), "epochs must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS), batch_size=2.5), "batch_size must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS), checkpoint_every=True), "checkpoint_every must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS), lr=0), "lr must be > 0"),
    (lambda: fit(small_model(), (IMAGES, LABELS), lr=math.nan), "lr must be > 0"),
    (lambda: fit(small_model(), (IMAGES, LABELS), weight_decay=-1), "weight_decay"),
    (lambda: fit(small_model(), (IMAGES, LABELS), optimizer="adamax"), "optimizer must be one of adamw"),
    (lambda: fit(small_model(), (IMAGES, LABELS), schedule="linear"), "schedule must be one of one_cycle"),
    (lambda: fit(small_model(), (IMAGES, LABELS), device="tpu9"), "device must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS), device="cuda:99"), "device must exist here"),
    (lambda: fit(small_model().requires_grad_(False), (IMAGES, LABELS)), "model must have parameters"),
    (lambda: fit(small_model(), IMAGES), "data must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS), LABELS), "data must be"),
    (lambda: fit(small_model(), (IMAGES, LABELS[:3])), "labels must have shape"),
    (lambda: fit(small_model(), (IMAGES[:0], LABELS[:0])), "labels must have shape"),
    (lambda: fit(small_model(), (IMAGES, LABELS + 0.5)), "labels must be whole"),
    (lambda: fit(small_model(), (IMAGES.astype(int), LABELS)), "images must be uint8"),
    (lambda: fit(small_model(), (np.zeros((4, 3, 28, 28), np.uint8), LABELS)), "images of uint8"),
    (lambda: training.predict(small_model(), IMAGES, batch_size=0), "batch_size must be"),
    (lambda: training.evaluate(small_model(), (IMAGES, LABELS), batch_size=-1), "batch_size must be"),
    (lambda: data.load("imagenet"), "name must be one of digits"),
    (lambda: training.confusion_matrix([0, 1], [0]), "predictions must be as many"),
    (lambda: training.confusion_matrix([0, -1], [0, 1]), "must lie in"),
    (lambda: training.confusion_matrix([0, 3], [0, 1], num_classes=3), "must lie in"),
    (lambda: training.confusion_matrix([0.5], [0]), "labels must be whole"),
])
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
