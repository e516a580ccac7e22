"""Terms of the glossary become links to it, once each, in the lesson that explains them.

In bold where the author put the term in bold, for that is where it is defined; else where it first appears.
"""

import re
import tomllib
import unicodedata
from functools import cache

from lessonlib.tooling.paths import ROOT

FILE = ROOT / "lessonlib" / "classroom" / "glossary.toml"
TARGET = "00_boas_vindas.ipynb#cell-id=glossario"

# What is left as it is, bold text, and words; the first alternative that fits wins.
_PIECES = re.compile(
    r"`[^`]*`|\$[^$]*\$|<[^>]*>|!?\[[^]]*\]\([^)]*\)|\*\*(?P<bold>[^*\n]+?)\*\*|\*[^*\n]+\*|(?P<words>\w+)"
)
MOST_WORDS = 6  # of a name
_WORD = re.compile(r"\w+(?:[-×]\w+)*")
_PLURALS = ((r"(õ|ã)es$", "ão"), (r"ais$", "al"), (r"éis$", "el"), (r"ns$", "m"), (r"(?<=[rz])es$", ""))


def link_terms(cells, lesson):
    """Link each of a lesson's terms to the glossary, in place.

    Headings, code, formulas, tables, titles of boxes and links stay as they are, and so do the first cell
    (what the lesson will do) and all from the exercises on: there, terms are used, not explained.

    Parameters
    ----------
    cells : sequence of nbformat.NotebookNode
        Of one lesson, in order.
    lesson : str
        Its two digits.
    """
    waiting = names_of(lesson)
    body = []
    for cell in cells[1:]:
        if cell.cell_type == "markdown":
            if re.match(r"## (Exercícios|Quiz|Resumo)", cell.source):
                break
            body.append(cell)
    for only_bold in (True, False):
        for cell in body:
            if waiting:
                cell.source = _link(cell.source, waiting, only_bold)


@cache
def all_names():
    """Return the names of every lesson: "filtro casado" must not be linked as a “filtro”."""
    return frozenset(name for term in _terms() for name in _names(term))


def names_of(lesson):
    """Return every name of the terms that a lesson explains, in the singular → the term in Portuguese.

    >>> names_of("13")["gan"]
    'rede adversária generativa'
    """
    found = {}
    for term in _terms():
        if term["lesson"] == lesson:
            for name in _names(term):
                found.setdefault(name, term["pt"])
    return found


def _terms():
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["term"]


def _names(term):
    """Return the names of one term: what its Portuguese lists, and the English initials."""
    short = re.findall(r"\(([A-Z]+)\)$", term["en"])
    return [singular(name) for name in [*re.split(r"[(),]", term["pt"]), *short] if name.strip()]


def singular(text):
    """Return a term in small letters, each of its words in the singular.

    >>> singular("Mapas de ativação"), singular("conexões de atalho"), singular("canais")
    ('mapa de ativação', 'conexão de atalho', 'canal')
    """
    words = unicodedata.normalize("NFC", text).casefold().strip(" .,:;!?“”\"").split()
    return " ".join(_singular(word) for word in words)


def _singular(word):
    if len(word) > 3:
        for ending, one in _PLURALS:
            changed, count = re.subn(ending, one, word)
            if count:
                return changed
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _link(source, waiting, only_bold):
    lines, fence, formula = source.split("\n"), "", False
    for index, line in enumerate(lines):
        inside, formula = formula, formula ^ (line.count("$$") % 2 == 1)
        if inside or formula:  # a formula of several lines
            continue
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        elif not fence and not re.match(r" *(#|\||:::|:\w+:|%|<!--)", line):
            lines[index] = _link_bold(line, waiting) if only_bold else _link_words(line, waiting)
    return "\n".join(lines)


def _link_bold(line, waiting):
    def replace(match):
        term = waiting.get(singular(match["bold"] or ""))
        return _linked(match[0], term, waiting) if term else match[0]  # [**term**]: bold in JupyterLab too

    return _PIECES.sub(replace, line)


def _link_words(line, waiting):
    protected = [match.span() for match in _PIECES.finditer(line) if not match["words"]]
    words = [m for m in _WORD.finditer(line) if not any(a <= m.start() < b for a, b in protected)]
    written, done, index = "", 0, 0
    while index < len(words):
        size, name = _longest_name(line, words[index:])
        if name in waiting:
            start, end = words[index].start(), words[index + size - 1].end()
            written += line[done:start] + _linked(line[start:end], waiting[name], waiting)
            done = end
        index += size
    return written + line[done:]


def _longest_name(line, words):
    """Return how many words the longest name of any lesson takes here, and the name; (1, "") if none."""
    for size in range(min(MOST_WORDS, len(words)), 0, -1):
        text = line[words[0].start() : words[size - 1].end()]
        name = singular(text)
        if name in all_names() and len(text.split(" ")) == size:
            return size, name
    return 1, ""


def _linked(text, term, waiting):
    for name in [name for name, other in waiting.items() if other == term]:
        del waiting[name]
    return f"[{text}]({TARGET})"
