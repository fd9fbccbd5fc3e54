# SPDX-License-Identifier: Apache-2.0
"""Builds a page of the study's results, one HTML file that works offline, in the report's style.

    python web/study.py OUT [--source FILE] [--link TEXT=TARGET]...

FILE is the Markdown that `python -m silu study` writes, docs/study/index.md by default; its
pictures, beside it, go into the page. Links are shown at the page's top.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
from pathlib import Path

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from silu import report
from silu._common.links import Link, link
from silu._common.output import prepare, write

HERE = Path(__file__).resolve().parent


def page(source: Path, beside: str, links: list[Link]) -> str:
    """The page's HTML; `beside` leads from it to the source's folder.

    ValueError if the source has no title.
    """
    text = source.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    if title is None:
        raise ValueError(f"{source} has no title, a line that begins with '# '")
    body = MarkdownIt("commonmark").enable("table").render(text)
    body = body.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    body = body.replace("</table>", "</table></div>")
    body = re.sub(
        r'(?<=<img src=")([^":]+\.svg)(?=")', lambda name: _picture(source, name[1]), body
    )
    body = re.sub(r'(?<=<a href=")(?![\w+.-]+:|#)', f"{beside}/", body)
    css = Path(report.__file__).parent.joinpath("templates", "page.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("study.html.j2").render(
        title=title[1], css=Markup(css), links=links, body=Markup(body)
    )


def _picture(source: Path, name: str) -> str:
    """A picture as its own address: in one document, the names inside of several would clash."""
    svg = source.with_name(name).read_bytes()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description="Builds a page of the study's results.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--source", type=Path, default=HERE.parent / "docs" / "study" / "index.md")
    parser.add_argument("--link", type=link, action="append", default=[], metavar="TEXT=TARGET")
    options = parser.parse_args()
    prepare(options.out)
    beside = os.path.relpath(options.source.parent, options.out.parent)
    write(options.out, page(options.source, beside, options.link).encode())


if __name__ == "__main__":
    main()
