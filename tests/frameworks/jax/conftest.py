# SPDX-License-Identifier: Apache-2.0
"""Four devices on one CPU, float64, and what the tests of the NumPy package share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
