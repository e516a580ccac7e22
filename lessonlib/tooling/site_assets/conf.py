"""How Sphinx lays out the static edition. The folders come from lessonlib/tooling/site.py."""

project = "Redes Neurais Convolucionais"
html_title = "Redes Neurais Convolucionais"
author = "Thais Gaudencio, Tiago Maritan, Leonardo Batista (slides)"
language = "pt_BR"

extensions = ["myst_nb"]
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
smartquotes = False  # the lessons have their quotation marks already

html_theme = "furo"
html_css_files = ["curso.css"]
html_js_files = ["curso.js"]
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_copy_source = False
html_use_index = False
html_show_search_summary = False  # it fetches pages, which a browser refuses from file://

mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}  # its menu is in English and loads more files
