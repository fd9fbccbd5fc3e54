# SPDX-License-Identifier: Apache-2.0
"""The functions, under names that Keras saves: activation=silu.keras.silu, for example."""

from __future__ import annotations

from typing import Any

import keras

from ._backend import call

_register = keras.saving.register_keras_serializable(package="silu")


def sigmoid(x: Any) -> Any:
    """s = 1 / (1 + e^-x), correctly rounded.

    x: a tensor of any shape, or what keras.ops.convert_to_tensor takes; float64,
    float32, float16 or bfloat16 (integers are converted to Keras' floatx). The same
    bits on every backend, and in the gradient.
    """
    return call("sigmoid", x)


def sigmoid_derivative(x: Any) -> Any:
    """s (1 - s) with s = sigmoid(x), correctly rounded; x as in silu.keras.sigmoid."""
    return call("sigmoid_derivative", x)


def silu(x: Any) -> Any:
    """X sigmoid(x), correctly rounded; x as in silu.keras.sigmoid.

    The gradient and the second one are rounded once. Source: Elfwing, Uchibe, Doya
    (2018), arXiv:1702.03118.

    >>> import keras, silu.keras
    >>> keras.ops.convert_to_numpy(silu.keras.silu([-89.0, 0.0, 1.0]))
    array([-1.9823535e-37,  0.0000000e+00,  7.3105860e-01], dtype=float32)
    """
    return call("silu", x)


def silu_derivative(x: Any) -> Any:
    """The derivative of silu, and the activation dSiLU; correctly rounded.

    x as in silu.keras.sigmoid.
    """
    return call("silu_derivative", x)


def silu_second_derivative(x: Any) -> Any:
    """The second derivative of silu, correctly rounded; x as in silu.keras.sigmoid."""
    return call("silu_second_derivative", x)


def relu(x: Any) -> Any:
    """max(0, x), with relu(-0) = -0 and NaN kept; x as in silu.keras.sigmoid."""
    return call("relu", x)


def relu_derivative(x: Any) -> Any:
    """1 where x > 0, NaN where x is NaN, else 0; x as in silu.keras.sigmoid."""
    return call("relu_derivative", x)


def swish(x: Any, beta: Any = 1.0) -> Any:
    """X sigmoid(beta x), rounded once, for operands that broadcast together.

    They promote as in Keras (ValueError for shapes that do not fit, or the
    backend's error). The gradient of a beta that elements share is an exact sum,
    rounded: the same bits on every backend. Source: Ramachandran, Zoph, Le (2017),
    arXiv:1710.05941.
    """
    return call("swish", x, beta)


def swiglu(a: Any, b: Any) -> Any:
    """silu(a) b, rounded once; operands as in silu.keras.swish."""
    return call("swiglu", a, b)


def swiglu_clamped(a: Any, b: Any, alpha: float = 1.702, limit: float = 7.0) -> Any:
    """A' sigmoid(alpha a') (b' + 1) with a' = min(a, limit), b' = b within +-limit, rounded once.

    Operands as in silu.keras.swish; alpha and limit as in silu.swiglu_clamped.
    """
    return call("swiglu_clamped", a, b, alpha=alpha, limit=limit)


for _function in (
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    silu_second_derivative,
    relu,
    relu_derivative,
    swish,
    swiglu,
    swiglu_clamped,
):
    _register(_function)
