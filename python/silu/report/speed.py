# SPDX-License-Identifier: Apache-2.0
"""Speed beside NumPy's expression and beside copying, measured on the spot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from matplotlib.figure import Figure

import silu
from silu._common.svg import Picture, inline
from silu._common.text import number
from silu._common.theme import COLOURS, PANEL, style

from .functions import DTYPES


@dataclass(frozen=True)
class Timing:
    """Nanoseconds per element, the median over interleaved rounds."""

    dtype: str
    silu: float
    expression: float
    copy: float

    @property
    def gain(self) -> float:
        """How many times faster than the expression."""
        return self.expression / self.silu

    @property
    def cost(self) -> float:
        """How many times slower than copying."""
        return self.silu / self.copy


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(size: int, rounds: int, advance: Callable[[], None]) -> list[Timing]:
    """Times every dtype on size normal numbers; advance is called once per dtype."""
    timings = []
    for name, dtype in DTYPES.items():
        x = np.random.default_rng(0).normal(scale=3, size=size).astype(dtype)
        y = np.empty_like(x)
        one = dtype.type(1)

        def ours(x: np.ndarray = x, y: np.ndarray = y) -> object:
            return silu.silu(x, out=y)

        def expression(x: np.ndarray = x, one: object = one) -> object:
            with np.errstate(over="ignore"):  # exp(12) overflows float16
                return x / (one + np.exp(-x))

        def copy(x: np.ndarray = x, y: np.ndarray = y) -> None:
            np.copyto(y, x)

        runs: tuple[Callable[[], object], ...] = (ours, expression, copy)
        for run in runs:  # page faults and clock speed settle
            run()
        times = [[_seconds(run) for run in runs] for _ in range(rounds)]
        nanoseconds = [median(column) * 1e9 / size for column in zip(*times, strict=True)]
        timings.append(Timing(name, *nanoseconds))
        advance()
    return timings


def picture(timings: list[Timing]) -> Picture:
    """Times relative to the expression's, which is 1."""
    with style(text_as_paths=False):
        figure = Figure(figsize=PANEL)
        axes = figure.subplots()
        rows = np.arange(len(timings))[::-1]
        shares = [t.silu / t.expression for t in timings]
        copies = [t.copy / t.expression for t in timings]
        axes.barh(rows, shares, height=0.5, color=COLOURS["silu"])
        for row, share in zip(rows, shares, strict=True):
            axes.annotate(
                f"{share:.2f}",
                (share, row),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                color=COLOURS["silu"],
                fontweight="bold",
            )
        axes.plot(copies, rows, "|", color=COLOURS["ink"], markersize=18, markeredgewidth=2)
        axes.annotate(
            "a copy",
            (copies[0], rows[0]),
            xytext=(0, 14),
            textcoords="offset points",
            ha="center",
        )
        axes.axvline(1, color=COLOURS["relu"], linewidth=1.5, linestyle=(0, (5, 2)))
        limit = max(1.1, 1.25 * max(shares))
        left_of_it = limit < 2
        axes.annotate(
            "x / (1 + exp(−x))",
            (1, len(rows) - 0.35),
            xytext=(-5 if left_of_it else 5, 0),
            textcoords="offset points",
            ha="right" if left_of_it else "left",
            color=COLOURS["relu"],
            fontweight="bold",
        )
        axes.set_yticks(rows, [t.dtype for t in timings])
        axes.set_ylim(-0.6, len(rows))
        axes.set_axisbelow(True)
        axes.set_xlim(0, limit)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("time, as a share of the expression’s")
        words = "; ".join(f"{t.dtype} {number(t.silu / t.expression, 2)}" for t in timings)
        svg = inline(figure, "speed", f"Bars: time of silu.silu as a share of NumPy’s: {words}.")
    caption = (
        "Time of silu.silu as a share of the time of NumPy’s expression in the same dtype (dashed "
        "line); the short black stroke is the time to copy the array. Shorter is faster."
    )
    return Picture(svg, caption)
