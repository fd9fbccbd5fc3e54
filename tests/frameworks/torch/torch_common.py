# SPDX-License-Identifier: Apache-2.0
"""Between NumPy's arrays and PyTorch's tensors, by their encodings; and what is dispatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from common import DTYPES, Array
from torch.utils._python_dispatch import TorchDispatchMode

TORCH_DTYPES = {name: getattr(torch, name) for name in DTYPES}
_INTEGERS = {1: torch.uint8, 2: torch.uint16, 4: torch.uint32, 8: torch.uint64}


def tensor(x: Any) -> torch.Tensor:
    """A tensor of the same bits, on memory of its own."""
    array = np.array(x, order="C")
    unsigned = torch.from_numpy(array.reshape(-1).view(f"u{array.dtype.itemsize}"))
    return unsigned.view(TORCH_DTYPES[array.dtype.name]).reshape(array.shape)


def array(x: torch.Tensor) -> Array:
    """An array of the same bits."""
    name = str(x.dtype).removeprefix("torch.")
    dense = x.detach().resolve_neg().contiguous().reshape(-1)
    unsigned = dense.view(_INTEGERS[x.element_size()]).numpy()
    return unsigned.view(DTYPES[name]).reshape(tuple(x.shape))


class Dispatched(TorchDispatchMode):
    """The names of the operators that are dispatched."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.append(func.name())
        return func(*args, **(kwargs or {}))
