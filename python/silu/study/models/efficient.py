# SPDX-License-Identifier: Apache-2.0
"""A small network of inverted bottlenecks with squeeze and excitation.

After Tan and Le, EfficientNet (2019), which uses SiLU; with another activation it is a variant.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .initial import initialise

_EXPANSION = 4


class _SqueezeExcite(nn.Module):
    """Scales channels by a gate that sees their means; the gate itself is always a sigmoid."""

    def __init__(self, channels: int, squeezed: int, activation: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.activation = activation()
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.expand(self.activation(self.reduce(means))))


class _Bottleneck(nn.Module):
    """Expand, convolve each channel by itself, gate, project; a shortcut where shapes agree."""

    def __init__(
        self, channels: int, outputs: int, stride: int, activation: Callable[[], nn.Module]
    ) -> None:
        super().__init__()
        wide = _EXPANSION * channels
        self.layers = nn.Sequential(
            nn.Conv2d(channels, wide, 1, bias=False),
            nn.BatchNorm2d(wide),
            activation(),
            nn.Conv2d(wide, wide, 3, stride=stride, padding=1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            activation(),
            _SqueezeExcite(wide, channels // 4, activation),
            nn.Conv2d(wide, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = stride == 1 and channels == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.shortcut else y


def efficient(depth: int, activation: Callable[[], nn.Module], *, classes: int = 10) -> nn.Module:
    """Depth bottlenecks, of 12 channels and then of 20, between two convolutions.

    (samples, 1, height, width) to (samples, classes); depth is at least 2.
    """
    if depth < 2:
        raise ValueError(f"depth is {depth}; it must be at least 2")
    narrow = depth // 2
    layers: list[nn.Module] = [
        nn.Conv2d(1, 12, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(12),
        activation(),
    ]
    layers += [_Bottleneck(12, 12, 1, activation) for _ in range(narrow)]
    layers += [_Bottleneck(12, 20, 2, activation)]
    layers += [_Bottleneck(20, 20, 1, activation) for _ in range(depth - narrow - 1)]
    layers += [nn.Conv2d(20, 64, 1, bias=False), nn.BatchNorm2d(64), activation()]
    output = nn.Linear(64, classes)
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), output)
    initialise(model, output)
    return model
