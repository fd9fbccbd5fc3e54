# SPDX-License-Identifier: Apache-2.0
"""The functions of one input, in place: with autograd, and with the tensor's version counted."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from ._derivatives import SCALED
from ._library import FUNCTIONS

_ops: Any = torch.ops.silu
_fragment = torch.library.Library("silu", "FRAGMENT")
_after_autograd = torch._C._after_autograd_keyset
_transforms_active = torch._C._are_functorch_transforms_active
_after_version = torch._C._after_ADInplaceOrView_keyset


class _InPlace(torch.autograd.Function):
    """Overwrites x, whose gradient goes by way of a copy, as the derivative needs what x was."""

    @staticmethod
    def forward(ctx: Any, name: str, x: Tensor, was: Tensor) -> Tensor:
        ctx.name = name
        ctx.save_for_backward(was)
        getattr(_ops, name + "_").default(x)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Any:
        return None, None, SCALED[ctx.name](dy, *ctx.saved_tensors)


def apply(name: str, x: Tensor) -> Tensor:
    """X, which has become function(x)."""
    recorded = torch.is_grad_enabled() and x.requires_grad
    dual = forward_ad._current_level >= 0
    if not recorded and not dual and not _transforms_active():
        getattr(_ops, name + "_").default(x)
        return x
    # Only torch's own copy_ knows what in place may mean for a leaf or a view, and tells before it
    # writes, and compilers know it; where nothing is asked, the function needs less memory.
    if (
        torch.compiler.is_compiling()
        or dual
        or _transforms_active()
        or x.is_leaf
        or x._is_view()
        or type(x) is not Tensor
    ):
        return x.copy_(getattr(_ops, name).default(x.clone()))
    result: Tensor = _InPlace.apply(name, x, x.clone())
    return result


def _autograd_kernel(name: str) -> Any:
    op = getattr(_ops, name + "_").default

    def kernel(keyset: Any, x: Tensor) -> None:
        if torch.is_grad_enabled() and x.requires_grad:
            raise RuntimeError(
                f"silu::{name}_ is not differentiable: silu.torch.{name}(x, inplace=True) is"
            )
        with torch._C._AutoDispatchBelowAutograd():
            op.redispatch(keyset & _after_autograd, x)

    return kernel


def _version_kernel(name: str) -> Any:
    op = getattr(_ops, name + "_").default

    def kernel(keyset: Any, x: Tensor) -> None:
        with torch._C._AutoDispatchBelowADInplaceOrView():
            op.redispatch(keyset & _after_version, x)
        torch.autograd.graph.increment_version(x)

    return kernel


def _fake_kernel(_x: Tensor) -> None:
    """Nothing happens to a tensor without data."""


def _register() -> None:
    for name in FUNCTIONS:
        _fragment.impl(name + "_", _autograd_kernel(name), "Autograd", with_keyset=True)
        _fragment.impl(name + "_", _version_kernel(name), "ADInplaceOrView", with_keyset=True)
        torch.library.register_fake(f"silu::{name}_", _fake_kernel, lib=_fragment)


_register()
