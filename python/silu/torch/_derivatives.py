# SPDX-License-Identifier: Apache-2.0
"""The derivatives of the operators, for reverse and forward mode.

First derivatives, and those of silu_backward and silu_derivative, are operators themselves, so
their results are rounded once. Where no operator has a derivative, it is put together from
operators that are, by PyTorch's own arithmetic, and rounded at each step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ._library import FUNCTIONS

_ops = torch.ops.silu

Gradients = tuple[Tensor | None, ...]


def second(u: Tensor, v: Tensor, x: Tensor) -> Tensor:
    """u v silu''(x), rounded once."""
    result: Tensor = _ops.silu_double_backward.default(u, v, x)[1]
    return result


def sigmoid_second_derivative(x: Tensor) -> Tensor:
    """s (1 - s) (1 - 2 s), where 1 - 2 s = -tanh(x / 2) loses no digits beside 0."""
    result: Tensor = -_ops.sigmoid_derivative.default(x) * torch.tanh(x / 2)
    return result


def silu_third_derivative(x: Tensor) -> Tensor:
    """s' (x (1 - 6 s') - 3 tanh(x / 2)), where s' = s (1 - s).

    Beyond 1000, s' is 0 in every dtype, and so that its product is, x is held there.
    """
    slope = _ops.sigmoid_derivative.default(x)
    held = x.clamp(-1000, 1000)
    result: Tensor = slope * (held * (1 - 6 * slope) - 3 * torch.tanh(held / 2))
    return result


# For each function of one input: t f'(x).
SCALED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sigmoid": lambda t, x: t * _ops.sigmoid_derivative.default(x),
    "sigmoid_derivative": lambda t, x: t * sigmoid_second_derivative(x),
    "silu": lambda t, x: _ops.silu_backward.default(t, x),
    "silu_derivative": lambda t, x: second(t, x.new_ones(()), x),
    "silu_second_derivative": lambda t, x: t * silu_third_derivative(x),
    "relu": lambda t, x: torch.ops.aten.threshold_backward.default(t, x, 0),
    "relu_derivative": lambda _, x: torch.zeros_like(x),
}
assert set(SCALED) == set(FUNCTIONS)


class Derivative:
    """Of an operator: its inputs are tensors, then numbers; all arguments in the schema's order."""

    def vjp(
        self, gradients: tuple[Tensor, ...], inputs: tuple[Any, ...], needed: tuple[bool, ...]
    ) -> Gradients:
        """The gradient of each tensor among the inputs, of the shape of the outputs or its own.

        Those that are not needed may be None.
        """
        raise NotImplementedError

    def jvp(self, tangents: tuple[Tensor, ...], inputs: tuple[Any, ...]) -> tuple[Tensor, ...]:
        """The tangent of each output."""
        raise NotImplementedError


class Function(Derivative):
    def __init__(self, name: str) -> None:
        self.scaled = SCALED[name]

    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        return (self.scaled(gradients[0], inputs[0]),)

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        return (self.scaled(tangents[0], inputs[0]),)


class SiluBackward(Derivative):
    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        dy, x = inputs
        result: Gradients = _ops.silu_double_backward.default(gradients[0], dy, x)
        return result

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (dy_t, x_t), (dy, x) = tangents, inputs
        return (_ops.silu_backward.default(dy_t, x) + second(x_t, dy, x),)


class SiluDoubleBackward(Derivative):
    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        (a, b), (ddx, dy, x) = gradients, inputs
        return (
            _ops.silu_backward.default(a, x) + second(b, dy, x),
            second(b, ddx, x),
            second(a, ddx, x) + b * ddx * dy * silu_third_derivative(x),
        )

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (ddx_t, dy_t, x_t), (ddx, dy, x) = tangents, inputs
        return (
            _ops.silu_backward.default(ddx_t, x) + second(x_t, ddx, x),
            second(ddx_t, dy, x) + second(ddx, dy_t, x) + x_t * ddx * dy * silu_third_derivative(x),
        )


class Swish(Derivative):
    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        (dy,), (x, beta) = gradients, inputs
        dx, dbeta = _ops.swish_backward.default(dy, x, beta)
        if not needed[1]:
            return dx, None
        if beta.shape != dy.shape:
            dbeta = _ops.swish_beta_gradient.default(dy, x, beta).to(beta.dtype)
        return dx, dbeta

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (x_t, beta_t), (x, beta) = tangents, inputs
        along_x, _ = _ops.swish_backward.default(x_t, x, beta)
        _, along_beta = _ops.swish_backward.default(beta_t, x, beta)
        return (along_x + along_beta,)


class _SwishFactors:
    """silu', silu'', sigmoid' and sigmoid'' at beta x."""

    def __init__(self, x: Tensor, beta: Tensor) -> None:
        u = beta * x
        self.silu1 = _ops.silu_derivative.default(u)
        self.silu2 = _ops.silu_second_derivative.default(u)
        self.sigmoid1 = _ops.sigmoid_derivative.default(u)
        self.sigmoid2 = sigmoid_second_derivative(u)


class SwishBackward(Derivative):
    """Of (dy silu'(u), dy x^2 sigmoid'(u)), u = beta x."""

    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        (a, b), (dy, x, beta) = gradients, inputs
        at = _SwishFactors(x, beta)
        return (
            a * at.silu1 + b * x * x * at.sigmoid1,
            dy * at.silu2 * (a * beta + b * x),
            dy * x * (a * at.silu2 + b * x * x * at.sigmoid2),
        )

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (dy_t, x_t, beta_t), (dy, x, beta) = tangents, inputs
        at = _SwishFactors(x, beta)
        return (
            dy_t * at.silu1 + dy * at.silu2 * (beta * x_t + x * beta_t),
            dy_t * x * x * at.sigmoid1 + dy * x * (at.silu2 * x_t + x * x * at.sigmoid2 * beta_t),
        )


class SwishBetaGradient(Derivative):
    """Of the sum of dy x^2 sigmoid'(u), u = beta x, in float64."""

    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        shape = torch.broadcast_shapes(*(x.shape for x in inputs))
        spread = gradients[0].to(inputs[0].dtype).expand(shape)  # each term has its sum's gradient
        return SwishBackward().vjp((torch.zeros_like(spread), spread), inputs, needed)

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        _, along = SwishBackward().jvp(tangents, inputs)
        return (along.to(torch.float64).sum_to_size(inputs[2].shape),)


class Swiglu(Derivative):
    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        result: Gradients = _ops.swiglu_backward.default(gradients[0], *inputs)
        return result

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (a_t, b_t), (a, b) = tangents, inputs
        return (_ops.swiglu_backward.default(a_t, a, b)[0] + _ops.swiglu.default(a, b_t),)


class SwigluBackward(Derivative):
    """Of (dy b silu'(a), dy silu(a))."""

    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        (p, q), (dy, a, b) = gradients, inputs
        return (
            _ops.swiglu_backward.default(p, a, b)[0] + _ops.swiglu.default(a, q),
            second(p * dy, b, a) + _ops.silu_backward.default(q * dy, a),
            _ops.silu_backward.default(p * dy, a),
        )

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (dy_t, a_t, b_t), (dy, a, b) = tangents, inputs
        return (
            _ops.swiglu_backward.default(dy_t, a, b)[0]
            + second(a_t * dy, b, a)
            + _ops.silu_backward.default(dy * b_t, a),
            _ops.swiglu.default(a, dy_t) + _ops.silu_backward.default(dy * a_t, a),
        )


class SwigluClamped(Derivative):
    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        result: Gradients = _ops.swiglu_clamped_backward.default(gradients[0], *inputs)
        return result

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        a_t, b_t = tangents
        along_a, _ = _ops.swiglu_clamped_backward.default(a_t, *inputs)
        _, along_b = _ops.swiglu_clamped_backward.default(b_t, *inputs)
        return (along_a + along_b,)


class SwigluClampedBackward(Derivative):
    """Of (dy (b' + 1) silu'(alpha a'), dy a' sigmoid(alpha a')), 0 where its input is clamped."""

    def vjp(self, gradients: Any, inputs: Any, needed: Any) -> Gradients:
        (p, q), (dy, *rest) = gradients, inputs
        twice, once = self._second(dy, *rest)
        both = once * p
        return (
            _ops.swiglu_clamped_backward.default(p, *rest)[0]
            + _ops.swiglu_clamped_backward.default(q, *rest)[1],
            twice * p + once * q,
            both,
        )

    def jvp(self, tangents: Any, inputs: Any) -> tuple[Tensor, ...]:
        (dy_t, a_t, b_t), (dy, *rest) = tangents, inputs
        twice, once = self._second(dy, *rest)
        along_a, along_b = _ops.swiglu_clamped_backward.default(dy_t, *rest)
        return along_a + twice * a_t + once * b_t, along_b + once * a_t

    def _second(
        self, dy: Tensor, a: Tensor, b: Tensor, alpha: float, limit: float
    ) -> tuple[Tensor, Tensor]:
        """The second derivatives, by a twice, and by a and b, times dy."""
        u, factor = alpha * a.clamp(max=limit), b.clamp(-limit, limit) + 1
        by_a = torch.where(a > limit, 0, dy)
        twice = by_a * factor * alpha * _ops.silu_second_derivative.default(u)
        once = torch.where(b.abs() > limit, 0, by_a) * _ops.silu_derivative.default(u)
        return twice, once


DERIVATIVES: dict[str, Derivative] = {name: Function(name) for name in FUNCTIONS} | {
    "silu_backward": SiluBackward(),
    "silu_double_backward": SiluDoubleBackward(),
    "swish": Swish(),
    "swish_backward": SwishBackward(),
    "swish_beta_gradient": SwishBetaGradient(),
    "swiglu": Swiglu(),
    "swiglu_backward": SwigluBackward(),
    "swiglu_clamped": SwigluClamped(),
    "swiglu_clamped_backward": SwigluClampedBackward(),
}
