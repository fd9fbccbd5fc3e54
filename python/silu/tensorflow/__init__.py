# SPDX-License-Identifier: Apache-2.0
"""The SiLU (Swish) activation family for TensorFlow, correctly rounded, on CPUs.

>>> import tensorflow as tf, silu.tensorflow
>>> silu.tensorflow.silu(tf.constant([-89.0, -1.0, 0.0, 1.0])).numpy()
array([-1.9823535e-37, -2.6894143e-01,  0.0000000e+00,  7.3105860e-01],
      dtype=float32)

The functions are operators (Silu>Silu and so on): eagerly, in tf.function with any
shapes, in a SavedModel, in tf.data and under tf.distribute. A program that loads a
SavedModel with them imports this package first. XLA (jit_compile=True) refuses them.
"""

from __future__ import annotations

try:
    import tensorflow as _tensorflow  # noqa: F401
except ImportError as error:
    raise ImportError("silu.tensorflow needs TensorFlow: pip install 'silu[tensorflow]'") from error

from . import _gradients  # noqa: F401  # registers them
from ._functions import (
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

__all__ = [
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
    "swiglu_packed",
    "swish",
    "swish_backward",
    "swish_beta_gradient",
]
