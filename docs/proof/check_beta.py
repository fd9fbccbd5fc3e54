#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks beta.md: the error of beta_term (src/math/beta_term-inl.h), by running error analysis.

Each operation is followed with a bound of its result and one of its error, both exact rationals;
the constants are read from src, and Sollya bounds what they approximate.

    python3 docs/proof/check_beta.py
"""

import math
import re
import sys
from dataclasses import dataclass
from fractions import Fraction

from check_lanes import QUOTIENT_BOUND, U64
from constants import (
    constant,
    constants,
    log2,
    number,
    polynomial,
    power,
    require,
    rounded_up,
    significant_bits,
    sollya,
    source,
)


@dataclass(frozen=True)
class Value:
    """A computed number: a bound of its magnitude, and one of its distance from the exact value."""

    size: Fraction
    error: Fraction = Fraction(0)


def rounding(size: Fraction) -> Fraction:
    """Half a unit in the last place of the largest number up to `size`."""
    exponent = math.floor(math.log2(size) + 1e-9)  # an exponent too many doubles the bound
    return power(exponent - 53)


def rounded(size: Fraction, error: Fraction) -> Value:
    """What one rounding adds."""
    return Value(size + rounding(size), error + rounding(size))


def mul(a: Value, b: Value) -> Value:
    """The rounded product."""
    return rounded(a.size * b.size, a.error * b.size + b.error * a.size + a.error * b.error)


def add(a: Value, b: Value, size: Fraction | None = None) -> Value:
    """The rounded sum, which may be known to be at most `size`."""
    return rounded(size or a.size + b.size, a.error + b.error)


def fma(a: Value, b: Value, c: Value, fused: bool, size: Fraction | None = None) -> Value:
    """a b + c, rounded once or, not fused, twice."""
    if not fused:
        return add(mul(a, b), c, size)
    error = a.error * b.size + b.error * a.size + a.error * b.error + c.error
    return rounded(size or a.size * b.size + c.size, error)


def exponential(h: Fraction, low: Fraction, fused: bool) -> Fraction:
    """The absolute error of 1 - h + small, as e^-(h + l) by the polynomial without an error."""
    c = [Value(abs(value)) for value in constants("kExp128")]
    x, rest = Value(h), Value(low)
    square = mul(x, x)
    p01, p23, p45 = (fma(c[i + 1], x, c[i], fused) for i in (0, 2, 4))
    p = fma(fma(p45, square, p23, fused), square, p01, fused)
    moved = fma(x, rest, rest, fused)
    half_square_low = Value(rounding(h * h / 2))
    small = fma(mul(square, x), p, add(half_square_low, moved), fused)
    # The low parts of 1 - h and of (1 - h) + h^2/2, which is below 2, are at most half a unit in
    # the last place; their sums are rounded, while the last fast_two_sum is exact.
    lows = add(Value(power(-53)), Value(power(-53)))
    return add(lows, small).error


def main() -> int:
    """Prints the bounds; stops where one does not hold."""
    found = re.search(r"\|beta x\| <= (\d+)", source("math/beta_term-inl.h"))
    loop = re.search(r"kBetaReach = (\d+);", source("cpu/beta_terms-inl.h"))
    if found is None or loop is None or found[1] != loop[1]:
        raise SystemExit("beta_term-inl.h and beta_terms-inl.h state the same bound of |beta x|")
    reach = Fraction(int(found[1]))
    claimed = constant("kBetaTermError", "math/limits.h")

    first, second, third = (constant(f"kStep{part}") for part in ("First", "Second", "Third"))
    slope = constant("kStepsPerUnit")
    p, high, ratio = (constants(name) for name in ("kExp128", "kExp2High", "kExp2Ratio"))
    most = math.floor(reach * slope + 1)
    require(most < 2**13, "n has 13 bits")
    require(significant_bits(second) + 13 <= 53, "n second is exact")
    # u is a multiple of 2^-58 where n is not 0, as in float64.md, so that u + n first is exact.
    require((first * 2**58).denominator == 1, "n first is a multiple of 2^-58")
    bound = "(log(2)/32 + 2^-38)"
    known = sollya(
        {
            "bound": bound,
            "step": f"abs(log(2)/16 - {number(first)} - {number(second)} - {number(third)})",
            "polynomial": f"sup(supnorm(1 + x + x^2/2 + x^3 * ({polynomial(p)}), exp(x),"
            f" [-{bound}; {bound}], relative, 2^-10))",
            "table": "max("
            + ", ".join(
                f"abs({number(h)} * (1 + {number(r)}) / 2^({j}/16) - 1)"
                for j, (h, r) in enumerate(zip(high, ratio, strict=True))
            )
            + ")",
        }
    )
    h = rounded_up(known["bound"])
    require(h < power(-5), "|h| < 2^-5")
    # h = u + n (first + second) rounded, l the rest of it and n third: near - h is n second but for
    # h's rounding, and it, n third and the two sums of l are rounded.
    n_second, n_third = most * second, most * third
    low = power(-59) + U64 * (n_second + power(-59)) * 2 + n_third * 2
    reduction = most * known["step"] + U64 * (n_second + power(-59)) + U64 * (low + n_third) * 2
    # e^-l is 1 - l, and that times e^-h has 1 - h for e^-h.
    omitted = low * h * h + low * low
    total = Fraction(0)
    for fused in (True, False):
        own = exponential(h, low, fused)
        # The least of e^-h, and what the products with the table's two parts lose.
        e = (own + omitted + reduction) * Fraction(103, 100) + known["polynomial"] + known["table"]
        e += 16 * U64**2
        print(f"e^-u, {'fused' if fused else 'not fused':12}{log2(e)}")
        total = max(total, e)

    # |d ln(e / (1 + e)^2) / d ln e| = (1 - e) / (1 + e) <= 1.  Own errors: those of the pairs, by
    # float64.md's rules, in u^2: e 3, 1 + e 4, its square 26, c (dy x^2) 0, c e 11, together below
    # 64.  The quotient errs by 2^-46.7 as a reciprocal does, so the rest is below 2^-46 of the
    # numerator; it is rounded thrice, and multiplied by a reciprocal that errs by as much.
    rest = QUOTIENT_BOUND + 16 * U64
    quotient = rest * (QUOTIENT_BOUND + 8 * U64)
    total += 64 * U64**2 + quotient
    print(f"all                {log2(total)}")
    # The test's inner sums, and its product with the bound, are rounded.
    test = rest * U64 * 4 + claimed * U64 * 4
    require(total + test < claimed, f"kBetaTermError is {log2(claimed)}")
    print(f"kBetaTermError     {log2(claimed)}, proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
