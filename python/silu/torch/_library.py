# SPDX-License-Identifier: Apache-2.0
"""The compiled operators, loaded: torch.ops.silu.*."""

from __future__ import annotations

from pathlib import Path

import torch

_LIBRARY = Path(__file__).with_name("_operators.so")

if not _LIBRARY.exists():
    raise ImportError(
        "silu was built without its adapter of PyTorch: with PyTorch installed, build it again by"
        " pip install --no-build-isolation 'silu[torch]'"
    )
try:
    torch.ops.load_library(str(_LIBRARY))
except OSError as error:
    raise ImportError(
        f"silu.torch cannot load its operators with PyTorch {torch.__version__}; it needs 2.10 or"
        f" later: pip install 'silu[torch]' ({error})"
    ) from error

FUNCTIONS = (
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "silu_second_derivative",
    "relu",
    "relu_derivative",
)
OPERATORS = (
    "silu_backward",
    "silu_double_backward",
    "swish",
    "swish_backward",
    "swiglu",
    "swiglu_backward",
    "swiglu_clamped",
    "swiglu_clamped_backward",
)
DTYPES = (
    torch.float64,
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
)
