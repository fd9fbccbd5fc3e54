# SPDX-License-Identifier: Apache-2.0
"""The SiLU (Swish) activation family, correctly rounded, as NumPy ufuncs.

>>> import numpy as np, silu
>>> silu.silu(np.array([-89, -1, 0, 1], np.float32))
array([-1.9823535e-37, -2.6894143e-01,  0.0000000e+00,  7.3105860e-01],
      dtype=float32)
"""

from __future__ import annotations

from ._quantized import Int8Table, swiglu_float8, swiglu_float8_rows, to_float8
from ._sums import ExactSum, swish_beta_gradient
from ._swiglu import swiglu_clamped, swiglu_clamped_backward, swiglu_packed
from ._ufuncs import (
    __version__,
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
    swish,
    swish_backward,
    targets,
)

__all__ = [
    "ExactSum",
    "Int8Table",
    "__version__",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_backward",
    "silu_derivative",
    "silu_double_backward",
    "silu_second_derivative",
    "swiglu",
    "swiglu_backward",
    "swiglu_clamped",
    "swiglu_clamped_backward",
    "swiglu_float8",
    "swiglu_float8_rows",
    "swiglu_packed",
    "swish",
    "swish_backward",
    "swish_beta_gradient",
    "targets",
    "to_float8",
]
