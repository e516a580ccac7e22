"""The last pass over the pages: Portuguese where Sphinx and the theme left English, and our own footer."""

import re
from pathlib import Path

# Fragments of Furo's templates → what the reader sees or hears, and what a screen reader needs beside it.
# Exact, so that no lesson's text is touched.
PORTUGUESE = {
    'lang="pt_BR"': 'lang="pt-BR"',
    'aria-label="Toggle site navigation sidebar"': 'aria-label="Mostrar ou esconder a lista de aulas"',
    'aria-label="Toggle table of contents sidebar"': 'aria-label="Mostrar ou esconder o sumário da página"',
    'aria-label="Toggle Light / Dark / Auto color theme"': 'aria-label="Tema claro, escuro ou automático"',
    'role="heading"': 'role="heading" aria-level="2"',
    '<aside class="sidebar-drawer"': '<aside class="sidebar-drawer" aria-label="Aulas"',
    '<aside class="toc-drawer': '<aside aria-label="Nesta página" class="toc-drawer',
    "Please activate JavaScript to enable the search functionality.": "A busca precisa de JavaScript.",
    '<div id="search-results">': '<h1>Busca</h1>\n<div id="search-results">',
    "Skip to content": "Ir para o conteúdo",
    "<span>Back to top</span>": "<span>Voltar ao topo</span>",
    "<span>Next</span>": "<span>Próxima</span>",
    "<span>Previous</span>": "<span>Anterior</span>",
    '<div class="title">Home</div>': '<div class="title">Início</div>',
    "On this page": "Nesta página",
    "<title>Contents</title>": "<title>Sumário</title>",
    "<title>Expand</title>": "<title>Abrir</title>",
    "<title>Light mode</title>": "<title>Tema claro</title>",
    "<title>Dark mode</title>": "<title>Tema escuro</title>",
}

FOOTER = """<div class="bottom-of-page"><div class="left-details">
<p>Os slides são de Thais Gaudencio e Tiago Maritan (UFPB), adaptados do material de Leonardo Batista.
Este curso segue a ordem e os exemplos deles, com palavras próprias.</p>
<p>Texto e figuras: <abbr title="Creative Commons Atribuição 4.0">CC BY 4.0</abbr>. Código: licença MIT.
Cada foto e cada conjunto de dados tem autor e licença, na pasta <code>data</code> do curso.</p>
</div></div>"""

_BOTTOM = re.compile(r'<div class="bottom-of-page">.*?(?=\s*</footer>)', re.DOTALL)


def finish(folder):
    """Rewrite, in place, every page of a folder."""
    for path in sorted(Path(folder).glob("*.html")):
        page = path.read_text(encoding="utf-8")
        for english, portuguese in PORTUGUESE.items():
            page = page.replace(english, portuguese)
        path.write_text(_BOTTOM.sub(FOOTER, page), encoding="utf-8", newline="\n")
