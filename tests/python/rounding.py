# SPDX-License-Identifier: Apache-2.0
"""Rounding of exact numbers, which shares nothing with the library."""

from __future__ import annotations

import math
from fractions import Fraction

# Bits of the significand, the exponent of the least normal number, and what would follow the
# largest.
FORMATS = {
    "float64": (53, -1022, Fraction(2) ** 1024),
    "float32": (24, -126, Fraction(2) ** 128),
    "float16": (11, -14, Fraction(2) ** 16),
    "bfloat16": (8, -126, Fraction(2) ** 128),
    "float8_e4m3fn": (4, -6, Fraction(480)),
    "float8_e5m2": (3, -14, Fraction(2) ** 16),
}


def exact(raw: tuple[int, int, int, int]) -> Fraction:
    """The value of mpmath's own representation."""
    sign, mantissa, exponent, _ = raw
    magnitude = Fraction(mantissa) * Fraction(2) ** exponent
    return -magnitude if sign else magnitude


def rounded(value: Fraction, dtype: str) -> tuple[bool, Fraction | float | None]:
    """The sign and magnitude of the nearest number of the dtype, ties to even; None for NaN."""
    precision, least, beyond = FORMATS[dtype]
    magnitude = abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** exponent > magnitude:
        exponent -= 1
    quantum = Fraction(2) ** (max(exponent, least) - precision + 1)
    nearest = round(magnitude / quantum) * quantum
    if nearest < beyond:
        return value < 0, nearest
    return (False, None) if dtype == "float8_e4m3fn" else (value < 0, math.inf)


def sign_and_magnitude(result: float) -> tuple[bool, Fraction | float | None]:
    """A result as rounded() gives it."""
    if math.isnan(result):
        return False, None
    magnitude = abs(result)
    return math.copysign(1, result) < 0, magnitude if magnitude == math.inf else Fraction(magnitude)
