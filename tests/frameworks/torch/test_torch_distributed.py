# SPDX-License-Identifier: Apache-2.0
"""DTensor, DDP and FSDP2, on several processes that talk by gloo, beside one process."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from operands import TENSORS, operator, tensors
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.debug import CommDebugMode
from torch.nn.parallel import DistributedDataParallel

import silu.torch


def _process(rank: int, world: int, folder: str, body: Callable[..., None]) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(20261125)  # the same data everywhere
    dist.init_process_group(
        "gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=world
    )
    try:
        body(rank, world)
    finally:
        dist.destroy_process_group()


def on_processes(world: int, folder: Path, body: Callable[..., None]) -> None:
    """body(rank, world) in each of the processes; an error in one is an error here."""
    multiprocessing.spawn(_process, (world, str(folder), body), nprocs=world)


def alike(x: DTensor | torch.Tensor, shape: torch.Size, dim: int) -> Any:
    """How a tensor lies where what it is broadcast to is split along dim."""
    own = dim - (len(shape) - x.dim())
    return Shard(own) if own >= 0 and x.shape[own] != 1 else Replicate()


def check_operators(_rank: int, world: int) -> None:
    mesh = dist.device_mesh.init_device_mesh("cpu", (world,))
    for name in TENSORS:
        inputs = tensors(name, (8, 6), (6,), (8, 1), dtype=torch.float32, requires_grad=False)
        want = operator(name)(*inputs)
        want = want if isinstance(want, tuple) else (want,)
        shape = torch.broadcast_shapes(*(x.shape for x in inputs))
        for dim in range(len(shape)):
            split = [distribute_tensor(x, mesh, [alike(x, shape, dim)]) for x in inputs]
            with CommDebugMode() as communication:
                got = operator(name)(*split)
            got = got if isinstance(got, tuple) else (got,)
            assert communication.get_total_counts() == 0, name
            for one, whole in zip(got, want, strict=True):
                if name == "swish_beta_gradient":
                    torch.testing.assert_close(one.full_tensor(), whole, rtol=1e-14, atol=1e-14)
                else:
                    assert one.placements == (Shard(dim),), name
                    assert torch.equal(one.full_tensor(), whole), name


def check_gradients(_rank: int, world: int) -> None:
    mesh = dist.device_mesh.init_device_mesh("cpu", (world,))
    x, dy = torch.randn(2, 8, 6)
    beta = torch.randn(6)
    for placement in (Shard(0), Shard(1), Replicate()):
        x_, dy_ = (distribute_tensor(each, mesh, [placement]) for each in (x, dy))
        beta_ = distribute_tensor(beta, mesh, [Replicate()]).requires_grad_()
        x_.requires_grad_()
        with CommDebugMode() as communication:
            (silu.torch.silu(x_) + silu.torch.swish(x_, beta_)).backward(dy_)
        assert communication.get_total_counts() == 0
        one = silu.torch.silu_backward(dy, x) + silu.torch.swish_backward(dy, x, beta)[0]
        assert torch.equal(x_.grad.full_tensor(), one)
        if placement == Shard(0):  # each process has a part of each beta's sum
            assert beta_.grad.placements == (Partial(),)
        torch.testing.assert_close(
            beta_.grad.full_tensor(), silu.torch.swish_beta_gradient(dy, x, beta).float()
        )


def check_parts_of_sums(rank: int, world: int) -> None:
    """silu of a sum is not the sum of silus: DTensor adds first."""
    mesh = dist.device_mesh.init_device_mesh("cpu", (world,))
    part = torch.full((4,), float(rank + 1))
    x = DTensor.from_local(part, mesh, [Partial()])
    want = silu.torch.silu(torch.full((4,), world * (world + 1) / 2))
    assert torch.equal(silu.torch.silu(x).full_tensor(), want)


def check_inference(_rank: int, world: int) -> None:
    mesh = dist.device_mesh.init_device_mesh("cpu", (world,))
    with torch.inference_mode():
        x = torch.randn(8)
        y = silu.torch.silu(distribute_tensor(x, mesh, [Shard(0)]))
        assert torch.equal(y.full_tensor(), silu.torch.silu(x))


class Block(torch.nn.Module):
    """What is trained; it remembers what its activations took and gave."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(6, 8), torch.nn.Linear(8, 3)
        self.silu, self.swish = silu.torch.SiLU(), silu.torch.Swish(0.7, per_channel=3)
        self.taken: list[torch.Tensor] = []
        self.given: list[torch.Tensor] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = self.first(x)
        h = self.silu(a)
        b = self.second(h)
        y = self.swish(b)
        self.taken, self.given = [a.detach(), b.detach()], [h.detach(), y.detach()]
        return y


def gathered(x: torch.Tensor, world: int) -> torch.Tensor:
    parts = [torch.empty_like(x) for _ in range(world)]
    dist.all_gather(parts, x.contiguous())
    return torch.cat(parts)


def assert_as_in_one_process(block: Block, rank: int, world: int) -> None:
    """The activations have the bits that they have for the whole batch at once."""
    beta = block.swish.beta.detach()
    beta = beta.full_tensor() if isinstance(beta, DTensor) else beta
    a, b = (gathered(each, world) for each in block.taken)
    for whole, part in zip(
        (silu.torch.silu(a), silu.torch.swish(b, beta)), block.given, strict=True
    ):
        assert torch.equal(whole.chunk(world)[rank], part)


def check_training(rank: int, world: int) -> None:
    x = torch.randn(5 * world, 6)
    for wrap in (DistributedDataParallel, fully_shard):
        block = Block()
        alone = copy.deepcopy(block)
        network = wrap(block)
        optimizers = [torch.optim.SGD(each.parameters(), lr=0.1) for each in (network, alone)]
        for _ in range(3):
            network(x.chunk(world)[rank]).square().mean().backward()
            assert_as_in_one_process(block, rank, world)
            alone(x).square().mean().backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
        # What one process learns, but for the order in which gradients are added.
        for got, want in zip(network.parameters(), alone.parameters(), strict=True):
            full = got.full_tensor() if isinstance(got, DTensor) else got
            torch.testing.assert_close(full, want)


CHECKS = (
    check_operators,
    check_gradients,
    check_parts_of_sums,
    check_inference,
    check_training,
)


def check_all(rank: int, world: int) -> None:
    for check in CHECKS:
        check(rank, world)


def test_a_program_may_come_to_dtensor_late_and_in_inference_mode() -> None:
    program = """
import torch, silu.torch
from torch.testing._internal.distributed.fake_pg import FakeStore
import torch.distributed as dist
dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=2)
from torch.distributed.tensor import Shard, distribute_tensor, init_device_mesh
with torch.inference_mode():
    x = distribute_tensor(torch.randn(8), init_device_mesh("cpu", (2,)), [Shard(0)])
    assert silu.torch.silu(x).placements == (Shard(0),)
dist.destroy_process_group()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("world", [2, 4])
def test_several_processes_give_the_results_of_one(world: int, tmp_path: Path) -> None:
    on_processes(world, tmp_path, check_all)
