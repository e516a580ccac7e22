"""The prose of a lesson as a lecturer shows it: blocks, how tall each is on the slide, and a shorter text.

Sizes are CSS pixels at 1280×720, where text has 24 px, code 20 px and a line is at most `WIDTH` wide.
"""

import re
from typing import NamedTuple

WIDTH, ROOM = 1180, 585  # what a slide has for its content, heading and margins taken off
LINE, CODE_LINE = 36, 27
_CHARACTERS, CODE_CHARACTERS = 84, 94  # in a line of text, in a line of code
_LONG = 5  # a cell of more lines is shortened
_QUESTION = re.compile(r"\*\*Antes de (?:rodar\*\*(?!, saiba)|mexer\*\*)|Pense antes de")
# What begins another step, and is no caption of the last one.
_NEXT_STEP = re.compile(r"(Agora|Aqui est(á|ão)|Vamos|E se|Escolha|Desenhe|Repita|Conte|Meça)\b")
_SENTENCE = re.compile(r"(?<=[.!?:])(?<!Prof\.)(?<!cap\.)\s+(?=[A-ZÀ-Ý“\"(*$`])")
_FENCES = {"```": "fence", ":::": "note", "$$": "formula"}


class Block(NamedTuple):
    """A piece of Markdown that stays together: its kind, its text, its height on a slide."""

    kind: str  # "heading", "paragraph", "list", "table", "note", "formula" or "fence"
    text: str
    height: int


def blocks(markdown):
    """Split the Markdown of a cell into blocks.

    >>> [block.kind for block in blocks("Uma frase.\\n\\n$$x$$\\n\\n- um\\n- dois")]
    ['paragraph', 'formula', 'list']
    """
    return [Block(kind, text, _height(kind, text)) for kind, text in _pieces(markdown.strip())]


def _pieces(markdown):
    lines, found = markdown.splitlines(), []
    while lines:
        line = lines[0].strip()
        mark = next((mark for mark in _FENCES if line.startswith(mark)), None)
        if not line:
            lines.pop(0)
        elif mark:
            closed = line.endswith(mark) and len(line) > len(mark)
            size = (
                1
                if closed
                else 1
                + next(
                    (n for n, other in enumerate(lines[1:], 1) if other.strip().endswith(mark)),
                    len(lines) - 1,
                )
            )
            found.append((_FENCES[mark], "\n".join(lines[:size])))
            del lines[:size]
        else:
            kind = _kind(line)
            size = 1
            while kind != "heading" and size < len(lines) and _continues(kind, lines[size]):
                size += 1
            found.append((kind, "\n".join(lines[:size])))
            del lines[:size]
    return found


def _kind(line):
    if line.startswith("#"):
        return "heading"
    if line.startswith("|"):
        return "table"
    return "list" if re.match(r"([-*]|\d+\.) ", line) else "paragraph"


def _continues(kind, line):
    stripped = line.strip()
    if not stripped or stripped.startswith(tuple(_FENCES)) or stripped.startswith("#"):
        return False
    return kind == "list" or _kind(stripped) == kind


def text_lines(text):
    """Return how many lines of a slide a paragraph takes."""
    visible = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    visible = re.sub(r"\\[a-zA-Z]+|[*`${}]", "", visible)
    return max(1, -(-len(" ".join(visible.split())) // _CHARACTERS))


def _height(kind, text):
    lines = text.splitlines()
    if kind == "heading":
        return 48
    if kind == "table":
        return 46 * (len(lines) - 1)
    if kind == "list":
        return sum(LINE * text_lines(item) + 6 for item in _items(text)) + 14
    if kind == "fence":
        return CODE_LINE * (len(lines) - 2) + 24
    if kind == "note":
        return 70 + sum(block.height for block in blocks(_inside(text)))
    if kind == "formula":
        tall = 34 * bool(re.search(r"\\d?frac|\\sum|\\partial", text))
        return 58 + tall + 34 * text.count("\\\\")
    return LINE * text_lines(text) + 14


def _items(text):
    return re.split(r"\n(?=(?:[-*]|\d+\.) )", text)


def _inside(note):
    return "\n".join(note.splitlines()[1:-1])


def height(found):
    """Return the height of some blocks, one under the other."""
    return sum(block.height for block in found)


def sentences(paragraph):
    """Split a paragraph into sentences.

    >>> sentences("Veja. **Antes de rodar**: quanto é? Custa R$ 3,50.")
    ['Veja.', '**Antes de rodar**: quanto é?', 'Custa R$ 3,50.']
    """
    return [part.strip() for part in _SENTENCE.split(" ".join(paragraph.split())) if part.strip()]


def condense(found):
    """Shorten the blocks of a long cell; return what stays and the sentences that went.

    A paragraph keeps its first sentence, its questions, the sentences with a term in bold or a formula, and
    those that announce what follows; an item of a list keeps its first sentence. Formulas, tables and code
    stay whole, and so do a cell of at most five lines and a paragraph of six that asks for a prediction.
    """
    if sum(text_lines(block.text) for block in found if block.kind in ("paragraph", "list", "note")) <= _LONG:
        return found, []
    kept, gone = [], []
    for block in found:
        if block.kind == "paragraph":
            text, left = _shorten(block.text)
        elif block.kind == "list":
            pairs = [_first(item) for item in _items(block.text)]
            text, left = "\n".join(first for first, _ in pairs), [s for _, rest in pairs for s in rest]
        elif block.kind == "note" and block.height > 250:
            inner, left = condense(blocks(_inside(block.text)))
            first, last = block.text.splitlines()[0], block.text.splitlines()[-1]
            text = "\n".join([first, "\n\n".join(b.text for b in inner), last])
        else:
            text, left = block.text, []
        kept.append(Block(block.kind, text, _height(block.kind, text)))
        gone += left
    return kept, gone


def _shorten(paragraph):
    parts = sentences(paragraph)
    if _QUESTION.search(paragraph) and text_lines(paragraph) <= _LONG + 1:
        return paragraph, []
    keep = [n == 0 or "**" in part or "$" in part or part.endswith("?") for n, part in enumerate(parts)]
    for n, part in enumerate(parts[1:]):
        keep[n] |= bool(_QUESTION.search(part))  # what a question is about comes right before it
    if parts and parts[0].endswith(":") and len(parts) > 1:
        keep[1] = True  # a first sentence that announces something keeps it
    for n in reversed(range(len(parts))):
        keep[n] |= parts[n].endswith(":") and (n + 1 == len(parts) or keep[n + 1])
    return (
        " ".join(part for part, wanted in zip(parts, keep, strict=True) if wanted),
        [part for part, wanted in zip(parts, keep, strict=True) if not wanted],
    )


def _first(item):
    if text_lines(item) <= 2:
        return item, []
    parts = sentences(item)
    return parts[0], parts[1:]


def caption(found, most=3):
    """Take from the start of some blocks what goes under a figure: at most some lines of text.

    Returns
    -------
    caption : str
        Empty if the cell does not begin with a paragraph.
    rest : list of Block
        What comes on the next slide.
    """
    if not found or found[0].kind != "paragraph":
        return "", list(found)
    parts, taken = sentences(found[0].text), []
    # A question keeps what it is about, which comes right before it; but one sentence goes to the figure.
    while parts and not any(map(_QUESTION.search, parts[: 1 + bool(taken)])) and (
        text_lines(" ".join([*taken, parts[0]])) <= most and not begins_a_step(parts[0])
    ):
        taken.append(parts.pop(0))
    while taken and taken[-1].endswith(":"):  # what it announces comes on the next slide
        parts.insert(0, taken.pop())
    rest = [Block("paragraph", " ".join(parts), _height("paragraph", " ".join(parts)))] if parts else []
    return " ".join(taken), [*rest, *found[1:]]


def begins_a_step(text):
    """Tell whether a text begins another step, so that it explains nothing of what was shown before it."""
    return bool(_NEXT_STEP.match(text))


def is_question(found):
    """Tell whether some blocks ask the class for a prediction."""
    return any(_QUESTION.search(block.text) for block in found)


def without_links(markdown):
    """Turn links to other lessons into their text, for a slide leads nowhere else, and drop comments.

    >>> without_links("Veja a [Aula 03](03_correlacao.ipynb) e [a página](https://exemplo.org).<!-- E1 -->")
    'Veja a Aula 03 e [a página](https://exemplo.org).'
    """
    markdown = re.sub(r"\n?<!--.*?-->", "", markdown, flags=re.DOTALL)
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", markdown)
