# SPDX-License-Identifier: Apache-2.0
"""What the tests of the NumPy package share is at hand here, too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
sys.path.insert(0, str(Path(__file__).parent))
