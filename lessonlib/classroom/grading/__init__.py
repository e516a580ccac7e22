"""Judging a submitted notebook in two processes that share no memory.

``pupil`` runs the student's code in a cage and answers calls; it has neither the references nor the seeds.
``judge`` has both and runs nothing of the student's. ``lessonlib.tooling.grade`` starts them and carries the
messages: one line of JSON each, arrays inside as text (``wire``), never a pickle.
"""
