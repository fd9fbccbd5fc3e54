# SPDX-License-Identifier: Apache-2.0
"""What the report was made on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np

import silu


def processor() -> str:
    """The processor's name, as well as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def describe() -> str:
    """Processor, system and versions, in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{processor()} ({platform.machine()}, {cores} cores), {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, silu {silu.__version__}"
    )
