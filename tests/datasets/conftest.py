import importlib
import shutil
import sys
from pathlib import Path

import pytest

from lessonlib.datasets import files

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_copy(tmp_path, monkeypatch):
    """A copy of data/ that a test may damage; the loaders read from it."""
    copy = tmp_path / "data"
    shutil.copytree(files.DATA_DIR, copy, ignore=shutil.ignore_patterns("downloads", "rebuild"))
    monkeypatch.setattr(files, "DATA_DIR", copy)
    return copy


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to resolve a name or to open a connection fails the test."""
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("tried to reach the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def rebuild(monkeypatch):
    """Import one of data/rebuild's scripts, which are run as files and are not a package."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "data" / "rebuild"))
    before = set(sys.modules)
    yield importlib.import_module
    for name in {"common", "checksums", "digits", "cars", "smoking"} & (set(sys.modules) - before):
        del sys.modules[name]
