# SPDX-License-Identifier: Apache-2.0
"""aten's silu and its gradient on CPUs, while asked for, by this package's operators."""

from __future__ import annotations

import threading
import warnings
from contextlib import AbstractContextManager, ContextDecorator
from typing import Any, Literal

import torch
from torch import Tensor

from ._library import DTYPES

_ops: Any = torch.ops.silu
_lock = threading.Lock()
_installed: list[torch.library.Library] = []  # one, while any override is entered
_entered = 0


def _silu(x: Tensor) -> Tensor:
    if x.dtype not in DTYPES:  # complex numbers, which aten has too
        return x / (1 + torch.exp(-x))
    result: Tensor = _ops.silu.default(x)
    return result


def _silu_out(x: Tensor, *, out: Tensor) -> Tensor:
    return _write(_silu(x), out)


def _silu_in_place(x: Tensor) -> Tensor:
    if x.dtype not in DTYPES:
        return x.copy_(_silu(x))
    _ops.silu_.default(x)
    return x


def _silu_backward(dy: Tensor, x: Tensor) -> Tensor:
    result: Tensor = _ops.silu_backward.default(dy, x)
    return result


def _silu_backward_out(dy: Tensor, x: Tensor, *, grad_input: Tensor) -> Tensor:
    return _write(_silu_backward(dy, x), grad_input)


def _write(result: Tensor, out: Tensor) -> Tensor:
    """Into out, which takes the result's shape as aten's outputs do."""
    if out.shape != result.shape:
        out.resize_(result.shape)
    return out.copy_(result)


_KERNELS = {
    "silu": _silu,
    "silu.out": _silu_out,
    "silu_": _silu_in_place,
    "silu_backward": _silu_backward,
    "silu_backward.grad_input": _silu_backward_out,
}


def _install() -> None:
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():  # that there was a kernel before
        warnings.simplefilter("ignore", UserWarning)
        for name, kernel in _KERNELS.items():
            library.impl(name, kernel, "CPU")
    _installed.append(library)


class _Override(ContextDecorator, AbstractContextManager["_Override"]):
    def __enter__(self) -> _Override:
        global _entered
        with _lock:
            if _entered == 0:
                _install()
            _entered += 1
        return self

    def __exit__(self, *_: object) -> Literal[False]:
        global _entered
        with _lock:
            _entered -= 1
            if _entered == 0:
                _installed.pop()._destroy()
        return False


def override() -> _Override:
    """A context, or decorator, in which aten's silu on CPUs is silu.torch's.

    torch.nn.functional.silu, torch.nn.SiLU and whatever else calls aten::silu,
    aten::silu_ or aten::silu_backward on a CPU gets correctly rounded results, in
    every thread of the process, until the last context is left. Autograd records
    what it always does. Code that torch.compile made has no such calls left and
    stays as it is. Calls take some microseconds more than aten's.

    Dtypes that silu.torch does not have are computed by aten's other operators
    (complex numbers, forward) or refused with RuntimeError.

    >>> import torch, silu.torch
    >>> x = torch.tensor([-torch.inf, -89.0])
    >>> with silu.torch.override():
    ...     torch.nn.functional.silu(x)
    tensor([-0.0000e+00, -1.9824e-37])
    """
    return _Override()
