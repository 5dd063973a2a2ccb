"""How the site of the documents is built: `make docs`; a warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import make_reference  # noqa: E402 - found by the line above

from hf_integrations import __version__  # noqa: E402

project = "hf_integrations"
version = release = __version__
extensions = ["myst_parser"]
exclude_patterns = ["benchmarks/*.md"]
nitpicky = True

myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]  # the reference has no heading between title and names

html_theme = "furo"
html_title = "hf_integrations"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style, pygments_dark_style = "default", "monokai"


def setup(app: Any) -> None:
    """Write the reference before anything is read."""
    app.connect("builder-inited", lambda app: make_reference.write())
