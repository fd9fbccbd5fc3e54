#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the numbers of float64.md on the exact level.

They are the error of e^x in integers of 64 W bits, the inputs next to the derivatives' zeros and to
half of the smallest subnormal, and the digits of ln(2).

    python3 docs/proof/check_exact.py
"""

import sys
from collections.abc import Callable
from fractions import Fraction

import mpmath
from constants import SOURCES, log2, power, require, words
from mpmath import mp, mpf

mp.prec = 500

# Precision, least normal exponent.
FORMATS = {
    "float64": (53, -1022),
    "float32": (24, -126),
    "float16": (11, -14),
    "bfloat16": (8, -126),
}
LIMBS = (3, 6, 12, 24, 48)  # the levels of Ziv's method


def sigmoid(x: mpf) -> mpf:
    """The value of s."""
    return 1 / (1 + mpmath.exp(-x))


# The factors that may cancel, and the functions.
DIFFERENCES: dict[str, Callable[[mpf], mpf]] = {
    "silu_derivative": lambda x: 1 + x * sigmoid(-x),
    "silu_second_derivative": lambda x: 2 + x * (sigmoid(-x) - sigmoid(x)),
}
FUNCTIONS: dict[str, Callable[[mpf], mpf]] = {
    "sigmoid": sigmoid,
    "sigmoid_derivative": lambda x: sigmoid(x) * sigmoid(-x),
    "silu": lambda x: x * sigmoid(x),
    "silu_derivative": lambda x: sigmoid(x) * DIFFERENCES["silu_derivative"](x),
    "silu_second_derivative": lambda x: (
        sigmoid(x) * sigmoid(-x) * DIFFERENCES["silu_second_derivative"](x)
    ),
}


def exponential(limbs: int) -> Fraction:
    """The relative error of bigfloat.h's e^x, |x| < 2^12, in units of 2^(-64 W)."""
    doublings = 10 if limbs <= 3 else 16 if limbs <= 6 else 32
    # Absolute, of r: the truncations of ln(2), of its product with n and of the sum, each below two
    # units of 2^12.01.
    reduction = 3 * 2 * Fraction(4200)
    # Terms of the series, |r| < 2^-doublings/2, until one is below 2^(-64 W) of the sum.
    terms, size = 1, power(0)
    while size > power(-64 * limbs):
        terms += 1
        size *= power(-doublings - 1) / terms
    # Each addition errs by 4 units of the sum, and term i, of which r^(i-1)/i! is left, by 2 i^2.
    series = 4 * terms + sum(2 * i * i * power(-doublings * (i - 1)) for i in range(2, terms + 1))
    # A doubling u (2 + u) errs by 2 (its product) and 5 (its sum, of 2 + u > 1.6), and what was
    # there grows by e^0.36 < 3/2 in all.
    grown = (series + 7 * doublings) * Fraction(3, 2)
    # Of 1 + u > 0.7, |u| < 0.42.
    return (grown * Fraction(42, 100) + 4) / Fraction(7, 10) + reduction


def neighbours(x: mpf, precision: int, least: int) -> list[mpf]:
    """The numbers of a format on either side of x."""
    exponent = max(int(mpmath.floor(mpmath.log(abs(x), 2))), least) - precision + 1
    scaled = mpmath.ldexp(x, -exponent)
    return [
        mpmath.ldexp(mpmath.floor(scaled), exponent),
        mpmath.ldexp(mpmath.ceil(scaled), exponent),
    ]


def bisect(f: Callable[[mpf], mpf], low: mpf, high: mpf) -> mpf:
    """The zero of f between two numbers."""
    require(f(low) * f(high) < 0, "the interval has a zero")
    for _ in range(mp.prec):
        middle = (low + high) / 2
        if f(low) * f(middle) <= 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def main() -> int:
    """Prints the bounds; stops where one does not hold."""
    digits = sum(limb << (64 * i) for i, limb in enumerate(words("kLn2")))
    with mpmath.workprec(4300):
        require(digits == int(mpmath.floor(mpmath.log(2) * mpf(2) ** 4096)), "kLn2 is ln(2)")

    print("e^x by integers of 64 W bits")
    headers = (SOURCES / "math").glob("*")
    require(
        any("reliable = 64 * W - 48" in path.read_text() for path in headers),
        "the exact level counts on 64 W - 48 bits",
    )
    for limbs in LIMBS:
        error = exponential(limbs)
        print(f"  W = {limbs:2}: {log2(error)} 2^(-64 W)")
        # The functions' own operations: below 2^9, as float64.md counts them.
        require(error + 2**9 < 2**40, "64 W - 48 bits are right, and 2^8 more")

    print("least |difference| next to a zero")
    for name, f in DIFFERENCES.items():
        zeros = (
            [(mpf(-2), mpf(-1))]
            if name == "silu_derivative"
            else [(mpf(2), mpf(3)), (mpf(-3), mpf(-2))]
        )
        for format_, (precision, least) in FORMATS.items():
            values = [
                abs(f(x)) for zero in zeros for x in neighbours(bisect(f, *zero), precision, least)
            ]
            print(f"  {name:24}{format_:10}2^{float(mpmath.log(min(values), 2)):.1f}")
            require(min(values) > mpf(2) ** (-precision - 7), "no difference is 0, nor nearly so")

    print("least distance to half of the smallest subnormal, relative")
    for name, f in FUNCTIONS.items():
        for format_, (precision, least) in FORMATS.items():
            half = mpf(2) ** (least - precision)
            # From the extremum to where the result is far below.  On the right the even functions
            # do the same; beside 0 silu is treated by its series, but in float16.
            x = bisect(lambda x, f=f, half=half: abs(f(x)) - half, mpf(-800), mpf(-4))
            points = neighbours(x, precision, least)
            if name == "silu" and format_ == "float16":
                points += [mpf(2) ** -24, -(mpf(2) ** -24)]
            distance = min(abs(abs(f(x)) / half - 1) for x in points)
            print(f"  {name:24}{format_:10}2^{float(mpmath.log(distance, 2)):.1f}")
            require(distance > mpf(2) ** -100, "the first level tells the two apart")
    return 0


if __name__ == "__main__":
    sys.exit(main())
