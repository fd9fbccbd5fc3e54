# SPDX-License-Identifier: Apache-2.0
"""The operators torch.ops.silu.*, and inputs for them."""

from __future__ import annotations

from typing import Any

import torch
from common import OPERATOR_INPUTS

from silu.torch._library import FUNCTIONS

TENSORS = (
    dict.fromkeys(FUNCTIONS, 1)
    | {
        name: sum(each not in ("alpha", "limit") for each in inputs)
        for name, inputs in OPERATOR_INPUTS.items()
    }
    | {"swish_beta_gradient": 3}
)
# A limit that clamps about half of normal numbers.
NUMBERS = {"swiglu_clamped": (1.702, 0.7), "swiglu_clamped_backward": (1.702, 0.7)}


def operator(name: str) -> Any:
    """It, as a function of its tensors."""
    op = getattr(torch.ops.silu, name)
    return lambda *tensors: op(*tensors, *NUMBERS.get(name, ()))


def tensors(
    name: str,
    *shapes: tuple[int, ...],
    dtype: torch.dtype = torch.float64,
    requires_grad: bool = True,
) -> tuple[torch.Tensor, ...]:
    """Normal numbers for its inputs, away from 0 and the limits, where derivatives may jump."""
    made = []
    for shape in (shapes * 3)[: TENSORS[name]]:
        x = torch.randn(shape, dtype=torch.float64)
        for corner in (0.0, 0.7, -0.7):
            near = (x - corner).abs() < 0.01
            x = torch.where(near, corner + 0.01 + (x - corner).abs(), x)
        made.append(x.to(dtype).requires_grad_(requires_grad))
    return tuple(made)
