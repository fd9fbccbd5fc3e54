# SPDX-License-Identifier: Apache-2.0
"""The operators' gradients, which are the library's functions too: one call, one rounding.

So are second gradients where the library has the function; else they are composed of
its functions, and rounded at each step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import tensorflow as tf

from ._library import OPERATORS

Gradient = Callable[..., Sequence[tf.Tensor]]


def _gradient(function: str) -> Callable[[Gradient], Gradient]:
    """Registers f(gradients of the outputs..., inputs...), which gives those of the inputs.

    Where an input was broadcast, its gradient is summed to the input's shape.
    """

    def register(gradient: Gradient) -> Gradient:
        name = "Silu>" + "".join(part.capitalize() for part in function.split("_"))

        def run(operator: tf.Operation, *cotangents: tf.Tensor) -> list[tf.Tensor | None]:
            inputs = list(operator.inputs)
            results = gradient(*cotangents, *inputs)
            summed = [_sum_to(g, x) for g, x in zip(results, inputs, strict=False)]
            return summed + [None] * (len(inputs) - len(summed))  # parameters have none

        tf.RegisterGradient(name)(run)
        return gradient

    return register


def _sum_to(gradient: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    if gradient.shape.is_fully_defined() and gradient.shape == x.shape:
        return gradient
    axes, _ = tf.raw_ops.BroadcastGradientArgs(s0=tf.shape(x), s1=tf.shape(gradient))
    return tf.reshape(tf.reduce_sum(gradient, axes), tf.shape(x))


def _no_gradient(function: str, hint: str) -> None:
    @_gradient(function)
    def _(*_: tf.Tensor) -> Sequence[tf.Tensor]:
        raise NotImplementedError(f"silu.tensorflow: {function} has no gradient here: {hint}")


def _one(x: tf.Tensor) -> tf.Tensor:
    return tf.ones([], x.dtype)


def _second(ddx: tf.Tensor, dy: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Ddx dy silu''(x), rounded once."""
    return OPERATORS.silu_silu_double_backward(ddx=ddx, dy=dy, x=x).dx


# --- sigmoid: dy sigmoid'(x) is what swish_backward has for beta = x at x = 1 ---------------------


@_gradient("sigmoid")
def _sigmoid(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    return (OPERATORS.silu_swish_backward(dy=dy, x=_one(x), beta=x).dbeta,)


def _bend(u: tf.Tensor) -> tf.Tensor:
    """1 - 2 sigmoid(u), the factor from sigmoid' to sigmoid''."""
    return -tf.tanh(u / 2)


@_gradient("sigmoid_derivative")
def _sigmoid_derivative(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    return (OPERATORS.silu_swish_backward(dy=dy, x=_one(x), beta=x).dbeta * _bend(x),)


# --- silu -----------------------------------------------------------------------------------------

_THIRD = "the library has silu, silu_derivative and silu_second_derivative, and no third one"


@_gradient("silu")
def _silu(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    return (OPERATORS.silu_silu_backward(dy=dy, x=x),)


@_gradient("silu_backward")
def _silu_backward(ddx: tf.Tensor, dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    return tuple(OPERATORS.silu_silu_double_backward(ddx=ddx, dy=dy, x=x))


@_gradient("silu_derivative")
def _silu_derivative(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    return (_second(dy, _one(x), x),)


_no_gradient("silu_second_derivative", _THIRD)
_no_gradient("silu_double_backward", _THIRD)

# --- relu: its gradient is chosen, not multiplied, so that a number that does not pass gives 0 ----


@_gradient("relu")
def _relu(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    slope = OPERATORS.silu_relu_derivative(x=x)
    return (tf.where(slope == 1, dy, slope),)


@_gradient("relu_derivative")
def _relu_derivative(dy: tf.Tensor, x: tf.Tensor) -> Sequence[tf.Tensor]:
    del dy
    return (tf.zeros_like(x),)


# --- swish ----------------------------------------------------------------------------------------


@_gradient("swish")
def _swish(dy: tf.Tensor, x: tf.Tensor, beta: tf.Tensor) -> Sequence[tf.Tensor]:
    dx, dbeta = OPERATORS.silu_swish_backward(dy=dy, x=x, beta=beta)

    def alone() -> tf.Tensor:  # one rounding, where a sum of one term would have two
        return tf.reshape(dbeta, tf.shape(beta))

    def shared() -> tf.Tensor:
        return OPERATORS.silu_swish_beta_gradient(dy=dy, x=x, beta=beta, Tsum=beta.dtype)

    size = beta.shape.num_elements()
    if size is None or dy.shape.num_elements() is None:
        if not _may_have(size, dy.shape):
            return dx, shared()
        return dx, tf.cond(tf.equal(tf.size(dy), tf.size(beta)), alone, shared)
    return dx, alone() if size == dy.shape.num_elements() else shared()


def _may_have(size: int | None, shape: tf.TensorShape) -> bool:
    """Whether a tensor of this shape can have `size` elements, as far as they are known."""
    if size is None or shape.rank is None:
        return True
    known = math.prod(length for length in shape if length is not None)
    return size == 0 if known == 0 else size % known == 0


@_gradient("swish_backward")
def _swish_backward(
    ddx: tf.Tensor, ddbeta: tf.Tensor, dy: tf.Tensor, x: tf.Tensor, beta: tf.Tensor
) -> Sequence[tf.Tensor]:
    # In u = beta x: of dx = dy silu'(u), and dbeta = dy x^2 sigmoid'(u).
    u = beta * x
    along_x, along_beta = ddx * beta + ddbeta * x, ddx * x
    to_dy = OPERATORS.silu_swish_backward(dy=ddx, x=x, beta=beta).dx
    to_dy += OPERATORS.silu_swish_backward(dy=ddbeta, x=x, beta=beta).dbeta
    bend = OPERATORS.silu_swish_backward(dy=ddbeta * dy, x=x, beta=beta).dbeta * x * _bend(u)
    return to_dy, _second(along_x, dy, u), _second(along_beta, dy, u) + bend


@_gradient("swish_beta_gradient")
def _swish_beta_gradient(
    ddbeta: tf.Tensor, dy: tf.Tensor, x: tf.Tensor, beta: tf.Tensor
) -> Sequence[tf.Tensor]:
    ddbeta = tf.cast(ddbeta, beta.dtype)
    return _swish_backward(tf.zeros([], beta.dtype), ddbeta, dy, x, beta)


# --- swiglu ---------------------------------------------------------------------------------------


@_gradient("swiglu")
def _swiglu(dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) -> Sequence[tf.Tensor]:
    return tuple(OPERATORS.silu_swiglu_backward(dy=dy, a=a, b=b))


@_gradient("swiglu_backward")
def _swiglu_backward(
    dda: tf.Tensor, ddb: tf.Tensor, dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor
) -> Sequence[tf.Tensor]:
    # Of da = dy b silu'(a), and db = dy silu(a).
    to_b = OPERATORS.silu_swiglu_backward(dy=dda, a=a, b=dy).da
    to_a = _second(dda, dy * b, a) + OPERATORS.silu_swiglu_backward(dy=ddb, a=a, b=dy).da
    to_dy = OPERATORS.silu_swiglu_backward(dy=dda, a=a, b=b).da
    return to_dy + OPERATORS.silu_swiglu(a=a, b=ddb), to_a, to_b


@_gradient("swiglu_clamped")
def _swiglu_clamped(
    dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, alpha: tf.Tensor, limit: tf.Tensor
) -> Sequence[tf.Tensor]:
    return tuple(OPERATORS.silu_swiglu_clamped_backward(dy=dy, a=a, b=b, alpha=alpha, limit=limit))


_no_gradient(
    "swiglu_clamped_backward", "the library has the first derivatives of swiglu_clamped alone"
)
