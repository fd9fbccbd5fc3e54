# SPDX-License-Identifier: Apache-2.0
"""How the operators are split among machines: rules for DTensor.

An elementwise operator runs on each machine's part of its inputs, without communication, where
these are split alike. None takes inputs that are parts of a sum: sums of rounded results are not
the rounded results of sums. The gradient of a shared beta is such a sum itself: each machine
rounds its part once to float64, and DTensor adds the parts.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from typing import Any

import torch

from ._library import FUNCTIONS, OPERATORS

_MODULE = "torch.distributed.tensor"


def register_if_loaded() -> None:
    """Registers the rules, once, if the program uses DTensor; importing it takes a second."""
    if _MODULE in sys.modules and hasattr(sys.modules[_MODULE], "DTensor"):
        _register()


@functools.cache
def _register() -> None:
    from torch.distributed.tensor.experimental import register_sharding

    for name in (*FUNCTIONS, *OPERATORS):
        op = getattr(torch.ops.silu, name).default
        register_sharding(op)(_elementwise_rule(len(op._schema.returns)))
    register_sharding(torch.ops.silu.swish_beta_gradient.default)(_beta_gradient_rule)


def _is_tensor(argument: Any) -> bool:
    return hasattr(argument, "placements")


def _broadcast(tensors: Sequence[Any]) -> torch.Size:
    shape: torch.Size = torch.broadcast_shapes(*(x.shape for x in tensors))
    return shape


def _along(x: Any, shape: torch.Size, dim: int) -> Any:
    """How x is split where what it is broadcast to is split along dim."""
    from torch.distributed.tensor import Replicate, Shard

    own = dim - (len(shape) - len(x.shape))
    return Shard(own) if own >= 0 and x.shape[own] == shape[dim] != 1 else Replicate()


def _elementwise_rule(results: int) -> Any:
    def rule(*arguments: Any) -> list[tuple[list[Any], list[Any]]]:
        from torch.distributed.tensor import Replicate, Shard

        tensors = [x for x in arguments if _is_tensor(x)]
        numbers = [None] * (len(arguments) - len(tensors))
        shape = _broadcast(tensors)
        accepted: list[tuple[list[Any], list[Any]]] = [
            ([Replicate()] * results, [Replicate()] * len(tensors) + numbers)
        ]
        for dim in range(len(shape)):
            inputs = [_along(x, shape, dim) for x in tensors]
            accepted.append(([Shard(dim)] * results, inputs + numbers))
        return accepted

    return rule


def _beta_gradient_rule(dy: Any, x: Any, beta: Any) -> list[tuple[list[Any], list[Any]]]:
    from torch.distributed.tensor import Partial, Replicate

    shape = _broadcast((dy, x, beta))
    accepted: list[tuple[list[Any], list[Any]]] = [([Replicate()], [Replicate()] * 3)]
    for dim in range(len(shape)):
        inputs = [_along(each, shape, dim) for each in (dy, x, beta)]
        summed = isinstance(inputs[2], Replicate)  # beta serves all along dim
        accepted.append(([Partial("sum") if summed else inputs[2]], inputs))
    return accepted
