# SPDX-License-Identifier: Apache-2.0
"""What users of silu.jax call: any shapes and dtypes, brought to what the primitives take."""

from __future__ import annotations

import functools
from typing import Any, Literal

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .. import _swiglu
from . import _derivatives  # noqa: F401  # sets the primitives' rules
from ._kernels import KERNELS
from ._sums import beta_gradient_p

_ALLOWED = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")


def _operands(function: str, names: tuple[str, ...], given: tuple[ArrayLike, ...]) -> list[Array]:
    """Arrays of one dtype and as many axes."""
    for name, x in zip(names, given, strict=True):
        dtype = jnp.result_type(x)
        number = jnp.issubdtype(dtype, jnp.integer) or jnp.issubdtype(dtype, jnp.bool_)
        if not number and dtype.name not in _ALLOWED:
            raise TypeError(
                f"{function}: the dtype of {name} is {dtype.name}; allowed:"
                f" {', '.join(_ALLOWED)}; bool and integers, as in jax.numpy.exp"
            )
    dtype = jnp.result_type(*given)
    if dtype.name not in _ALLOWED:
        dtype = jax.eval_shape(jnp.exp, jax.ShapeDtypeStruct((), dtype)).dtype
    arrays = [jnp.asarray(x, dtype) for x in given]
    try:
        rank = len(jnp.broadcast_shapes(*(x.shape for x in arrays)))
    except ValueError:
        shapes = ", ".join(f"{name} {x.shape}" for name, x in zip(names, arrays, strict=True))
        raise ValueError(
            f"{function}: the shapes are {shapes}; allowed: ones that broadcast together"
        ) from None
    return [lax.expand_dims(x, range(rank - x.ndim)) for x in arrays]


def _call(function: str, *given: ArrayLike, **parameters: float) -> Any:
    kernel = KERNELS[function]
    results = kernel(*_operands(function, kernel.inputs, given), **parameters)
    return tuple(results) if len(results) > 1 else results[0]


def _aliased(in_place: bool) -> dict[str, Any]:
    return {"in_place": True} if in_place else {}


_unary = functools.partial(jax.jit, static_argnames="in_place")


@_unary
def sigmoid(x: ArrayLike, *, in_place: bool = False) -> Array:
    """s = 1 / (1 + e^-x), correctly rounded.

    Arrays of any shape, of float64, float32, float16, bfloat16, float8_e4m3fn or
    float8_e5m2 (bool and integers as in jax.numpy.exp; TypeError for others). The
    derivative is rounded once; there is no second one (NotImplementedError).

    With in_place=True the result takes the memory of x, where nothing else needs
    it: for a donated argument, or a result on the way. Where something does, XLA
    copies x first; where it is differentiated, nothing is in place.

    >>> import jax, silu.jax
    >>> silu.jax.sigmoid(-100.0), jax.grad(silu.jax.sigmoid)(0.0)
    (Array(3.8e-44, dtype=float32), Array(0.25, dtype=float32, weak_type=True))
    """
    return _call("sigmoid", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def sigmoid_derivative(x: ArrayLike, *, in_place: bool = False) -> Array:
    """s (1 - s) with s = sigmoid(x), correctly rounded; dtypes as in silu.jax.sigmoid.

    It has no derivative (NotImplementedError).
    """
    return _call("sigmoid_derivative", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def silu(x: ArrayLike, *, in_place: bool = False) -> Array:
    """x sigmoid(x), correctly rounded; dtypes as in silu.jax.sigmoid.

    The gradient and the second derivative are rounded once, forward and in
    reverse; a third derivative is a NotImplementedError. Source: Elfwing, Uchibe,
    Doya (2018), arXiv:1702.03118.

    >>> import jax, jax.numpy as jnp, silu.jax
    >>> jax.vmap(jax.grad(silu.jax.silu))(jnp.array([-1.0, 0.0, jnp.inf]))
    Array([0.07232949, 0.5       , 1.        ], dtype=float32)
    """
    return _call("silu", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def silu_derivative(x: ArrayLike, *, in_place: bool = False) -> Array:
    """s (1 + x (1 - s)) with s = sigmoid(x), correctly rounded; dtypes as in silu.jax.sigmoid.

    The derivative of silu, and the activation dSiLU. Its own derivative is rounded
    once; a second one is a NotImplementedError.
    """
    return _call("silu_derivative", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def silu_second_derivative(x: ArrayLike, *, in_place: bool = False) -> Array:
    """s (1 - s) (2 + x (1 - 2 s)) with s = sigmoid(x), correctly rounded.

    Dtypes as in silu.jax.sigmoid. It has no derivative (NotImplementedError).
    """
    return _call("silu_second_derivative", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def relu(x: ArrayLike, *, in_place: bool = False) -> Array:
    """max(0, x), with relu(-0) = -0 and NaN kept; dtypes as in silu.jax.sigmoid.

    Its gradient is dy where x > 0, NaN where x is NaN, and +0 elsewhere.
    """
    return _call("relu", x, **_aliased(in_place))  # type: ignore[no-any-return]


@_unary
def relu_derivative(x: ArrayLike, *, in_place: bool = False) -> Array:
    """1 where x > 0, NaN where x is NaN, else 0; dtypes as in silu.jax.sigmoid."""
    return _call("relu_derivative", x, **_aliased(in_place))  # type: ignore[no-any-return]


@jax.jit
def silu_backward(dy: ArrayLike, x: ArrayLike) -> Array:
    """dy silu'(x), rounded once.

    The operands broadcast together, without being repeated in memory, and promote
    to one dtype, one of those of silu.jax.sigmoid.

    >>> import silu.jax
    >>> silu.jax.silu_backward(3.0, -1.0)
    Array(0.21698846, dtype=float32)
    """
    return _call("silu_backward", dy, x)  # type: ignore[no-any-return]


@jax.jit
def silu_double_backward(ddx: ArrayLike, dy: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    """(ddx silu'(x), ddx dy silu''(x)), each rounded once: what silu_backward's vjp gives.

    Operands as in silu.jax.silu_backward.
    """
    return _call("silu_double_backward", ddx, dy, x)  # type: ignore[no-any-return]


@jax.jit
def swish(x: ArrayLike, beta: ArrayLike = 1.0) -> Array:
    """x sigmoid(beta x), rounded once; operands as in silu.jax.silu_backward.

    The gradient for x, and that for beta where it has x's shape, is rounded once.
    For a beta that elements share, it is the exact sum of their terms, each
    rounded once to float64, rounded to float64 and then to beta's dtype: the same
    bits for any order, thread count and sharding. Second derivatives are composed
    of several rounded terms.

    >>> import jax, jax.numpy as jnp, silu.jax
    >>> x = jnp.array([1.0, -1.0, 2.0])
    >>> jax.grad(lambda beta: silu.jax.swish(x, beta).sum())(1.5)
    Array(0.47899956, dtype=float32, weak_type=True)
    """
    return _call("swish", x, beta)  # type: ignore[no-any-return]


@jax.jit
def swish_backward(dy: ArrayLike, x: ArrayLike, beta: ArrayLike) -> tuple[Array, Array]:
    """(dy silu'(beta x), dy x^2 sigmoid'(beta x)), element by element, each rounded once.

    Operands as in silu.jax.silu_backward.
    """
    return _call("swish_backward", dy, x, beta)  # type: ignore[no-any-return]


@jax.jit
def swish_beta_gradient(dy: ArrayLike, x: ArrayLike, beta: ArrayLike) -> Array:
    """The sum of dy x^2 sigmoid'(beta x) over the elements that share a beta, in beta's shape.

    Exact until it is rounded to float64, and then to the operands' dtype, as in
    silu.jax.swish.
    """
    names = ("dy", "x", "beta")
    shape = jnp.shape(beta)
    arrays = _operands("swish_beta_gradient", names, (dy, x, beta))
    return beta_gradient_p.bind(*arrays).reshape(shape)  # type: ignore[no-any-return]


@jax.jit
def swiglu(a: ArrayLike, b: ArrayLike) -> Array:
    """silu(a) b, rounded once; operands as in silu.jax.silu_backward.

    In reverse, both gradients come of one call and are rounded once; nothing but a
    and b is saved. Second derivatives are composed of rounded terms. Source:
    Shazeer (2020), arXiv:2002.05202.

    >>> import silu.jax
    >>> silu.jax.swiglu(3.0, 2.0)
    Array(5.7154446, dtype=float32)
    """
    return _call("swiglu", a, b)  # type: ignore[no-any-return]


@jax.jit
def swiglu_backward(dy: ArrayLike, a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """(dy b silu'(a), dy silu(a)), each rounded once; operands as in silu.jax.silu_backward."""
    return _call("swiglu_backward", dy, a, b)  # type: ignore[no-any-return]


@functools.partial(jax.jit, static_argnames=("alpha", "limit"))
def swiglu_clamped(a: ArrayLike, b: ArrayLike, alpha: float = 1.702, limit: float = 7.0) -> Array:
    """a' sigmoid(alpha a') (b' + 1) with a' = min(a, limit), b' = b within +-limit, rounded once.

    As in gpt-oss; operands as in silu.jax.silu_backward, alpha and limit as in
    silu.swiglu_clamped. Gradients are rounded once, and +0 where a clamp holds.
    """
    alpha, limit = _swiglu.checked_parameters("swiglu_clamped", alpha, limit)
    return _call("swiglu_clamped", a, b, alpha=alpha, limit=limit)  # type: ignore[no-any-return]


@functools.partial(jax.jit, static_argnames=("alpha", "limit"))
def swiglu_clamped_backward(
    dy: ArrayLike, a: ArrayLike, b: ArrayLike, alpha: float = 1.702, limit: float = 7.0
) -> tuple[Array, Array]:
    """The gradients of silu.jax.swiglu_clamped for a and b, each rounded once."""
    name = "swiglu_clamped_backward"
    alpha, limit = _swiglu.checked_parameters(name, alpha, limit)
    return _call(name, dy, a, b, alpha=alpha, limit=limit)  # type: ignore[no-any-return]


@functools.partial(jax.jit, static_argnames=("layout", "axis"))
def swiglu_packed(
    ab: ArrayLike, layout: Literal["halves", "interleaved"] = "halves", axis: int = -1
) -> Array:
    """silu.jax.swiglu of the halves of an array along an axis, or of its even and odd elements.

    Errors as in silu.swiglu_packed. XLA's custom calls take dense arrays, so the
    parts are copied first.
    """
    array = jnp.asarray(ab)
    a, b = _swiglu.packed_parts(array.shape, layout, axis)
    return swiglu(array[a], array[b])  # type: ignore[no-any-return]
