# SPDX-License-Identifier: Apache-2.0
"""The training comparison: scikit-learn's handwritten digits, and networks that differ only in
their activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from silu._common import handwriting
from silu._common.statistics import NEARLY_DEAD

from .network import (
    ACTIVATIONS,
    Activation,
    Array,
    Network,
    backward,
    create,
    cross_entropy,
    descend,
    forward,
)

WIDTH: Final = 64
BATCH: Final = 64
RATES: Final = (0.01, 0.03, 0.1)


@dataclass(frozen=True)
class Units:
    """Shares of the hidden units, per seed."""

    dead: Array  # output and slope exactly 0 for every training input
    nearly_dead: Array  # the largest |slope| over the training inputs is below NEARLY_DEAD


@dataclass(frozen=True)
class Outcome:
    """One activation at one depth, with the learning rate that did best on the validation part."""

    activation: str
    depth: int
    rate: float
    by_rate: dict[float, float]  # mean accuracy on the validation part at the end
    loss: Array  # (epochs, seeds): mean over the epoch's batches
    accuracy: Array  # (epochs + 1, seeds): on the test part; the first is before training
    units_before: Units
    units: Units
    gradients_before: Array  # (layers, seeds): norm of the loss's gradient for each weight matrix
    gradients: Array

    @property
    def final(self) -> Array:
        """Accuracy on the test part at the end, per seed."""
        return np.asarray(self.accuracy[-1])


def _accuracy(network: Network, part: tuple[Array, Array]) -> Array:
    x, labels = part
    output = forward(network, x[None]).sums[-1]
    return np.asarray((output.argmax(axis=-1) == labels).mean(axis=-1))


def _units(network: Network, x: Array) -> Units:
    dead, nearly = [], []
    trace = forward(network, x[None])
    for outputs, sums in zip(trace.inputs[1:], trace.sums[:-1], strict=True):
        slopes = np.abs(network.activation.derivative(sums))
        dead.append(((outputs == 0) & (slopes == 0)).all(axis=1))
        nearly.append(slopes.max(axis=1) < NEARLY_DEAD)
    return Units(np.concatenate(dead, axis=1).mean(axis=1), np.concatenate(nearly, 1).mean(axis=1))


def _gradient_norms(network: Network, part: tuple[Array, Array]) -> Array:
    x, labels = part
    trace = forward(network, x[None])
    replicas = trace.sums[-1].shape[0]
    slope = cross_entropy(trace.sums[-1], np.broadcast_to(labels, (replicas, labels.size)))[1]
    gradients = backward(network, trace, slope)[: len(network.weights)]
    return np.stack([np.sqrt(np.square(g, dtype=float).sum(axis=(1, 2))) for g in gradients])


def _train(
    activation: Activation,
    depth: int,
    seeds: Sequence[int],
    epochs: int,
    data: handwriting.Data,
    advance: Callable[[], None],
) -> Outcome:
    replicas = [(rate, seed) for rate in RATES for seed in seeds]
    rates = np.array([rate for rate, _ in replicas], np.float32)
    sizes = [data.train[0].shape[1], *[WIDTH] * depth, 10]
    network = create(sizes, [seed for _, seed in replicas], activation)
    velocity = [np.zeros_like(p) for p in network.parameters]
    # The order of the data depends on the seed alone, so it is the same for every activation.
    orders = [np.random.default_rng([seed, 1]) for _, seed in replicas]

    units_before = _units(network, data.train[0])
    gradients_before = _gradient_norms(network, data.train)
    accuracy = [_accuracy(network, data.test)]
    losses = []
    x, labels = data.train
    for _ in range(epochs):
        order = np.stack([rng.permutation(labels.size) for rng in orders])
        epoch_losses = []
        for start in range(0, labels.size - BATCH + 1, BATCH):
            batch = order[:, start : start + BATCH]
            trace = forward(network, x[batch])
            loss, slope = cross_entropy(trace.sums[-1], labels[batch])
            descend(network, backward(network, trace, slope), velocity, rates)
            epoch_losses.append(loss)
        losses.append(np.mean(epoch_losses, axis=0))
        accuracy.append(_accuracy(network, data.test))
        advance()

    validation = _accuracy(network, data.validation)
    by_rate = {rate: float(validation[[r == rate for r, _ in replicas]].mean()) for rate in RATES}
    best = max(RATES, key=lambda rate: by_rate[rate])
    chosen = np.array([rate == best for rate, _ in replicas])
    units = _units(network, data.train[0])
    return Outcome(
        activation=activation.name,
        depth=depth,
        rate=best,
        by_rate=by_rate,
        loss=np.stack(losses)[:, chosen],
        accuracy=np.stack(accuracy)[:, chosen],
        units_before=Units(units_before.dead[chosen], units_before.nearly_dead[chosen]),
        units=Units(units.dead[chosen], units.nearly_dead[chosen]),
        gradients_before=gradients_before[:, chosen],
        gradients=_gradient_norms(network, data.train)[:, chosen],
    )


def compare(
    depths: Sequence[int], seeds: Sequence[int], epochs: int, advance: Callable[[], None]
) -> dict[int, dict[str, Outcome]]:
    """Trains every activation at every depth; advance is called once per epoch of each."""
    data = handwriting.load()
    outcomes: dict[int, dict[str, Outcome]] = {}
    # The matrices are small: threads would cost more than they bring, and change the bits.  A
    # learning rate may be too great for an activation; then the loss overflows, and shows it.
    with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
        for depth in depths:
            outcomes[depth] = {
                activation.name: _train(activation, depth, seeds, epochs, data, advance)
                for activation in ACTIVATIONS
            }
    return outcomes
