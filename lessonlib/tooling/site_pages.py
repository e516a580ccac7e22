"""From a stored notebook to a page without a kernel: pictures in files, links to pages, answers folded."""

import base64
import hashlib
import html
import re
import struct
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from lessonlib.tooling.sources import anchor

FIGURES = "figuras"  # folder of the site that holds the pictures

_HEADING = re.compile(r"#{1,6} +(.+?) *#* *$")
# docutils gives these boxes a title of its own; an admonition of the same class has the author's
_TITLED_BOX = re.compile(r"^(:{3,}|`{3,})\{(note|tip|hint|important|warning|caution)\} +(\S.*)$", re.M)
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_MARKDOWN_LINK = re.compile(r"\]\(<?((?:[^()\s<>]|\([^()\s<>]*\))+)>?\)")
_HTML_LINK = re.compile(r'href="([^"]+)"')
_PICTURE = re.compile(r'<img ([^>]*?)src="data:image/(png|svg\+xml);base64,([^"]+)"([^>]*)>')
_NEEDS_KERNEL = re.compile(r"<p><em>[^<]*Shift\+Enter[^<]*</em></p>")
_LIVE = """:::{{container}} ao-vivo
Esta é a edição para ler. Para rodar as células e mover os experimentos, use `python course.py lab {}`
:::"""
_STILL = "<p><em>Figura parada: no caderno, os controles a movem.</em></p>"


def key(text):
    """Return a heading, or the anchor that some program made of it, without what programs disagree on.

    >>> key("Filtro-casado-(slides-23–24)") == key("Filtro casado (slides 23–24)")
    True
    """
    flat = unicodedata.normalize("NFKD", unquote(text)).casefold()
    return "".join(character for character in flat if character.isalnum())


def headings(source):
    """Yield (line number, text) for each heading of a Markdown cell; fenced code has none."""
    fence = None
    for number, line in enumerate(source.splitlines()):
        mark = _FENCE.match(line)
        if mark and fence is None:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = None
        elif fence is None and (found := _HEADING.match(line)):
            yield number, plain(found[1])


def plain(text):
    """Return the words of a heading without its Markdown.

    >>> plain("O **filtro** `w` de [Gabor](https://example.org)")
    'O filtro w de Gabor'
    """
    return re.sub(r"[*`$]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)).strip()


def anchors_of(notebook, stem):
    """Return where the links to a lesson may lead: `key` of the link's fragment → label on the page.

    The fragment is the text of a heading, or the id of a cell, which leads to the heading above it.
    """
    found = {}
    label = ""
    for cell in notebook.cells:
        texts = [text for _, text in headings(cell.source)] if cell.cell_type == "markdown" else []
        labels = [f"aula{stem[:2]}-{anchor(text)}" for text in texts]
        for text, own in zip(texts, labels, strict=True):
            found.setdefault(key(text), own)
        label = labels[0] if labels else label
        found[key(f"cell-id={cell.get('id', '')}")] = label
        label = labels[-1] if labels else label
    return found


class Pages:
    """Turns the notebooks of the course into pages.

    Parameters
    ----------
    anchors : dict
        Name of each lesson that has a page → its `anchors_of`.
    data : dict
        What ``lessonlib.classroom.course_data`` prints.
    folder : Path
        Where the pictures go.

    Attributes
    ----------
    dead_links : list of str
        One sentence for each link that leads nowhere.
    """

    def __init__(self, anchors, data, folder):
        self.anchors, self.data, self.folder = anchors, data, Path(folder)
        self.dead_links = []
        self.folder.mkdir(parents=True, exist_ok=True)

    def convert(self, notebook, stem):
        """Change a notebook, in place, into what its page shows."""
        free = set(self.anchors[stem].values())  # of two equal headings only the first gets the label
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = self._markdown(cell.source, stem, free)
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if "text/html" in data:
                    data["text/html"] = self._html(cell.source, data, stem)
        notebook.cells[0].source += f"\n\n{_LIVE.format(stem[:2])}"

    def _markdown(self, source, stem, free):
        def link(match):
            target = self._target(match[1], stem)
            if target is None:
                return match[0]
            page, label = target
            return f"](#{label})" if label else f"]({page}.ipynb)"

        source = _TITLED_BOX.sub(r"\1{admonition} \3\n:class: \2\n", source)
        lines = _MARKDOWN_LINK.sub(link, source).splitlines()
        for number, text in reversed(list(headings(source))):
            label = self.anchors[stem][key(text)]
            if label in free:
                lines.insert(number, f"({label})=")
                free.discard(label)
        return "\n".join(lines)

    def _html(self, source, data, stem):
        markup, text = data["text/html"], data.get("text/plain", "")
        if text.startswith("[quiz]"):
            lesson = re.search(r"""quiz\.show\(["'](\d\d)["']\)""", source)
            return quiz_html(self.data["quizzes"][lesson[1]]) if lesson else markup
        exercise = re.match(r"Exercício (\d+\.\d+)\.", text)
        if exercise and exercise[1] in self.data["exercises"]:
            return exercise_html(exercise[1], markup, self.data["exercises"][exercise[1]])
        markup = _NEEDS_KERNEL.sub(_STILL, markup)
        markup = _PICTURE.sub(lambda match: self._picture(match, stem), markup)

        def link(match):
            target = self._target(match[1], stem)
            if target is None:
                return match[0]
            page, label = target
            return f'href="{page}.html#{label}"' if label else f'href="{page}.html"'

        return _HTML_LINK.sub(link, markup)

    def _target(self, address, stem):
        """Return (page, label or "") of a link to a lesson; None for a link to anything else."""
        file, _, fragment = html.unescape(address).partition("#")
        if "://" in file or not (file.endswith(".ipynb") or (fragment and not file)):
            return None
        page = Path(file).stem if file else stem
        if page not in self.anchors:
            self.dead_links.append(f"{stem}: não há a aula {address}")
            return None
        label = self.anchors[page].get(key(fragment), "") if fragment else ""
        if fragment and not label:
            self.dead_links.append(f"{stem}: {page} não tem a seção #{unquote(fragment)}")
        return page, label

    def _picture(self, match, stem):
        before, kind, encoded, after = match.groups()
        content = base64.b64decode(encoded)
        name = f"aula{stem[:2]}-{hashlib.sha256(content).hexdigest()[:12]}.{kind.removesuffix('+xml')}"
        (self.folder / name).write_bytes(content)
        attributes = f"{before}{after}"
        if size := size_of(content):
            width, height = size
            if given := re.search(r'width="(\d+)"', attributes):
                width, height = int(given[1]), height * int(given[1]) / width
                attributes = attributes.replace(given[0], "")
            # its size known in advance, a picture that loads late does not move the text under it
            attributes += f' width="{round(width)}" height="{round(height)}"'
        # no loading="lazy": a picture that was never on screen would be missing on paper
        return f'<img {" ".join(attributes.split())} decoding="async" src="{FIGURES}/{name}">'


def size_of(picture):
    """Return width and height of a PNG or SVG, in CSS pixels; None if the SVG does not say.

    >>> size_of(b'<svg height="72pt" width="144pt" xmlns="http://www.w3.org/2000/svg"/>')
    (192.0, 96.0)
    """
    if picture.startswith(b"\x89PNG"):
        return struct.unpack(">II", picture[16:24])
    tag = re.search(rb"<svg[^>]*>", picture)
    sides = [re.search(rb'\b%s="([\d.]+)(pt|px)?"' % side, tag[0]) for side in (b"width", b"height")]
    if not all(sides):
        return None
    return tuple(float(side[1]) * (4 / 3 if side[2] == b"pt" else 1) for side in sides)


def quiz_html(questions):
    """Return a quiz to read: each option unfolds into whether it is right and why."""
    items = []
    for question in questions:
        options = "".join(
            f"<details><summary>{html.escape(option['text'])}</summary>"
            f"<p><strong>{'✔ Certo.' if option['correct'] else '✘ Não.'}</strong> "
            f"{html.escape(option['why'])}</p></details>"
            for option in question["options"]
        )
        items.append(f"<li><p>{html.escape(question['text'])}</p>{options}</li>")
    return f'<ol class="quiz">{"".join(items)}</ol>'


def exercise_html(identifier, feedback, exercise):
    """Return an exercise to read: hint and solution folded, and the stored feedback if it says something."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = highlight(exercise["solution"], PythonLexer(), HtmlFormatter())
    told = feedback.replace(' role="status"', "")  # nothing will change here for a screen reader to announce
    if "Ainda não implementado" in feedback:
        told = "<p>No caderno, esta célula confere a sua função com muitas entradas.</p>"
    return (
        f'<div class="exercicio">{told}'
        f"<details><summary>Dica do exercício {identifier}</summary><p>{exercise['hint']}</p></details>"
        f"<details><summary>Uma solução do exercício {identifier}</summary>{code}</details></div>"
    )
