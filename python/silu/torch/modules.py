# SPDX-License-Identifier: Apache-2.0
"""The functions as torch.nn.Modules."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import _packed, functional
from ._packed import Layout


class SiLU(nn.Module):
    """silu.torch.silu, in the place of torch.nn.SiLU.

    Shape: any, and the same. inplace=True overwrites the input.

    >>> import torch, silu.torch
    >>> silu.torch.SiLU()(torch.tensor([-1.0, 1.0]))
    tensor([-0.2689,  0.7311])
    """

    __constants__ = ("inplace",)
    inplace: bool

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """What the class says."""
        return functional.silu(input, self.inplace)

    def extra_repr(self) -> str:
        """The options, for print."""
        return "inplace=True" if self.inplace else ""


class DSiLU(nn.Module):
    """silu.torch.silu_derivative: the derivative of silu as an activation of its own.

    Shape: any, and the same.

    Source: Elfwing, Uchibe, Doya (2018), arXiv:1702.03118.
    """

    def forward(self, input: Tensor) -> Tensor:
        """What the class says."""
        return functional.silu_derivative(input)


class Swish(nn.Module):
    """silu.torch.swish with a beta of its own: x sigmoid(beta x).

    beta: where it begins; trainable: whether it is a parameter, or else a buffer;
    per_channel: a beta for each of so many channels, which lie along dimension dim
    of the input (1, as in torch.nn.PReLU), or one beta for all. It is rounded to
    the input's dtype.

    Shape: any with those channels, and the same. ValueError for per_channel below
    1, RuntimeError for an input of other channels.

    >>> import torch, silu.torch
    >>> activation = silu.torch.Swish(per_channel=3)
    >>> activation(torch.randn(2, 3, 8, 8)).shape
    torch.Size([2, 3, 8, 8])
    """

    __constants__ = ("dim", "per_channel")
    beta: Tensor

    def __init__(
        self,
        beta: float = 1.0,
        trainable: bool = True,
        per_channel: int | None = None,
        dim: int = 1,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        if per_channel is not None and per_channel < 1:
            raise ValueError(f"Swish: per_channel is {per_channel}; allowed: None, 1 and above")
        self.initial, self.trainable, self.per_channel, self.dim = beta, trainable, per_channel, dim
        value = torch.empty(per_channel or 1, device=device, dtype=dtype)
        if trainable:
            self.beta = nn.Parameter(value)
        else:
            self.register_buffer("beta", value)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Sets beta to where it begins."""
        with torch.no_grad():
            self.beta.fill_(self.initial)

    def forward(self, input: Tensor) -> Tensor:
        """What the class says."""
        beta = self.beta.to(input.dtype)
        if self.per_channel is None:
            beta = beta.view(())
        else:
            if self.per_channel != input.size(self.dim):
                raise RuntimeError(
                    f"Swish: the size of dimension {self.dim} is {input.size(self.dim)}; allowed:"
                    f" per_channel, {self.per_channel}"
                )
            after = input.dim() - 1 - self.dim % input.dim()
            beta = beta.view(-1, *(1 for _ in range(after)))
        return functional.swish(input, beta)

    def extra_repr(self) -> str:
        """The options, for print."""
        channels = "" if self.per_channel is None else f", per_channel={self.per_channel}"
        along = "" if self.per_channel is None or self.dim == 1 else f", dim={self.dim}"
        return f"beta={self.initial}, trainable={self.trainable}{channels}{along}"


class SwiGLU(nn.Module):
    """silu(a) b, of two tensors or of one that holds both; as gpt-oss clamps it with a limit.

    Called with one tensor, it splits that along dim: layout "halves" or
    "interleaved", as in silu.torch.split_packed. With a limit it is
    silu.torch.swiglu_clamped(a, b, alpha, limit).

    Shape: (..., 2 d, ...) to (..., d, ...), or two that broadcast. ValueError for
    other layouts and an odd size.

    >>> import torch, silu.torch
    >>> gate = silu.torch.SwiGLU()
    >>> gate(torch.tensor([1, -3, 2, 0.5])), gate(torch.tensor(1.0), torch.tensor(2.0))
    (tensor([ 1.4621, -0.0711]), tensor(1.4621))
    """

    __constants__ = ("alpha", "dim", "layout", "limit")

    def __init__(
        self,
        layout: Layout = "halves",
        dim: int = -1,
        limit: float | None = None,
        alpha: float = 1.702,
    ) -> None:
        super().__init__()
        if layout not in ("halves", "interleaved"):
            raise ValueError(f"SwiGLU: layout is {layout!r}; allowed: 'halves', 'interleaved'")
        self.layout, self.dim, self.limit, self.alpha = layout, dim, limit, alpha

    def forward(self, a: Tensor, b: Tensor | None = None) -> Tensor:
        """What the class says."""
        if b is None:
            clamps = () if self.limit is None else (self.alpha, self.limit)
            return _packed.swiglu(a, self.layout, self.dim, clamps)
        if self.limit is None:
            return functional.swiglu(a, b)
        return functional.swiglu_clamped(a, b, self.alpha, self.limit)

    def extra_repr(self) -> str:
        """The options, for print."""
        clamps = "" if self.limit is None else f", limit={self.limit}, alpha={self.alpha}"
        return f"layout={self.layout!r}, dim={self.dim}{clamps}"
