"""Ten fixed drawings of 7×12 squares, one a digit: the targets of the 1998 LeNet-5.

The paper takes its codes from a stylised ASCII set. These were drawn for this course, in the same format;
what matters to the network is that they are fixed, ±1, and far from each other.
"""

import torch
from torch import Tensor

_DRAWINGS = """
..###.. ...#... ..###.. ####### .....#. ####### ..####. ####### .#####. ..###..
.#...#. ..##... .#...#. .....#. ....##. #...... .#..... ......# #.....# .#...#.
#.....# .#.#... #.....# ....#.. ...#.#. #...... #...... ......# #.....# #.....#
#.....# ...#... ......# ...#... ...#.#. #...... #...... .....#. #.....# #.....#
#.....# ...#... ......# ..###.. ..#..#. #.###.. #...... .....#. .#...#. #.....#
#.....# ...#... .....#. .....#. ..#..#. ##...#. #.###.. ....#.. ..###.. .#...##
#.....# ...#... ....#.. ......# .#...#. ......# ##...#. ....#.. .#...#. ..###.#
#.....# ...#... ...#... ......# .#...#. ......# #.....# ...#... #.....# ......#
#.....# ...#... ..#.... ......# ####### ......# #.....# ...#... #.....# ......#
#.....# ...#... .#..... #.....# .....#. ......# #.....# ..#.... #.....# ......#
.#...#. ...#... #...... .#...#. .....#. #....#. .#...#. ..#.... #.....# .....#.
..###.. .#####. ####### ..###.. .....#. .####.. ..###.. .#..... .#####. .####..
"""


def digit_codes() -> Tensor:
    """Return the ten codes, shape (10, 84): each drawing's 12 rows of 7 squares, ink +1, paper -1.

    Examples
    --------
    >>> from lessonlib.nets.models.digit_codes import digit_codes
    >>> codes = digit_codes()
    >>> codes.shape, codes.unique().tolist()
    (torch.Size([10, 84]), [-1.0, 1.0])
    """
    rows = [line.split() for line in _DRAWINGS.split("\n") if line]
    ink = [[square == "#" for row in rows for square in row[digit]] for digit in range(10)]
    return torch.tensor(ink).float() * 2 - 1
