# SPDX-License-Identifier: Apache-2.0
"""Claims that a few numbers settle, measured with silu.torch."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

import silu.torch

_NUMBERS = 1 << 20


def _differing(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """Share of float32 numbers with other bits."""
    return (ours.view(torch.int32) != theirs.view(torch.int32)).double().mean().item()


def measure() -> dict[str, Any]:
    """Numbers by name; random ones follow from seed 0."""
    torch.manual_seed(0)
    five = torch.randn(5)
    normal = torch.randn(_NUMBERS)
    grid = torch.linspace(-10, 10, 2_000_001, dtype=torch.float64)
    values = silu.torch.silu(grid)
    at = int(values.argmin())
    far = torch.tensor([-20.0, 10.0], dtype=torch.float64)
    left = torch.arange(-12000, -8000).float() / 100
    vanished = left[silu.torch.silu_derivative(left) == 0]
    sigmoid = torch.sigmoid(grid)
    by_rule = sigmoid + grid * sigmoid * (1 - sigmoid)
    ours = silu.torch.silu(normal)
    aten = functional.silu(normal)
    return {
        "five": {
            "x": five.tolist(),
            "silu.torch.silu": silu.torch.silu(five).tolist(),
            "torch.nn.SiLU": torch.nn.SiLU()(five).tolist(),
            "torch.sigmoid(x) * x": (torch.sigmoid(five) * five).tolist(),
        },
        "numbers": _NUMBERS,
        "module and product differ": _differing(aten, torch.sigmoid(normal) * normal),
        "module and ours differ": _differing(aten, ours),
        "product and ours differ": _differing(torch.sigmoid(normal) * normal, ours),
        "definition, largest difference": (values - grid * sigmoid).abs().max().item(),
        "product rule, largest difference": (silu.torch.silu_derivative(grid) - by_rule)
        .abs()
        .max()
        .item(),
        "least value": values[at].item(),
        "least at": grid[at].item(),
        "falls": bool((values[1:] < values[:-1]).any()),
        "slope at -20": silu.torch.silu_derivative(far)[0].item(),
        "slope is 0 in float32 up to": vanished.max().item(),
        "10 - silu(10)": (10 - silu.torch.silu(far)[1]).item(),
        "steepest sigmoid": (sigmoid * (1 - sigmoid)).max().item(),
    }
