# SPDX-License-Identifier: Apache-2.0
"""What PyTorch's dispatcher knows of the operators besides their kernels: autograd, vmap, fakes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._functorch.utils import enable_single_level_autograd_function
from torch.autograd import forward_ad
from torch.autograd.function import _SingleLevelFunction

from ._derivatives import DERIVATIVES, Derivative
from ._library import DTYPES, FUNCTIONS, OPERATORS
from ._sharding import register_if_loaded

_below_autograd = torch._C._AutoDispatchBelowAutograd
_after_autograd = torch._C._after_autograd_keyset

# PyTorch's own operators of as many inputs, by whose results it knows shape, strides and dtype.
_LIKE = {1: torch.neg, 2: torch.maximum, 3: torch.addcmul}

_fragment = torch.library.Library("silu", "FRAGMENT")


def _to_shape(gradient: Tensor | None, x: Tensor) -> Tensor | None:
    if gradient is None or gradient.shape == x.shape:
        return gradient
    return gradient.sum_to_size(x.shape)


def _autograd_kernel(op: Any, derivative: Derivative) -> Any:
    """The kernel of an operator that records it, in reverse and forward mode."""
    tensors = sum(str(argument.type) == "Tensor" for argument in op._schema.arguments)
    results = len(op._schema.returns)

    class Recorded(_SingleLevelFunction):
        @staticmethod
        def forward(ctx: Any, keyset: Any, *inputs: Any) -> Any:
            ctx.numbers = inputs[tensors:]
            ctx.save_for_backward(*inputs[:tensors])
            ctx.save_for_forward(*inputs[:tensors])
            if not torch._C._are_functorch_transforms_active():
                with _below_autograd():
                    return op.redispatch(keyset & _after_autograd, *inputs)
            # A Function's forward records nothing, but the transforms around this one shall.
            with torch.enable_grad(), forward_ad._set_fwd_grad_enabled(True), _below_autograd():
                return op.redispatch(keyset & _after_autograd, *inputs)

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            inputs = ctx.saved_tensors
            needed = ctx.needs_input_grad[1 : 1 + tensors]
            found = derivative.vjp(gradients, (*inputs, *ctx.numbers), needed)
            shaped = tuple(
                _to_shape(gradient, x) for gradient, x in zip(found, inputs, strict=True)
            )
            return (None, *shaped, *(None for _ in ctx.numbers))

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Any:
            inputs = ctx.saved_tensors
            filled = tuple(
                torch.zeros_like(x) if tangent is None else tangent
                for tangent, x in zip(tangents[1:], inputs, strict=False)
            )
            if not torch._C._are_functorch_transforms_active():
                found = derivative.jvp(filled, (*inputs, *ctx.numbers))
            else:  # the transforms around this one shall record what is done here, and this one not
                primals = (forward_ad.unpack_dual(x).primal for x in inputs)
                with forward_ad._set_fwd_grad_enabled(True):
                    found = derivative.jvp(filled, (*primals, *ctx.numbers))
            if op._opname != "swish_beta_gradient":  # a tangent is as large as its result
                shape = torch.broadcast_shapes(*(x.shape for x in inputs))
                found = tuple(tangent.expand(shape) for tangent in found)
            return found if results > 1 else found[0]

    Recorded.__name__ = Recorded.__qualname__ = op._opname
    apply: Any = Recorded.apply  # type: ignore[attr-defined]

    def kernel(keyset: Any, *inputs: Any) -> Any:
        if type(inputs[0]) is not Tensor:
            register_if_loaded()
        if forward_ad._current_level >= 0 or (
            torch.is_grad_enabled() and torch._C._any_requires_grad(*inputs)
        ):
            if not torch._C._are_functorch_transforms_active():
                return apply(keyset, *inputs)
            with enable_single_level_autograd_function():  # each transform calls this kernel
                return apply(keyset, *inputs)
        with _below_autograd():
            return op.redispatch(keyset & _after_autograd, *inputs)

    return kernel


def _check(op: Any, inputs: tuple[Any, ...]) -> None:
    """The compiled kernel's errors, for tensors without data."""
    names = [argument.name for argument in op._schema.arguments]
    for name, x in zip(names, inputs, strict=False):  # numbers follow
        if x.dtype not in DTYPES:
            allowed = ", ".join(str(dtype) for dtype in DTYPES)
            raise RuntimeError(f"{op._opname}: {name} has the dtype {x.dtype}; allowed: {allowed}")
        if x.dtype != inputs[0].dtype:
            raise RuntimeError(
                f"{op._opname}: {names[0]} has the dtype {inputs[0].dtype} and {name} has"
                f" {x.dtype}; allowed: one dtype"
            )


def _fake_kernel(op: Any) -> Any:
    results = len(op._schema.returns)

    def kernel(*inputs: Any) -> Any:
        tensors = tuple(x for x in inputs if isinstance(x, Tensor))
        _check(op, tensors)
        like: Any = _LIKE[len(tensors)]
        outputs = tuple(like(*tensors) for _ in range(results))
        return outputs if results > 1 else outputs[0]

    return kernel


def _move_to_front(inputs: tuple[Any, ...], dims: tuple[int | None, ...]) -> list[Any]:
    """Tensors of one rank, the mapped dimension first."""
    rank = max(
        x.dim() - (dim is not None)
        for x, dim in zip(inputs, dims, strict=True)
        if isinstance(x, Tensor)
    )
    moved: list[Any] = []
    for x, dim in zip(inputs, dims, strict=True):
        if isinstance(x, Tensor) and dim is not None:
            x = x.movedim(dim, 0)
            x = x.reshape(x.shape[:1] + (1,) * (rank + 1 - x.dim()) + x.shape[1:])
        moved.append(x)
    return moved


def _vmap_kernel(op: Any) -> Any:
    results = len(op._schema.returns)

    def kernel(_info: Any, dims: tuple[int | None, ...], *inputs: Any) -> Any:
        return op(*_move_to_front(inputs, dims)), (0,) * results if results > 1 else 0

    return kernel


def _vmap_beta_gradient(
    info: Any, dims: tuple[int | None, ...], dy: Tensor, x: Tensor, beta: Tensor
) -> tuple[Tensor, int]:
    if dims[2] is None:
        beta, dims = beta.expand(info.batch_size, *beta.shape), (dims[0], dims[1], 0)
    shape = beta.movedim(dims[2] or 0, 0).shape
    moved = _move_to_front((dy, x, beta), dims)
    return torch.ops.silu.swish_beta_gradient.default(*moved).reshape(shape), 0


def _fake_beta_gradient(dy: Tensor, x: Tensor, beta: Tensor) -> Tensor:
    _check(torch.ops.silu.swish_beta_gradient.default, (dy, x, beta))
    torch.broadcast_shapes(dy.shape, x.shape, beta.shape)
    return beta.new_empty(beta.shape, dtype=torch.float64)


def register() -> None:
    """Tells the dispatcher; once, as this module is imported."""
    register_if_loaded()
    for name in (*FUNCTIONS, *OPERATORS):
        op = getattr(torch.ops.silu, name).default
        torch.library.register_fake(f"silu::{name}", _fake_kernel(op), lib=_fragment)
        torch.library.register_vmap(f"silu::{name}", _vmap_kernel(op), lib=_fragment)
    torch.library.register_fake("silu::swish_beta_gradient", _fake_beta_gradient, lib=_fragment)
    torch.library.register_vmap("silu::swish_beta_gradient", _vmap_beta_gradient, lib=_fragment)
    for name, derivative in DERIVATIVES.items():
        op = getattr(torch.ops.silu, name).default
        _fragment.impl(name, _autograd_kernel(op, derivative), "Autograd", with_keyset=True)


register()
