"""Cells of the visual cortex: scikit-image's Gabor, what simple and complex cells must do, tuning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.signal import peak_widths
from skimage.filters import gabor_kernel

from lessonlib.reference.stimuli import bar, grating
from lessonlib.reference.visual_cortex import (
    complex_cell,
    drive,
    half_width,
    quadrature_pair,
    simple_cell,
    simple_field,
)

ANGLES = st.floats(0, 180)
PHASES = st.floats(0, 360)
#: Cells whose window holds the envelope (6 sigma) and whose bands are neither too wide for it nor too fine.
CELLS = st.tuples(st.floats(2.5, 3.3), st.floats(0.5, 0.7)).map(
    lambda cell: {"side": 21, "sigma": cell[0], "frequency": cell[1] / cell[0]}
)
PATCHES = hnp.arrays(float, (7, 7), elements=st.floats(-100, 100))


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_templates_are_skimages_gabor_without_its_mean(angle):
    peer = gabor_kernel(0.15, theta=np.radians(angle), sigma_x=3, sigma_y=3, n_stds=4)
    side = len(peer)
    envelope = np.abs(peer)  # of a complex wave under a Gaussian
    even = peer.real - envelope * peer.real.sum() / envelope.sum()
    even /= even[even > 0].sum()
    np.testing.assert_allclose(simple_field(side, 0.15, angle, 3), even, atol=1e-9)
    odd = simple_field(side, 0.15, angle, 3, phase=-90)
    cosine = (odd * peer.imag).sum() / np.linalg.norm(odd) / np.linalg.norm(peer.imag)
    assert cosine == pytest.approx(1)


@given(CELLS, ANGLES, PHASES)
def test_uniform_light_does_nothing_and_the_bright_bands_add_up_to_one(cell, angle, phase):
    field = simple_field(angle=angle, phase=phase, **cell)
    assert abs(drive(np.full((21, 21), 255.0), field)) < 1e-9
    assert simple_field(angle=angle, **cell).clip(0).sum() == pytest.approx(1)
    coarse = simple_field(25, 0.14, angle, 4, phase)  # in a finer wave a pixel is too large a piece of a band
    assert coarse.clip(0).sum() == pytest.approx(1, abs=0.07)


@given(CELLS, ANGLES, PHASES)
def test_half_a_turn_is_the_opposite_phase_order(cell, angle, phase):
    turned = simple_field(angle=angle + 180, phase=phase, **cell)
    np.testing.assert_allclose(turned, simple_field(angle=angle, phase=-phase, **cell), atol=1e-9)
    np.testing.assert_allclose(
        simple_field(angle=angle, phase=phase + 180, **cell),
        -simple_field(angle=angle, phase=phase, **cell),
        atol=1e-9,
    )


@given(PATCHES, PATCHES, st.floats(-3, 3))
def test_the_drive_is_linear_and_the_cell_is_not(a, b, factor):
    field = simple_field(7, 0.2)
    np.testing.assert_allclose(
        drive(a + factor * b, field), drive(a, field) + factor * drive(b, field), atol=1e-9
    )
    assert simple_cell(a, field) == max(float(drive(a, field)), 0)
    assert simple_cell(a, field) * simple_cell(-a, field) == 0  # one of the two is silent
    assert simple_cell(a, field, threshold=5) == max(float(drive(a, field)) - 5, 0)


@given(PATCHES, ANGLES)
def test_a_complex_cell_is_four_simple_cells_squared(patch, angle):
    cells = [simple_field(7, 0.2, angle, phase=phase) for phase in (0, 90, 180, 270)]
    squares = sum(simple_cell(patch, field) ** 2 for field in cells)
    assert complex_cell(patch, quadrature_pair(7, 0.2, angle)) == pytest.approx(np.sqrt(squares), abs=1e-9)


@settings(max_examples=40)
@given(CELLS, ANGLES)
def test_a_complex_cell_hardly_sees_the_phase_of_its_grating_and_a_simple_one_does(cell, angle):
    stripes = np.stack([grating(21, cell["frequency"], angle, phase) for phase in range(0, 360, 15)])
    energy = complex_cell(stripes, quadrature_pair(angle=angle, **cell))
    assert np.ptp(energy) < 0.05 * energy.mean()
    simple = simple_cell(stripes, simple_field(angle=angle, **cell))
    assert simple.min() == 0 and simple.max() == pytest.approx(energy.max(), rel=0.05)
    assert (simple > 0).sum() <= 13  # of 24: about half of the phases leave it silent


@settings(max_examples=40)
@given(CELLS, ANGLES, st.floats(25, 155), PHASES)
def test_cells_prefer_their_orientation(cell, angle, away, phase):
    pair = quadrature_pair(angle=angle, **cell)
    own, other = (grating(21, cell["frequency"], a, phase) for a in (angle, angle + away))
    assert complex_cell(own, pair) > 1.5 * complex_cell(other, pair)


@settings(max_examples=20)
@given(CELLS)
def test_tuning_of_gratings_is_a_gaussian_of_the_turned_frequency(cell):
    """Under a round Gaussian the answer to a wave is the Gaussian of how far its frequency lies away."""
    angles = np.arange(-60, 61, 5)
    stripes = np.stack([grating(21, cell["frequency"], a) for a in angles])
    tuning = complex_cell(stripes, quadrature_pair(**cell))
    apart = 2 * cell["frequency"] * np.sin(np.radians(angles) / 2)
    theory = np.exp(-2 * (np.pi * cell["sigma"] * apart) ** 2)
    np.testing.assert_allclose(tuning / tuning.max(), theory, atol=0.04)


def test_half_width_is_scipys():
    angles = np.linspace(-90, 90, 181)
    curve = np.exp(-((angles / 20) ** 2))
    found = half_width(angles, curve)
    assert found == pytest.approx(peak_widths(curve, [90], rel_height=0.5)[0][0] / 2)
    assert found == pytest.approx(20 * np.sqrt(np.log(2)), abs=0.01)


def test_half_width_of_a_curve_that_does_not_fall():
    assert np.isnan(half_width([0, 1, 2], [1, 1, 0.9]))
    assert np.isnan(half_width([0, 1, 2], [4, 1, 0]))
    assert half_width([0, 1, 3], [0, 2, 0]) == pytest.approx(0.75)


def test_the_cell_of_the_lesson_is_tuned_as_hubels():
    """Hubel, *Eye, Brain, and Vision*: the response falls off over some 10 to 20 degrees."""
    angles = np.arange(-90, 91, 3)
    bars = np.stack([bar(31, angle, width=4) for angle in angles])
    assert 10 < half_width(angles, simple_cell(bars, simple_field(31, 0.1, sigma=6))) < 20


def test_many_patches_at_once():
    patches = np.random.default_rng(0).normal(size=(3, 4, 5, 5))
    field, pair = simple_field(5, 0.25, 30, 1.5), quadrature_pair(5, 0.25, 30, 1.5)
    for cell, template in ((simple_cell, field), (complex_cell, pair)):
        together = cell(patches, template)
        assert together.shape == (3, 4)
        assert together[2, 1] == pytest.approx(float(cell(patches[2, 1], template)))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: simple_field(2, 0.1), "side"),
        (lambda: simple_field(5, 0), "frequency"),
        (lambda: simple_field(5, 0.1, sigma=0), "sigma"),
        (lambda: drive(np.ones((3, 4)), np.ones((3, 3))), "patch"),
        (lambda: drive(np.full((3, 3), np.nan), np.ones((3, 3))), "patch"),
        (lambda: drive(np.ones((3, 3)), np.ones(3)), "field"),
        (lambda: complex_cell(np.ones((3, 3)), np.ones((3, 3, 3))), "pair"),
        (lambda: complex_cell(np.ones((3, 3)), np.ones((3, 3))), "pair"),
        (lambda: half_width([0, 1], [1, 2, 3]), "responses"),
        (lambda: half_width([0, 0, 1], [1, 2, 1]), "angles"),
        (lambda: half_width([0, 1, 2], [0, 0, 0]), "responses"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
