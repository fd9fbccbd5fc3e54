# SPDX-License-Identifier: Apache-2.0
"""A short way to the kernels, for calls that nobody but autograd watches.

The dispatcher's way to an operator whose derivatives are known in Python takes longer than the
silu of a small tensor. Where no mode, transform, tracer, compiler or subclass asks what is called,
the kernels are called under names of their own, for which nothing is registered.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.autograd.function import _SingleLevelFunction

from . import _library  # noqa: F401  # has the operators loaded

# As in torch's own functions, looked up once: each look takes as long as a test.
compiling = torch.compiler.is_dynamo_compiling
_any_requires_grad: Any = torch._C._any_requires_grad
transforms = torch._C._are_functorch_transforms_active
modes = torch._C._len_torch_dispatch_stack
tracer = torch._C._get_tracing_state
overridden: Any = torch._C._has_torch_function_unary
grad_enabled = torch.is_grad_enabled


def kernel(name: str) -> Any:
    """The kernel of an operator."""
    return getattr(torch.ops.silu_kernels, name).default._op


def unwatched(x: Tensor) -> bool:
    """Whether only autograd is to know of a call with x. Not to be asked while compiling."""
    return (
        type(x) is Tensor
        and forward_ad._current_level < 0
        and not transforms()
        and not modes()
        and tracer() is None
        and not overridden(x)
    )


def unrecorded(*tensors: Tensor) -> bool:
    """Whether not even autograd is. Not to be asked while compiling."""
    if grad_enabled() and _any_requires_grad(*tensors):
        return False
    return all(map(unwatched, tensors))


class Silu(_SingleLevelFunction):
    """silu.torch.silu of a tensor that requires a gradient, unwatched."""

    _forward = kernel("silu")
    _backward = kernel("silu_backward")

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        y: Tensor = Silu._forward(x)
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        direct = not compiling() and not grad_enabled() and unwatched(dy) and unwatched(x)
        dx: Tensor = Silu._backward(dy, x) if direct else torch.ops.silu.silu_backward(dy, x)
        return dx
