# SPDX-License-Identifier: Apache-2.0
"""The far negative tail, where silu is small but not zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

import silu
from silu._common.svg import Picture, inline
from silu._common.theme import COLOURS, PANEL, style

# Measured in November 2026 on an x86-64 machine with AVX-512: what float32 silu(-89) gives.
MEASURED_AT = "November 2026, x86-64 with AVX-512"
MEASURED = {
    "PyTorch 2.15": -0.0,
    "TensorFlow 2.21": -0.0,
    "JAX 0.10.2": -0.0,
    "OpenVINO 2026.4": -0.0,
}


@dataclass(frozen=True)
class Tail:
    """Where float32 results end, ours and those of NumPy's expression, found on the spot."""

    at_minus_89: np.float32
    last_nonzero: np.float32  # the least x with silu(x) != 0
    expression_last_nonzero: np.float32
    lost: int  # float32 inputs between the two
    picture: Picture


def _expression(x: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # exp(89) overflows float32: that is the matter shown here
        return np.asarray(x / (1 + np.exp(-x)))


def _pattern(x: float) -> int:
    """A negative float32's bit pattern, which grows with its magnitude."""
    return int(np.float32(x).view(np.uint32))


def _negative(pattern: int) -> np.ndarray:
    return np.array([pattern], dtype=np.uint32).view(np.float32)


def _last_nonzero(function: Callable[[np.ndarray], np.ndarray]) -> int:
    """The bit pattern of the least x whose result is not 0, by bisection."""
    inside, outside = _pattern(-80), _pattern(-200)
    while outside - inside > 1:
        middle = (inside + outside) // 2
        if function(_negative(middle))[0] != 0:
            inside = middle
        else:
            outside = middle
    return inside


def measure() -> Tail:
    """Evaluates the tail in float32 and draws it."""
    ours, theirs = _last_nonzero(silu.silu), _last_nonzero(_expression)
    last, last_theirs = _negative(ours)[0], _negative(theirs)[0]
    x = np.linspace(-112, -70, 1681, dtype=np.float32)
    exact, naive = silu.silu(x), _expression(x)
    smallest_normal = float(np.finfo(np.float32).smallest_normal)
    floor = 1e-48  # where the picture puts 0

    with style(text_as_paths=False):
        figure = Figure(figsize=PANEL)
        axes = figure.subplots()
        axes.set_yscale("log")
        kept, lost = exact != 0, naive != 0
        axes.plot(x[kept], -exact[kept].astype(float), color=COLOURS["silu"])
        axes.plot(
            [last, last], [-float(silu.silu(last)), floor], color=COLOURS["silu"], linewidth=1
        )
        below = x < last
        axes.plot(x[below], np.full(below.sum(), floor), color=COLOURS["silu"])
        drop = float(last_theirs)
        axes.plot(
            x[lost],
            -naive[lost].astype(float),
            color=COLOURS["relu"],
            linestyle=(0, (3, 3)),
        )
        axes.plot(
            [drop, drop, -112],
            [-float(_expression(_negative(theirs))[0]), floor, floor],
            color=COLOURS["relu"],
            linestyle=(0, (3, 3)),
        )
        axes.plot([-89], [floor], "s", color=COLOURS["relu"], markersize=7, clip_on=False)
        axes.axhline(smallest_normal, color=COLOURS["muted"], linewidth=0.8)
        axes.annotate(
            "subnormal below this line",
            (-111.5, smallest_normal),
            xytext=(0, 4),
            textcoords="offset points",
            color=COLOURS["muted"],
            fontsize=9,
        )
        axes.annotate(
            "SiLU, exact", (-99, 3e-41), xytext=(-8, 4), textcoords="offset points",
            color=COLOURS["silu"], fontweight="bold", ha="right",
        )  # fmt: skip
        axes.annotate(
            "x / (1 + exp(−x))\nand frameworks: 0",
            (drop, 1e-45),
            xytext=(8, 0),
            textcoords="offset points",
            color=COLOURS["relu"],
            fontweight="bold",
            va="center",
        )
        axes.set_xlim(-112, -70)
        axes.set_ylim(floor, 1e-28)
        axes.set_yticks([floor, 1e-45, 1e-40, 1e-35, 1e-30])
        axes.set_yticklabels(["0", "−10⁻⁴⁵", "−10⁻⁴⁰", "−10⁻³⁵", "−10⁻³⁰"])
        axes.minorticks_off()
        axes.set_xlabel("x")
        svg = inline(
            figure,
            "tail",
            "Logarithmic graph of float32 SiLU from −112 to −70. The exact curve goes on through "
            f"the subnormal numbers to x = {last:.2f}; the plain expression and the frameworks "
            f"drop to zero at {drop:.2f}.",
        )
    caption = (
        "SiLU in float32, far to the left, on a logarithmic axis (downwards is closer to 0). The "
        "plain expression falls to 0 where exp(−x) overflows, though the true value there is a "
        "normal number; the exact curve goes on until not even a subnormal number is left."
    )
    return Tail(silu.silu(np.float32(-89)), last, last_theirs, ours - theirs, Picture(svg, caption))
