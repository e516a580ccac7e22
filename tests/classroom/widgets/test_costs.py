"""Lesson 04, the three roads: counts against loops that count."""

import numpy as np
import pytest

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.costs import costs


@pytest.mark.parametrize(("side", "kernel"), [(8, 3), (9, 1), (7, 7), (10, 4)])
def test_direct_and_separable_counts_against_a_counting_loop(side, kernel):
    out = side - kernel + 1
    direct = sum(1 for _ in np.ndindex(out, out, kernel, kernel))
    first_pass = sum(1 for _ in np.ndindex(side, out, kernel))
    second_pass = sum(1 for _ in np.ndindex(out, out, kernel))
    assert costs(side, kernel)[:2] == (direct, first_pass + second_pass)


def _radix_2(points: int) -> int:
    """Complex multiplications of the recursive FFT: one a butterfly."""
    return 0 if points == 1 else 2 * _radix_2(points // 2) + points // 2


@pytest.mark.parametrize("side", [2, 8, 64, 512])
def test_fft_count_is_that_of_the_recursive_algorithm(side):
    points = side * side
    complex_products = 3 * _radix_2(points) + points
    assert costs(side, 1).fft == pytest.approx(complex_products * 4 / 2)


def test_the_roads_cross_where_the_lesson_says():
    direct = next(k for k in range(1, 64) if costs(512, k).direct > costs(512, k).fft)
    separable = next(k for k in range(1, 64) if costs(512, k).separable > costs(512, k).fft)
    assert (direct, separable) == (8, 31)
    assert round(costs(512, 101).fft / 512**2) == 56  # quiz 04


def test_mask_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match="must fit"):
        costs(8, 9)


def test_caption_names_the_cheapest_road():
    view = widgets.cost_crossover()
    assert "A mais barata é <b>separável" in view.caption.value
    view.controls["separable"].value = False
    assert "A mais barata é <b>FFT" in view.caption.value and "separável" not in view.caption.value
    view.controls["kernel"].value = 3
    assert "A mais barata é <b>direta" in view.caption.value


def test_every_size_is_painted_at_the_ends_of_the_slider():
    view = widgets.cost_crossover()
    pictures = set()
    for _, side in view.controls["side"].options:
        view.controls["side"].value = side
        for kernel in (view.controls["kernel"].min, view.controls["kernel"].max):
            view.controls["kernel"].value = kernel
            pictures.add(view.picture.png)
    assert len(pictures) == 2 * len(view.controls["side"].options)
