# SPDX-License-Identifier: Apache-2.0
"""A multilayer perceptron of one input and one output, for fitting curves."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from .initial import initialise

_WIDTH = 32


def perceptron(depth: int, activation: Callable[[], nn.Module]) -> nn.Module:
    """Depth hidden layers of 32 units: (samples, 1) to (samples, 1).

    The first layer's biases are uniform in [-2, 2], so that kinks lie all over the interval.
    """
    layers: list[nn.Module] = []
    width = 1
    for _ in range(depth):
        layers += [nn.Linear(width, _WIDTH), activation()]
        width = _WIDTH
    output = nn.Linear(width, 1)
    model = nn.Sequential(*layers, output)
    initialise(model, output)
    first = layers[0]
    assert isinstance(first, nn.Linear)
    nn.init.uniform_(first.bias, -2, 2)
    return model
