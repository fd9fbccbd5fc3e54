# SPDX-License-Identifier: Apache-2.0
"""The SiLU (Swish) activation family for Keras 3, correctly rounded, on CPUs.

Functions and layers run on the backend that Keras runs on, by silu.tensorflow,
silu.jax or silu.torch, and give the same bits on all three. Models that hold them
are saved and loaded, from one backend to another too; a program that loads one
imports this package first.

>>> import keras, numpy as np, silu.keras
>>> model = keras.Sequential(
...     [keras.layers.Dense(4, activation=silu.keras.silu), silu.keras.Swish(beta=1.5)]
... )
>>> keras.ops.shape(model(np.ones((2, 3), np.float32)))
(2, 4)
"""

from __future__ import annotations

try:
    import keras as _keras  # noqa: F401
except ImportError as error:
    raise ImportError("silu.keras needs Keras: pip install 'silu[keras]'") from error

from ._activations import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    silu_second_derivative,
    swiglu,
    swiglu_clamped,
    swish,
)
from ._layers import SiLU, SwiGLU, Swish

__all__ = [
    "SiLU",
    "SwiGLU",
    "Swish",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "silu_second_derivative",
    "swiglu",
    "swiglu_clamped",
    "swish",
]
