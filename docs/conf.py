"""How Sphinx builds these pages: see contributing.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from docutils import nodes

HERE = Path(__file__).parent
# The reference documents the package beside these pages, not an installed one.
sys.path.insert(0, str(HERE.parent))

project = html_title = "appint_mock"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["examples"]

# Headings have the anchors of a repository host; a block without a language has none.
myst_heading_anchors = 3
highlight_language = "text"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_search_scorer = str(HERE / "_search_order.js")
html_show_sourcelink = html_show_sphinx = html_show_copyright = html_copy_source = False
html_theme_options = {"navigation_with_keys": True}

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
toc_object_entries_show_parents = "hide"
python_display_short_literal_types = True
napoleon_custom_sections = [("Options", "params_style")]
napoleon_use_ivar = True

#: The menu. It stands here, since a repository host shows a page's ``toctree`` as code.
CONTENTS = {
    "Start": [
        "getting-started",
        "installing",
        "connect-applications",
        "publishing",
        "subscribing",
        "async",
        "other-languages",
        "coming-from-moto",
        "lambda-step-functions",
    ],
    "Use it": [
        "Testing, by question <testing>",
        "pytest",
        "options",
        "types",
        "Neighbours <neighbours>",
        "Server mode <server>",
        "beside-localstack",
        "limits",
        "errors",
    ],
    "The services": [
        "appintegrations",
        "dataexchange",
        "operations",
        "fidelity",
        "questions",
    ],
    "Behind it": [
        "performance",
        "architecture",
        "contributing",
        "reference",
        "changelog",
    ],
}


def _add_contents(app: Any, page: str, source: list[str]) -> None:
    if page == "index":
        for caption, pages in CONTENTS.items():
            entries = "\n".join(pages)
            options = f":hidden:\n:caption: {caption}"
            source[0] += f"\n```{{toctree}}\n{options}\n\n{entries}\n```\n"


def _drop_names(app: Any, page: str, source: list[str]) -> None:
    """Leave out what a repository host shows in the place of docstrings."""
    source[0] = re.sub(
        r"<!-- names -->.*?<!-- /names -->", "", source[0], flags=re.DOTALL
    )


def _hold_plots(app: Any, doctree: Any) -> None:
    """Put the plots into the pages themselves: there they take the theme's colours."""
    for image in list(doctree.findall(nodes.image)):
        file = HERE / image["uri"]
        if file.suffix == ".svg" and 'class="plot"' in (
            text := file.read_text("utf-8")
        ):
            image.replace_self(nodes.raw("", text, format="html"))


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_contents)
    app.connect("source-read", _drop_names)
    # Before Sphinx takes the pictures for files to copy.
    app.connect("doctree-read", _hold_plots, priority=0)
