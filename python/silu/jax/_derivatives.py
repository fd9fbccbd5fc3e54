# SPDX-License-Identifier: Apache-2.0
"""What grad, jvp and vjp make of the functions: tangents are the library's functions too.

Each tangent is a primitive that is linear in it, and so the gradient of a function
is one call with one rounding, forward and in reverse.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import Primitive
from jax.interpreters import ad

from ._kernels import KERNELS, elementwise
from ._sums import beta_gradient_p


def _is_zero(tangent: Any) -> bool:
    return isinstance(tangent, ad.Zero)


def _no_derivative(name: str, hint: str, *_: Any, **__: Any) -> Any:
    raise NotImplementedError(f"silu.jax: {name} has no derivative here: {hint}")


def _restore(cotangent: Any, shape: tuple[int, ...]) -> Any:
    """The cotangent of an operand that was stretched."""
    if cotangent.shape == shape:
        return cotangent
    axes = [i for i, (n, m) in enumerate(zip(cotangent.shape, shape, strict=True)) if n != m]
    return jnp.sum(cotangent, axis=axes, keepdims=True)


def _linear(
    name: str,
    run: Callable[..., Any],
    places: tuple[int, ...],
    derivatives: dict[int, Callable[..., Any]],
) -> Primitive:
    """A primitive of one result that is linear in each operand of `places`.

    Where it is transposed, the cotangent takes the operand's place. `derivatives`
    has, for other operands, what their tangent makes of the operands.
    """
    primitive = elementwise(name, lambda *given: [run(*given)], 1)
    _set_rules(primitive, places, derivatives)
    return primitive


def _set_rules(
    primitive: Primitive, places: tuple[int, ...], derivatives: dict[int, Callable[..., Any]]
) -> None:
    def jvp(primals: Any, tangents: Any) -> Any:
        result = primitive.bind(*primals)
        terms = []
        for place, tangent in enumerate(tangents):
            if _is_zero(tangent):
                continue
            if place in places:
                given = [*primals[:place], tangent, *primals[place + 1 :]]
                terms += primitive.bind(*given)
            else:
                terms += derivatives[place](tangent, *primals)
        return result, [_added(terms, result[0])]

    def transpose(cotangents: Any, *operands: Any) -> Any:
        (cotangent,) = cotangents
        place = next(i for i, x in enumerate(operands) if ad.is_undefined_primal(x))
        results: list[Any] = [None] * len(operands)
        aval = operands[place].aval
        if _is_zero(cotangent):
            results[place] = ad.Zero(aval)
        else:
            given = [*operands[:place], cotangent, *operands[place + 1 :]]
            results[place] = _restore(primitive.bind(*given)[0], aval.shape)
        return results

    ad.primitive_jvps[primitive] = jvp
    ad.primitive_transposes[primitive] = transpose


def _added(terms: Sequence[Any], like: Any) -> Any:
    """The sum, or no tangent at all."""
    if not terms:
        return ad.Zero(_tangent_aval(like))
    return functools.reduce(lax.add, terms)


def _tangent_aval(value: Any) -> Any:
    return jax.typeof(value)


def _unary(name: str, tangent: Callable[..., Any] | None) -> None:
    """The rule for a function of one input, whose tangent is tangent(t, x), or 0 if None."""
    primitive = KERNELS[name].primitive

    def jvp(primals: Any, tangents: Any, **_: Any) -> Any:
        result = primitive.bind(*primals)  # not in place: the tangent needs x
        if tangent is None or _is_zero(tangents[0]):
            return result, [ad.Zero(_tangent_aval(result[0]))]
        return result, list(tangent(tangents[0], *primals))

    ad.primitive_jvps[primitive] = jvp


def _one(x: Any) -> Any:
    """1, of length 1 along each axis."""
    return jnp.ones((1,) * x.ndim, x.dtype)


# --- sigmoid: sigmoid'(x) dy is what swish_backward has for beta = x at x = 1

_SIGMOID = "the library has sigmoid and sigmoid_derivative, and no second one"

sigmoid_backward_p = _linear(
    "sigmoid_backward",
    lambda dy, x: KERNELS["swish_backward"](dy, _one(x), x)[1],
    (0,),
    {1: functools.partial(_no_derivative, "sigmoid_derivative", _SIGMOID)},
)
_unary("sigmoid", sigmoid_backward_p.bind)

# --- silu

_THIRD = "the library has silu, silu_derivative and silu_second_derivative, and no third one"

silu_second_p = _linear(
    "silu_second_backward",
    lambda ddx, dy, x: KERNELS["silu_double_backward"](ddx, dy, x)[1],
    (0, 1),
    {2: functools.partial(_no_derivative, "silu_second_derivative", _THIRD)},
)
silu_backward_p = KERNELS["silu_backward"].primitive
_set_rules(silu_backward_p, (0,), {1: silu_second_p.bind})
_unary("silu", silu_backward_p.bind)
_unary("silu_derivative", lambda t, x: silu_second_p.bind(t, _one(x), x))

# --- relu: its gradient is chosen, not multiplied: a number that does not pass gives 0


def _relu_backward(dy: Any, x: Any) -> Any:
    # As integers: XLA chooses among 16-bit floats by way of float32, which changes NaNs.
    integer = f"uint{8 * dy.dtype.itemsize}"
    given, slope, one = (
        lax.bitcast_convert_type(value, integer)
        for value in (dy, KERNELS["relu_derivative"](x)[0], jnp.ones_like(x))
    )
    return lax.bitcast_convert_type(lax.select(slope == one, given, slope), dy.dtype)


relu_backward_p = _linear("relu_backward", _relu_backward, (0,), {1: lambda *_: []})
_unary("relu", relu_backward_p.bind)
_unary("relu_derivative", None)


# --- swish, swiglu: the tangent is a sum over the inputs; transposed, it is one backward call


def _tangent(
    name: str,
    backward: str,
    second: Callable[..., list[Any]],
    alone: dict[int, Callable[..., list[Any]]] | None = None,
) -> None:
    """The tangent of an operator: of tangents t and inputs x, sum of backward(t_i, *x)[i].

    This and `backward` are each other's transposes. second(i, j, t, dot, *x) has the
    terms of t times the derivative of output i of `backward` along dot for input j.
    alone[i](t_i, *x) is a shorter way to term i.

    `given` says which inputs have a tangent; only these are among the operands, and
    come first.
    """
    kernel, backward_kernel, shorter = KERNELS[name], KERNELS[backward], alone or {}
    count = len(kernel.inputs)

    def split(operands: Any, given: Any) -> tuple[dict[int, Any], list[Any]]:
        tangents = dict(zip(given, operands[: len(given)], strict=True))
        return tangents, list(operands[len(given) :])

    def run(*operands: Any, given: Any, **parameters: Any) -> Any:
        tangents, inputs = split(operands, given)
        terms = [
            shorter[i](t, *inputs)[0]
            if i in shorter
            else backward_kernel(t, *inputs, **parameters)[i]
            for i, t in tangents.items()
        ]
        return [functools.reduce(lax.add, terms)]

    primitive = elementwise(f"{name}_tangent", run, 1)

    def bind(tangents: dict[int, Any], inputs: Any, parameters: Any) -> list[Any]:
        if not tangents:
            return []
        if len(tangents) == 1 and (only := next(iter(tangents))) in shorter:
            return shorter[only](tangents[only], *inputs)
        return list(
            primitive.bind(*tangents.values(), *inputs, given=tuple(tangents), **parameters)
        )

    def nonzero(tangents: Any) -> dict[int, Any]:
        return {i: t for i, t in enumerate(tangents) if not _is_zero(t)}

    def operator_jvp(primals: Any, tangents: Any, **parameters: Any) -> Any:
        result = kernel(*primals, **parameters)
        return result, [_added(bind(nonzero(tangents), primals, parameters), result[0])]

    def tangent_jvp(primals: Any, dots: Any, given: Any, **parameters: Any) -> Any:
        result = primitive.bind(*primals, given=given, **parameters)
        tangents, inputs = split(primals, given)
        tangents_dot, inputs_dot = split(dots, given)
        linear = {i: t for i, t in tangents_dot.items() if not _is_zero(t)}
        terms = bind(linear, inputs, parameters)
        for i, t in tangents.items():
            for j, dot in nonzero(inputs_dot).items():
                terms += second(i, j, t, dot, *inputs, **parameters)
        return result, [_added(terms, result[0])]

    def transpose(cotangents: Any, *operands: Any, given: Any, **parameters: Any) -> Any:
        (cotangent,) = cotangents
        tangents, inputs = split(operands, given)
        results: list[Any] = [None] * len(operands)
        asked = {i: t.aval for i, t in tangents.items() if ad.is_undefined_primal(t)}
        if _is_zero(cotangent):
            for place, i in enumerate(given):
                if i in asked:
                    results[place] = ad.Zero(asked[i])
            return results
        shared = name == "swish" and 1 in asked and asked[1].shape != cotangent.shape
        gradients: list[Any] = [None] * count
        if not shared or 0 in asked:
            gradients = backward_kernel(cotangent, *inputs, **parameters)
        for place, i in enumerate(given):
            if i not in asked:
                continue
            if shared and i == 1:
                results[place] = beta_gradient_p.bind(cotangent, *inputs)
            else:
                results[place] = _restore(gradients[i], asked[i].shape)
        return results

    def backward_jvp(primals: Any, dots: Any, **parameters: Any) -> Any:
        dy, *inputs = primals
        results = backward_kernel(*primals, **parameters)
        linear: list[Any] = [None] * count
        if not _is_zero(dots[0]):
            linear = backward_kernel(dots[0], *inputs, **parameters)
        sums = []
        for i, (result, first) in enumerate(zip(results, linear, strict=True)):
            terms = [] if first is None else [first]
            for j, dot in nonzero(dots[1:]).items():
                terms += second(i, j, dy, dot, *inputs, **parameters)
            sums.append(_added(terms, result))
        return results, sums

    def backward_transpose(cotangents: Any, *operands: Any, **parameters: Any) -> Any:
        dy, *inputs = operands
        terms = bind(nonzero(cotangents), inputs, parameters)
        found = _restore(terms[0], dy.aval.shape) if terms else ad.Zero(dy.aval)
        return [found] + [None] * count

    ad.primitive_jvps[backward_kernel.primitive] = backward_jvp
    ad.primitive_transposes[backward_kernel.primitive] = backward_transpose
    ad.primitive_jvps[kernel.primitive] = operator_jvp
    ad.primitive_jvps[primitive] = tangent_jvp
    ad.primitive_transposes[primitive] = transpose


def _swish_second(i: int, j: int, t: Any, dot: Any, x: Any, beta: Any) -> list[Any]:
    """The second derivatives of x sigmoid(beta x), composed: silu'' is the library's."""
    u = x * beta
    if (i, j) == (0, 0):
        return silu_second_p.bind(dot * beta, t, u)  # type: ignore[no-any-return]
    if (i, j) != (1, 1):
        return silu_second_p.bind(t * dot, x, u)  # type: ignore[no-any-return]
    # sigmoid'' = sigmoid' (1 - 2 sigmoid), and 1 - 2 sigmoid(u) = -tanh(u / 2).
    bend = -x * jnp.tanh(u / 2)
    return [bend * KERNELS["swish_backward"](t * dot, x, beta)[1]]


def _swiglu_second(i: int, j: int, t: Any, dot: Any, a: Any, b: Any) -> list[Any]:
    """The second derivatives of silu(a) b, composed of silu' and silu''."""
    if (i, j) == (0, 0):
        return silu_second_p.bind(dot, t * b, a)  # type: ignore[no-any-return]
    if (i, j) == (1, 1):
        return []
    return silu_backward_p.bind(t * dot, a)  # type: ignore[no-any-return]


def _silu_backward_second(i: int, j: int, t: Any, dot: Any, _: Any, x: Any) -> list[Any]:
    """The second derivatives of dy silu'(x)."""
    if (i, j) == (0, 0):
        return []
    if (i, j) == (1, 1):
        return _no_derivative("silu_second_derivative", _THIRD)  # type: ignore[no-any-return]
    return silu_second_p.bind(t, dot, x)  # type: ignore[no-any-return]


def _beta_gradient_jvp(primals: Any, tangents: Any) -> Any:
    """Exact in dy; in x and beta a sum of what _swish_second has."""
    dy, x, beta = primals
    result = beta_gradient_p.bind(*primals)
    terms = []
    if not _is_zero(tangents[0]):
        terms.append(beta_gradient_p.bind(tangents[0], x, beta))
    for j, dot in enumerate(tangents[1:]):
        if not _is_zero(dot):
            terms += (_restore(t, beta.shape) for t in _swish_second(1, j, dy, dot, x, beta))
    return result, _added(terms, result)


def _beta_gradient_transpose(cotangent: Any, dy: Any, x: Any, beta: Any) -> Any:
    if _is_zero(cotangent):
        return [ad.Zero(dy.aval), None, None]
    spread = KERNELS["swish_backward"](cotangent, x, beta)[1]
    return [_restore(spread, dy.aval.shape), None, None]


ad.primitive_jvps[beta_gradient_p] = _beta_gradient_jvp
ad.primitive_transposes[beta_gradient_p] = _beta_gradient_transpose

_tangent("swish", "swish_backward", _swish_second)
_tangent("swiglu", "swiglu_backward", _swiglu_second)
_tangent(
    "silu_backward",
    "silu_double_backward",
    _silu_backward_second,
    {0: lambda t, _, x: silu_backward_p.bind(t, x), 1: silu_second_p.bind},
)
_tangent(
    "swiglu_clamped",
    "swiglu_clamped_backward",
    functools.partial(
        _no_derivative, "swiglu_clamped_backward", "the library has its first derivatives alone"
    ),
)

for _name, _hint in {
    "sigmoid_derivative": _SIGMOID,
    "silu_second_derivative": _THIRD,
}.items():
    ad.primitive_jvps[KERNELS[_name].primitive] = functools.partial(_no_derivative, _name, _hint)
