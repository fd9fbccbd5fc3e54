# SPDX-License-Identifier: Apache-2.0
"""The study's pictures, each an SVG of its own."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from silu._common.lines import band, label_ends, logarithmic
from silu._common.text import percent
from silu._common.theme import COLOURS, LABELS, PANEL, style

from .outcomes import Outcome, Setting


@dataclass(frozen=True)
class Picture:
    """A file, what to see in it, and what it says to those who do not see it."""

    name: str
    svg: bytes
    caption: str
    description: str


def _panels(draws: Sequence[Callable[[Axes], None]], height: float = PANEL[1]) -> bytes:
    """Panels side by side, the same bytes each time and with any fonts."""
    with style(text_as_paths=True):
        figure = Figure(figsize=(PANEL[0] * len(draws), height))
        for axes, draw in zip(np.atleast_1d(figure.subplots(1, len(draws))), draws, strict=True):
            draw(axes)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


def _percentages(axes: Axes) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])


def _marked(axes: Axes) -> None:
    """A mark at every measured point: lines between a few points are guesses."""
    for line in axes.lines:
        line.set(marker="o", markersize=4)


def _plain(settings: Sequence[Setting]) -> list[Setting]:
    return [s for s in settings if s.task.name == "plain"]


def _over_depth(
    axes: Axes, settings: Sequence[Setting], value: Callable[[Outcome], object]
) -> None:
    depths = np.array([s.depth for s in settings])
    ends = {}
    for name in settings[0].outcomes:
        runs = np.array([value(s.outcomes[name]) for s in settings], float)
        ends[name] = band(axes, depths, runs, name)
    axes.set_xticks(depths)
    axes.set_xlabel("convolutions")
    _marked(axes)
    label_ends(axes, ends)


def accuracy_by_depth(settings: Sequence[Setting]) -> Picture:
    """Test accuracy of plain networks against their depth."""
    plain = _plain(settings)

    def draw(axes: Axes) -> None:
        _percentages(axes)
        axes.set_title("Test accuracy, plain networks")
        _over_depth(axes, plain, lambda outcome: outcome.score)

    deepest = plain[-1]
    told = ", ".join(f"{LABELS[n]} {percent(o.score.mean())}" for n, o in deepest.outcomes.items())
    return Picture(
        "accuracy-by-depth",
        _panels([draw]),
        "Accuracy on the test part by depth, without normalisation or shortcuts, each activation "
        "at its best learning rate. Lines are means over the seeds, bands reach from the least to "
        "the greatest.",
        f"Test accuracy by depth; at depth {deepest.depth}: {told}.",
    )


def gradient_by_layer(settings: Sequence[Setting]) -> Picture:
    """Gradient norms in the deepest plain network, before and after training."""
    deepest = _plain(settings)[-1]

    def draw(axes: Axes, when: str) -> None:
        logarithmic(axes)
        ends = {}
        for name, outcome in deepest.outcomes.items():
            norms = outcome.gradients_before if when == "before" else outcome.gradients
            norms = norms[:, np.isfinite(norms).all(axis=0)]  # without what diverged
            if not norms.size:
                continue
            # A gradient that is zero in every digit has no place on a logarithmic axis.
            ends[name] = band(axes, np.arange(1, len(norms) + 1), norms.clip(1e-20), name)
        axes.set_xlim(1, deepest.depth + 1)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("layer (1 is next to the pixels)")
        axes.set_title(f"Gradient norm {when} training")
        label_ends(axes, ends)

    told = ", ".join(f"{LABELS[n]} {np.median(o.reach):.1g}" for n, o in deepest.outcomes.items())
    return Picture(
        "gradient-by-layer",
        _panels([partial(draw, when=when) for when in ("before", "after")]),
        f"How much of the gradient reaches each layer of the plain network of {deepest.depth} "
        "convolutions, logarithmic. A line that falls towards the left is a gradient that "
        "vanishes on its way back. Seeds whose training diverged are left out.",
        f"Gradient norm by layer; first over last before training: {told}.",
    )


def accuracy_by_rate(settings: Sequence[Setting]) -> Picture:
    """Test accuracy against the learning rate, in the two shallower plain networks."""
    shown = _plain(settings)[:2]

    def draw(axes: Axes, setting: Setting) -> None:
        _percentages(axes)
        axes.set_xscale("log")
        ends = {}
        for name, outcome in setting.outcomes.items():
            rates = sorted(outcome.by_rate)
            runs = np.array([outcome.by_rate[rate] for rate in rates])
            ends[name] = band(axes, np.array(rates), runs, name)
        axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("learning rate")
        axes.set_title(f"Test accuracy, {setting.depth} convolutions")
        _marked(axes)
        label_ends(axes, ends)

    told = "; ".join(
        f"depth {s.depth}: "
        + ", ".join(f"{LABELS[n]} best at {o.rate:g}" for n, o in s.outcomes.items())
        for s in shown
    )
    return Picture(
        "accuracy-by-rate",
        _panels([partial(draw, setting=setting) for setting in shown]),
        "Sensitivity to the learning rate: accuracy on the test part at each rate tried.",
        f"Test accuracy by learning rate; {told}.",
    )


def dead_units(settings: Sequence[Setting]) -> Picture:
    """Shares of dead and nearly dead units after training, by network."""
    shown = [s for s in settings if s.task.measure == "accuracy"] + [
        s for s in settings if s.task.measure == "error"
    ]
    names = list(shown[0].outcomes)
    rows = np.arange(len(shown))[::-1]

    def draw(axes: Axes, title: str, value: Callable[[Outcome], np.ndarray]) -> None:
        for place, name in enumerate(names):
            means = [
                float(value(s.outcomes[name]).mean()) if name in s.outcomes else np.nan
                for s in shown
            ]
            shift = 0.15 * (len(names) / 2 - 0.5 - place)  # so that equal ones can be told apart
            axes.plot(
                means,
                rows + shift,
                color=COLOURS[name],
                linestyle="none",
                marker="o",
                markersize=3.5,
                label=LABELS[name],
            )
        axes.set_yticks(rows, [s.short for s in shown])
        axes.tick_params("y", length=0)
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f}%")
        axes.grid(visible=False, axis="y")
        axes.set_title(title)

    def dead(axes: Axes) -> None:
        draw(axes, "Dead units after training", lambda outcome: outcome.dead)

    def nearly(axes: Axes) -> None:
        draw(axes, "Dead or nearly dead", lambda outcome: outcome.nearly_dead)
        axes.set_yticklabels([])
        axes.legend(frameon=False, labelcolor="linecolor", loc="center right")

    most = max(shown, key=lambda s: float(s.outcomes["relu"].dead.mean()))
    return Picture(
        "dead-units",
        _panels([dead, nearly], height=4.6),
        "Shares of the units, mean over the seeds. Dead: output and slope exactly 0 for every "
        "probed training sample. Nearly dead: a slope below 0.01 for every one of them.",
        f"Dead units by network; most with ReLU in {most.short}: "
        f"{percent(float(most.outcomes['relu'].dead.mean()))}.",
    )


def pictures(settings: Sequence[Setting]) -> list[Picture]:
    """All of them."""
    return [
        accuracy_by_depth(settings),
        gradient_by_layer(settings),
        accuracy_by_rate(settings),
        dead_units(settings),
    ]
