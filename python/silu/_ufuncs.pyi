# SPDX-License-Identifier: Apache-2.0
import numpy as np

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
