"""The mathematics of the lessons in NumPy, one idea a module.

Read the modules in the order of the lessons: `signals`, `correlation`,
`convolution`, `edges`, `receptive_field`, `layers`. None of them imports PyTorch.
Import the one you need: ``from lessonlib.reference import correlation``.
"""
