# SPDX-License-Identifier: Apache-2.0
"""A step allocates no more than with aten's operators, and large results lie in huge pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # as everybody calls it
from torch.profiler import ProfilerActivity, profile

import silu.torch

Step = Callable[[Tensor], Tensor]


def gate(ab: Tensor) -> Tensor:
    a, b = ab.chunk(2, -1)
    return F.silu(a) * b


STEPS: dict[str, tuple[Step, Step]] = {
    "silu": (F.silu, silu.torch.silu),
    "silu in place": (
        lambda x: F.silu(x * 1, inplace=True),
        lambda x: silu.torch.silu(x * 1, inplace=True),
    ),
    "SwiGLU": (gate, silu.torch.SwiGLU()),
    "Swish": (lambda x: x * torch.sigmoid(1.0 * x), silu.torch.Swish(trainable=False)),
}


def allocated(step: Step, x: Tensor, backward: bool) -> int:
    """Bytes, of all the tensors that were made."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        y = step(x)
        if backward:
            torch.autograd.grad(y, x, torch.ones(()).expand_as(y).to(y.dtype))
    return sum(max(event.self_cpu_memory_usage, 0) for event in record.events())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", STEPS)
def test_no_more_than_with_atens(name: str, backward: bool, dtype: torch.dtype) -> None:
    theirs, ours = STEPS[name]
    x = torch.randn(64, 2048).to(dtype).requires_grad_(backward)
    small = 64  # a scalar beta
    assert allocated(ours, x, backward) <= allocated(theirs, x, backward) + small


def is_advised(address: int) -> bool:
    """Whether the kernel was asked for huge pages there (proc_pid_smaps(5), VmFlags)."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if mapping := re.match("([0-9a-f]+)-([0-9a-f]+) ", line):
            begin, end = (int(bound, 16) for bound in mapping.groups())
            inside = begin <= address < end
        elif inside and line.startswith("VmFlags:"):
            return "hg" in line.split()
    raise ValueError(f"nothing is mapped at {address:#x}")


@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="this kernel has no huge pages"
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_large_results_ask_for_huge_pages(dtype: torch.dtype) -> None:
    mebibytes = 64  # more than what the C library keeps for the next
    x = torch.randn(mebibytes * 2**20 // dtype.itemsize).to(dtype)
    assert not is_advised(x.data_ptr() + x.nbytes // 2)
    outputs = [silu.torch.silu(x), *silu.torch.swish_backward(x, x, torch.ones((), dtype=dtype))]
    for y in outputs:
        assert is_advised(y.data_ptr() + y.nbytes // 2)
