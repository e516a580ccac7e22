"""What a lesson shows: figures, widgets, exercises and quizzes (student-facing text in pt-BR).

Submodules are imported by name, so a lesson loads only what it uses::

    from lessonlib.classroom import exercises, plots, quiz, widgets
"""
