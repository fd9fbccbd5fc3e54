# SPDX-License-Identifier: Apache-2.0
"""The graphs of the functions and of their derivatives."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import silu
from silu._common.svg import Picture, inline
from silu._common.theme import COLOURS, DASHES, LABELS, PANEL, style

# The double nearest to the place of silu's minimum, -(1 + W(1/e)).
_MINIMUM_AT = np.float64(-1.2784645427610738)

_X = np.linspace(-6, 6, 1201)


def _curve(axes: Axes, name: str, y: np.ndarray, label: str, at: float, side: str) -> None:
    """A curve, with its name beside it where x = at."""
    axes.plot(_X, y, color=COLOURS[name], linestyle=DASHES[name])
    index = int(np.argmin(np.abs(_X - at)))
    horizontal: Literal["right", "left", "center"] = "right" if side == "left" else "left"
    offset = {"left": (-6, 4), "right": (6, -3), "above": (0, 6), "below": (0, -14)}[side]
    if side in ("above", "below"):
        horizontal = "center"
    axes.annotate(
        label,
        (_X[index], y[index]),
        xytext=offset,
        textcoords="offset points",
        color=COLOURS[name],
        fontweight="bold",
        ha=horizontal,
    )


def _origin(axes: Axes) -> None:
    axes.axhline(0, color=COLOURS["muted"], linewidth=0.8, zorder=1)
    axes.axvline(0, color=COLOURS["muted"], linewidth=0.8, zorder=1)
    axes.set_xlim(-6, 6)
    axes.set_xticks([-6, -4, -2, 0, 2, 4, 6])
    axes.set_xlabel("x")


def draw_functions(axes: Axes) -> None:
    """silu, relu and sigmoid, with silu's minimum marked."""
    _origin(axes)
    _curve(axes, "relu", silu.relu(_X), LABELS["relu"], 3.0, "left")
    _curve(axes, "sigmoid", silu.sigmoid(_X), LABELS["sigmoid"], 4.6, "below")
    _curve(axes, "silu", silu.silu(_X), LABELS["silu"], 2.3, "right")
    least = silu.silu(_MINIMUM_AT)
    axes.plot([_MINIMUM_AT], [least], "o", color=COLOURS["silu"], markersize=6)
    axes.annotate(
        f"minimum {least:.4f}\nat x = {_MINIMUM_AT:.4f}".replace("-", "−"),
        (_MINIMUM_AT, least),
        xytext=(0.5, -0.8),
        ha="left",
        va="center",
        arrowprops={"arrowstyle": "-", "color": COLOURS["muted"], "shrinkB": 4},
    )
    axes.set_ylim(-1.3, 4)
    axes.set_yticks([-1, 0, 1, 2, 3, 4])


def draw_derivatives(axes: Axes) -> None:
    """The first derivatives."""
    _origin(axes)
    step = silu.relu_derivative(_X)
    step[np.abs(_X) < 1e-9] = np.nan  # relu has no derivative at 0: the line breaks there
    _curve(axes, "relu", step, "ReLU′", 4.6, "below")
    _curve(axes, "sigmoid", silu.sigmoid_derivative(_X), "sigmoid′", 1.6, "right")
    _curve(axes, "silu", silu.silu_derivative(_X), "SiLU′", 3.0, "above")
    axes.plot([_MINIMUM_AT], [0], "o", color=COLOURS["silu"], markersize=6)
    axes.annotate(
        "SiLU′ is 0 here only",
        (_MINIMUM_AT, 0),
        xytext=(-3.6, 0.32),
        ha="center",
        arrowprops={"arrowstyle": "-", "color": COLOURS["muted"], "shrinkB": 4},
    )
    axes.set_ylim(-0.25, 1.25)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])


def draw_second_derivative(axes: Axes) -> None:
    """silu''."""
    _origin(axes)
    _curve(axes, "silu", silu.silu_second_derivative(_X), "SiLU″", 0.7, "right")
    zero = 2.3993572805154677  # the properties' check brackets it
    axes.plot([-zero, zero], [0, 0], "o", color=COLOURS["silu"], markersize=6)
    for side in (-1, 1):
        axes.annotate(
            f"{side * zero:.4f}".replace("-", "−"),
            (side * zero, 0),
            xytext=(side * 10, 7),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
        )
    axes.set_ylim(-0.14, 0.56)
    axes.set_yticks([0, 0.25, 0.5])


def standalone(form: Literal["svg", "png"]) -> bytes:
    """The functions and their first derivatives side by side, as a file's content."""
    with style(text_as_paths=True):
        figure = Figure(figsize=(9.0, 3.9))
        left, right = figure.subplots(1, 2)
        draw_functions(left)
        left.set_title("Functions")
        draw_derivatives(right)
        right.set_title("Derivatives")
        file = io.BytesIO()
        if form == "svg":
            figure.savefig(file, format="svg", metadata={"Date": None})
        else:
            figure.savefig(file, format="png", dpi=200)
    return file.getvalue()


def pictures() -> list[Picture]:
    """The page's graphs."""
    panels = (
        (
            "graph-functions",
            draw_functions,
            "Graphs of SiLU, ReLU and sigmoid from −6 to 6. SiLU dips to −0.278 at −1.278, passes "
            "through 0 and comes close to ReLU on both sides.",
            "The functions. SiLU dips below zero before it rises: it is neither non-negative nor "
            "monotone. Far from zero it hugs ReLU on both sides.",
        ),
        (
            "graph-derivatives",
            draw_derivatives,
            "Graphs of the derivatives. ReLU's jumps from 0 to 1 at 0. SiLU's is continuous, zero "
            "at −1.278 only, and overshoots 1 near 2.4. Sigmoid's is at most a quarter.",
            "Their derivatives. ReLU′ jumps and is 0 on the whole left; sigmoid′ never exceeds ¼; "
            "SiLU′ goes continuously from 0 to 1 and overshoots each by a tenth.",
        ),
        (
            "graph-second",
            draw_second_derivative,
            "Graph of SiLU's second derivative: an even function with maximum one half at 0 and "
            "zeros at ±2.3994.",
            "The second derivative of SiLU is symmetric about 0. Where it is zero, SiLU′ has its "
            "least and greatest values.",
        ),
    )
    result = []
    for name, draw, description, caption in panels:
        with style(text_as_paths=False):
            figure = Figure(figsize=PANEL)
            draw(figure.subplots())
            result.append(Picture(inline(figure, name, description), caption))
    return result
