# SPDX-License-Identifier: Apache-2.0
"""Numbers as a reader meets them."""

from __future__ import annotations

import math
from typing import Any

import mpmath

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def superscript(value: int) -> str:
    """An integer as an exponent."""
    return str(value).translate(_SUPERSCRIPTS)


def number(value: Any, digits: int = 6) -> str:
    """A number with so many significant digits, a true minus sign, and powers of ten."""
    x = float(value)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "−0" if math.copysign(1, x) < 0 else "0"
    if 10.0**digits <= abs(x) < 1e6:
        return f"{x:.0f}".replace("-", "−")
    if 1e-4 <= abs(x) < 1e6:
        plain = f"{x:#.{digits}g}".rstrip("0").rstrip(".")
        return plain.replace("-", "−")
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    power = "10" + superscript(int(exponent))
    sign, mantissa = ("−", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    return f"{sign}{power}" if mantissa == "1" else f"{sign}{mantissa} × {power}"


def real(value: Any, digits: int = 17) -> str:
    """An mpmath number, rounded to so many digits."""
    return str(mpmath.nstr(value, digits)).replace("-", "−")


def exactly(value: Any) -> str:
    """The shortest decimal that reads back as the same number, with a true minus sign."""
    return str(value).replace("-", "−")


def count(value: int) -> str:
    """An integer in groups of three."""
    return f"{value:,}"


def percent(share: float) -> str:
    """A share of 1 as a percentage; what is not zero does not read as zero."""
    if math.isnan(share):
        return "–"
    if share == 0:
        return "0%"
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{100 * share:.1f}%"
