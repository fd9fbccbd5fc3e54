# SPDX-License-Identifier: Apache-2.0
"""Packages that the pictures, the report and the study need, and the ufuncs do not."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from .errors import CommandError

PLOT = ("matplotlib",)
REPORT = (
    "matplotlib",
    "scipy",
    "sklearn",
    "jinja2",
    "tqdm",
    "sympy",
    "mpmath",
    "latex2mathml",
    "threadpoolctl",
)
STUDY = (*REPORT, "torch")

# The name to install where it is not the name to import.
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def require(modules: Sequence[str], command: str, extra: str) -> None:
    """Raises CommandError, naming what is missing and the extra that brings it."""
    missing = [_DISTRIBUTIONS.get(name, name) for name in modules if find_spec(name) is None]
    if missing:
        raise CommandError(
            f"{command} needs {', '.join(missing)}, not installed here: pip install 'silu[{extra}]'"
        )
