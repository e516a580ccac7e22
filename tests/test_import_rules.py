"""The floors of the house: imports go down only, and nothing heavy loads before it is needed."""

import ast
import subprocess
import sys

import pytest

from lessonlib.tooling.paths import ROOT, SOURCES, list_lessons

PACKAGE = ROOT / "lessonlib"
# What each part may import of the others. A lesson may import all but tooling's machinery.
BELOW = {
    "datasets": set(),
    "reference": {"datasets"},
    "nets": {"datasets"},
    "classroom": {"datasets", "reference", "nets"},
    "tooling": {"datasets"},
}
FORBIDDEN = {
    "datasets": {"torch", "matplotlib", "ipywidgets", "IPython"},
    "reference": {"torch", "torchvision", "matplotlib", "ipywidgets", "IPython", "ipycanvas"},
    "nets": {"matplotlib", "ipywidgets", "IPython", "ipycanvas"},
}
# Lessons whose subject needs no network: opening one must not load PyTorch.
WITHOUT_TORCH = {"00", "02", "03", "04", "05", "06"}


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)


def imported(tree, package):
    """Return the dotted names that a module imports anywhere, relative ones made absolute."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def imports_of(path):
    package = ".".join(path.relative_to(ROOT).parent.parts)
    return imported(ast.parse(path.read_text(encoding="utf-8")), package)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path):
    part = path.relative_to(PACKAGE).parts[0]
    allowed = BELOW[part] | {part}
    for name in imports_of(path):
        top, *rest = name.split(".")
        if top == "lessonlib" and rest:
            assert rest[0] in allowed, f"{part} imports {name}"


@pytest.mark.parametrize("part", FORBIDDEN)
def test_no_floor_imports_what_belongs_higher(part):
    for path in (PACKAGE / part).rglob("*.py"):
        found = {name.split(".")[0] for name in imports_of(path)} & FORBIDDEN[part]
        if path.name == "full_sets.py":
            found -= {"torch"}  # MNIST and CIFAR-10 come through torchvision, when the user asks
        assert not found, f"{path.relative_to(ROOT)} imports {sorted(found)}"


def loaded_after(statements):
    """Return the top-level modules that a fresh Python has after running some statements."""
    script = f"{statements}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_lessonlib_loads_nothing_heavy():
    parts = (
        "import lessonlib, lessonlib.datasets, lessonlib.reference, lessonlib.classroom, lessonlib.tooling"
    )
    loaded = loaded_after(parts)
    assert not loaded & {"numpy", "scipy", "torch", "matplotlib", "ipywidgets", "IPython", "skimage"}


def test_nets_itself_is_light():
    if (PACKAGE / "nets").exists():
        assert not loaded_after("import lessonlib.nets") & {"matplotlib", "ipywidgets", "IPython"}


def lesson_imports(source):
    """Return every import statement of a lesson's code cells, as one script."""
    from lessonlib.tooling.sources import convert

    statements = []
    for cell in convert(source).cells:
        if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", ()):
            nodes = ast.walk(ast.parse(cell.source))
            statements += [ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    return "\n".join(statements)


@pytest.mark.parametrize(
    "source",
    [path for path in list_lessons(SOURCES, ".md") if path.stem[:2] in WITHOUT_TORCH],
    ids=lambda path: path.stem,
)
def test_a_lesson_without_networks_does_not_load_torch(source):
    loaded = loaded_after(lesson_imports(source))
    assert "numpy" in loaded or source.stem.startswith("00")
    assert "torch" not in loaded


def test_these_rules_can_fail():
    tree = ast.parse("from ..nets import models\ndef f():\n    import torch.nn as nn\n")
    assert imported(tree, "lessonlib.reference") == {"lessonlib.nets.models", "torch.nn"}
    tree = ast.parse("from . import a\nfrom .b import c")
    assert imported(tree, "lessonlib.reference.layers") == {
        "lessonlib.reference.layers.a",
        "lessonlib.reference.layers.b.c",
    }
    assert "sqlite3" in loaded_after("import sqlite3")
