# SPDX-License-Identifier: Apache-2.0
"""What users of PyTorch get: torch.nn.functional.silu and silu.torch, on torch's own threads.

python bench/frameworks/bench_torch.py [--n N] [--rounds ROUNDS]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from compare import Row, arguments, report
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # as everybody calls it

import silu.torch as st

FORWARD = {torch.float64: None, torch.float32: 1.2, torch.float16: 0.6, torch.bfloat16: 0.6}
BACKWARD = {torch.float64: None, torch.float32: 1.3, torch.float16: 0.6, torch.bfloat16: 0.6}
GATE = {torch.float64: None, torch.float32: None, torch.float16: None, torch.bfloat16: 0.6}


def gate(ab: Tensor) -> Tensor:
    """SwiGLU as models have it."""
    a, b = ab.chunk(2, -1)
    return F.silu(a) * b


def calling(f: Callable[..., Any], *given: Any) -> Callable[[], object]:
    """The call with what it is given."""
    return lambda: f(*given)


def stepping(f: Callable[[Tensor], Tensor], x: Tensor, dy: Tensor) -> Callable[[], object]:
    """Forward and backward."""
    return lambda: torch.autograd.grad(f(x), x, dy)


def rows(n: int) -> Iterator[Row]:
    """Kernels and steps on n elements."""
    torch.manual_seed(1)
    aten, ours = torch.ops.aten.silu_backward, st.silu_backward
    for dtype, limit in FORWARD.items():
        x, dy = (3 * torch.randn(n).to(dtype) for _ in range(2))
        name = str(dtype).removeprefix("torch.")
        yield Row(f"silu, forward, {name}", calling(F.silu, x), calling(st.silu, x), limit)
        yield Row(
            f"silu, backward, {name}",
            calling(aten, dy, x),
            calling(ours, dy, x),
            BACKWARD[dtype],
        )
        leaf = x.detach().requires_grad_()
        yield Row(f"silu, both, {name}", stepping(F.silu, leaf, dy), stepping(st.silu, leaf, dy))
        ab = (3 * torch.randn(n // 1024, 2048)).to(dtype).requires_grad_()
        dy = torch.randn(n // 1024, 1024).to(dtype)
        yield Row(
            f"SwiGLU, both, {name}",
            stepping(gate, ab, dy),
            stepping(st.SwiGLU(), ab, dy),
            GATE[dtype],
        )


def tiny() -> Iterator[Row]:
    """Calls whose time is that of the call."""
    x, dy = torch.randn(16), torch.ones(16)
    leaf = torch.randn(16, requires_grad=True)
    yield Row("silu, forward", calling(F.silu, x), calling(st.silu, x), 1.5)
    yield Row("silu, forward, recorded", calling(F.silu, leaf), calling(st.silu, leaf))
    yield Row("silu, both", stepping(F.silu, leaf, dy), stepping(st.silu, leaf, dy), 1.5)


if __name__ == "__main__":
    given = arguments(__doc__.splitlines()[0])
    where = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
    where += f" of {os.cpu_count()} processors; the least times"
    kept = [
        report(f"{where}, {given.n} elements", rows(given.n), given.rounds),
        report("16 elements", tiny(), given.rounds, repetitions=2000),
    ]
    sys.exit(not all(kept))
