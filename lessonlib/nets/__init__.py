"""The networks of the lessons, in PyTorch: models, training, inspection.

Nothing is imported here, so that a lesson loads only what it uses:
``from lessonlib.nets import models, training, inspection``.
"""
