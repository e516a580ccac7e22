"""For every test: no network, no window, and nothing written to the user's own settings."""

import os
import sys
from pathlib import Path

from hypothesis import settings

BLOCKER = Path(__file__).parent / "notebooks" / "blocker"

os.environ.setdefault("MPLBACKEND", "Agg")

# course.py test starts pytest with the network closed; a plain `pytest` closes it here, for its children too.
if "sitecustomize" not in sys.modules or not hasattr(sys.modules["sitecustomize"], "NetworkBlocked"):
    import importlib.util

    spec = importlib.util.spec_from_file_location("network_blocker", BLOCKER / "sitecustomize.py")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(BLOCKER), os.environ.get("PYTHONPATH")]))

# The same examples in every run (a red test means that the code changed), and no deadline on a busy machine.
settings.register_profile("course", derandomize=True, database=None, deadline=None, max_examples=80)
settings.load_profile("course")
