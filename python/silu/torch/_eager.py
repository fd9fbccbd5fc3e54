# SPDX-License-Identifier: Apache-2.0
"""A short way to the kernels, for calls that nobody but autograd watches.

The dispatcher's way to an operator whose derivatives are known in Python takes longer than the
silu of a small tensor. Where no compiler, subclass or function mode asks what is called, the
kernels are called under names of their own, for which the dispatcher asks autograd nothing, and
which transforms, dispatch modes and tracers, if there are any, have go back to the operator.
"""

from __future__ import annotations

from functools import cache
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
tracing: Any = torch._C._is_tracing
overridden: Any = torch._C._has_torch_function_unary
grad_enabled = torch.is_grad_enabled


_kernels = torch.library.Library("silu_kernels", "IMPL")

# Keys of torch.func, tracing before autograd, dispatch modes and torch.jit.trace.
_LISTENERS = ("FuncTorchDynamicLayerFrontMode", "PreDispatch", "PythonTLSSnapshot", "Tracer")


@cache
def kernel(name: str) -> Any:
    """The kernel of an operator, for plain tensors that autograd does not record."""
    _kernels.impl(name, torch.library.fallthrough_kernel, "Autograd")
    op = getattr(torch.ops.silu, name).default
    for key in _LISTENERS:
        _kernels.impl(name, lambda *given: op(*given), key)
    return getattr(torch.ops.silu_kernels, name).default._op


@cache
def kernel_into(name: str) -> Any:
    """The one that writes into tensors, which nobody listens to: for unwatched ones."""
    name += "_into"
    _kernels.impl(name, torch.library.fallthrough_kernel, "Autograd")
    return getattr(torch.ops.silu_kernels, name).default._op


def plain(x: Tensor) -> bool:
    """Whether x may go to a kernel unless it is recorded. Not to be asked while compiling."""
    return type(x) is Tensor and forward_ad._current_level < 0 and not overridden(x)


def watched() -> bool:
    """Whether somebody but autograd listens to the dispatcher."""
    return bool(transforms() or modes() or tracing())


def unrecorded(*tensors: Tensor) -> bool:
    """Whether tensors may go to a kernel. Not to be asked while compiling."""
    if grad_enabled() and _any_requires_grad(*tensors):
        return False
    return all(map(plain, tensors))


class Silu(_SingleLevelFunction):
    """silu.torch.silu of a plain tensor that requires a gradient, while nobody watches."""

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
        direct = not compiling() and not grad_enabled() and plain(dy) and plain(x)
        dx: Tensor = Silu._backward(dy, x) if direct else torch.ops.silu.silu_backward(dy, x)
        return dx
