# SPDX-License-Identifier: Apache-2.0
"""Lines with their spread and their names."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from .theme import COLOURS, DASHES, LABELS


def band(axes: Axes, x: np.ndarray, runs: np.ndarray, name: str) -> float:
    """A line for the mean over seeds in a band from least to greatest; returns its last value."""
    axes.fill_between(
        x, runs.min(axis=1), runs.max(axis=1), color=COLOURS[name], alpha=0.16, linewidth=0
    )
    mean = runs.mean(axis=1)
    axes.plot(x, mean, color=COLOURS[name], linestyle=DASHES[name])
    return float(mean[-1])


def label_ends(axes: Axes, ends: dict[str, float]) -> None:
    """Names beside the curves' ends, moved up where they would overlap, then down as a whole."""
    axes.get_ylim()  # settles the limits, on which the transforms depend
    line = 0.07  # of the axes' height
    places: list[tuple[float, str]] = []
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        place = float(axes.transLimits.transform(axes.transScale.transform((0, end)))[1])
        places.append((max(place, places[-1][0] + line) if places else place, name))
    excess = max(0.0, places[-1][0] - 1)
    for place, name in places:
        axes.annotate(
            LABELS[name],
            (1, place - excess),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=COLOURS[name],
            fontweight="bold",
            annotation_clip=False,
        )


def logarithmic(axes: Axes) -> None:
    """A logarithmic vertical axis whose labels are the powers of ten alone."""
    axes.set_yscale("log")
    axes.yaxis.set_minor_formatter(NullFormatter())
