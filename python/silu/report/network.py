# SPDX-License-Identifier: Apache-2.0
"""A multilayer perceptron in NumPy: forward, backward, and a step of gradient descent.

All arrays have a leading axis of replicas: networks of the same shape that differ in their initial
weights, in the order of their data, or in their learning rate, and are trained side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

import silu

Array = np.ndarray


@dataclass(frozen=True)
class Activation:
    """A function of the package and its derivative."""

    name: str
    function: np.ufunc
    derivative: np.ufunc


ACTIVATIONS: Final = (
    Activation("silu", silu.silu, silu.silu_derivative),
    Activation("relu", silu.relu, silu.relu_derivative),
    Activation("sigmoid", silu.sigmoid, silu.sigmoid_derivative),
)


@dataclass
class Network:
    """weights[l] is (replicas, inputs, outputs), biases[l] is (replicas, 1, outputs)."""

    weights: list[Array]
    biases: list[Array]
    activation: Activation

    @property
    def parameters(self) -> list[Array]:
        """Weights, then biases."""
        return [*self.weights, *self.biases]


@dataclass
class Trace:
    """What a forward pass leaves for the backward pass."""

    inputs: list[Array]  # of each layer
    sums: list[Array]  # of each layer, before the activation; the last is the output


def create(sizes: Sequence[int], seeds: Sequence[int], activation: Activation) -> Network:
    """Weights by He et al. (2015), in float32, from the seeds alone: the same for any activation.

    Variance 2 / inputs in hidden layers, 1 / inputs in the last, which has no activation; biases 0.
    """
    shapes = list(pairwise(sizes))
    gains = [2.0] * (len(shapes) - 1) + [1.0]
    generators = [np.random.default_rng(seed) for seed in seeds]
    weights = [
        np.stack(
            [rng.normal(scale=np.sqrt(gain / shape[0]), size=shape) for rng in generators]
        ).astype(np.float32)
        for shape, gain in zip(shapes, gains, strict=True)
    ]
    biases = [np.zeros((len(seeds), 1, shape[1]), np.float32) for shape in shapes]
    return Network(weights, biases, activation)


def forward(network: Network, x: Array) -> Trace:
    """The pass from inputs x, (replicas or 1, samples, inputs), to the last layer's sums."""
    inputs, sums = [x], []
    last = len(network.weights) - 1
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        z = inputs[-1] @ weight
        z += bias
        sums.append(z)
        if layer < last:
            inputs.append(network.activation.function(z))
    return Trace(inputs, sums)


def backward(network: Network, trace: Trace, slope: Array) -> list[Array]:
    """Gradients of the parameters, in their order; slope is the loss's gradient at the output."""
    weights: list[Array] = []
    biases: list[Array] = []
    for layer in reversed(range(len(network.weights))):
        weights.append(np.swapaxes(trace.inputs[layer], -1, -2) @ slope)
        biases.append(slope.sum(axis=-2, keepdims=True))
        if layer:
            slope = slope @ np.swapaxes(network.weights[layer], -1, -2)
            slope *= network.activation.derivative(trace.sums[layer - 1])
    return weights[::-1] + biases[::-1]


def descend(network: Network, gradients: list[Array], velocity: list[Array], rates: Array) -> None:
    """One step of gradient descent with momentum 0.9; rates holds each replica's learning rate."""
    for parameter, gradient, speed in zip(network.parameters, gradients, velocity, strict=True):
        speed *= np.float32(0.9)
        speed += gradient
        parameter -= rates[:, None, None] * speed


def cross_entropy(output: Array, labels: Array) -> tuple[Array, Array]:
    """The mean loss of each replica, and its gradient at the output; labels index classes."""
    shifted = output - output.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(shifted - np.log(total), labels[..., None], axis=-1)[..., 0]
    slope = exponentials / total
    one = np.take_along_axis(slope, labels[..., None], axis=-1) - np.float32(1)
    np.put_along_axis(slope, labels[..., None], one, axis=-1)
    slope /= np.float32(output.shape[-2])
    return -picked.mean(axis=-1), slope


def squared_error(output: Array, target: Array) -> tuple[Array, Array]:
    """The mean squared error of each replica, and its gradient at the output."""
    difference = output - target
    loss = np.square(difference).mean(axis=(-1, -2))
    return loss, difference * np.float32(2 / (output.shape[-1] * output.shape[-2]))
