# SPDX-License-Identifier: Apache-2.0
"""The SiLU (Swish) activation family for PyTorch, correctly rounded, on CPUs.

>>> import torch, silu.torch
>>> silu.torch.silu(torch.tensor([-89.0, -1.0, 0.0, 1.0]))
tensor([-1.9824e-37, -2.6894e-01,  0.0000e+00,  7.3106e-01])
"""

from __future__ import annotations

try:
    import torch as _torch  # noqa: F401
except ImportError as error:
    raise ImportError("silu.torch needs PyTorch: pip install 'silu[torch]'") from error

from . import _autograd, _library  # noqa: F401  # what torch knows of the operators
from ._override import override
from ._packed import split_packed
from ._replace import Swap, Swaps, replace
from .functional import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_backward,
    silu_derivative,
    silu_double_backward,
    silu_second_derivative,
    swiglu,
    swiglu_backward,
    swiglu_clamped,
    swiglu_clamped_backward,
    swiglu_packed,
    swish,
    swish_backward,
    swish_beta_gradient,
)
from .modules import DSiLU, SiLU, SwiGLU, Swish

__all__ = [
    "DSiLU",
    "SiLU",
    "Swap",
    "Swaps",
    "SwiGLU",
    "Swish",
    "override",
    "relu",
    "relu_derivative",
    "replace",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_backward",
    "silu_derivative",
    "silu_double_backward",
    "silu_second_derivative",
    "split_packed",
    "swiglu",
    "swiglu_backward",
    "swiglu_clamped",
    "swiglu_clamped_backward",
    "swiglu_packed",
    "swish",
    "swish_backward",
    "swish_beta_gradient",
]
