# SPDX-License-Identifier: Apache-2.0
"""The report and the graph behind `python -m silu report` and `python -m silu plot`.

Their packages (matplotlib, scikit-learn and others) come with `pip install 'silu[report]'` and are
imported only when one of the two is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from silu._common import extras, output
from silu._common.links import Link

__all__ = ["plot", "report"]


def plot(path: Path) -> None:
    """Writes the graph of silu, relu, sigmoid and their derivatives to path, a .svg or .png."""
    extras.require(extras.PLOT, "python -m silu plot", "report")
    output.prepare(path)
    from .graph import standalone

    output.write(path, standalone("svg" if path.suffix.lower() == ".svg" else "png"))


def report(path: Path, *, quick: bool = False, links: Sequence[Link] = ()) -> None:
    """Writes the report to path, one HTML page; quick takes seconds and says so on the page.

    links are shown at its top.
    """
    extras.require(extras.REPORT, "python -m silu report", "report")
    output.prepare(path)
    from .page import build

    output.write(path, build(quick=quick, links=links).encode())
