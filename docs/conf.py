# SPDX-License-Identifier: Apache-2.0
"""Sphinx's settings: ./dev docs makes the site from these pages, the headers and docstrings."""

import sys
from pathlib import Path

import silu

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "silu"
author = "the authors of silu"
project_copyright = "the authors of silu; Apache-2.0"
version = release = silu.__version__
language = "en"

extensions = ["myst_parser", "reference", "interactive"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
# index.md names the pages of the frameworks and of the study; those are shown that exist.  A page
# that no list has is still an error.
suppress_warnings = ["toc.not_readable"]
nitpicky = True

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"silu {release}"
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0064a8",
        "color-brand-content": "#0064a8",
    },
    "dark_css_variables": {"color-brand-primary": "#6bb8f0", "color-brand-content": "#6bb8f0"},
}
