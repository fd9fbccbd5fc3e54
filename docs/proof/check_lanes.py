#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks lanes.md: the error of e^-x in double and float lanes, and what it leaves of the windows.

Gappa bounds the rounding errors of the polynomials and Sollya their approximation errors;
constants, windows and the errors that comments promise are read from src.  The bounds must be those
that lanes.md states.  Windows are compared with the errors of the functions: those that lanes.md
calls proved must be wider, the others need not, as the certificates decide.

    python3 docs/proof/check_lanes.py
"""

import math
import re
import struct
import sys
from dataclasses import dataclass
from fractions import Fraction

from constants import (
    constant,
    constants,
    derivative_constants,
    gappa,
    log2,
    number,
    plan,
    polynomial,
    power,
    product_plan,
    require,
    rounded_up,
    significant_bits,
    sollya,
    source,
    words,
)

U64, U32 = power(-53), power(-24)
DOUBLE_REACH, FLOAT_REACH = Fraction(128), Fraction(87)
# As lanes.md states them.
DOUBLE_BOUND = Fraction(2**0.4) * power(-47)  # 2^-46.6
QUOTIENT_BOUND = Fraction(2**0.25) * power(-47)  # 2^-46.75
FLOAT_BOUND = {True: power(-21) * Fraction(103, 100), False: power(-22) * Fraction(102, 100)}


def double_lanes() -> dict[str, Fraction]:
    """Bounds of the relative error of e^-x in double lanes, and beside the derivatives' zeros."""
    c = constants("kExp64")
    first, rest = constant("kStepFirst"), constant("kStepRest")
    steps_per_unit = constant("kStepsPerUnit")
    # kStepFirst + kStepRest is added by the compiler, in double.
    step = Fraction(float(first) + float(rest))
    high = constants("kExp2High")
    for j, (h, word) in enumerate(zip(high, words("kExp2Biased"), strict=True)):
        (encoding,) = struct.unpack(">Q", struct.pack(">d", float(h)))
        require(encoding - (j << 48) == word, f"kExp2Biased[{j}] is kExp2High[{j}] less j 2^48")

    most = math.floor(DOUBLE_REACH * steps_per_unit + 1)
    require(significant_bits(first) + most.bit_length() <= 53, "n first is exact")
    require((first * 2**58).denominator == 1, "n first is a multiple of 2^-58, as x is")
    reach = "(log(2)/32 + 2^-38)"
    known = sollya(
        {
            "bound": reach,
            "step": f"abs(log(2)/16 - {number(step)})",
            "parts": f"abs(log(2)/16 - {number(first)} - {number(rest)})",
            "slope": f"abs(16/log(2) - {number(steps_per_unit)})",
            "polynomial": f"sup(supnorm({polynomial(c)}, exp(x), [-{reach}; {reach}],"
            " relative, 2^-10))",
            "table": "max("
            + ", ".join(f"abs({number(h)} / 2^({j}/16) - 1)" for j, h in enumerate(high))
            + ")",
        }
    )
    # Where u ends: the rounding of x steps_per_unit, what the constant lacks, and the step's error.
    slack = (DOUBLE_REACH * known["slope"] + 2**12 * U64) / 16 + most * known["step"] + power(-59)
    require(slack < power(-38), "|u| < ln(2)/32 + 2^-38")
    bound = rounded_up(known["bound"])
    require(bound < power(-5), "|u| < 2^-5")
    rounding = Fraction(65, 64) * power(-52)
    values = {f"C{i}": value for i, value in enumerate(c)} | {"U": bound, "ROUNDING": rounding}
    for fused in (True, False):
        gappa("lanes64.gappa", values, fused)

    def total(x: Fraction, fused: bool) -> Fraction:
        n = math.floor(x * steps_per_unit + 1)
        # The last rounding of u, to half an ulp below 2^-5; and of n rest, below 2^-31.
        reduction = power(-59) + (n * known["step"] if fused else n * known["parts"] + power(-84))
        parts = [known["polynomial"], rounding, known["table"], U64, reduction * (1 + power(-50))]
        return sum(parts) * (1 + power(-40))

    print("double lanes")
    print(f"  polynomial              {log2(known['polynomial'])}")
    print(f"  its rounding            {log2(rounding)}")
    print(f"  table                   {log2(known['table'])}")
    relative = known["step"] * steps_per_unit
    print(f"  reduction, fused        |x| {log2(relative)}")
    for x in (DOUBLE_REACH, FLOAT_REACH, Fraction(4)):
        print(f"  e^-x for |x| <= {x!s:8}{log2(max(total(x, True), total(x, False)))}")
    return {
        "all": max(total(DOUBLE_REACH, fused) for fused in (True, False)),
        "near": max(total(FLOAT_REACH, fused) for fused in (True, False)),
        "zero": max(total(Fraction(4), fused) for fused in (True, False)),
    }


def double_quotient() -> Fraction:
    """Of a / b by the reciprocal in float and one step of Newton's iteration, as in lanes-inl.h."""
    # b = m 2^k rounded to float errs by u/m, its reciprocal by u m/2; 1/m + m/2 <= 3/2 on [1, 2].
    delta = Fraction(3, 2) * U32 * (1 + 2 * U32)
    # Rounded are the first product, where not fused, the sum, and the last product; the correction,
    # below delta, twice.
    return (delta**2 + 3 * U64 + 4 * delta * U64) * (1 + power(-40))


def float_lanes() -> dict[tuple[bool, Fraction], Fraction]:
    """Bounds of the relative error of e^-x in float lanes, fused or not, for |x| up to a number."""
    c = constants("kExp32")
    require(len(c) == 4, "kExp32 has the coefficients of r^2 to r^5, as lanes32.gappa assumes")
    first, second = constant("kLn2First32"), constant("kLn2Second32")
    single, slope = constant("kLn2Single32"), constant("kLog2e32")
    require(significant_bits(first) + 7 <= 24, "n first is exact")
    require((first * 2**25).denominator == 1, "n first is a multiple of 2^-25")
    # Where n is not 0, x is a multiple of 2^-25 too, and the sum is below 1/2.
    require((Fraction(1, 2) - power(-16)) / slope > Fraction(1, 4), "|x| > 1/4 where n is not 0")
    reach = "(log(2)/2 + 2^-12)"
    known = sollya(
        {
            "bound": reach,
            "single": f"abs(log(2) - {number(single)})",
            "parts": f"abs(log(2) - {number(first)} - {number(second)})",
            "slope": f"abs(1/log(2) - {number(slope)})",
            "polynomial": f"sup(supnorm(1 + x + x^2 * ({polynomial(c)}), exp(x),"
            f" [-{reach}; {reach}], relative, 2^-10))",
        }
    )
    most = math.floor(FLOAT_REACH * slope + 1)
    require(most < 2**7, "n has 7 bits")
    slack = FLOAT_REACH * known["slope"] + 2**7 * U32 + most * known["single"] + power(-26)
    require(slack < power(-12), "|u| < ln(2)/2 + 2^-12")
    bound = rounded_up(known["bound"])
    rounding = Fraction(1025, 1024) * power(-23)
    values = {f"C{i}": value for i, value in enumerate(c)} | {"U": bound, "ROUNDING": rounding}
    for fused in (True, False):
        gappa("lanes32.gappa", values, fused)

    def total(x: Fraction, fused: bool) -> Fraction:
        n = math.floor(x * slope + Fraction(1, 2) + power(-12))
        # The last rounding of u, below 1/2, and of n second, below 2^-12.
        reduction = n * known["single"] if fused else n * known["parts"] + power(-37)
        return (known["polynomial"] + rounding + reduction + power(-26)) * (1 + power(-20))

    print("float lanes")
    print(f"  polynomial              {log2(known['polynomial'])}")
    print(f"  its rounding            {log2(rounding)}")
    print(f"  reduction, fused        n {log2(known['single'])}")
    products = (product_plan(format_, "kNear") for format_ in ("Float16", "Bfloat16"))
    ranges = (FLOAT_REACH, plan("Float16", "kFar"), Fraction(23, 2), Fraction(4), *products)
    bounds = {(fused, x): total(x, fused) for fused in (True, False) for x in ranges}
    for (fused, x), value in bounds.items():
        print(f"  e^-x for |x| <= {x!s:5}{'fused' if fused else '':7}{log2(value)}")
    return bounds


@dataclass(frozen=True)
class Errors:
    """Relative errors in lanes.

    Those of e^-x, and of it beside the derivatives' zeros (|x| <= 4), of 1 / (1 + e) beyond what e
    causes, and of an operation.
    """

    e: Fraction
    e_zero: Fraction
    s: Fraction
    u: Fraction

    def values(self) -> dict[str, Fraction]:
        """Relative errors of the functions in which no terms cancel."""
        return {
            "sigmoid": self.e + self.s,
            "silu": self.e + self.s,
            "sigmoid_derivative": self.e + 2 * self.s + 2 * self.u,
        }

    def factors(self) -> dict[str, Fraction]:
        """Relative errors of the factors s and s t; e^-x moves s t by less than itself."""
        return {
            "silu_derivative": self.e_zero + self.s,
            "silu_second_derivative": self.e_zero + 2 * self.s + 2 * self.u,
        }

    def differences(self, d: Fraction) -> dict[str, Fraction]:
        """Absolute errors of the differences, where these are `d`."""
        s, u = self.s + 2 * self.u, self.u
        return {
            "silu_derivative": self.e_zero * Fraction(2241, 10000) + (1 + d) * s + d * u,
            "silu_second_derivative": self.e_zero * Fraction(4482, 10000)
            + (2 + d) * s
            + (4 + d) * u,
        }


def main() -> int:
    """Prints the bounds; stops where one does not hold."""
    double = double_lanes()
    quotient = double_quotient()
    print(f"  quotient                {log2(quotient)}")
    single = float_lanes()

    require(double["all"] < DOUBLE_BOUND, f"e^-x in double lanes errs by {log2(DOUBLE_BOUND)}")
    require(quotient < QUOTIENT_BOUND, f"a quotient of double lanes errs by {log2(QUOTIENT_BOUND)}")
    for fused, bound in FLOAT_BOUND.items():
        require(single[fused, FLOAT_REACH] < bound, f"e^-x in float lanes errs by {log2(bound)}")

    promised = {
        r"in one double: relative error below 2\^-([\d.]+\d)": double["all"],
        r"in one float: relative error below 2\^-([\d.]+\d)": max(single.values()),
    }
    for pattern, proved in promised.items():
        found = re.search(pattern, source("math/exp-inl.h"))
        require(found is not None, f"exp-inl.h has a comment '{pattern}'")
        kept = math.log2(proved) < -float(found[1])
        print(f"exp-inl.h promises        2^-{found[1]}, {'proved' if kept else 'NOT PROVED'}")

    print("error beside what the rounding test allows for (above 1: only the certificate tells)")
    near = Errors(double["near"], double["zero"], quotient + U64, U64)
    ratios = widths("Float32", near, U64)
    for function, ratio in ratios.items():
        require(ratio < 1, f"the window of Float32 {function} is proved")

    def floats(x: Fraction) -> Errors:
        e, e_zero = (max(single[fused, y] for fused in (True, False)) for y in (x, Fraction(4)))
        return Errors(e, e_zero, Fraction(3, 2) * U32, U32)

    ratios = widths("Float16", floats(plan("Float16", "kFar")), U32)
    require(ratios["silu_derivative"] < 1, "Float16's kDifferenceError is proved for silu'")
    widths("Bfloat16", floats(FLOAT_REACH), U32)

    print("the same for products of inputs with a function's value")
    for function, ratio in double_products(near).items():
        require(ratio < 1, f"the window of products of Float32 with {function} is proved")
    for format_ in ("Float16", "Bfloat16"):
        for function, ratio in float_products(format_, single).items():
            require(ratio < 1, f"the test of products of {format_} with {function} is proved")
    return 0


# Roundings in a product of inputs: one where there are two of them, one in 1 + input, one in their
# product with the function's value or its factor.  sigmoid' comes with three inputs, silu'' with
# two.
PRODUCT_ROUNDINGS = {
    "sigmoid": 3,
    "silu_derivative": 3,
    "sigmoid_derivative": 3,
    "silu_second_derivative": 2,
}


def double_products(errors: Errors) -> dict[str, Fraction]:
    """float32: errors in units of what kWindow and kWindowCancelling of ProductPlan allow for."""
    window = power(int(product_plan("Float32", "kWindow"))) * U64
    ratios = {
        name: (errors.values()[name] + PRODUCT_ROUNDINGS[name] * U64) / window
        for name in ("sigmoid", "sigmoid_derivative")
    }
    window = power(int(product_plan("Float32", "kWindowCancelling"))) * U64
    least = plan("Float32", "kLeastDifference")
    for name, difference in errors.differences(least).items():
        relative = errors.factors()[name] + difference / least * (1 + power(-30))
        ratios[name] = (relative + (1 + PRODUCT_ROUNDINGS[name]) * U64) / window
    for name, ratio in ratios.items():
        print(f"  {'Float32':9}{name:24}{'':10} {float(ratio):.2f}")
    return ratios


def float_products(
    format_: str, exponentials: dict[tuple[bool, Fraction], Fraction]
) -> dict[str, Fraction]:
    """The 16-bit formats: errors in units of what kWindow, or the ends of the error, allow for."""
    reach = product_plan(format_, "kNear")
    window = power(int(product_plan(format_, "kWindow"))) * U32
    constant_, slope = (derivative_constants(f"k{n}Error") for n in ("Difference", "Factor"))
    ratios: dict[str, Fraction] = {}
    for fused in (True, False):
        e = min(bound for (f, x), bound in exponentials.items() if f == fused and x >= reach)
        errors = Errors(e, e, Fraction(3, 2) * U32, U32)
        for name in ("sigmoid", "sigmoid_derivative"):
            # A float16 below 2^-14 is scaled to a subnormal float, which costs half a unit.
            total = errors.values()[name] + (PRODUCT_ROUNDINGS[name] + Fraction(1, 2)) * U32
            ratios[name] = max(ratios.get(name, Fraction(0)), total / window)
        for i, name in enumerate(("silu_derivative", "silu_second_derivative")):
            # u = alpha a' of the clamped gate is rounded, which moves the difference like s; the
            # ends are rounded in their sum, fused or not, and in their product.
            at = [errors.differences(Fraction(d))[name] + (1 + d) * U32 for d in (0, 1)]
            ends = (2 if fused else 3) * U32
            factor = errors.factors()[name] + PRODUCT_ROUNDINGS[name] * U32
            needed = (at[0] / constant_[i], (at[1] - at[0] + factor + ends) / slope[i])
            ratios[name] = max(ratios.get(name, Fraction(0)), *needed) * (1 + power(-18))
    for name, ratio in ratios.items():
        print(f"  {format_:9}{name:24}{'':10} {float(ratio):.2f}")
    return ratios


def widths(format_: str, errors: Errors, u: Fraction) -> dict[str, Fraction]:
    """Prints and returns the errors in units of what the rounding test allows for.

    That is 2^window units in the last place, more than 2^window u |y|; or kDifferenceError, beside
    the derivatives' zeros, |difference| <= 1/8.
    """
    window = power(int(plan(format_, "kWindow"))) * u
    bounds = {name: (error, window) for name, error in errors.values().items()}
    if format_ == "Float32":
        least = plan(format_, "kLeastDifference")
        window = power(int(plan(format_, "kWindowCancelling"))) * u
        for name, difference in errors.differences(least).items():
            # The computed difference is at least `least`, the exact one nearly so.
            relative = errors.factors()[name] + u + difference / least * (1 + power(-30))
            bounds[name] = (relative, window)
    elif format_ == "Float16":
        allowed, d = plan(format_, "kDifferenceError"), Fraction(1, 8)
        for name, difference in errors.differences(d).items():
            # An end is difference (1 + allowed) + allowed, rounded twice, times the factor; and the
            # test may be one unit off, which is at most 2 u.  Below d the error shrinks, and
            # `allowed` more slowly.
            error = difference + d * (errors.factors()[name] + 5 * u) + power(-40)
            bounds[name] = (error, allowed * (1 + d))
    for function, (error, allowed) in bounds.items():
        print(f"  {format_:9}{function:24}{log2(error):10} {float(error / allowed):.2f}")
    return {function: error / allowed for function, (error, allowed) in bounds.items()}


if __name__ == "__main__":
    sys.exit(main())
