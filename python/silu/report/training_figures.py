# SPDX-License-Identifier: Apache-2.0
"""Figures of the training comparison."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from silu._common.lines import band, label_ends, logarithmic
from silu._common.svg import Picture, inline
from silu._common.theme import LABELS, PANEL, style

from .digits import Outcome

Outcomes = dict[str, Outcome]


def _panel(name: str, description: str, caption: str, draw: Callable[[Axes], None]) -> Picture:
    with style(text_as_paths=False):
        figure = Figure(figsize=PANEL)
        draw(figure.subplots())
        return Picture(inline(figure, name, description), caption)


def _words(values: dict[str, float], form: str) -> str:
    return ", ".join(f"{LABELS[name]} {value:{form}}" for name, value in values.items())


def loss(depth: int, outcomes: Outcomes) -> Picture:
    """Training loss by epoch."""

    def draw(axes: Axes) -> None:
        logarithmic(axes)
        ends = {}
        for name, outcome in outcomes.items():
            epochs = np.arange(1, len(outcome.loss) + 1)
            ends[name] = band(axes, epochs, outcome.loss, name)
        axes.set_xlim(1, len(outcome.loss))
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(f"Training loss, {depth} hidden layers")
        label_ends(axes, ends)

    last = {name: float(o.loss[-1].mean()) for name, o in outcomes.items()}
    return _panel(
        f"loss-{depth}",
        f"Training loss by epoch with {depth} hidden layers; at the end {_words(last, '.2g')}.",
        f"Loss on the training part, {depth} hidden layers, logarithmic. Lines are means over the "
        "seeds, bands reach from the least to the greatest.",
        draw,
    )


def accuracy(depth: int, outcomes: Outcomes) -> Picture:
    """Accuracy on the test part by epoch."""

    def draw(axes: Axes) -> None:
        ends = {}
        for name, outcome in outcomes.items():
            epochs = np.arange(len(outcome.accuracy))
            ends[name] = band(axes, epochs, outcome.accuracy, name)
        axes.set_xlim(0, len(outcome.accuracy) - 1)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(f"Test accuracy, {depth} hidden layers")
        label_ends(axes, ends)

    last = {name: float(o.final.mean()) for name, o in outcomes.items()}
    return _panel(
        f"accuracy-{depth}",
        f"Test accuracy by epoch with {depth} hidden layers; at the end {_words(last, '.1%')}.",
        f"Accuracy on digits never trained on, {depth} hidden layers.",
        draw,
    )


def gradients(depth: int, outcomes: Outcomes, *, end: bool) -> Picture:
    """Norm of the gradient per layer, before or after training."""
    when = "after" if end else "before"

    def draw(axes: Axes) -> None:
        logarithmic(axes)
        ends = {}
        for name, outcome in outcomes.items():
            norms = outcome.gradients if end else outcome.gradients_before
            layers = np.arange(1, len(norms) + 1)
            ends[name] = band(axes, layers, norms, name)
        axes.set_xlim(1, depth + 1)
        axes.set_xticks(range(1, depth + 2))
        axes.set_xlabel("layer (1 is next to the pixels)")
        axes.set_title(f"Gradient norm {when} training, {depth} hidden layers")
        label_ends(axes, ends)

    first = {
        name: float((o.gradients if end else o.gradients_before)[0].mean())
        for name, o in outcomes.items()
    }
    return _panel(
        f"gradients-{when}-{depth}",
        f"Gradient norm by layer {when} training, logarithmic; in layer 1 {_words(first, '.2g')}.",
        f"How much of the gradient reaches each layer {when} training, logarithmic. A line that "
        "falls towards the left is a gradient that vanishes on its way back to the first layer."
        if not end
        else "The same after training. A small gradient can mean that there is nothing left to "
        "learn, or no way to learn it; the loss above tells which.",
        draw,
    )
