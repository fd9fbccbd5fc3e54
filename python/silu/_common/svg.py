# SPDX-License-Identifier: Apache-2.0
"""A matplotlib figure as SVG within the page."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from matplotlib.figure import Figure

from .theme import COLOURS

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its markup, and what to see in it."""

    svg: str
    caption: str


def inline(figure: Figure, name: str, description: str) -> str:
    """The figure as an <svg> element for a page.

    Colours become the page's CSS variables, ids get the figure's name before them (several figures
    share one page), and description is what a screen reader says.
    """
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata=_NO_METADATA)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(file.getvalue())
    for child in list(root):
        if child.tag.endswith("metadata"):
            root.remove(child)
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", f"{name}-{element.attrib['id']}")
    del root.attrib["width"], root.attrib["height"]
    root.attrib.pop("version", None)
    root.set("id", f"figure-{name}")
    root.set("role", "img")
    root.set("aria-label", description)
    markup = ElementTree.tostring(root, encoding="unicode")
    markup = re.sub(r"url\(#", f"url(#{name}-", markup)
    markup = re.sub(r'xlink:href="#', f'xlink:href="#{name}-', markup)
    markup = re.sub(r"font: ([^;\"]*?)'DejaVu Sans'[^;\"]*", r"font: \1var(--sans)", markup)
    for variable, colour in COLOURS.items():
        markup = markup.replace(colour, f"var(--{variable})")
    return markup
