#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the proof in float64.md: the error bound of evaluation in pairs of doubles.

Reads the constants from src, lets Gappa bound the rounding errors of e^r and Sollya those of the
polynomial, the table and the argument reduction, adds them up as float64.md says, and compares the
sum with kPairError, the bound that the rounding test uses.

    python3 docs/proof/check_pairs.py
"""

import math
import sys
from fractions import Fraction

from constants import (
    constant,
    constants,
    gappa,
    log2,
    number,
    plan,
    polynomial,
    power,
    require,
    rounded_up,
    significant_bits,
    sollya,
    terms_constant,
)

U = power(-53)

# The pair operations, in units of u^2 and as float64.md derives them: relative errors of mul and
# div, and that of add relative to the larger term.  O(u^3) is in SECOND_ORDER.
ADD, MUL, DIV = 6, 8, 22
SECOND_ORDER = 1 + power(-40)


def combinations() -> dict[str, int]:
    """What each function's own operations add, in units of u^2 (|y| + kTerms |factor|)."""
    s = ADD + DIV  # of the sum 1 + e; the larger term is at most the sum
    t = s + MUL
    product = s + t + MUL
    # x t, with |x t| <= |difference| + 1; the larger term of the difference is at most that too.
    first = t + MUL + ADD
    # |x (t - s)| <= |difference| + 2 and |x| <= |x (t - s)| + 0.56; t - s errs by t + ADD at most,
    # as s + t = 1.
    second = t + ADD + MUL + ADD
    return {
        "sigmoid": s,
        "sigmoid_derivative": product,
        "silu": s,
        "silu_derivative": max(s + MUL + first, math.ceil(first / Fraction(1, 2))),
        "silu_second_derivative": max(
            product + MUL + second,
            math.ceil((2 * second + (t + ADD) * Fraction(56, 100)) / Fraction(1, 2)),
        ),
    }


def main() -> int:
    """Prints the bounds; stops where one does not hold."""
    step = [constant(f"kStep{part}") for part in ("First", "Second", "Third")]
    steps_per_unit = constant("kStepsPerUnit")
    p = constants("kExp128")
    high, low = constants("kExp2High"), constants("kExp2Low")
    claimed = constant("kPairError", "math/limits.h")
    near, least = plan("Float64", "kNear"), plan("Float64", "kLeast")
    for other in ("Float32", "Float16", "Bfloat16"):  # their doubtful lanes come here
        require(
            plan(other, "kFar") <= near, f"{other} is evaluated in pairs within float64's range"
        )

    # Argument reduction.  n is the integer nearest to -x steps_per_unit but for a rounding of that.
    most = math.floor(near * steps_per_unit + Fraction(1, 2) + power(-38))
    require(most < 2**14, "n has 14 bits")
    for part in step[:2]:
        require(significant_bits(part) + 14 <= 53, "n first and n second are exact")
    # If n is not 0 then |x| > 2^-6, a multiple of 2^-58 as n first is; their sum is below 2^-5.
    require(
        (Fraction(1, 2) - power(-38)) / steps_per_unit > power(-6), "|x| > 2^-6 where n is not 0"
    )
    require((step[0] * 2**58).denominator == 1, "n first is a multiple of 2^-58")
    reach = "(log(2)/32 + 2^-38)"

    known = sollya(
        {
            "bound": reach,
            "step": f"abs(log(2)/16 - ({' + '.join(number(part) for part in step)}))",
            "slope": f"abs(16/log(2) - {number(steps_per_unit)})",
            # sup of an interval that encloses the error's norm
            "polynomial": f"sup(supnorm(1 + x + x^2/2 + x^3 * ({polynomial(p)}), exp(x),"
            f" [-{reach}; {reach}], relative, 2^-10))",
            "table": "max("
            + ", ".join(
                f"abs({number(h + rest)} / 2^({j}/16) - 1)"
                for j, (h, rest) in enumerate(zip(high, low, strict=True))
            )
            + ")",
            # x s t is even but for its sign; beyond 8 it is below x e^-x, which decreases.
            "cancelling": "sup(supnorm(0, x * exp(-x) / (1 + exp(-x))^2, [0; 8], absolute, 2^-10))",
            "beyond": "8 * exp(-8)",
            "largest": f"exp({number(near)})",
        }
    )
    for h, rest in zip(high, low, strict=True):
        require(abs(rest) <= h * U, "the table holds pairs")

    # r = -x - n ln(2)/16 is d ln(2)/16, |d| <= 1/2 and a rounding, and what x steps_per_unit lacks.
    require((near * known["slope"] + 2**14 * U) / 16 < power(-39), "|r| < ln(2)/32 + 2^-39")
    third = most * abs(step[2])
    h_bound = rounded_up(known["bound"])
    require(h_bound < power(-5), "|h| < 2^-5")
    l_bound = power(-59) + power(-66)  # half an ulp of h, and n third
    require(third * (1 + U) + power(-111) < power(-66), "|n third| < 2^-66")
    require(l_bound < power(-39), "|h| < ln(2)/32 + 2^-38")
    # The product n third is rounded, where it is, to 2^-120; the sum, below 2^-58, to 2^-112.
    argument = most * known["step"] + power(-112) + power(-120)

    cubic, moved, one_step = 3 * power(-72), power(-111), power(-73)
    values = {f"P{i}": c for i, c in enumerate(p)}
    values |= {"H": h_bound, "L": l_bound, "CUBIC": cubic, "MOVED": moved, "STEP": one_step}
    for fused in (True, False):
        gappa("pairs.gappa", values, fused)

    # Absolute errors of the power, beside e^r.  Underflow, for tiny x: below 2^-1000.
    rounding = cubic + moved + 4 * one_step + power(-1000)
    omitted = l_bound * h_bound**2 * Fraction(51, 100) + l_bound**2  # l (e^h - 1 - h), e^h l^2 / 2
    least_power = 1 - h_bound
    exponential = (rounding + omitted) / least_power + known["polynomial"] + argument
    exponential += known["table"] + MUL * U**2
    # Results and e^-x are above 2^-984; low parts below 2^-1022 are multiples of 2^-1074.
    require(1 / known["largest"] / 4 > power(-984), "no value in pairs is below 2^-984")
    require(least / 2 > power(-984), "nor is silu near 0")
    underflow = power(-1075 + 984)
    exponential = (exponential + underflow) * SECOND_ORDER

    own = combinations()
    terms = {
        "silu_derivative": known["cancelling"],
        "silu_second_derivative": 2 * known["cancelling"],
    }
    require(known["beyond"] < known["cancelling"], "x s t has its maximum below 8")
    for name, value in terms.items():
        k_terms = terms_constant(name)
        require(k_terms == Fraction(1, 2), "combinations() assumes kTerms = 1/2")
        require(value <= k_terms, f"kTerms of {name} covers {float(value):.6f}")
    combination = max(own.values()) * U**2 * SECOND_ORDER + 40 * underflow
    # low + error and low - error are rounded, |low| <= u |high|; and so is the error itself,
    # thrice, and where it is below 2^-1022 by 2^-1075, beside 2^-984 2^-67.
    test = 2 * U**2 + claimed * (8 * U + power(-1075 + 984 + 67))
    total = (exponential + combination + test) * SECOND_ORDER

    print(f"rounding of e^r      {log2(rounding)}")
    print(f"terms left out       {log2(omitted)}")
    print(f"polynomial           {log2(known['polynomial'])}")
    print(f"table                {log2(known['table'])}")
    print(f"reduction            {log2(argument)}")
    print(f"e^-x, in all         {log2(exponential)}")
    print("the functions' own   " + ", ".join(f"{name} {c} u^2" for name, c in own.items()))
    print(f"the test's own       {log2(test)}")
    print(f"in all               {log2(total)}")
    print(f"kPairError           {log2(claimed)}")
    print(f"max |x s t|          {float(known['cancelling']):.6f}; silu'' has twice that")
    require(exponential < power(-68), "e^-x in pairs errs by less than 2^-68, as exp-inl.h says")
    require(total < claimed, "kPairError covers the sum")
    return 0


if __name__ == "__main__":
    sys.exit(main())
