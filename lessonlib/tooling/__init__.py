"""Authoring and CI machinery behind course.py: nothing here is needed to follow a lesson.

The modules that prepare the environment (console, environment, install, repair, diagnosis,
requirements, cli) import the standard library only, because they run before anything is installed.
"""
