# SPDX-License-Identifier: Apache-2.0
"""One training, from a seed to its numbers."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .activations import ACTIVATIONS
from .data.parts import Part
from .measures import gradient_norms, units
from .plan import Run
from .tasks import TASKS, Task

_MOMENTUM, _DECAY = 0.9, 0.01
_PROBED = 256  # training samples for which units and gradients are measured
_CURVE = 8  # points of the loss's curve


def loss_of(task: Task, output: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy in nats, or the mean squared error of values."""
    if task.measure == "error":
        return functional.mse_loss(output, wanted)
    return functional.cross_entropy(output.flatten(0, -2), wanted.flatten())


def create(task: Task, depth: int, activation: str, seed: int) -> nn.Module:
    """The network before training; its weights follow from the seed, whatever the activation."""
    build = task.network()
    torch.manual_seed(seed)
    return build(depth, ACTIVATIONS[activation])


def optimiser(task: Task, model: nn.Module, rate: float) -> torch.optim.Optimizer:
    """Gradient descent with momentum 0.9, or Adam with a decay of matrices of 0.01."""
    if task.optimiser == "momentum":
        return torch.optim.SGD(model.parameters(), rate, _MOMENTUM)
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0}]
    return torch.optim.AdamW(groups, rate)


def batches(samples: int, size: int, seed: int) -> Any:
    """Endless batches of indices, each sample once in a pass, in an order of the seed alone."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(samples, generator=generator)
        for start in range(0, samples - size + 1, size):
            yield order[start : start + size]


def _results(task: Task, model: nn.Module, part: Part) -> dict[str, float]:
    model.eval()
    with torch.no_grad():
        output = model(part[0])
        loss = loss_of(task, output, part[1]).item()
        if task.measure == "error":
            return {"loss": loss, "error": math.sqrt(loss)}
        right = (output.argmax(-1) == part[1]).double().mean().item()
    return {"loss": loss, "accuracy": right}


def train(run: Run) -> dict[str, Any]:
    """Trains on one thread and returns every number; a loss that overflows is a result too."""
    task = TASKS[run.task]
    data = task.data()
    start = time.process_time()
    model = create(task, run.depth, run.activation, run.seed)
    probe = (data.train[0][:_PROBED], data.train[1][:_PROBED])

    def loss(output: Tensor, wanted: Tensor) -> Tensor:
        return loss_of(task, output, wanted)

    before = {
        "gradients": gradient_norms(model, loss, probe),
        "units": asdict(units(model, probe[0])),
    }
    steps = optimiser(task, model, run.rate)
    # The rate falls to 0 along half a cosine.
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(steps, run.steps)
    losses = []
    order = batches(len(data.train[0]), min(task.batch, len(data.train[0])), run.seed)
    model.train()
    for _, indices in zip(range(run.steps), order, strict=False):
        steps.zero_grad()
        value = loss(model(data.train[0][indices]), data.train[1][indices])
        value.backward()
        steps.step()
        schedule.step()
        losses.append(value.item())
    after = {
        "gradients": gradient_norms(model, loss, probe),
        "units": asdict(units(model, probe[0])),
    }
    chunk = math.ceil(len(losses) / _CURVE)
    return {
        "before": before,
        "after": after,
        "loss": [
            math.fsum(part) / len(part)
            for part in (losses[i : i + chunk] for i in range(0, len(losses), chunk))
        ],
        "validation": _results(task, model, data.validation),
        "test": _results(task, model, data.test),
        "betas": [beta.item() for name, beta in model.named_parameters() if name.endswith("beta")],
        "processor_seconds": time.process_time() - start,
    }
