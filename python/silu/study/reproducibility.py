# SPDX-License-Identifier: Apache-2.0
"""Which tensors change their bits with the number of threads, the batch and the layout.

Convolutions and products of matrices change some by themselves.  So the activation is also looked
at alone: on inputs that have the same bits, and in trainings where nothing else has two threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import torch
from torch import Tensor, nn

import silu.torch

from .measures import activations
from .plan import Run
from .tasks import TASKS
from .training import batches, loss_of, optimiser

_IMPLEMENTATIONS: Final[dict[str, type[nn.Module]]] = {
    "torch.nn.SiLU": nn.SiLU,
    "silu.torch.SiLU": silu.torch.SiLU,
}
# Tasks, depths, and the batches of the trainings.
_NETWORKS: Final = (("residual", 14, 50), ("efficient", 3, 50), ("decoder", 2, 10))
_STEPS: Final = 4
_SINGLE: Final = 8  # samples that are also inferred alone
_KINDS: Final[tuple[type[nn.Module], ...]] = (
    *_IMPLEMENTATIONS.values(),
    nn.Conv2d,
    nn.Linear,
    nn.BatchNorm2d,
    nn.RMSNorm,
)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def differing(one: Tensor, other: Tensor) -> int:
    """The number of float32 elements whose bits differ; shapes are the same."""
    bits = [t.detach().contiguous().view(torch.int32) for t in (one, other)]
    return int((bits[0] != bits[1]).sum())


def _count(pairs: list[tuple[Tensor, Tensor]]) -> dict[str, int]:
    counts = [differing(one, other) for one, other in pairs]
    return {
        "tensors": len(pairs),
        "tensors that differ": sum(count > 0 for count in counts),
        "elements": sum(one.numel() for one, _ in pairs),
        "elements that differ": sum(counts),
    }


class _OnTwoThreads(nn.Module):
    """An activation that runs on two threads, back and forth, while all else runs on one."""

    def __init__(self, make: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.activation = make()

    def forward(self, x: Tensor) -> Tensor:
        def on(threads: int) -> Callable[[Tensor], None]:
            return lambda _: torch.set_num_threads(threads)

        before = x.view_as(x)  # a tensor of its own, whose gradient comes right after ours
        before.register_hook(on(1))
        with _threads(2):
            after: Tensor = self.activation(before)
        after.register_hook(on(2))
        return after


def _network(task: str, depth: int, make: Callable[[], nn.Module]) -> nn.Module:
    build = TASKS[task].network()
    torch.manual_seed(0)
    return build(depth, make)


def _trained(task_name: str, depth: int, batch: int, make: Callable[[], nn.Module]) -> list[Tensor]:
    """Parameters and running means after a few steps."""
    task = TASKS[task_name]
    inputs, wanted = task.data().train
    model = _network(task_name, depth, make)
    run = Run(task_name, depth, "silu", task.rates[depth][0], 0, _STEPS)
    steps = optimiser(task, model, run.rate)
    for _, indices in zip(range(_STEPS), batches(len(inputs), batch, run.seed), strict=False):
        steps.zero_grad()
        loss_of(task, model(inputs[indices]), wanted[indices]).backward()
        steps.step()
    return [t.detach() for t in model.state_dict().values() if t.dtype == torch.float32]


def _captured(model: nn.Module, inputs: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Input and output of every layer and activation, by name."""
    seen: dict[str, tuple[Tensor, Tensor]] = {}

    def keep(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(_: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
            seen[name] = (given[0].detach(), output.detach())

        return hook

    hooks = [
        module.register_forward_hook(keep(name))
        for name, module in model.named_modules()
        if isinstance(module, _KINDS)
    ]
    model.eval()
    with torch.no_grad():
        model(inputs)
    for hook in hooks:
        hook.remove()
    return seen


def _both(activation: nn.Module, z: Tensor) -> list[Tensor]:
    """Outputs and gradients of an activation, for a slope of 1 behind it."""
    at = z.detach().requires_grad_()
    output = activation(at)
    (gradient,) = torch.autograd.grad(output.sum(), at)
    return [output.detach(), gradient]


def _alone(make: Callable[[], nn.Module], inputs: list[Tensor]) -> dict[str, Any]:
    """The activation on identical inputs: other threads, parts of the batch, another layout."""
    activation = make()
    threads, parts, layouts = [], [], []
    for z in inputs:
        with _threads(1):
            whole = _both(activation, z)
            rows = [_both(activation, z[i : i + 1].clone()) for i in range(_SINGLE)]
            laid = _both(activation, z.transpose(0, -1).contiguous().transpose(0, -1)[..., :-1])
        with _threads(2):
            again = _both(activation, z)
        for which in (0, 1):
            threads.append((whole[which], again[which]))
            parts.append((whole[which][:_SINGLE], torch.cat([row[which] for row in rows])))
            layouts.append((whole[which][..., :-1], laid[which]))
    return {
        "1 or 2 threads": _count(threads),
        "in a batch or alone": _count(parts),
        "contiguous or strided": _count(layouts),
    }


def _inference(model: nn.Module, inputs: Tensor) -> dict[str, Any]:
    """A network's inner tensors for samples in a batch and alone, by kind of layer."""
    with _threads(1):
        whole = _captured(model, inputs)
        singles = [_captured(model, inputs[i : i + 1]) for i in range(_SINGLE)]
    inside = activations(model)
    pairs: dict[str, list[tuple[Tensor, Tensor]]] = {"activations": [], "other layers": []}
    alike: list[tuple[Tensor, Tensor]] = []
    for name, (given, output) in whole.items():
        together = torch.cat([single[name][1] for single in singles])
        pairs["activations" if name in inside else "other layers"].append(
            (output[:_SINGLE], together)
        )
        same = differing(given[:_SINGLE], torch.cat([single[name][0] for single in singles])) == 0
        if name in inside and same:
            alike.append((output[:_SINGLE], together))
    return {
        **{kind: _count(listed) for kind, listed in pairs.items()},
        "activations whose inputs are the same": _count(alike),
    }


def measure() -> list[dict[str, Any]]:
    """For every network and both implementations of silu, counts of what differs."""
    rows = []
    for task, depth, batch in _NETWORKS:
        inputs = TASKS[task].data().train[0][:batch]
        with _threads(1):
            inner = _captured(_network(task, depth, nn.SiLU), inputs)
        given = [inner[name][0] for name in activations(_network(task, depth, nn.SiLU))]
        for name, make in _IMPLEMENTATIONS.items():
            with _threads(1):
                one = _trained(task, depth, batch, make)
                repeated = _trained(task, depth, batch, make)
                partly = _trained(task, depth, batch, partial(_OnTwoThreads, make))
            with _threads(2):
                two = _trained(task, depth, batch, make)
            rows.append(
                {
                    "task": task,
                    "depth": depth,
                    "batch": batch,
                    "steps": _STEPS,
                    "implementation": name,
                    "trained twice with 1 thread": _count(list(zip(one, repeated, strict=True))),
                    "trained with 1 and 2 threads": _count(list(zip(one, two, strict=True))),
                    "trained with activations on 2 threads": _count(
                        list(zip(one, partly, strict=True))
                    ),
                    "inferred in a batch or alone": _inference(_network(task, depth, make), inputs),
                    "on identical inputs": _alone(make, given),
                }
            )
    return rows
