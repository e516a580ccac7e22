"""JupyterLab is started in Portuguese on the right lesson, and shows the stored SVG figures."""

import json
import os

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from lessonlib.tooling import lab, trust
from lessonlib.tooling.paths import UnknownLesson, find_lesson


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_boas_vindas", "03_correlacao", "10_resnet"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="a")])
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "rascunho.ipynb").write_text("{}")
    return folder


@pytest.mark.parametrize("name", ["3", "03", "03_cor", "03_correlacao", "03_correlacao.ipynb"])
def test_a_lesson_is_found_by_number_or_name(lessons, name):
    assert find_lesson(lessons, name, ".ipynb").name == "03_correlacao.ipynb"


@pytest.mark.parametrize("name", ["4", "rascunho", "1", "x"])
def test_a_lesson_that_is_not_there(lessons, name):
    with pytest.raises(UnknownLesson, match="00_boas_vindas, 03_correlacao, 10_resnet"):
        find_lesson(lessons, name, ".ipynb")


def test_the_command_opens_the_lesson_with_our_settings(tmp_path, lessons):
    command = lab.lab_command(tmp_path, lessons / "03_correlacao.ipynb", ["--no-browser", "--port", "9999"])
    assert "--LabApp.default_url=/lab/tree/notebooks/03_correlacao.ipynb" in command
    assert f"--LabApp.app_settings_dir={lab.SETTINGS}" in command
    assert command[-3:] == ["--no-browser", "--port", "9999"]


def test_the_settings_are_portuguese_and_quiet():
    settings = json.loads((lab.SETTINGS / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "pt_BR"}
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.fixture
def own_signatures(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setattr(trust, "SIGNED", tmp_path / "state" / "assinados.json")
    (tmp_path / "jupyter").mkdir()


def is_trusted(path):
    notary = NotebookNotary()
    try:
        return notary.check_signature(nbformat.read(path, as_version=4))
    finally:
        notary.store.close()


def test_the_lessons_are_trusted_and_signed_only_when_they_change(lessons, own_signatures):
    paths = sorted(lessons.glob("[0-9]*.ipynb"))
    assert not any(map(is_trusted, paths))
    assert trust.sign(paths) == paths
    assert all(map(is_trusted, paths))
    assert trust.sign(paths) == []

    notebook = nbformat.read(paths[1], as_version=4)
    notebook.cells[0].source = "2 + 2"
    nbformat.write(notebook, paths[1])
    assert not is_trusted(paths[1])
    assert trust.sign(paths) == [paths[1]]
    assert is_trusted(paths[1])


def test_another_user_signs_for_himself(lessons, own_signatures, monkeypatch, tmp_path):
    paths = sorted(lessons.glob("[0-9]*.ipynb"))
    trust.sign(paths)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "other"))
    os.mkdir(tmp_path / "other")
    assert trust.sign(paths) == paths
