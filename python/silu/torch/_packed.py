# SPDX-License-Identifier: Apache-2.0
"""SwiGLU of a tensor that holds both of its inputs."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd.function import _SingleLevelFunction

from ._eager import compiling, grad_enabled, kernel, kernel_into, plain, watched

_ops: Any = torch.ops.silu

Layout = Literal["halves", "interleaved"]


def split_packed(ab: Tensor, layout: Layout = "halves", dim: int = -1) -> tuple[Tensor, Tensor]:
    """The two inputs of swiglu that a tensor holds along a dimension, as views.

    "halves": the first half, and the second. "interleaved": the elements 0, 2, ...
    and 1, 3, .... ValueError for other layouts and for an odd length, IndexError
    for a dimension that is not there.
    """
    if layout not in ("halves", "interleaved"):
        raise ValueError(f"swiglu: layout is {layout!r}; allowed: 'halves', 'interleaved'")
    length = ab.size(dim)
    if length % 2 != 0:
        raise ValueError(f"swiglu: the size of dimension {dim} is {length}; allowed: an even one")
    if layout == "halves":
        # Their gradients become one by a concatenation; tensor_split would fill and add two.
        a, b = ab.split_with_sizes([length // 2] * 2, dim)
    else:
        place = dim % ab.dim()
        a, b = ab.unflatten(place, (length // 2, 2)).unbind(place + 1)
    return a, b


class _Packed(_SingleLevelFunction):
    """While nobody watches: the gradients are written where they belong in the tensor's own."""

    @staticmethod
    def forward(ctx: Any, ab: Tensor, layout: Layout, dim: int, clamps: tuple[float, ...]) -> Any:
        ctx.save_for_backward(ab)
        ctx.layout, ctx.dim, ctx.clamps = layout, dim, clamps
        return kernel("swiglu_clamped" if clamps else "swiglu")(
            *split_packed(ab, layout, dim), *clamps
        )

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Any:
        (ab,) = ctx.saved_tensors
        name = "swiglu_clamped_backward" if ctx.clamps else "swiglu_backward"
        a, b = split_packed(ab, ctx.layout, ctx.dim)
        direct = not compiling() and not grad_enabled() and plain(dy) and plain(ab)
        if direct and not watched():
            gradient = torch.empty_like(ab)
            halves = split_packed(gradient, ctx.layout, ctx.dim)
            kernel_into(name)(dy, a, b, *halves, *ctx.clamps)
        else:
            halves = getattr(_ops, name).default(dy, a, b, *ctx.clamps)
            place = ctx.dim % ab.dim()
            if ctx.layout == "halves":
                gradient = torch.cat(halves, place)
            else:
                gradient = torch.stack(halves, place + 1).flatten(place, place + 1)
        return gradient, None, None, None


_record: Any = _Packed.apply  # type: ignore[attr-defined]


def swiglu(ab: Tensor, layout: Layout, dim: int, clamps: tuple[float, ...] = ()) -> Tensor:
    """swiglu, or swiglu_clamped with clamps (alpha, limit)."""
    direct = not compiling() and plain(ab)
    recorded = direct and ab.requires_grad and grad_enabled()
    if recorded and not watched():
        result: Tensor = _record(ab, layout, dim, clamps)
    else:
        name = "swiglu_clamped" if clamps else "swiglu"
        call = kernel(name) if direct and not recorded else getattr(_ops, name).default
        result = call(*split_packed(ab, layout, dim), *clamps)
    return result
