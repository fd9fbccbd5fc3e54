# SPDX-License-Identifier: Apache-2.0
"""Puts the interactive page (web/) into the site, as interactive.html.

It needs the library in WebAssembly: cmake --preset wasm && cmake --build --preset wasm.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]


def _add(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    command = [
        sys.executable,
        str(ROOT / "web" / "build.py"),
        str(Path(app.outdir) / "interactive.html"),
        "--wasm",
        str(ROOT / "build" / "wasm" / "src" / "wasm" / "silu.wasm"),
        "--link",
        "Documentation=index.html",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ExtensionError(f"{' '.join(command)}: {done.stderr}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx's entry."""
    app.connect("build-finished", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
