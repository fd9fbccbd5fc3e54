# SPDX-License-Identifier: Apache-2.0
"""What the tests of the NumPy package share is at hand here, too, and one seed for all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(20261125)
