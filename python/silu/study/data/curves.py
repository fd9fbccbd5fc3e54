# SPDX-License-Identifier: Apache-2.0
"""The report's two curves on [-1, 1]."""

from __future__ import annotations

import numpy as np
import torch

from silu.report.fitting import POINTS, TARGETS

from .parts import Data, Part


def curve(name: str) -> Data:
    """128 points to train on, and dense grids; x is scaled to variance 1, shapes (samples, 1)."""
    target = next(target for target in TARGETS if target.name == name)
    scale = 1 / np.linspace(-1, 1, POINTS).std()

    def part(points: int) -> Part:
        x = np.linspace(-1, 1, points)[:, None]
        y = target.function(x)
        return torch.from_numpy(scale * x).float(), torch.from_numpy(y).float()

    return Data(part(POINTS), part(500), part(1001))
