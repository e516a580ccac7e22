"""From a lesson to its presentation, by rule: nothing in the lesson's source says what a slide is.

- One slide for the title and what the class will do; the heading of the section tops all the others.
- Prose is shortened (`slide_prose.condense`) and split over as many slides as it needs.
- A question for the class comes with the code that answers it, whose output waits for the next key, or on a
  slide of its own before it.
- Code that computes stands with its printed output; what it draws has the next slide, with the first
  sentences of the text that follows as its caption. Code that only checks a figure is folded under it.
- Exercises, quiz, references and instructions for who reads alone are left out. The import cell runs
  but is not shown.
"""

import re
from dataclasses import dataclass, field

import nbformat

from lessonlib.tooling.slide_code import (
    Piece,
    code_height,
    is_check,
    is_rich,
    least_height,
    only_gathers,
    pieces,
    tells_the_answer,
    text_height,
    widget_height,
)
from lessonlib.tooling.slide_prose import (
    LINE,
    ROOM,
    begins_a_step,
    blocks,
    caption,
    condense,
    height,
    is_question,
    text_lines,
    without_links,
)

METADATA = "course_slide"  # what the extension in slide_extension/ reads: {"role": ..., "slide": ...}
LEFT_OUT = ("Exercícios", "Quiz")
_EXERCISE = re.compile(r"\*\*\d+\.\d+\*\*")
_STUB = re.compile(r"^\s+\.\.\.$", re.MULTILINE)
_TWO_CELLS = 0.6 * ROOM  # what two Markdown cells may take of a slide together
_FIGURE = 340  # a figure has at least this height beside text


@dataclass
class Slide:
    """A slide: the section that it belongs to, its heading, its cells and the prose that it leaves out."""

    section: str
    heading: str
    cells: list = field(default_factory=list)  # (role, source, outputs)
    left_out: list = field(default_factory=list)

    @property
    def roles(self):
        """The role of each cell."""
        return [role for role, _, _ in self.cells]


class _Writer:
    """Collects slides while the cells of a lesson go by."""

    def __init__(self):
        self.slides, self.setup = [], []
        self.section = self.heading = ""
        self.waiting, self.gone = [], []  # blocks for the next slide; sentences left out
        self.open = None  # lines free under the last slide, while a caption may still join it
        self.earlier = 0  # how many of the waiting blocks came before the last cell's
        self.explains = False  # the waiting blocks explain the slide before them

    def prose(self, found):
        """Put blocks where they belong: under the last figure or output, or on the next slide."""
        found, gone = condense(found)
        explains = self.open is not None
        if self.explains:
            self.flush()  # what explained the last figure is one idea, this is another
        if self.open is not None:
            room, self.open = self.open, None
            text, rest = caption(found, most=room)
            if rest and rest[0].kind == "formula":
                text, rest = "", found  # a formula and the words about it stay together
            last = rest[0] if text and [block.kind for block in rest] == ["paragraph"] else None
            announces = last and last.text.endswith(":")
            if last and text_lines(last.text) == 1 and not announces and not is_question([last]):
                text, rest = f"{text} {last.text}", []  # the figure can spare one line
            elif last and _is_aside(last):
                gone, rest = [*gone, last.text], []  # half a thought is no slide
            if text:
                self.slides[-1].cells.append(("caption", text, []))
                self.slides[-1].left_out += gone
                gone = []
            found = rest
        elif self.waiting and height([*self.waiting, *found]) > _TWO_CELLS:
            self.flush()  # another cell, another idea
        self.gone += gone
        self.earlier = len(self.waiting)
        for block in found:
            if block.kind == "heading":
                self.flush()
                self.heading = block.text.lstrip("# ")
                continue
            alone = block.kind == "note" or any(other.kind == "note" for other in self.waiting)
            alone |= block.text.lstrip("*").startswith("Resposta")  # what is asked just before it waits
            if self.waiting and (alone or height([*self.waiting, block]) > ROOM):
                announces = self.waiting[-1].kind == "paragraph" and self.waiting[-1].text.endswith(":")
                kept = [self.waiting.pop()] if announces and block.kind != "paragraph" else []
                self.flush()
                self.waiting += kept
            self.waiting.append(block)
        self.explains = explains and bool(self.waiting) and not begins_a_step(self.waiting[0].text)

    def flush(self):
        """Close the slide of the blocks that wait, if any."""
        if self.waiting:
            self._add([("text", _join(self.waiting), [])])

    def code(self, source, outputs):
        """Show code with its printed output, under the waiting text if they fit together."""
        if not self.waiting and is_check(source) and self._add_check(source, outputs):
            return
        needs = code_height(source) + text_height(outputs)
        if any(block.kind == "note" for block in self.waiting):
            self.flush()
        asked = outputs and is_question(self.waiting)
        if height(self.waiting) + needs > ROOM or (asked and tells_the_answer(source)):
            self.flush()
        role = "answer" if outputs and is_question(self.waiting) else "code"
        cells = [("text", _join(self.waiting), [])] if self.waiting else []
        free = ROOM - height(self.waiting) - needs
        self._add([*cells, (role, source, outputs)])
        self.open = max(0, min(5, (free - 20) // LINE))

    def _add_check(self, source, outputs):
        """Fold code that only checks under what the last slide shows; return whether it found room there."""
        lines = -(-text_height(outputs) // LINE)
        if self.open is None or lines > self.open + 1:
            return False
        self.slides[-1].cells.append(("check", source, outputs))
        self.open = max(0, self.open - lines)
        return True

    def figure(self, kind, source, outputs):
        """Show a figure or a widget on a slide of its own, under at most two lines of text."""
        needs = max(_FIGURE, widget_height(outputs) if kind == "widget" else least_height(outputs))

        def stays_above(found):
            return (
                _lines(found) <= 2
                and not is_question(found)
                and all(block.kind == "paragraph" for block in found)
                and needs + height(found) <= ROOM
            )

        last = self.waiting[self.earlier :]  # what the figure's own cell says of it stays with it
        if last and self.earlier and not stays_above(self.waiting) and stays_above(last):
            del self.waiting[self.earlier :]
            self.flush()
            self.waiting = last
        if self.explains or not stays_above(self.waiting):
            self.flush()
        cells = [("text", _join(self.waiting), [])] if self.waiting else []
        free = ROOM - height(self.waiting) - needs
        lines = min(4 - _lines(self.waiting), int((free + 6) // LINE))
        self._add([*cells, (kind, source, outputs)])
        self.open = max(0, lines)

    def start_section(self, title):
        """Begin a section of the lesson."""
        self.flush()
        self.slides[-1].left_out += self.gone
        self.gone = []
        self.section = self.heading = title
        self.open = None

    def _add(self, cells):
        self.slides.append(Slide(self.section, self.heading, cells, self.gone))
        self.waiting, self.earlier, self.gone, self.open, self.explains = [], 0, [], None, False


def slides_of(notebook):
    """Return the slides of a lesson and the source of its hidden import cell.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A built lesson.

    Returns
    -------
    slides : list of Slide
        The first is the title.
    setup : str
        Code to run before anything else.
    """
    first, *cells = notebook.cells
    writer = _Writer()
    writer.slides.append(_title(first.source))
    after_exercise = False
    for position, cell in enumerate(cells):
        if cell.cell_type == "code":
            after_exercise = bool(_STUB.search(cell.source) and "exercises." in cell.source)
            if not after_exercise and not _skips(writer.section) and "quiz.show" not in cell.source:
                _add_code(writer, cell)
            continue
        found = blocks(without_links(cell.source))
        if found and found[0].kind == "heading" and found[0].text.startswith("## "):
            writer.start_section(found.pop(0).text[3:])
        elif found and "Referências" in found[0].text:
            continue
        elif _is_plumbing(cells, position) or after_exercise or _EXERCISE.match(cell.source):
            continue
        after_exercise = False
        if writer.section and not _skips(writer.section):
            writer.prose(found if writer.section != "Resumo" else _list_and_lead(found))
    writer.flush()
    return writer.slides, "\n".join(writer.setup)


def _add_code(writer, cell):
    parts = pieces(cell.source, cell.outputs)
    if len(parts) > 1 and _is_preparation(parts[0], parts[1], waiting=writer.waiting):
        parts[:2] = [Piece(parts[1].kind, f"{parts[0].source}\n{parts[1].source}", parts[1].outputs)]
    for piece in parts:
        if piece.kind == "setup":
            writer.setup.append(piece.source)
            if writer.section:  # lesson 00 explains it
                writer.code(piece.source, piece.outputs)
        elif piece.kind == "code" and not any(map(is_rich, piece.outputs)):
            writer.code(piece.source, piece.outputs)
        else:
            writer.figure("figure" if piece.kind == "code" else piece.kind, piece.source, piece.outputs)


def _is_preparation(piece, shown, *, waiting):
    """Tell whether code only prepares what the rest of its cell shows, and goes under it, folded.

    So does the code that gathers data for a widget, a few lines that no text introduces, and what only loads
    data or networks.
    """
    lines = len(piece.source.splitlines())
    if piece.kind != "code" or piece.outputs:
        return False
    if shown.kind == "widget" and lines <= 5 or not waiting and lines <= 6:
        return True
    return lines <= 8 and only_gathers(piece.source)


def _is_aside(block):
    announces = block.text.rstrip().endswith(":")
    return text_lines(block.text) <= 2 and not announces and not any(mark in block.text for mark in "*$?")


def _title(source):
    found = blocks(without_links(source))
    facts = found[1].text.split(" · ")[:2]
    aims = [block.text for block in found if block.kind == "list"][:1]
    body = "\n\n".join([" · ".join(facts), "Nesta aula você vai:", *aims])
    return Slide("", found[0].text.lstrip("# "), [("text", body, [])])


def _skips(section):
    return section in LEFT_OUT


def _is_plumbing(cells, position):
    """Tell whether a cell only tells a reader to run the import cell that follows, before any section."""
    after = cells[position + 1] if position + 1 < len(cells) else None
    return (
        after is not None
        and after.cell_type == "code"
        and "Rode a célula abaixo primeiro" in (cells[position].source)
    )


def _list_and_lead(found):
    return [block for block in found if block.kind == "list" or block.text.endswith(":")]


def _lines(found):
    return sum(text_lines(block.text) for block in found)


def _join(found):
    return "\n\n".join(block.text for block in found)


def presentation(notebook, *, run_all=False):
    """Return the notebook that JupyterLab presents, with the metadata that its slide extensions read.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A built lesson; it is not changed.
    run_all : bool
        Run every cell when the presentation opens, and not only the imports.
    """
    slides, setup = slides_of(notebook)
    deck = nbformat.v4.new_notebook(metadata=nbformat.from_dict(dict(notebook.metadata)))
    deck.metadata[METADATA] = {"slides": len(slides), "run_all": run_all}
    cells = []
    for number, slide in enumerate(slides, 1):
        level = "#" if number == 1 else "##"
        heading = re.sub(r"\((slides? [^)]*)\)$", r"*\1*", slide.heading)
        roles = [("heading", f"{level} {heading}", []), *slide.cells]
        cells += [
            _cell(role, source, outputs, number, first=n == 0)
            for n, (role, source, outputs) in enumerate(roles)
        ]
    if setup:
        cells.append(_cell("setup", setup, [], 0))
    for n, cell in enumerate(cells):
        cell["id"] = f"slide-{n:03d}"
    deck.cells = cells
    return deck


def _cell(role, source, outputs, number, *, first=False):
    metadata = {METADATA: {"role": role, "slide": number}}
    metadata["slideshow"] = {"slide_type": "slide" if first else "skip" if role == "setup" else "-"}
    if not first and role != "setup":
        del metadata["slideshow"]
    if role in ("heading", "text", "caption"):
        return nbformat.v4.new_markdown_cell(source, metadata=metadata)
    if role in ("figure", "widget", "check"):
        metadata["jupyter"] = {"source_hidden": True}
    return nbformat.v4.new_code_cell(source, metadata=metadata, outputs=outputs)
