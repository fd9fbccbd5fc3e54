# SPDX-License-Identifier: Apache-2.0
"""What is compared, as makers of modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from torch import nn

import silu.torch

ACTIVATIONS: Final[dict[str, Callable[[], nn.Module]]] = {
    "silu": silu.torch.SiLU,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "swish": silu.torch.Swish,  # its beta begins at 1, where it is SiLU, and is trained
    "dsilu": silu.torch.DSiLU,
    "gelu": nn.GELU,
}

# Those that every network is trained with; GELU joins where the published network has it.
COMPARED: Final = ("silu", "relu", "sigmoid", "swish", "dsilu")

KINDS: Final[tuple[type[nn.Module], ...]] = (
    nn.SiLU,
    silu.torch.SiLU,
    silu.torch.Swish,
    silu.torch.DSiLU,
    nn.ReLU,
    nn.Sigmoid,
    nn.GELU,
)
