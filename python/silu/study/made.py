# SPDX-License-Identifier: Apache-2.0
"""What a study was made with."""

from __future__ import annotations

import platform
from datetime import date
from typing import Any

import numpy as np
import torch

import silu
from silu._common import machine

from .plan import Plan


def describe(plan: Plan, command: str) -> dict[str, Any]:
    """Command, date and machine; under `same`, what all runs of a study have to share."""
    return {
        "command": command,
        "begun": date.today().isoformat(),
        "machine": machine.describe(),
        "seeds": list(range(plan.seeds)),
        "threads": 1,
        "same": {
            "plan": plan.name,
            "processor": machine.processor(),
            "vectors": torch.backends.cpu.get_cpu_capability(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": torch.__version__,
            "silu": silu.__version__,
        },
    }
