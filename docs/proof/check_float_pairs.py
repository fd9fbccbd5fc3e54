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


def slopes(eta: Fraction) -> float:
    """What silu' needs in units of what it allows, at most, over intervals of x.

    Everything is relative to c s.  An error of s by (1 - s) eta moves the sum 1 + x - x s by
    (1 - s) |1 + x (1 - 2 s)| eta; the rest are roundings, each by u relative to what is rounded.
    """
    u = float(U)
    allowed, floor = float(constant("kError", FILE)), float(constant("kLeastPart", FILE))
    steps = 1024
    first = math.floor(constant("kLeast", FILE) * steps)
    last = math.ceil(constant("kMost", FILE) * steps)
    worst = 0.0
    for k in range(first, last):
        low_end, high_end = k / steps, (k + 1) / steps
        size = max(abs(low_end), abs(high_end))
        middle, half = (low_end + high_end) / 2, 1 / (2 * steps)

        # Bounds from the middle and the steepest slopes: |s'| <= 1/4, |(x s)'| <= 1.1,
        # |(x (1 - 2 s))'| <= 1.2.
        s = 1 / (1 + math.exp(-middle))
        one_less = min(1.0, 1 - s + half / 4)
        product = abs(middle * s) + 1.1 * half
        total = abs(1 + middle - middle * s) + 1.1 * half
        turn = abs(1 + middle * (1 - 2 * s))
        turn_least, turn_most = max(0.0, turn - 1.2 * half), turn + 1.2 * half

        # s is a rounded reciprocal of a rounded number; what it lacks is rounded once.
        lack = 2 * u * (1 + 2**-6)
        computed_turn = turn_most + lack * product + 3 * u * (total + turn_most + product)
        # sum's error: of x s, of b - x s, and b_low, that of 1 + x; the first two are found by one
        # rounding, are added with one, and so is what s lacks.
        sum_error = u * (product + total) * (1 + u)
        b_low = u * (1 + size)
        low = lack * computed_turn + sum_error + b_low
        error = u * lack * computed_turn  # lack
        error += lack * (computed_turn - turn_most)  # the slope in s
        error += lack * lack * product * 2  # the second order
        error += u * (sum_error + (sum_error + b_low) + low)
        # c s as a pair, to 2^-46; rest, with its product; the allowance's product and the last sum
        # but one.
        error += 2**-46 * total
        rest = low + u * total
        error += u * u * total + u * rest + u * (rest + allowed * turn_most)

        needed = float(eta) * one_less * turn_most + error
        part = (max(0.0, 1 - s - half / 4) * turn_least - 4 * (computed_turn - turn_most)) * (
            1 - 4 * u
        )
        worst = max(worst, needed / (allowed * max(part, floor) * (1 - 4 * u)))
    return worst


def main() -> int:
    """Runs all of it."""
    eta = one_plus_exp()
    allowed = constant("kError", FILE)
    print(f"1 + e^-x in pairs of floats: {log2(eta)} (1 - s), allowed {log2(allowed)}")
    # The quotient: residual and correction each err by less than 2^-44 of it; factors by 2^-46.
    needed = eta + power(-43)
    require(needed < allowed * (1 - power(-20)), "kError covers quotients")
    worst = slopes(eta)
    print(f"silu': {worst:.4f} of what is allowed")
    require(worst < 1, "kError and kLeastPart cover silu'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
