"""Numbers in rows: an accessible HTML table with a plain-text twin."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from lessonlib.classroom.style import number


def table(
    rows: Mapping[str, Sequence], *, caption: str, columns: Sequence[str] | None = None, digits: int = 2
) -> None:
    """Show rows of values as an accessible HTML table (header cells with scope, caption, decimal comma).

    Parameters
    ----------
    rows : mapping of str to sequence
        Row name → cells; numbers are formatted, text is kept, ``None`` leaves an empty cell.
    columns : sequence of str, optional
        Header of each column.
    """
    from IPython.display import display

    def cell(value) -> str:
        if value is None:
            return ""
        return html.escape(value) if isinstance(value, str) else number(float(value), digits)

    body = [[cell(v) for v in values] for values in rows.values()]
    head = ""
    if columns is not None:
        head = (
            "<thead><tr><td></td>"
            + "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in columns)
            + "</tr></thead>"
        )
    lines_html = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>' + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
        for name, cells in zip(rows, body, strict=True)
    )
    markup = f"<table><caption>{html.escape(caption)}</caption>{head}<tbody>{lines_html}</tbody></table>"
    text = "\n".join(
        [
            caption,
            *(
                f"{name}: " + " ".join(c or "·" for c in cells)
                for name, cells in zip(rows, body, strict=True)
            ),
        ]
    )
    display({"text/html": markup, "text/plain": text}, raw=True)
