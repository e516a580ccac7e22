import numpy as np
import pytest

from lessonlib import datasets

# Class counts of the first 10,000 labels of MNIST's training set, as published work reports them.
MNIST_COUNTS = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]


@pytest.fixture(scope="module")
def both():
    return {split: datasets.digits(split) for split in ("train", "test")}


@pytest.mark.parametrize(("split", "n"), [("train", 8000), ("test", 2000)])
def test_shapes_types_and_range(both, split, n):
    images, labels = both[split]
    assert images.shape == (n, 28, 28) and images.dtype == np.uint8
    assert labels.shape == (n,) and labels.dtype == np.int64
    assert images.min() == 0 and images.max() == 255
    assert set(labels) == set(range(10))


def test_they_are_mnist(both):
    images = np.concatenate([both["train"][0], both["test"][0]])
    labels = np.concatenate([both["train"][1], both["test"][1]])
    assert np.bincount(labels).tolist() == MNIST_COUNTS
    # The constants everybody normalises MNIST with.
    assert images.mean() / 255 == pytest.approx(0.1307, abs=1e-3)
    assert images.std() / 255 == pytest.approx(0.3081, abs=1e-3)
    # The first image of MNIST's training set: the famous 5 and its first row with ink.
    row = np.zeros(28, np.uint8)
    row[12:24] = [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]
    found = np.flatnonzero((images[:, 5] == row).all(axis=1))
    assert labels[found].tolist() == [5]


def test_labels_belong_to_their_images(both):
    """The nearest mean image is right about 4 times in 5 on MNIST; with labels out of step, 1 in 10."""
    (train, train_labels), (test, test_labels) = both["train"], both["test"]
    means = np.stack([train[train_labels == digit].mean(axis=0).ravel() for digit in range(10)])
    flat = test.reshape(len(test), -1).astype(float)
    distances = (means**2).sum(axis=1) - 2 * flat @ means.T
    assert (distances.argmin(axis=1) == test_labels).mean() > 0.78


def test_no_image_is_on_both_sides_or_twice(both):
    train = {image.tobytes() for image in both["train"][0]}
    test = {image.tobytes() for image in both["test"][0]}
    assert len(train) == 8000 and len(test) == 2000
    assert not train & test


def test_split_is_stratified_and_shuffled(both):
    train, test = np.bincount(both["train"][1]), np.bincount(both["test"][1])
    assert np.abs(test - (train + test) / 5).max() <= 0.5
    for labels in (both["train"][1], both["test"][1]):
        for part in np.split(labels, len(labels) // 500):
            assert np.bincount(part, minlength=10).min() >= 25


def test_a_student_who_writes_into_the_array_changes_nothing_else():
    images, labels = datasets.digits("test")
    kept = images.copy(), labels.copy()
    images[:] = 7
    labels += 1
    again = datasets.digits("test")
    np.testing.assert_array_equal(again[0], kept[0])
    np.testing.assert_array_equal(again[1], kept[1])


@pytest.mark.parametrize("split", ["treino", "Train", "", None, 0])
def test_unknown_split(split):
    with pytest.raises(ValueError, match='split deve ser "train" ou "test"; veio'):
        datasets.digits(split)
