"""The sparse layer C3: its table against the paper's description and the network's own count."""

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.sparse_layer import cost, in_words
from lessonlib.nets import inspection, models

IMAGE = datasets.digits("test")[0][0]


def test_costs_add_up_to_what_the_paper_prints():
    costs = [cost(k) for k in range(16)]
    assert sum(c.params for c in costs) == 1516
    assert sum(c.connections for c in costs) == 151_600
    row = inspection.summary(models.lenet5_1998(), (1, 32, 32))["c3"]
    assert (row.params, row.connections) == (1516, 151_600)


def test_rows_are_as_the_paper_describes_them():
    """Six contiguous triples, six contiguous fours, three other fours, all six; counted around the circle."""

    def contiguous(sources):
        return any(set(sources) == {(start + i) % 6 for i in range(len(sources))} for start in range(6))

    rows = [cost(k).sources for k in range(16)]
    assert [len(row) for row in rows] == [3] * 6 + [4] * 9 + [6]
    assert [contiguous(row) for row in rows] == [True] * 12 + [False] * 3 + [True]
    assert len(set(rows)) == 16


@pytest.mark.parametrize("index", range(16))
def test_every_map_has_its_picture_and_its_numbers(index):
    torch.manual_seed(0)
    view = widgets.c3_table(models.lenet5_1998(), IMAGE)
    before = view.picture.png
    view.controls["index"].value = index
    sources, params, _ = cost(index)
    assert f"<b>{params} parâmetros</b>" in view.caption.value
    assert f"vê os mapas {in_words(sources)} de S2" in view.caption.value
    assert (view.picture.png == before) == (index == 0)


def test_in_words():
    assert in_words((5,)) == "5" and in_words((0, 3)) == "0 e 3" and in_words(range(4)) == "0, 1, 2 e 3"


def test_the_modern_network_has_no_such_table():
    with pytest.raises(ValueError, match="lenet5_1998; veio LeNet5"):
        widgets.c3_table(models.lenet5(), np.zeros((28, 28), np.uint8))
