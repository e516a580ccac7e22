"""The comparison of outputs can fail: one changed text, or one changed figure, turns nbval red."""

import base64
import json
import re
import subprocess
import sys

import pytest

from lessonlib.tooling.build import build
from lessonlib.tooling.console import kernel_environment
from lessonlib.tooling.outputs import WIDGET
from lessonlib.tooling.paths import ROOT
from lessonlib.tooling.stages import nbval_options, offline

SOURCE = """\
# Aula 90 · Ensaio

```{code-cell} ipython3
from IPython.display import SVG, display

print("a resposta é", 42)
```

```{code-cell} ipython3
display(SVG('<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0 L 10 20"/></svg>'))
```

```{code-cell} ipython3
{"r": 0.989}
```

```{code-cell} ipython3
from lessonlib.classroom import figures, style

figure, axes = style.new_figure()
axes.plot([0, 1], [0.0, 0.5])
figures.show(figure, alt="Uma reta que sobe.")
```

```{code-cell} ipython3
import numpy as np
from IPython.display import HTML

HTML(figures.image_tag(figures.encode_array(np.eye(8, dtype=np.uint8)), alt="Uma diagonal."))
```

```{code-cell} ipython3
:tags: [raises-exception]

raise ValueError("n deve ser positivo")
```

```{code-cell} ipython3
:tags: [nbval-ignore-output]

import time

time.time()
```

```{code-cell} ipython3
from ipywidgets import IntSlider, VBox


class WithPicture(VBox):
    def _repr_mimebundle_(self, **options):
        return super()._repr_mimebundle_(**options) | {"image/png": "iVBORw0KGgo="}


WithPicture([IntSlider(value=3)])
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The path of a small notebook made by the real build."""
    folder = tmp_path_factory.mktemp("lessons")
    source = folder / "90_ensaio.md"
    source.write_text(SOURCE, encoding="utf-8")
    assert build([source], folder, progress=False) == {}
    return folder / "90_ensaio.ipynb"


def compare(notebooks, folder):
    """Run nbval as the tests do on some notebooks; return its report and, by name, the cells that failed."""
    for name, notebook in notebooks.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"]
    env = offline({key: value for key, value in kernel_environment().items() if key != "MPLBACKEND"})
    done = subprocess.run(
        [*command, f"--rootdir={folder}", *nbval_options(), folder],
        capture_output=True,
        text=True,
        env=env,
        timeout=250,
    )
    failed = re.findall(r"^FAILED .*?(\w+)\.ipynb::Cell (\d+)", done.stdout, flags=re.MULTILINE)
    assert done.returncode == (1 if failed else 0), done.stdout + done.stderr
    return done.stdout, {(name, int(cell)) for name, cell in failed}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def outputs(notebook):
    return [output for cell in notebook["cells"] for output in cell.get("outputs", ())]


def change_text(notebook):
    outputs(notebook)[0]["text"] = ["a resposta é 43\n"]


def change_svg(notebook):
    data = outputs(notebook)[1]["data"]
    changed = "".join(data["image/svg+xml"]).replace("L 10 20", "L 10 21")
    assert changed != "".join(data["image/svg+xml"])
    data["image/svg+xml"] = [changed]


def change_value(notebook):
    outputs(notebook)[2]["data"]["text/plain"] = ["{'r': 0.988}"]


def change_error(notebook):
    outputs(notebook)[5]["evalue"] = "n deve ser par"


def change_widget(notebook):
    outputs(notebook)[-1]["data"]["text/plain"] = ["WithPicture(children=(IntSlider(value=4),))"]


def change_figure(notebook):
    """A figure of the course is SVG in an img element: move its line by a thousandth."""
    data = outputs(notebook)[3]["data"]
    before, encoded, after = re.fullmatch(r"(.*base64,)([^\"]+)(\".*)", "".join(data["text/html"])).groups()
    svg = base64.b64decode(encoded).decode()
    number = re.search(r"L (\d+\.\d+) ", svg)[1]
    changed = svg.replace(f"L {number} ", f"L {float(number) + 0.001:.3f} ", 1)
    data["text/html"] = [before + base64.b64encode(changed.encode()).decode() + after]


def drop_svg(notebook):
    next(cell for cell in notebook["cells"] if "SVG('" in "".join(cell["source"]))["outputs"] = []


MUTATIONS = {
    change_text: 0,
    change_svg: 1,
    change_value: 2,
    change_figure: 3,
    change_error: 5,
    change_widget: 7,
    drop_svg: 1,
}
CELLS = 8


def recompress_photo(notebook):
    """Another zlib writes other bytes for the same photo: this alone must not fail."""
    data = outputs(notebook)[4]["data"]
    html = "".join(data["text/html"])
    assert "data:image/png;base64," in html
    data["text/html"] = [html.replace("base64,iVBOR", "base64,iVBOS")]


def test_what_was_built_passes_and_every_changed_output_fails(built, tmp_path):
    notebooks = {"untouched": read(built), "recompressed": read(built)}
    recompress_photo(notebooks["recompressed"])
    widget = outputs(notebooks["untouched"])[-1]["data"]
    assert "image/png" in widget and WIDGET not in widget  # dropped here, and sent again by the kernel
    for mutate in MUTATIONS:
        notebooks[mutate.__name__] = read(built)
        mutate(notebooks[mutate.__name__])
    report, failed = compare(notebooks, tmp_path)
    assert failed == {(mutate.__name__, cell) for mutate, cell in MUTATIONS.items()}, report
    assert f"{len(MUTATIONS)} failed, {CELLS * len(notebooks) - len(MUTATIONS)} passed" in report
