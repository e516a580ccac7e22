"""The parts of ``course.py grade``: submissions found, processes watched, notebooks marked, results kept."""
