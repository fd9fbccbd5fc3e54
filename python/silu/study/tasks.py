# SPDX-License-Identifier: Apache-2.0
"""What is trained on what: one row for each kind of network and data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from torch import nn

from .activations import COMPARED
from .data import curves, images, scripture, words
from .data.parts import Data
from .models.decoder import Decoder
from .models.efficient import efficient
from .models.encoder import Encoder
from .models.perceptron import perceptron
from .models.plain import plain
from .models.residual import residual

Build = Callable[[int, Callable[[], nn.Module]], nn.Module]


@dataclass(frozen=True)
class Task:
    """A network of several depths and what it learns.

    Every activation gets the same depths, rates, steps, batches and seeds.
    """

    name: str
    title: str
    short: str  # within a sentence
    original: str  # the activation of the published network; elsewhere it is a variant
    rates: dict[int, tuple[float, ...]]  # tried at each depth
    steps: int
    batch: int
    optimiser: Literal["momentum", "adam"]
    measure: Literal["accuracy", "error"]  # by which runs are compared; error is of values
    data: Callable[[], Data]
    network: Callable[[], Build]  # called after the data are there, whose sizes some need
    activations: tuple[str, ...] = COMPARED

    @property
    def depths(self) -> tuple[int, ...]:
        """The depths, ascending."""
        return tuple(self.rates)

    def at(self, depth: int) -> str:
        """A short name with the depth, where there are several."""
        return f"{self.short} {depth}" if len(self.depths) > 1 else self.short


def _encoder() -> Build:
    vocabulary = words.languages()[1]
    return partial(Encoder, vocabulary=vocabulary, length=words.LENGTH, classes=len(words.LISTS))


def _decoder() -> Build:
    return partial(Decoder, vocabulary=scripture.letters()[1], length=scripture.LENGTH)


def _images(name: str, title: str, short: str, original: str, **settings: Any) -> Task:
    """On Fashion-MNIST, by gradient descent with momentum."""
    return Task(
        name,
        title,
        short,
        original,
        batch=32,
        optimiser="momentum",
        measure="accuracy",
        **{"steps": 192, "data": images.fashion, **settings},
    )


def _language(name: str, title: str, short: str, original: str, **settings: Any) -> Task:
    """Transformers by Adam; GELU takes part, which BERT has."""
    return Task(
        name,
        title,
        short,
        original,
        steps=192,
        optimiser="adam",
        measure="accuracy",
        activations=(*COMPARED, "gelu"),
        **settings,
    )


def _fit(name: str) -> Task:
    return Task(
        f"fit-{name}",
        f"Perceptron, the {name} curve",
        f"{name} curve",
        "relu",
        rates={2: (0.003, 0.01, 0.03)},
        steps=800,
        batch=128,
        optimiser="momentum",
        measure="error",
        data=partial(curves.curve, name),
        network=lambda: perceptron,
    )


_ALL: Final = (
    _images(
        "plain",
        "Plain convolutional network, Fashion-MNIST",
        "plain",
        "relu",
        rates={4: (0.01, 0.03, 0.1), 8: (0.03, 0.1), 16: (0.03, 0.1)},
        network=lambda: plain,
    ),
    # Without Swish, whose exact gradient of beta takes microseconds an element where sums are huge,
    # as they get here; dSiLU, which is bounded, was left out for time.
    _images(
        "high",
        "Plain convolutional network, Fashion-MNIST, too high a learning rate",
        "plain (too high a rate)",
        "relu",
        rates={4: (0.3,)},
        activations=("silu", "relu", "sigmoid"),
        network=lambda: plain,
    ),
    _images(
        "scaled",
        "Plain network, Fashion-MNIST, initial weights scaled for each activation",
        "plain (own scale)",
        "relu",
        rates={16: (0.03, 0.1)},
        activations=("silu", "relu", "sigmoid"),
        network=lambda: partial(plain, own_scale=True),
    ),
    _images(
        "digits",
        "Plain convolutional network, digits",
        "digits",
        "relu",
        rates={8: (0.03, 0.1)},
        steps=128,
        data=images.digits,
        network=lambda: partial(plain, stride=1),
    ),
    _images(
        "residual",
        "Small residual network (ResNet), Fashion-MNIST",
        "ResNet",
        "relu",
        rates={6: (0.1,), 14: (0.03, 0.1)},
        network=lambda: residual,
    ),
    _images(
        "efficient",
        "Small inverted bottlenecks (EfficientNet), Fashion-MNIST",
        "EfficientNet",
        "silu",
        rates={3: (0.1,)},
        steps=128,
        network=lambda: efficient,
    ),
    _language(
        "encoder",
        "Small encoder (BERT), languages of words",
        "BERT",
        "gelu",
        rates={2: (0.003,)},
        batch=32,
        data=lambda: words.languages()[0],
        network=_encoder,
    ),
    _language(
        "decoder",
        "Small decoder (Llama), letters of the King James Bible",
        "Llama",
        "silu",
        rates={2: (0.003,)},
        batch=8,
        data=lambda: scripture.letters()[0],
        network=_decoder,
    ),
    _fit("smooth"),
    _fit("kinked"),
)

TASKS: Final = {task.name: task for task in _ALL}
