# SPDX-License-Identifier: Apache-2.0
"""The derivative by the product rule: its steps, and the checks of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

import silu
from silu._common.text import count, number

from .checks import Check


@dataclass(frozen=True)
class Step:
    """A step of the derivation, in lines of LaTeX, with the reason for it."""

    lines: tuple[str, ...]
    reason: str


STEPS = (
    Step(
        (r"\mathrm{silu}(x) = x \cdot \sigma(x)", r"\sigma(x) = (1 + e^{-x})^{-1}"),
        "SiLU is a product of two functions of x, so the product rule applies.",
    ),
    Step(
        (r"\sigma′(x) = \frac{e^{-x}}{(1 + e^{-x})^2}",),
        "First the second factor. The chain rule is needed here, for the power of −1 and for e to "
        "the −x; the two minus signs cancel.",
    ),
    Step(
        (
            r"\sigma′(x) = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}",
            r"\sigma′(x) = \sigma(x) (1 - \sigma(x))",
        ),
        "The fraction splits in two, and the second part is 1 − σ(x).",
    ),
    Step(
        (r"\mathrm{silu}′(x) = 1 \cdot \sigma(x) + x \cdot \sigma′(x)",),
        "The product rule: the derivative of the first factor times the second, plus the first "
        "times the derivative of the second.",
    ),
    Step(
        (r"\mathrm{silu}′(x) = \sigma(x) + x \, \sigma(x) (1 - \sigma(x))",),
        "Put σ′ in.",
    ),
    Step(
        (r"\mathrm{silu}′(x) = \sigma(x) (1 + x (1 - \sigma(x)))",),
        "Take out σ(x).",
    ),
)


def symbolic() -> list[Check]:
    """sympy differentiates the definitions and compares with the steps' results."""
    x = sympy.Symbol("x", real=True)
    s = 1 / (1 + sympy.exp(-x))
    f = x * s
    claims = (
        ("symbolic-sigmoid", "σ′ = σ (1 − σ)", sympy.diff(s, x) - s * (1 - s)),
        ("symbolic-first", "silu′ = σ (1 + x (1 − σ))", sympy.diff(f, x) - s * (1 + x * (1 - s))),
        (
            "symbolic-second",
            "silu″ = σ (1 − σ) (2 + x (1 − 2σ))",
            sympy.diff(f, x, 2) - s * (1 - s) * (2 + x * (1 - 2 * s)),
        ),
    )
    checks = []
    for name, claim, difference in claims:
        rest = sympy.simplify(difference)
        computed = f"sympy: derivative of the definition minus the formula simplifies to {rest}"
        checks.append(Check(name, claim, computed, rest == 0))
    return checks


def numerical(samples: int) -> list[Check]:
    """Central difference quotients of float64 silu against silu_derivative, and one order up.

    A quotient over 2h errs by at most h^2/6 max |f'''| plus the rounding of the two values.
    |silu'''| < 0.31 and |silu''''| <= 1/2; both are taken as 1/2.
    """
    x = np.linspace(-20, 20, samples)
    h = 2.0**-17
    pairs = (
        ("numeric-first", "silu′", silu.silu, silu.silu_derivative),
        ("numeric-second", "silu″", silu.silu_derivative, silu.silu_second_derivative),
    )
    checks = []
    for name, label, function, derivative in pairs:
        up, down = x + h, x - h
        quotient = (function(up) - function(down)) / (up - down)
        error = np.abs(quotient - derivative(x))
        largest = np.maximum(np.abs(function(up)), np.abs(function(down)))
        bound = (up - down) ** 2 / 24 * 0.5 + np.spacing(largest) / (up - down) + 2.0**-50
        computed = (
            f"{count(samples)} central difference quotients with h = 2⁻¹⁷: they differ by at most "
            f"{number(error.max(), 3)}, where truncation and rounding allow "
            f"{number(bound[error.argmax()], 3)}"
        )
        claim = f"{label} is the limit of difference quotients"
        checks.append(Check(name, claim, computed, bool((error <= bound).all())))
    return checks
