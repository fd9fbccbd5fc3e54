# SPDX-License-Identifier: Apache-2.0
"""A plain deep convolutional network: nothing helps the gradient on its way back."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from .initial import initialise, rescale

_WIDTH = 16


def plain(
    depth: int,
    activation: Callable[[], nn.Module],
    *,
    stride: int = 2,
    classes: int = 10,
    own_scale: bool = False,
) -> nn.Module:
    """Depth convolutions of 3 by 3 and 16 channels, without normalisation or shortcuts.

    (samples, 1, height, width) to (samples, classes); the first convolution has the stride.
    With own_scale the initial weights have the scale that suits the activation.
    """
    layers: list[nn.Module] = []
    channels = 1
    for layer in range(depth):
        step = stride if layer == 0 else 1
        layers += [nn.Conv2d(channels, _WIDTH, 3, stride=step, padding=1), activation()]
        channels = _WIDTH
    output = nn.Linear(_WIDTH, classes)
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), output)
    initialise(model, output)
    if own_scale:
        rescale(model, output, activation)
    return model
