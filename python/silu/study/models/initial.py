# SPDX-License-Identifier: Apache-2.0
"""Initial weights, from torch's generator as it stands: the same for any activation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn


def initialise(model: nn.Module, output: nn.Linear) -> None:
    """Weights by He et al. (2015), biases 0.

    The variance is 2 / inputs, and 1 / inputs in the last layer, which has no activation.  This
    suits ReLU; an activation that needs another scale has to do without, as it does in a network
    where only the activation is exchanged.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            if module is output:
                nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
            else:
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def second_moment(activation: nn.Module) -> float:
    """The mean of f(z)^2 for a normal z, by Gauss and Hermite's quadrature; 1/2 for ReLU."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(101)
    with torch.no_grad():
        values = activation(torch.from_numpy(nodes).float()).double().numpy()
    return float(weights @ values**2 / weights.sum())


def rescale(model: nn.Module, output: nn.Linear, activation: Callable[[], nn.Module]) -> None:
    """Gives initialised weights the scale that suits the activation as He's suits ReLU.

    With a variance of 1 / (inputs E f(z)^2) a layer's sums keep their mean square.
    """
    scale = (0.5 / second_moment(activation())) ** 0.5
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and module is not output:
                module.weight *= scale
