# SPDX-License-Identifier: Apache-2.0
"""Function fitting: how well small networks of equal size follow a smooth and a kinked curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from .network import (
    ACTIVATIONS,
    Activation,
    Array,
    backward,
    create,
    descend,
    forward,
    squared_error,
)

WIDTH: Final = 32
POINTS: Final = 128
RATES: Final = (0.01, 0.03, 0.1)


@dataclass(frozen=True)
class Target:
    """A function on [-1, 1]; the networks see the interval scaled to variance 1."""

    name: str
    formula: str
    function: Callable[[Array], Array]


def _triangle(x: Array) -> Array:
    return 4 * np.abs(1.5 * x - np.floor(1.5 * x + 0.5)) - 1


TARGETS: Final = (
    Target("smooth", "sin(5x) + ½ sin(11x)", lambda x: np.sin(5 * x) + np.sin(11 * x) / 2),
    Target("kinked", "a triangle wave with three periods", _triangle),
)


@dataclass(frozen=True)
class Fit:
    """Root mean squared errors on a dense grid, per seed, at the best learning rate."""

    activation: str
    target: str
    rate: float
    error: Array


def _fit(
    activation: Activation,
    target: Target,
    seeds: Sequence[int],
    steps: int,
    advance: Callable[[], None],
) -> Fit:
    replicas = [(rate, seed) for rate in RATES for seed in seeds]
    rates = np.array([rate for rate, _ in replicas], np.float32)
    network = create([1, WIDTH, WIDTH, 1], [seed for _, seed in replicas], activation)
    # Kinks spread over the interval; all activations get the same.
    for replica, (_, seed) in enumerate(replicas):
        rng = np.random.default_rng([seed, 2])
        network.biases[0][replica, 0] = rng.uniform(-2, 2, WIDTH)
    velocity = [np.zeros_like(p) for p in network.parameters]
    x = np.linspace(-1, 1, POINTS, dtype=np.float32)[:, None]
    scale = np.float32(1 / x.std())
    y = target.function(x).astype(np.float32)
    for step in range(steps):
        trace = forward(network, scale * x[None])
        slope = squared_error(trace.sums[-1], y)[1]
        descend(network, backward(network, trace, slope), velocity, rates)
        if step % 100 == 99:
            advance()
    dense = np.linspace(-1, 1, 1001, dtype=np.float32)[:, None]
    output = forward(network, scale * dense[None]).sums[-1]
    error = np.sqrt(squared_error(output, target.function(dense))[0])
    by_rate = {rate: float(error[[r == rate for r, _ in replicas]].mean()) for rate in RATES}
    best = min(RATES, key=lambda rate: (np.isnan(by_rate[rate]), by_rate[rate]))
    return Fit(activation.name, target.name, best, error[[r == best for r, _ in replicas]])


def compare(
    seeds: Sequence[int], steps: int, advance: Callable[[], None]
) -> dict[str, dict[str, Fit]]:
    """Fits every target with every activation; advance is called once per hundred steps of each."""
    with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
        return {
            target.name: {
                activation.name: _fit(activation, target, seeds, steps, advance)
                for activation in ACTIVATIONS
            }
            for target in TARGETS
        }
