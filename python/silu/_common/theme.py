# SPDX-License-Identifier: Apache-2.0
"""Colours and line styles of all figures.

Each curve is told apart by its label, its dashes and its lightness as well as by its hue; the hues
are those of Okabe and Ito's palette, darkened until text in them reads on white (4.5 : 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl

# On the page each becomes the CSS variable --NAME, which has a second value in the dark, so no
# colour may occur twice.
COLOURS: Final = {
    "silu": "#0064a8",
    "relu": "#b34700",
    "sigmoid": "#00765c",
    "swish": "#7a3fa0",
    "dsilu": "#a5225f",
    "gelu": "#6b5a00",
    "ink": "#1b2126",
    "muted": "#5a646d",
    "grid": "#dfe3e6",
    "page": "#fdfdfc",
}

DASHES: Final[dict[str, Any]] = {
    "silu": "-",
    "relu": (0, (5, 2)),
    "sigmoid": (0, (1.4, 1.4)),
    "swish": (0, (7, 2, 1.4, 2)),
    "dsilu": (0, (3, 1.2)),
    "gelu": (0, (7, 2, 1.4, 2, 1.4, 2)),
}
LABELS: Final = {
    "silu": "SiLU",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "swish": "Swish",
    "dsilu": "dSiLU",
    "gelu": "GELU",
}

# Inches.  Every figure of the page is one panel, narrow enough to be read on a phone as it is.
PANEL: Final = (4.4, 3.3)


@contextmanager
def style(*, text_as_paths: bool) -> Iterator[None]:
    """matplotlib's settings for a figure; text_as_paths makes it the same with any fonts."""
    settings: Any = {
        "axes.edgecolor": COLOURS["muted"],
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": COLOURS["ink"],
        "axes.linewidth": 0.8,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": COLOURS["ink"],
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.unicode_minus": True,
        "figure.constrained_layout.use": True,
        "figure.facecolor": COLOURS["page"],
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "grid.color": COLOURS["grid"],
        "grid.linewidth": 0.8,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "svg.fonttype": "path" if text_as_paths else "none",
        "svg.hashsalt": "silu",
        "text.color": COLOURS["ink"],
        "xtick.color": COLOURS["muted"],
        "xtick.labelcolor": COLOURS["ink"],
        "ytick.color": COLOURS["muted"],
        "ytick.labelcolor": COLOURS["ink"],
    }
    with mpl.rc_context(settings):
        yield
