# SPDX-License-Identifier: Apache-2.0
"""What is measured in a network: gradients by layer, and units that do not react."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from silu._common.statistics import NEARLY_DEAD

from .activations import KINDS
from .data.parts import Part

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Units:
    """Shares of the units behind an activation."""

    dead: float  # output and slope exactly 0 for every input
    nearly_dead: float  # the largest |slope| over the inputs is below NEARLY_DEAD


def activations(model: nn.Module) -> dict[str, nn.Module]:
    """The activations by their names, in the order of the model."""
    return {name: module for name, module in model.named_modules() if isinstance(module, KINDS)}


def slope(activation: nn.Module, z: Tensor) -> Tensor:
    """The derivative at every element."""
    at = z.detach().requires_grad_()
    with torch.enable_grad():
        (derivative,) = torch.autograd.grad(activation(at).sum(), at)
    return derivative


def _per_unit(values: Tensor) -> Tensor:
    """(units, all else): units are the channels of images, else the last axis."""
    return values.movedim(1 if values.ndim == 4 else -1, 0).flatten(1)


def units(model: nn.Module, inputs: Tensor) -> Units:
    """Counts dead and nearly dead units over all inputs at once; the model is left as it was.

    A unit is a channel, at all places of an image or a text.
    """
    seen: list[tuple[nn.Module, Tensor, Tensor]] = []

    def look(module: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        seen.append((module, given[0], output))

    hooks = [module.register_forward_hook(look) for module in activations(model).values()]
    was_training = model.training
    model.eval()
    with torch.no_grad():
        model(inputs)
    model.train(was_training)
    for hook in hooks:
        hook.remove()
    dead, nearly = [], []
    for module, given, output in seen:
        steepness = _per_unit(slope(module, given).abs())
        dead.append(((_per_unit(output) == 0) & (steepness == 0)).all(1))
        nearly.append(steepness.amax(1) < NEARLY_DEAD)
    return Units(torch.cat(dead).double().mean().item(), torch.cat(nearly).double().mean().item())


def gradient_norms(model: nn.Module, loss: Loss, part: Part) -> list[float]:
    """The norm of the loss's gradient for the weights of each convolution and linear layer."""
    probe = copy.deepcopy(model)  # so that running means and gradients of the model stay
    probe.train()
    probe.zero_grad()
    loss(probe(part[0]), part[1]).backward()
    layers = [m for m in probe.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    norms = []
    for layer in layers:
        assert layer.weight.grad is not None
        norms.append(layer.weight.grad.double().norm().item())
    return norms
