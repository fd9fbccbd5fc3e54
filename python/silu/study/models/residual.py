# SPDX-License-Identifier: Apache-2.0
"""A small residual network, after He et al., Deep residual learning (2016).

As published it uses ReLU; with another activation it is a variant.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from .initial import initialise


class _Block(nn.Module):
    """Two convolutions and a shortcut, which is a convolution of 1 by 1 where shapes differ."""

    def __init__(
        self, channels: int, outputs: int, stride: int, activation: Callable[[], nn.Module]
    ) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            activation(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, outputs, 1, stride=stride, bias=False),
                nn.BatchNorm2d(outputs),
            )
        self.last = activation()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.last(self.branch(x) + self.shortcut(x))
        return y


def residual(depth: int, activation: Callable[[], nn.Module], *, classes: int = 10) -> nn.Module:
    """A network of depth weighted layers, 4 n + 2: n blocks of 16 channels, then n of 32.

    (samples, 1, height, width) to (samples, classes).
    """
    blocks, rest = divmod(depth - 2, 4)
    if blocks < 1 or rest:
        raise ValueError(f"depth is {depth}; it must be 4 n + 2 with n at least 1")
    layers: list[nn.Module] = [
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(16),
        activation(),
    ]
    layers += [_Block(16, 16, 1, activation) for _ in range(blocks)]
    layers += [_Block(16, 32, 2, activation)]
    layers += [_Block(32, 32, 1, activation) for _ in range(blocks - 1)]
    output = nn.Linear(32, classes)
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), output)
    initialise(model, output)
    return model
