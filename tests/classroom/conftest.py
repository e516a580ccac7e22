"""What the tests of figures share."""

import pytest


@pytest.fixture
def collected(monkeypatch):
    """Return a function: what a module of plots displays from then on goes, as (figure, alt), to a list."""

    def collect(module, name="show"):
        shown = []
        monkeypatch.setattr(module, name, lambda figure, alt: shown.append((figure, alt)))
        return shown

    return collect
