"""Patches for learning filters: cut, contrast and whitening, against skimage, scikit-learn and hand sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.util import view_as_windows
from sklearn.decomposition import PCA
from sklearn.preprocessing import scale

from lessonlib import datasets
from lessonlib.reference.patches import color_patches, normalize_contrast, whiten

COFFEE = datasets.photo("coffee")[100:140, 200:250]
PATCHES = normalize_contrast(color_patches([COFFEE], 4, 800))


def test_patches_are_windows_of_the_photo_channel_first():
    windows = view_as_windows(COFFEE, (4, 4, 3))[:, :, 0].transpose(0, 1, 4, 2, 3).reshape(-1, 48)
    known = {row.tobytes() for row in np.ascontiguousarray(windows)}
    found = color_patches([COFFEE], 4, 50).astype(np.uint8)
    assert all(row.tobytes() in known for row in found) and len(np.unique(found, axis=0)) > 30


def test_every_photo_gives_its_share_and_grey_counts_as_three_channels():
    grey = datasets.photo("coins")[:20, :30]
    found = color_patches([COFFEE, grey], 5, 7).reshape(14, 3, 25)
    assert (found[7:, 0] == found[7:, 1]).all() and (found[7:, 0] == found[7:, 2]).all()
    assert (found[:7, 0] != found[:7, 2]).any()
    again, same, other = (color_patches([COFFEE], 5, 7, seed=seed) for seed in (3, 3, 4))
    assert (again == same).all() and (again != other).any()


def test_the_last_place_is_reachable():
    assert set(color_patches([np.arange(6.0).reshape(2, 3)], 2, 60)[:, 0]) == {0.0, 1.0}


def test_contrast_without_floor_is_scikit_learns_scale():
    raw = color_patches([COFFEE], 4, 20)
    np.testing.assert_allclose(normalize_contrast(raw, 1e-12), scale(raw, axis=1), rtol=1e-9)


@given(st.floats(-200, 200), st.floats(1.5, 9))
def test_brightness_does_not_matter_and_contrast_only_through_the_floor(offset, gain):
    patch = np.array([[3.0, 8, 20, 1]])
    moved = normalize_contrast(gain * patch + offset, floor=10 * gain**2)
    np.testing.assert_allclose(moved, normalize_contrast(patch, floor=10), atol=1e-9)


def test_whitening_is_scikit_learns_pca_but_for_signs():
    peer = PCA(6, whiten=True).fit(PATCHES)
    ours = whiten(PATCHES, 6)
    np.testing.assert_allclose(ours.variances, peer.explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(ours.directions @ peer.components_.T), np.eye(6), atol=1e-7)
    np.testing.assert_allclose(np.abs(ours.apply(PATCHES)), np.abs(peer.transform(PATCHES)), atol=1e-7)
    assert (ours.directions[np.arange(6), np.abs(ours.directions).argmax(axis=1)] > 0).all()


def test_white_patches_are_uncorrelated():
    white = whiten(PATCHES, 20).apply(PATCHES)
    np.testing.assert_allclose(np.cov(white.T), np.eye(20), atol=1e-8)
    np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: color_patches([], 3, 3), "photos"),
        (lambda: color_patches([COFFEE], 41, 3), "side"),
        (lambda: color_patches([COFFEE], 0, 3), "side"),
        (lambda: color_patches([COFFEE], 3, 0), "count"),
        (lambda: color_patches([np.zeros((9, 9, 4))], 3, 1), "photo"),
        (lambda: normalize_contrast([1, 2]), "patches"),
        (lambda: normalize_contrast([[1, np.nan]]), "patches"),
        (lambda: normalize_contrast([[1, 2]], floor=0), "floor"),
        (lambda: whiten(PATCHES, 0), "components"),
        (lambda: whiten(PATCHES, 49), "components"),
        (lambda: whiten(PATCHES, 48), "components"),  # contrast normalisation took one direction away
        (lambda: whiten(PATCHES[:1], 1), "patches"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
