"""The code behind an interactive course on convolutional neural networks.

Importing this package loads nothing heavy: import the submodule you need,
for example ``from lessonlib.reference import correlation``.
"""

__version__ = "0.1.0"
