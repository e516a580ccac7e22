"""Runs that are too long for a lesson: each is a script, and its result file ships with the course.

``python -m lessonlib.nets.experiments.degradation`` makes ``data/experiments/degradation.json`` again.
Nothing is imported here.
"""
