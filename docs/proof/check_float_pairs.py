#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the part of lanes.md on pairs of floats: their errors, from the constants in src.

Sollya bounds the approximation's error and what the tables lack; the roundings are added up here,
for each entry of the table.  The errors that float_pairs-inl.h allows for must be larger.

    python3 docs/proof/check_float_pairs.py
"""

import math
import sys
from fractions import Fraction

from constants import constant, constants, log2, number, power, require, rounded_up, sollya

FILE = "math/float_pairs-inl.h"
U = power(-24)


def half_ulp(bound: Fraction) -> Fraction:
    """The rounding error of a float that is smaller than the bound."""
    exponent = math.frexp(float(bound))[1]  # bound < 2^exponent
    while power(exponent) < bound:
        exponent += 1
    return power(exponent - 25)


def one_plus_exp() -> Fraction:
    """The error of 1 + e^-x relative to it, in units of 1 - sigmoid(x)."""
    entries = len(constants("kShortPowers"))
    powers, logs = constants("kShortPowers"), constants("kShortLogs")
    c0, c1 = constants("kExpShort")
    ln2, ln2_rest, log2e = (constant(n) for n in ("kLn2Single32", "kLn2Rest32", "kLog2e32"))
    least, most = constant("kLeast", FILE), constant("kMost", FILE)
    reach = max(-least, most)

    for p in powers:
        require((p * 2**9).denominator == 1 and 1 <= p < 2, "the table's numbers have 10 bits")
    known = sollya(
        {
            "slope": f"abs(1/log(2) - {number(log2e)})",
            "lack": f"abs(log(2) - {number(ln2)} - {number(ln2_rest)})",
            "polynomial": "sup(supnorm("
            f"1 + x + x^2/2 + {number(c0)} * x^3 + {number(c1)} * x^4, exp(x),"
            f" [-(log(2)/{2 * entries} + 2^-10); log(2)/{2 * entries} + 2^-10], absolute, 2^-10))",
            "r": f"log(2)/{2 * entries}",
            **{
                f"log{j}": f"abs(log(2)*{j}/{entries} - log({number(p)}) - ({number(rest)}))"
                for j, (p, rest) in enumerate(zip(powers, logs, strict=True))
                if j > 0
            },
        }
    )
    # n is a multiple of 1/entries, next to -x log2(e) but for the error of that product's constant.
    r = rounded_up(known["r"]) + reach * rounded_up(known["slope"])
    most_n = reach * Fraction(3, 2)
    require(r < power(-6), "|r| < 2^-6, so that r, a multiple of 2^-30, is exact")
    require((ln2 / entries * 2**29).denominator == 1, "n ln(2) is a multiple of 2^-29")
    # From where on floor(n) is -14 or more, and 23 or less: 1 + 2^floor(n) T is exact.
    require(most < 14 * ln2 - r and least > -24 * ln2 + r, "kLeast and kMost are inside")

    worst = Fraction(0)
    for j, (p, log) in enumerate(zip(powers, logs, strict=True)):
        rest = abs(log) + most_n * abs(ln2_rest)
        u = r + rest
        require(u <= rounded_up(known["r"]) + power(-10), "u is where the polynomial is good")
        curve = u * u * Fraction(51, 100)
        small = rest + curve
        error = (
            known.get(f"log{j}", Fraction(0))
            + most_n * known["lack"]
            + half_ulp(rest)
            + u * half_ulp(power(-6))  # u's own rounding, through u^2 q
            + known["polynomial"]
            + u * u * (2 * half_ulp(Fraction(51, 100)) + Fraction(51, 100) * U)  # q twice, u^2
            + half_ulp(small)
            + half_ulp(p * small + U) / p  # A - high - power r
        )
        # power / (1 + e^-x) = (1 - s) e^u / e^l
        worst = max(worst, error * (1 + 2 * u))
    return worst + power(-46)


def main() -> int:
    """Runs all of it."""
    eta = one_plus_exp()
    allowed, slope = constant("kError", FILE), constant("kSlopeError", FILE)
    print(f"1 + e^-x in pairs of floats: {log2(eta)} (1 - s), allowed {log2(allowed)}")
    # The quotient: residual and correction each err by less than 2^-44 of it; factors by 2^-46.
    needed = eta + power(-43)
    require(needed < allowed * (1 - power(-20)), "kError covers quotients")
    # silu' c: an error of s by (1 - s) eta moves s (1 + x (1 - s)) by
    # s (1 - s) (1 + x (1 - 2 s)) eta, and (1 - s) |1 + x (1 - 2 s)| <= |1 + x (1 - s)| +
    # |x| s (1 - s), the latter below 0.224.  What is neglected is the square of what s lacks,
    # 2^-22.5 at most, times |x s|.
    needed = Fraction(224, 1000) * eta + power(-45) * constant("kMost", FILE)
    print(f"the slope: {log2(needed)}, allowed {log2(slope)}")
    require(needed < slope * (1 - power(-20)), "kSlopeError covers slopes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
