# SPDX-License-Identifier: Apache-2.0
"""The functions, as users call them: silu.torch.NAME."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from . import _in_place, _packed
from ._eager import (
    Silu,
    compiling,
    grad_enabled,
    kernel,
    overridden,
    unrecorded,
    watched,
)
from ._packed import Layout
from ._sharding import register_if_loaded

_ops: Any = torch.ops.silu

_silu = _ops.silu.default
_silu_kernel = kernel("silu")
_record_silu: Any = Silu.apply  # type: ignore[attr-defined]


def _watched(op: Any, *inputs: Any) -> Any:
    """op(*inputs), where DTensor, if the program has come to use it, knows how to split it."""
    if not compiling():
        register_if_loaded()
    return op(*inputs)


def _function(name: str) -> Callable[[Tensor, bool], Tensor]:
    op, direct = getattr(_ops, name).default, kernel(name)

    def call(x: Tensor, inplace: bool) -> Tensor:
        if inplace:
            return _in_place.apply(name, x)
        result: Tensor = direct(x) if not compiling() and unrecorded(x) else _watched(op, x)
        return result

    return call


def _operator(name: str) -> Any:
    op, direct = getattr(_ops, name).default, kernel(name)

    def call(*inputs: Any) -> Any:
        tensors = [x for x in inputs if isinstance(x, Tensor)]
        if not compiling() and unrecorded(*tensors):
            return direct(*inputs)
        return _watched(op, *inputs)

    return call


_sigmoid = _function("sigmoid")
_sigmoid_derivative = _function("sigmoid_derivative")
_silu_derivative = _function("silu_derivative")
_silu_second_derivative = _function("silu_second_derivative")
_relu = _function("relu")
_relu_derivative = _function("relu_derivative")
_silu_backward = _operator("silu_backward")
_silu_double_backward = _operator("silu_double_backward")
_swish = _operator("swish")
_swish_backward = _operator("swish_backward")
_swish_beta_gradient = _operator("swish_beta_gradient")
_swiglu = _operator("swiglu")
_swiglu_backward = _operator("swiglu_backward")
_swiglu_clamped = _operator("swiglu_clamped")
_swiglu_clamped_backward = _operator("swiglu_clamped_backward")


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Silu(x) = x sigmoid(x), correctly rounded; what torch.nn.functional.silu is an estimate of.

    input is of any shape and strides, on the CPU, of float64, float32, float16,
    bfloat16, float8_e4m3fn or float8_e5m2, and the result is like it (RuntimeError
    for other dtypes, NotImplementedError for other devices). With inplace=True it
    overwrites input and returns it, and is refused by autograd where
    torch.nn.functional.silu is (RuntimeError).

    Exactness: each result is the exact value, rounded once, to nearest, ties to
    even; so are its gradient and that gradient's own. Forward-mode derivatives,
    torch.func, torch.compile and torch.export know it.

    Source: Elfwing, Uchibe, Doya (2018), arXiv:1702.03118.

    >>> import torch, silu.torch
    >>> silu.torch.silu(torch.tensor([-89.0, -1.0, 0.0, 1.0]))
    tensor([-1.9824e-37, -2.6894e-01,  0.0000e+00,  7.3106e-01])
    >>> x = torch.tensor([-torch.inf, 0.0, torch.inf], requires_grad=True)
    >>> torch.autograd.grad(silu.torch.silu(x).sum(), x)
    (tensor([-0.0000, 0.5000, 1.0000]),)
    """
    if inplace:
        return _in_place.apply("silu", input)
    result: Tensor
    if (  # not plain(input); written out, as a call more would be a tenth of the time
        compiling()
        or type(input) is not Tensor
        or forward_ad._current_level >= 0
        or overridden(input)
    ):
        result = _watched(_silu, input)
    elif not input.requires_grad or not grad_enabled():
        result = _silu_kernel(input)
    else:
        result = _watched(_silu, input) if watched() else _record_silu(input)
    return result


def sigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """S = 1 / (1 + e^-x), correctly rounded; tensors and errors as in silu.torch.silu.

    >>> import torch, silu.torch
    >>> silu.torch.sigmoid(torch.tensor([-100.0, 0.0]))
    tensor([3.7835e-44, 5.0000e-01])
    """
    return _sigmoid(input, inplace)


def sigmoid_derivative(input: Tensor, inplace: bool = False) -> Tensor:
    """S (1 - s) with s = sigmoid(x), correctly rounded; as in silu.torch.silu."""
    return _sigmoid_derivative(input, inplace)


def silu_derivative(input: Tensor, inplace: bool = False) -> Tensor:
    """S (1 + x (1 - s)) with s = sigmoid(x), correctly rounded; as in silu.torch.silu.

    The derivative of silu; as an activation, dSiLU. Its gradient is rounded once.

    >>> import torch, silu.torch
    >>> silu.torch.silu_derivative(torch.tensor([-torch.inf, 0.0, torch.inf]))
    tensor([-0.0000, 0.5000, 1.0000])
    """
    return _silu_derivative(input, inplace)


def silu_second_derivative(input: Tensor, inplace: bool = False) -> Tensor:
    """S (1 - s) (2 + x (1 - 2 s)) with s = sigmoid(x), correctly rounded; as in silu.torch.silu."""
    return _silu_second_derivative(input, inplace)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Max(0, x) as torch.relu has it, with relu(-0) = -0 and NaN kept; as in silu.torch.silu."""
    return _relu(input, inplace)


def relu_derivative(input: Tensor, inplace: bool = False) -> Tensor:
    """1 where x > 0, else 0; NaN where x is NaN; as in silu.torch.silu."""
    return _relu_derivative(input, inplace)


def silu_backward(dy: Tensor, x: Tensor) -> Tensor:
    """Dy silu'(x), rounded once; the operands of one dtype, and broadcast against each other.

    Errors as in silu.torch.silu, and RuntimeError for two dtypes, or shapes that do
    not fit. It has a gradient of its own, of one rounding: silu_double_backward.

    >>> import torch, silu.torch
    >>> silu.torch.silu_backward(torch.tensor(3.0), torch.tensor([-1.0, 0.0, 1.0]))
    tensor([0.2170, 1.5000, 2.7830])
    """
    result: Tensor = _silu_backward(dy, x)
    return result


def silu_double_backward(ddx: Tensor, dy: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """(ddx silu'(x), ddx dy silu''(x)), each rounded once; operands as in silu_backward."""
    result: tuple[Tensor, Tensor] = _silu_double_backward(ddx, dy, x)
    return result


def swish(x: Tensor, beta: Tensor | float) -> Tensor:
    """X sigmoid(beta x), rounded once; operands as in silu_backward, or a number for beta.

    The gradient of x is rounded once. So is beta's where it has x's shape; where
    elements share it, it is the exact sum of the elements' (swish_beta_gradient),
    rounded to float64 and then to beta's dtype.

    Source: Ramachandran, Zoph, Le (2017), arXiv:1710.05941.

    >>> import torch, silu.torch
    >>> silu.torch.swish(torch.tensor([-1.0, 1.0]), 1.5)
    tensor([-0.1824,  0.8176])
    """
    if not isinstance(beta, Tensor):
        beta = x.new_full((), beta)
    result: Tensor = _swish(x, beta)
    return result


def swish_backward(dy: Tensor, x: Tensor, beta: Tensor) -> tuple[Tensor, Tensor]:
    """(dy silu'(beta x), dy x^2 sigmoid'(beta x)), each rounded once; operands as in silu_backward.

    The gradients of swish, of each element; for a beta that elements share see
    swish_beta_gradient.
    """
    result: tuple[Tensor, Tensor] = _swish_backward(dy, x, beta)
    return result


def swish_beta_gradient(dy: Tensor, x: Tensor, beta: Tensor) -> Tensor:
    """The gradient of swish for a beta that elements share, in beta's shape and float64.

    Each term dy x^2 sigmoid'(beta x) is rounded once to float64, and the exact sum
    of those that a beta was broadcast to is rounded once more: the same bits for
    any order, strides and number of threads. Operands as in silu_backward.

    >>> import torch, silu.torch
    >>> x = torch.tensor([1.0, -1.0, 2.0])
    >>> silu.torch.swish_beta_gradient(torch.ones(3), x, torch.tensor(1.0))
    tensor(0.8132, dtype=torch.float64)
    """
    result: Tensor = _swish_beta_gradient(dy, x, beta)
    return result


def swiglu(a: Tensor, b: Tensor) -> Tensor:
    """Silu(a) b, rounded once; operands as in silu_backward.

    Its gradients are rounded once, and nothing but a and b is kept for them.

    Source: Shazeer (2020), arXiv:2002.05202.

    >>> import torch, silu.torch
    >>> silu.torch.swiglu(torch.tensor([3.0, -3.0]), torch.tensor(2.0))
    tensor([ 5.7154, -0.2846])
    """
    result: Tensor = _swiglu(a, b)
    return result


def swiglu_backward(dy: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """(dy b silu'(a), dy silu(a)), each rounded once; operands as in silu_backward."""
    result: tuple[Tensor, Tensor] = _swiglu_backward(dy, a, b)
    return result


def swiglu_clamped(a: Tensor, b: Tensor, alpha: float = 1.702, limit: float = 7.0) -> Tensor:
    """A' sigmoid(alpha a') (b' + 1), rounded once: SwiGLU as gpt-oss has it.

    a' = min(a, limit) and b' = max(-limit, min(b, limit)); a NaN is kept. Operands
    as in silu_backward; RuntimeError unless alpha is finite and limit 0 or more.

    Source: OpenAI (2025), arXiv:2508.10925.

    >>> import torch, silu.torch
    >>> silu.torch.swiglu_clamped(torch.tensor([1.0, 9.0]), torch.tensor([2.0, -8.0]))
    tensor([  2.5374, -41.9997])
    """
    result: Tensor = _swiglu_clamped(a, b, alpha, limit)
    return result


def swiglu_clamped_backward(
    dy: Tensor, a: Tensor, b: Tensor, alpha: float = 1.702, limit: float = 7.0
) -> tuple[Tensor, Tensor]:
    """The gradients of swiglu_clamped, each rounded once; +0 where the clamps hold."""
    result: tuple[Tensor, Tensor] = _swiglu_clamped_backward(dy, a, b, alpha, limit)
    return result


def swiglu_packed(ab: Tensor, layout: Layout = "halves", dim: int = -1) -> Tensor:
    """swiglu of a tensor that holds both inputs along a dimension, without a copy.

    Layouts and errors as in silu.torch.split_packed.

    >>> import torch, silu.torch
    >>> silu.torch.swiglu_packed(torch.tensor([1, -3, 2, 0.5]))
    tensor([ 1.4621, -0.0711])
    >>> silu.torch.swiglu_packed(torch.tensor([1, 2, -3, 0.5]), "interleaved")
    tensor([ 1.4621, -0.0711])
    """
    return _packed.swiglu(ab, layout, dim)
