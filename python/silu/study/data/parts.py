# SPDX-License-Identifier: Apache-2.0
"""Data in three parts, and where packages keep them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from silu._common.errors import CommandError

Part = tuple[Tensor, Tensor]  # inputs and what is to be learnt, with a leading axis of samples


@dataclass(frozen=True)
class Data:
    """Trained on the first part, learning rates chosen by the second, results from the third."""

    train: Part
    validation: Part
    test: Part


def present(path: Path, package: str) -> Path:
    """The path, if there is a file; else raises CommandError, naming Debian's package with it."""
    if not path.is_file():
        raise CommandError(f"{path} is not there: apt-get install {package}")
    return path
