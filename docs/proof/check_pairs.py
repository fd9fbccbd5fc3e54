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
from dataclasses import dataclass
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
    source,
    terms_constant,
)

U = power(-53)

# float64.md's bound for products; kProductError must not be smaller.
PRODUCT_ERROR = power(-66)
# O(u^3) beside O(u^2): the largest low part is below 2^-44 of its terms.
SECOND_ORDER = 1 + power(-40)
# Roundings that may be to a multiple of 2^-1074, of results above 2^-984.
UNDERFLOWS = 60


@dataclass(frozen=True)
class Form:
    """A bound d |D| + one, where D is a difference that may be small beside its terms."""

    d: Fraction
    one: Fraction

    def __add__(self, other: "Form") -> "Form":
        return Form(self.d + other.d, self.one + other.one)

    def __mul__(self, other: "Form | int") -> "Form":
        if not isinstance(other, Form):
            return Form(self.d * other, self.one * other)
        require(self.d * other.d == 0, "only one factor depends on the difference")
        return Form(self.d * other.one + self.one * other.d, self.one * other.one)

    def beside(self, terms: Fraction) -> Fraction:
        """In units of |D| + terms."""
        return max(self.d, self.one / terms)


def form(d: Fraction | int, one: Fraction | int) -> Form:
    """d |D| + one."""
    return Form(Fraction(d), Fraction(one))


ZERO, ONE, D = form(0, 0), form(0, 1), form(1, 0)


@dataclass(frozen=True)
class Pair:
    """Bounds of a pair: of |high + low| itself, of |low| in units of u, of its error in u^2.

    A pair of size ONE has them relative to itself.
    """

    size: Form
    low: Form
    error: Form = ZERO


EXACT = Pair(ONE, ZERO)  # a double
NORMAL = Pair(ONE, ONE)  # of a table, of two_sum or of two_product


def mul(a: Pair, b: Pair) -> Pair:
    """The product of two pairs, in either order, with a double in place of either or with none."""
    size, cross = a.size * b.size, a.low * b.size + a.size * b.low
    # Two cross products and two sums are rounded, and low times low is left out.
    own = size * 2 + cross * 3 + a.low * b.low
    return Pair(size, size + cross, a.error * b.size + a.size * b.error + own)


def add(a: Pair, b: Pair, size: Form) -> Pair:
    """A sum that is at most `size`."""
    lows = a.low + b.low
    inner = ZERO if ZERO in (a.low, b.low) else lows  # a double has no low part to add
    return Pair(size, size + lows, a.error + b.error + inner + size + lows)


def div(b: Pair) -> Pair:
    """A double by a pair, relative."""
    low = b.low + ONE * 2
    own = ONE * 2 + b.low + low + (b.low + ONE * 2) * low
    return Pair(ONE, low, b.error + own)


def evaluations(argument: Pair, coefficient: Pair | None) -> dict[str, list[Pair]]:
    """Each function's value beside its factor, e^-x being exact, in all orders of its products.

    Those with a difference are relative to |D|, in a Form; the others have size ONE.
    """
    e = mul(NORMAL, NORMAL)
    e = Pair(e.size, e.low)  # its errors are counted with e^-x
    s = div(add(EXACT, e, ONE))
    t = mul(e, s)
    # |x t| <= |D| + 1.
    first = mul(argument, t)
    terms = form(1, 1)
    first = Pair(terms, first.low * terms, first.error * terms)
    first = add(first, EXACT, D)
    # t - s, times |x|: |x (t - s)| <= |D| + 2, |x| <= |x (t - s)| + 0.56; s + t = 1.
    lows = max(s.low.one, t.low.one)
    errors = max(s.error.one, t.error.one)
    terms, x = form(1, 2), form(1, 2 + Fraction(56, 100))
    second = Pair(terms, terms + x * lows, terms + x * (errors + 2 * lows))
    second = add(mul(argument, second), EXACT, D)

    values = {
        "sigmoid": [s],
        "sigmoid_derivative": [mul(s, t)],
        "silu_derivative": [s, first],
        "silu_second_derivative": [mul(s, t), second],
    }
    found = {}
    for name, factors in values.items():
        if coefficient is None:
            found[name] = [factors[0] if len(factors) == 1 else mul(*factors)]
        elif len(factors) == 1:
            found[name] = [mul(coefficient, factors[0])]
        else:
            a, b = factors
            found[name] = [mul(coefficient, mul(a, b)), mul(mul(coefficient, a), b)]
    return found


def combinations(evaluated: dict[str, list[Pair]]) -> dict[str, tuple[Fraction, Fraction]]:
    """What each function's own operations add, and how large low may be.

    In units of u^2 and u, relative to |y| + kTerms |factor|.
    """
    half = Fraction(1, 2)  # kTerms
    return {
        name: (
            max(max(y.error.d, y.error.one) if y.size == ONE else y.error.beside(half) for y in ys),
            max(max(y.low.d, y.low.one) if y.size == ONE else y.low.beside(half) for y in ys),
        )
        for name, ys in evaluated.items()
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
    exponential += known["table"] + mul(NORMAL, NORMAL).error.one * U**2
    # Results and e^-x are above 2^-984; low parts below 2^-1022 are multiples of 2^-1074.
    require(1 / known["largest"] / 4 > power(-984), "no value in pairs is below 2^-984")
    require(least / 2 > power(-984), "nor is silu near 0")
    underflow = power(-1075 + 984)
    exponential = (exponential + underflow) * SECOND_ORDER

    own = combinations(evaluations(EXACT, None))
    terms = {
        "silu_derivative": known["cancelling"],
        "silu_second_derivative": 2 * known["cancelling"],
    }
    require(known["beyond"] < known["cancelling"], "x s t has its maximum below 8")
    for name, value in terms.items():
        k_terms = terms_constant(name)
        require(k_terms == Fraction(1, 2), "combinations() assumes kTerms = 1/2")
        require(value <= k_terms, f"kTerms of {name} covers {float(value):.6f}")

    def total(
        exponential: Fraction, own: dict[str, tuple[Fraction, Fraction]], claimed: Fraction
    ) -> tuple[Fraction, Fraction]:
        error, low = (max(bounds) for bounds in zip(*own.values(), strict=True))
        require(low * U < power(-44), "low parts are below 2^-44 of their terms")
        combination = error * U**2 * SECOND_ORDER + UNDERFLOWS * underflow
        # low + error and low - error are rounded; so is the error itself, thrice, which is taken
        # from high, not from y; and where it is below 2^-1022 by 2^-1075, beside 2^-984 2^-67.
        test = low * U**2 + claimed * ((8 + low) * U + power(-1075 + 984 + 67))
        return test, (exponential + combination + test) * SECOND_ORDER

    test, sum_ = total(exponential, own, claimed)

    # Products: the argument is a pair, |low| <= 2^-44, subtracted from low, which is then rounded;
    # two_sum makes |l| <= 2^-59.
    require(near < 2**10, "the low part of an argument is at most 2^-44")
    product_low = power(-44) + l_bound
    require(product_low < power(-43), "its rounding is at most 2^-97")
    require(power(-39) + power(-44) + power(-59) < power(-38), "|h| < ln(2)/32 + 2^-38 still")
    product_exponential = (exponential + power(-97)) * SECOND_ORDER
    product_own = combinations(evaluations(NORMAL, mul(EXACT, NORMAL)))
    product_test, product_sum = total(product_exponential, product_own, PRODUCT_ERROR)
    if "kProductError" in source("math/limits.h"):
        claimed_product = constant("kProductError", "math/limits.h")
        require(claimed_product >= PRODUCT_ERROR, "kProductError is not below float64.md's")

    print(f"rounding of e^r      {log2(rounding)}")
    print(f"terms left out       {log2(omitted)}")
    print(f"polynomial           {log2(known['polynomial'])}")
    print(f"table                {log2(known['table'])}")
    print(f"reduction            {log2(argument)}")
    print(f"e^-x, in all         {log2(exponential)}")
    for title, bounds in (("the functions' own", own), ("products' own", product_own)):
        print(title)
        for name, (error, low) in bounds.items():
            print(f"  {name:24}{float(error):7.1f} u^2, |low| < {float(low):5.1f} u")
    print(f"the test's own       {log2(test)}, {log2(product_test)}")
    print(f"in all               {log2(sum_)}, {log2(product_sum)}")
    print(f"kPairError           {log2(claimed)}")
    print(f"kProductError        {log2(PRODUCT_ERROR)}")
    print(f"max |x s t|          {float(known['cancelling']):.6f}; silu'' has twice that")
    require(exponential < power(-68), "e^-x in pairs errs by less than 2^-68, as exp-inl.h says")
    require(sum_ < claimed, "kPairError covers the sum")
    require(product_sum < PRODUCT_ERROR, "and 2^-66 that of products")
    return 0


if __name__ == "__main__":
    sys.exit(main())
