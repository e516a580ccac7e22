"""The build: stable, clean, atomic, and unwilling to save what did not run."""

import json
from pathlib import Path

import nbformat
import pytest

from lessonlib.tooling import build as build_module
from lessonlib.tooling import sources
from lessonlib.tooling.build import build
from lessonlib.tooling.outputs import WIDGET, clean

HEADER = "# Aula 91 · Ensaio\n\nTexto com ação.\n\n"


def code(text, tags=None):
    options = f":tags: {tags}\n\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}{text}\n```\n\n"


@pytest.fixture
def lesson(tmp_path):
    """Write a source and return (source, the notebook that it builds)."""
    folder = tmp_path / "source"
    folder.mkdir()

    def write(body, name="91_ensaio"):
        source = folder / f"{name}.md"
        source.write_text(HEADER + body, encoding="utf-8")
        return source, tmp_path / f"{name}.ipynb"

    return write


def run(source, **options):
    return build([source], source.parent.parent, progress=False, **options)


def test_what_ran_is_saved_with_outputs_and_a_rebuild_is_identical(lesson):
    source, path = lesson(
        code("import sys\nprint('olá')\nprint('erro', file=sys.stderr)\nprint('fim')")
        + "## Seção\n\n"
        + code("{'b': 1, 'a': 2}")
        + code("1 / 0", ["raises-exception"])
    )
    assert run(source) == {}
    first = path.read_bytes()
    assert run(source) == {}
    assert path.read_bytes() == first

    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    # The section's id is what links to it end with; the others are numbered.
    ids = ["91-ensaio-000", "91-ensaio-001", "secao", "91-ensaio-003", "91-ensaio-004"]
    assert [cell.id for cell in notebook.cells] == ids
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3]
    assert notebook.cells[3].outputs[0]["data"]["text/plain"] == "{'b': 1, 'a': 2}"
    assert notebook.cells[4].outputs[0].ename == "ZeroDivisionError"
    assert notebook.metadata == sources.METADATA
    assert b'"execution":' not in first
    assert "ação".encode() in first and first.endswith(b"}\n") and b"\r" not in first


def test_the_kernel_is_this_python_in_the_notebooks_folder(lesson):
    source, path = lesson(code("import sys, os\nprint(sys.executable)\nprint(os.getcwd())"))
    run(source)
    import sys

    output = nbformat.read(path, as_version=4).cells[1].outputs[0].text
    executable, folder = output.splitlines()
    assert Path(executable) == Path(sys.executable)
    assert Path(folder).samefile(path.parent)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (code("x = 1\nraise ValueError('n inválido')"), "ValueError: n inválido"),
        (code("import time; time.sleep(30)"), "passou do limite de 1 s"),
        (code("import os; os._exit(1)"), "derrubou o kernel"),
        (code("1 + 1", ["raises-exception"]), "não falhou"),
    ],
)
def test_a_cell_that_fails_keeps_the_old_notebook_and_is_shown(lesson, cell, reason):
    source, path = lesson(code("print('antes')") + cell)
    path.write_text("the old one")
    failures = run(source, timeout=1)
    assert list(failures) == [source]
    assert reason in failures[source]
    assert "a célula 3 " in failures[source]  # counted as a person does, text cells too
    assert cell.removesuffix("\n```\n\n").splitlines()[-1] in failures[source]
    assert path.read_text() == "the old one"
    assert [file.name for file in path.parent.iterdir() if "tmp" in file.name] == []


def test_one_failure_does_not_stop_the_others(lesson):
    bad, _ = lesson(code("1 / 0"), "92_ruim")
    good, path = lesson(code("1 + 1"))
    failures = build([bad, good], path.parent, progress=False)
    assert list(failures) == [bad]
    assert path.exists()


def test_an_interrupted_save_keeps_the_old_file(lesson, monkeypatch):
    _, path = lesson("")
    path.write_text("the old one")

    def stops_half_way(notebook, file):
        file.write('{"cells": [')
        raise KeyboardInterrupt

    monkeypatch.setattr(build_module.nbformat, "write", stops_half_way)
    with pytest.raises(KeyboardInterrupt):
        build_module.save(nbformat.v4.new_notebook(), path)
    assert path.read_text() == "the old one"
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]


def test_main_reports_and_fails(lesson, monkeypatch, capsys):
    source, path = lesson(code("1 / 0"))
    monkeypatch.setattr(build_module, "SOURCES", source.parent)
    monkeypatch.setattr(build_module, "build", lambda found: build([*found], path.parent, progress=False))
    assert build_module.main(["91"]) == 1
    captured = capsys.readouterr()
    assert "91_ensaio.md: a célula 2 falhou com ZeroDivisionError" in captured.err
    assert "0 de 1 notebooks refeitos" in captured.out


def output(data):
    return nbformat.v4.new_output("display_data", data=data)


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({WIDGET: {"model_id": "x"}, "text/plain": "VBox()", "image/png": "aa"}, False),
        ({WIDGET: {"model_id": "x"}, "text/plain": "VBox()", "text/html": "<b>"}, False),
        ({WIDGET: {"model_id": "x"}, "text/plain": "VBox()"}, True),
    ],
)
def test_a_widget_view_goes_where_a_picture_stands_in(data, kept):
    cell = nbformat.v4.new_code_cell(outputs=[output(data)])
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    clean(notebook)
    left = notebook.cells[0].outputs[0]["data"]
    assert (WIDGET in left) is kept
    assert {key: left[key] for key in data if key != WIDGET} == {k: v for k, v in data.items() if k != WIDGET}
    assert "widgets" not in notebook.metadata


def test_printed_text_has_no_seams():
    pieces = [
        nbformat.v4.new_output("stream", name=name, text=text)
        for name, text in [("stdout", "a"), ("stdout", "b"), ("stderr", "x"), ("stdout", "c")]
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=pieces)])
    clean(notebook)
    assert [(o.name, o.text) for o in notebook.cells[0].outputs] == [
        ("stdout", "ab"),
        ("stderr", "x"),
        ("stdout", "c"),
    ]


def test_unpaired_lessons_are_found(tmp_path):
    written, built = tmp_path / "source", tmp_path
    written.mkdir()
    (written / "01_a.md").touch()
    (written / "02_b.md").touch()
    (built / "02_b.ipynb").write_text(json.dumps({}))
    (built / "03_c.ipynb").write_text(json.dumps({}))
    assert sources.unpaired(written, built) == ["01_a", "03_c"]
