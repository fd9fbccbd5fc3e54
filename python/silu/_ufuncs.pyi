# SPDX-License-Identifier: Apache-2.0
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

relu: np.ufunc
relu_derivative: np.ufunc
sigmoid: np.ufunc
sigmoid_derivative: np.ufunc
silu: np.ufunc
silu_backward: np.ufunc
silu_derivative: np.ufunc
silu_double_backward: np.ufunc
silu_second_derivative: np.ufunc
swiglu: np.ufunc
swiglu_backward: np.ufunc
swiglu_clamped: np.ufunc
swiglu_clamped_backward: np.ufunc
swish: np.ufunc
swish_backward: np.ufunc

def targets() -> tuple[str, ...]: ...

EMPTY_SUM: bytes

def sum_add(state: bytes, x: NDArray[np.float64]) -> bytes: ...
def sum_merge(state: bytes, other: bytes) -> bytes: ...
def sum_value(state: bytes) -> float: ...
def swish_beta_sums(
    dy: NDArray[Any],
    x: NDArray[Any],
    beta: NDArray[Any],
    kept: int,
    out: NDArray[np.float64] | NDArray[np.uint8],
) -> None: ...
def evaluate_float8(
    function: str, x: NDArray[Any], y: NDArray[Any], scale: float, saturate: bool
) -> None: ...
def swiglu_float8(
    a: NDArray[Any], b: NDArray[Any], y: NDArray[Any], scale: float, saturate: bool
) -> None: ...
def swiglu_float8_rows(
    a: NDArray[Any], b: NDArray[Any], y: NDArray[Any], scales: NDArray[np.float32]
) -> None: ...
def int8_table(
    function: str,
    x_scale: float,
    x_zero_point: int,
    y_scale: float,
    y_zero_point: int,
    table: NDArray[np.int8],
) -> None: ...
def map_bytes(table: NDArray[np.int8], x: NDArray[np.int8], y: NDArray[np.int8]) -> None: ...
