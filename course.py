"""The only entry point of the course: ``python course.py lab`` (or test, build, check, bench).

This file stays readable by very old Pythons, so that they can say what is wrong instead of
stopping at a syntax error. Everything else is in lessonlib/tooling, which needs only the
standard library until the course's environment is ready.
"""

import os
import sys

MINIMUM = (3, 11)

if sys.version_info < MINIMUM:
    sys.exit(
        "Este curso precisa do Python %d.%d ou mais novo; este \u00e9 o Python %d.%d (%s). "
        "Instale um mais novo em https://www.python.org/downloads/ e rode de novo com ele."
        % (MINIMUM + tuple(sys.version_info[:2]) + (sys.executable,))
    )

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

if __name__ == "__main__":
    from lessonlib.tooling.cli import main

    sys.exit(main(sys.argv[1:]))
