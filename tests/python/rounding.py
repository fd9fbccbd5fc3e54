# SPDX-License-Identifier: Apache-2.0
"""Rounding of exact numbers, which shares nothing with the library."""

from __future__ import annotations

import math
from fractions import Fraction

# Bits of the significand, and the power of two above all finite numbers.
FORMATS = {"float64": (53, 1024), "float32": (24, 128), "float16": (11, 16), "bfloat16": (8, 128)}


def exact(raw: tuple[int, int, int, int]) -> Fraction:
    """The value of mpmath's own representation."""
    sign, mantissa, exponent, _ = raw
    magnitude = Fraction(mantissa) * Fraction(2) ** exponent
    return -magnitude if sign else magnitude


def rounded(value: Fraction, dtype: str) -> tuple[bool, Fraction | float]:
    """The sign and magnitude of the nearest number of the dtype, ties to even."""
    precision, max_exponent = FORMATS[dtype]
    magnitude = abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** exponent > magnitude:
        exponent -= 1
    quantum = Fraction(2) ** (max(exponent, 2 - max_exponent) - precision + 1)
    nearest = round(magnitude / quantum) * quantum
    return value < 0, nearest if nearest < Fraction(2) ** max_exponent else math.inf


def sign_and_magnitude(result: float) -> tuple[bool, Fraction | float]:
    """A result as rounded() gives it."""
    magnitude = abs(result)
    return math.copysign(1, result) < 0, magnitude if magnitude == math.inf else Fraction(magnitude)
