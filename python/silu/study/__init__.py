# SPDX-License-Identifier: Apache-2.0
"""The study behind `python -m silu study`: networks that differ in nothing but their activation.

It needs PyTorch and silu.torch (`pip install 'silu[study]'`), which are imported only when it is
called.
"""

from __future__ import annotations

from pathlib import Path

from silu._common import extras, output

__all__ = ["study"]


def study(folder: Path, *, quick: bool = False) -> Path:
    """Writes the study to folder, and returns the page's path.

    Runs that the folder's runs.jsonl holds are not run again, so a study that was interrupted goes
    on.  quick makes a cut through it in a minute, and says so on the page.  Raises CommandError
    where a package or data are missing, or the folder holds another study.
    """
    extras.require(extras.STUDY, "python -m silu study", "study")
    page = folder / "index.md"
    output.prepare(page)
    from .conduct import conduct

    conduct(folder, quick=quick)
    return page
