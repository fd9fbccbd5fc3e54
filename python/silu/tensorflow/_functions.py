# SPDX-License-Identifier: Apache-2.0
"""What users of silu.tensorflow call: tensors, arrays and numbers, as the operators take them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import tensorflow as tf

from .. import _swiglu
from ._library import OPERATORS

_ALLOWED = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")


def _operands(function: str, **given: Any) -> dict[str, tf.Tensor]:
    """Tensors of one dtype: a tensor's, else an array's, else float32."""
    dtype = None
    for kind in (tf.is_tensor, lambda x: isinstance(x, (np.ndarray, np.generic))):
        found = [x for x in given.values() if kind(x)]
        if found:
            dtype = tf.as_dtype(found[0].dtype).base_dtype
            break
    result = {}
    for name, x in given.items():
        tensor = tf.convert_to_tensor(x, dtype_hint=dtype or tf.float32)
        if tensor.dtype != dtype and dtype is not None and not tf.is_tensor(x):
            tensor = tf.convert_to_tensor(x, dtype)
        if tensor.dtype.name not in _ALLOWED:
            raise TypeError(
                f"{function}: the dtype of {name} is {tensor.dtype.name}; allowed:"
                f" {', '.join(_ALLOWED)}"
            )
        if dtype is not None and tensor.dtype != dtype:
            raise TypeError(
                f"{function}: the dtype of {name} is {tensor.dtype.name}, and that of another"
                f" input {dtype.name}; allowed: the same for all (tf.cast)"
            )
        result[name] = tensor
    return result


def sigmoid(x: Any, name: str | None = None) -> tf.Tensor:
    """s = 1 / (1 + e^-x), correctly rounded.

    x: a tensor (or what tf.convert_to_tensor takes) of any shape, of float64,
    float32, float16, bfloat16, float8_e4m3fn or float8_e5m2; TypeError for others.
    The gradient is rounded once; the second one is composed of rounded terms.

    >>> import silu.tensorflow
    >>> silu.tensorflow.sigmoid(-100.0).numpy()
    np.float32(3.8e-44)
    """
    return OPERATORS.silu_sigmoid(**_operands("sigmoid", x=x), name=name)


def sigmoid_derivative(x: Any, name: str | None = None) -> tf.Tensor:
    """s (1 - s) with s = sigmoid(x), correctly rounded; x as in silu.tensorflow.sigmoid.

    Its gradient is composed of rounded terms.
    """
    operands = _operands("sigmoid_derivative", x=x)
    return OPERATORS.silu_sigmoid_derivative(**operands, name=name)


def silu(x: Any, name: str | None = None) -> tf.Tensor:
    """X sigmoid(x), correctly rounded; x as in silu.tensorflow.sigmoid.

    The gradient and the second one are rounded once; a third one is a
    NotImplementedError. Source: Elfwing, Uchibe, Doya (2018), arXiv:1702.03118.

    >>> import tensorflow as tf, silu.tensorflow
    >>> x = tf.constant([-1.0, 0.0, float("inf")])
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = silu.tensorflow.silu(x)
    >>> tape.gradient(y, x).numpy()
    array([0.07232949, 0.5       , 1.        ], dtype=float32)
    """
    return OPERATORS.silu_silu(**_operands("silu", x=x), name=name)


def silu_derivative(x: Any, name: str | None = None) -> tf.Tensor:
    """s (1 + x (1 - s)) with s = sigmoid(x), correctly rounded; x as in silu.tensorflow.sigmoid.

    The derivative of silu, and the activation dSiLU. Its gradient is rounded once;
    a second one is a NotImplementedError.
    """
    return OPERATORS.silu_silu_derivative(**_operands("silu_derivative", x=x), name=name)


def silu_second_derivative(x: Any, name: str | None = None) -> tf.Tensor:
    """s (1 - s) (2 + x (1 - 2 s)) with s = sigmoid(x), correctly rounded.

    x as in silu.tensorflow.sigmoid. It has no gradient (NotImplementedError).
    """
    operands = _operands("silu_second_derivative", x=x)
    return OPERATORS.silu_silu_second_derivative(**operands, name=name)


def relu(x: Any, name: str | None = None) -> tf.Tensor:
    """max(0, x), with relu(-0) = -0 and NaN kept; x as in silu.tensorflow.sigmoid.

    Its gradient is dy where x > 0, NaN where x is NaN, and +0 elsewhere.
    """
    return OPERATORS.silu_relu(**_operands("relu", x=x), name=name)


def relu_derivative(x: Any, name: str | None = None) -> tf.Tensor:
    """1 where x > 0, NaN where x is NaN, else 0; x as in silu.tensorflow.sigmoid."""
    return OPERATORS.silu_relu_derivative(**_operands("relu_derivative", x=x), name=name)


def silu_backward(dy: Any, x: Any, name: str | None = None) -> tf.Tensor:
    """Dy silu'(x), rounded once.

    The operands have one dtype (a TypeError otherwise; numbers take the tensors'),
    and broadcast together without being repeated in memory
    (tf.errors.InvalidArgumentError for shapes that do not).

    >>> import silu.tensorflow
    >>> silu.tensorflow.silu_backward(3.0, [-1.0, 0.0]).numpy()
    array([0.21698846, 1.5       ], dtype=float32)
    """
    operands = _operands("silu_backward", dy=dy, x=x)
    return OPERATORS.silu_silu_backward(**operands, name=name)


def silu_double_backward(
    ddx: Any, dy: Any, x: Any, name: str | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """(ddx silu'(x), ddx dy silu''(x)): the gradients of silu_backward for dy and x.

    Each is rounded once; operands as in silu.tensorflow.silu_backward.
    """
    operands = _operands("silu_double_backward", ddx=ddx, dy=dy, x=x)
    return tuple(OPERATORS.silu_silu_double_backward(**operands, name=name))


def swish(x: Any, beta: Any, name: str | None = None) -> tf.Tensor:
    """X sigmoid(beta x), rounded once; operands as in silu.tensorflow.silu_backward.

    Gradients are rounded once. For a beta that elements share, it is what
    silu.swish_beta_gradient gives, rounded to beta's dtype: the same bits for any
    order of the elements. Second gradients are composed of rounded terms. Source:
    Ramachandran, Zoph, Le (2017), arXiv:1710.05941.

    >>> import silu.tensorflow
    >>> silu.tensorflow.swish([-1.0, 2.0], 1.5).numpy()
    array([-0.18242553,  1.9051483 ], dtype=float32)
    """
    return OPERATORS.silu_swish(**_operands("swish", x=x, beta=beta), name=name)


def swish_backward(
    dy: Any, x: Any, beta: Any, name: str | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """(dy silu'(beta x), dy x^2 sigmoid'(beta x)): the gradients of swish, element by element.

    Each is rounded once; operands as in silu.tensorflow.silu_backward.
    """
    operands = _operands("swish_backward", dy=dy, x=x, beta=beta)
    return tuple(OPERATORS.silu_swish_backward(**operands, name=name))


def swish_beta_gradient(dy: Any, x: Any, beta: Any, name: str | None = None) -> tf.Tensor:
    """The sum of dy x^2 sigmoid'(beta x) over the elements that share a beta.

    In beta's shape and float64, with the bits of silu.swish_beta_gradient, which
    tells what it is exactly; operands as in silu.tensorflow.silu_backward. beta's
    shape must be one that the common shape needs no more axes for.
    """
    operands = _operands("swish_beta_gradient", dy=dy, x=x, beta=beta)
    return OPERATORS.silu_swish_beta_gradient(**operands, Tsum=tf.float64, name=name)


def swiglu(a: Any, b: Any, name: str | None = None) -> tf.Tensor:
    """silu(a) b, rounded once; operands as in silu.tensorflow.silu_backward.

    Both gradients are rounded once; nothing but a and b is saved. Second gradients
    are composed of rounded terms. Source: Shazeer (2020), arXiv:2002.05202.

    >>> import silu.tensorflow
    >>> silu.tensorflow.swiglu(3.0, 2.0).numpy()
    np.float32(5.7154446)
    """
    return OPERATORS.silu_swiglu(**_operands("swiglu", a=a, b=b), name=name)


def swiglu_backward(
    dy: Any, a: Any, b: Any, name: str | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """(dy b silu'(a), dy silu(a)): the gradients of swiglu.

    Each is rounded once; operands as in silu.tensorflow.silu_backward.
    """
    operands = _operands("swiglu_backward", dy=dy, a=a, b=b)
    return tuple(OPERATORS.silu_swiglu_backward(**operands, name=name))


def swiglu_clamped(
    a: Any, b: Any, alpha: float = 1.702, limit: float = 7.0, name: str | None = None
) -> tf.Tensor:
    """A' sigmoid(alpha a') (b' + 1) with a' = min(a, limit), b' = b within +-limit, rounded once.

    As in gpt-oss; operands as in silu.tensorflow.silu_backward, alpha and limit as
    in silu.swiglu_clamped. Gradients are rounded once, and +0 where a clamp holds;
    there are no second ones (NotImplementedError).
    """
    function = "swiglu_clamped"
    return OPERATORS.silu_swiglu_clamped(
        **_operands(function, a=a, b=b), **_parameters(function, alpha, limit), name=name
    )


def swiglu_clamped_backward(
    dy: Any,
    a: Any,
    b: Any,
    alpha: float = 1.702,
    limit: float = 7.0,
    name: str | None = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """The gradients of silu.tensorflow.swiglu_clamped for a and b, each rounded once."""
    function = "swiglu_clamped_backward"
    return tuple(
        OPERATORS.silu_swiglu_clamped_backward(
            **_operands(function, dy=dy, a=a, b=b),
            **_parameters(function, alpha, limit),
            name=name,
        )
    )


def _parameters(function: str, alpha: float, limit: float) -> dict[str, tf.Tensor]:
    names = ("alpha", "limit")
    values = _swiglu.checked_parameters(function, alpha, limit)
    return {n: tf.constant(v, tf.float64) for n, v in zip(names, values, strict=True)}


def swiglu_packed(
    ab: Any,
    layout: Literal["halves", "interleaved"] = "halves",
    axis: int = -1,
    name: str | None = None,
) -> tf.Tensor:
    """silu.tensorflow.swiglu of a tensor's halves along an axis, or of its even and odd elements.

    Errors as in silu.swiglu_packed; the number of axes, and the length of this
    one, must be known. Tensors are dense, so the parts are copied first.
    """
    (packed,) = _operands("swiglu_packed", ab=ab).values()
    a, b = _swiglu.packed_parts(tuple(packed.shape), layout, axis)
    return OPERATORS.silu_swiglu(a=packed[a], b=packed[b], name=name)
