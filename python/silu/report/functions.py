# SPDX-License-Identifier: Apache-2.0
"""The functions and dtypes that the report goes through, in the order it shows them."""

from __future__ import annotations

from typing import Final

import ml_dtypes
import numpy as np

import silu

NAMES: Final = (
    "silu",
    "silu_derivative",
    "silu_second_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "relu",
    "relu_derivative",
)
UFUNCS: Final = {name: getattr(silu, name) for name in NAMES}
DTYPES: Final = {
    "float64": np.dtype(np.float64),
    "float32": np.dtype(np.float32),
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
}


def finite(values: np.ndarray) -> np.ndarray:
    """Those of the values that are neither infinite nor NaN."""
    with np.errstate(invalid="ignore"):  # ml_dtypes' isfinite signals for signalling NaNs
        return np.asarray(values[np.isfinite(values)])


def every_finite(dtype: np.dtype) -> np.ndarray:
    """All finite values of a 16-bit dtype, ascending; both zeros."""
    values = finite(np.arange(1 << 16, dtype=np.uint16).view(dtype))
    order = np.argsort(values.astype(np.float64), kind="stable")
    return np.asarray(values[order])
