# SPDX-License-Identifier: Apache-2.0
"""Builds the interactive page, one HTML file that works offline.

    python web/build.py OUT [--wasm FILE] [--link TEXT=TARGET]...

Its scripts are bundled with D3 by esbuild (Debian's packages node-d3 and esbuild). FILE is the
library in WebAssembly, which `cmake --preset wasm && cmake --build --preset wasm` makes. Links are
shown at the page's top.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import jinja2
from claims import CLAIMS
from latex2mathml.converter import convert
from markupsafe import Markup

from silu._common.links import Link, link
from silu.report import derivation

HERE = Path(__file__).resolve().parent
MODULES = "/usr/share/nodejs"  # where Debian has D3's


def _esbuild(source: Path, *options: str) -> str:
    command = [
        "esbuild",
        str(source),
        "--minify",
        "--charset=utf8",
        "--log-level=warning",
        *options,
    ]
    environment = {"NODE_PATH": MODULES, "PATH": "/usr/bin:/bin"}
    try:
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    except FileNotFoundError:
        sys.exit("build.py: esbuild is not installed (Debian's packages esbuild and node-d3)")
    except subprocess.CalledProcessError as error:
        sys.exit(f"build.py: {error.stderr}")


def script(wasm: Path) -> str:
    """The page's script, with the library in it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "silu.wasm").symlink_to(wasm.resolve())
        text = _esbuild(
            HERE / "src" / "main.js",
            "--bundle",
            "--format=iife",
            "--target=es2022",
            "--loader:.wasm=binary",
            f"--alias:silu.wasm={folder}/silu.wasm",
        )
    return re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)


def _curves() -> list[dict[str, str]]:
    """The legend: what src/curves.js draws."""
    pattern = r"id: '(\w+)', label: '(\w+)', formula: '([^']+)', dash: \[([^\]]*)\]"
    found = re.findall(pattern, (HERE / "src" / "curves.js").read_text(encoding="utf-8"))
    return [dict(zip(("id", "label", "formula", "dash"), one, strict=True)) for one in found]


def page(wasm: Path, links: list[Link]) -> str:
    """The page's HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["math"] = lambda latex, display="inline": Markup(
        convert(latex, display=display)
    )
    symbolic = derivation.symbolic()
    if not all(check.holds for check in symbolic):
        sys.exit(f"build.py: a formula of the derivation does not hold: {symbolic}")
    measured = json.loads((HERE / "data" / "peers.json").read_text(encoding="utf-8"))
    curves = _curves()
    if not wasm.is_file():
        sys.exit(f"build.py: {wasm} is missing; cmake --build --preset wasm makes it")
    return environment.get_template("page.html.j2").render(
        css=Markup(_esbuild(HERE / "style.css")),
        script=Markup(script(wasm)),
        links=links,
        curves=curves,
        chain=[
            curve for name in ("sigmoid", "relu", "silu") for curve in curves if curve["id"] == name
        ],
        steps=derivation.STEPS,
        symbolic=symbolic,
        claims=CLAIMS,
        inputs=f"{len(measured['x']) * 3 // 4 // 4:,}",
        d3_licence=(HERE / "d3-licence.txt").read_text(encoding="utf-8"),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument(
        "--wasm", type=Path, default=Path("build/wasm/src/wasm/silu.wasm"), metavar="FILE"
    )
    parser.add_argument("--link", type=link, action="append", default=[], metavar="TEXT=TARGET")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page(options.wasm, options.link), encoding="utf-8")
    print(options.out)
