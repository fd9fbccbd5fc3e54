#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the proof in float64.md: the error bound of evaluation in pairs of doubles.

Reads the constants from src/math, lets Gappa bound the rounding errors of e^r and Sollya those of the
polynomial, the table and the argument reduction, adds them up as float64.md says, and compares the
sum with kPairError, the bound that the rounding test uses.

    python3 docs/proof/check_pairs.py
"""

import math
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MATH = ROOT / "src" / "math"
HEX = r"-?0x[0-9a-f.]+p[+-]\d+"


def constants(name: str, file: str = "tables.h") -> list[float]:
    """The doubles of a constant of src/math."""
    text = (MATH / file).read_text()
    found = re.search(rf"\b{name}(?:\[\w+\])? = (\{{.*?\}}|[^;]*);", text, re.DOTALL)
    if found is None:
        raise SystemExit(f"{file} has no {name}")
    return [float.fromhex(value) for value in re.findall(HEX, found[1])]


def run(program: list[str], script: str) -> str:
    done = subprocess.run(program, input=script, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{program[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def gappa(bound: Fraction, low: Fraction, fused: bool) -> None:
    """Proves each step's rounding error; Gappa exits with an error where it cannot."""
    script = (Path(__file__).with_name("pairs.gappa")).read_text()
    for index, value in enumerate(constants("kExp128")):
        script = script.replace(f"@P{index}", exact(Fraction(value)))
    script = script.replace("@H", exact(bound)).replace("@L", exact(low))
    one, two = r"double(\1 * \2 + \3)", r"double(double(\1 * \2) + \3)"
    while "@FMA" in script:
        pattern = r"@FMA\(([^,()]+), ([^,()]+), ([^,()]+)\)"
        script, count = re.subn(pattern, one if fused else two, script)
        if count == 0:
            raise SystemExit("pairs.gappa: an @FMA has an argument with a comma or parentheses")
    run(["gappa"], script)


def exact(value: Fraction) -> str:
    """A dyadic number as Gappa reads it."""
    return f"{value.numerator}b-{value.denominator.bit_length() - 1}"


def sollya(expressions: dict[str, str], setup: str) -> dict[str, Fraction]:
    """Upper bounds of expressions."""
    lines = ["prec = 400; display = hexadecimal; verbosity = 0;", setup]
    for expression in expressions.values():
        lines.append(f"print(round({expression}, 53, RU));")
    output = run(["sollya", "--warnonstderr"], "\n".join(lines) + "\nquit;\n")
    values = re.findall(HEX + r"|^0$", output, re.MULTILINE)
    if len(values) != len(expressions):
        raise SystemExit(f"sollya answered {len(values)} of {len(expressions)} questions:\n{output}")
    return {
        name: Fraction(float.fromhex(value)) for name, value in zip(expressions, values, strict=True)
    }


def log2(value: Fraction) -> str:
    return f"2^{math.log2(value):.2f}"


def main() -> int:
    u = Fraction(1, 2**53)
    poly = [Fraction(c) for c in constants("kExp128")]
    high, low = constants("kExp2High"), constants("kExp2Low")
    step = [Fraction(constants(f"kStep{part}")[0]) for part in ("First", "Second", "Third")]
    steps_per_unit = Fraction(constants("kStepsPerUnit")[0])
    claimed = Fraction(constants("kPairError", "limits.h")[0])
    reach = Fraction(680)  # Plan<Float64>::kNear
    most_steps = 15698

    # The products n first and n second are exact, and x + n first is a multiple of 2^-58 below 2^-5.
    for part in step[:2]:
        significand = part.numerator
        while significand % 2 == 0:
            significand //= 2
        assert significand.bit_length() + most_steps.bit_length() <= 53
    assert step[0] * 2**58 % 1 == 0
    assert abs(reach * steps_per_unit) + 1 < most_steps < 2**14

    def number(value: Fraction) -> str:
        return f"({value.numerator}/{value.denominator})"

    polynomial = "1 + x + x^2/2 + x^3 * (" + " + ".join(
        f"{number(c)} * x^{i}" for i, c in enumerate(poly)
    ) + ")"
    # n is the nearest integer to -x steps_per_unit but for one rounding of that product.
    bound = "(log(2)/32 + 2^-38)"
    questions = {
        "bound": bound,
        "step": f"abs(log(2)/16 - ({' + '.join(number(s) for s in step)}))",
        "slope": f"abs(16/log(2) - {number(steps_per_unit)})",
        # sup of an interval that encloses the error norm
        "polynomial": f"sup(supnorm({polynomial}, exp(x), [-{bound}; {bound}], relative, 2^-10))",
        "table": "max("
        + ", ".join(
            f"abs(({number(Fraction(h) + Fraction(lo))}) / 2^({j}/16) - 1)"
            for j, (h, lo) in enumerate(zip(high, low, strict=True))
        )
        + ")",
        # x s t is odd, and beyond 8 below x e^-x.
        "cancelling": "sup(supnorm(0, x * exp(-x) / (1 + exp(-x))^2, [0; 8], absolute, 2^-10))",
        "beyond": "8 * exp(-8)",
    }
    known = sollya(questions, "")
    h_bound = known["bound"]
    assert h_bound < Fraction(1, 2**5)
    # n = -x steps_per_unit + d, |d| <= 1/2 and one rounding of a number below 2^14; so r is d ln(2)/16
    # and x times the relative error of steps_per_unit.  high is r but for 2^-66 and a rounding.
    assert (reach * known["slope"] + 2**14 * u) * Fraction(1, 16) < Fraction(1, 2**38)
    l_bound = Fraction(1, 2**59) + Fraction(1, 2**66)  # half an ulp of |high| < 2^-5, and n third
    assert most_steps * abs(step[2]) < Fraction(1, 2**66)
    h_dyadic = Fraction(int(h_bound * 2**60) + 1, 2**60)
    for fused in (True, False):
        gappa(h_dyadic, l_bound, fused)

    # As in float64.md, "The exponential": absolute errors of the power, beside 1.
    rounding = Fraction(1, 2**69) + Fraction(1, 2**110) + 4 * Fraction(1, 2**73)
    omitted = l_bound * h_bound**2 * Fraction(51, 100) + l_bound**2  # l (e^h - 1 - h), and l^2 / 2
    argument = most_steps * known["step"] + Fraction(1, 2**111)
    smallest_power = 1 - h_bound
    exponential = (rounding + omitted) / smallest_power + known["polynomial"] + argument * Fraction(11, 10)
    exponential += known["table"] + 8 * u**2 + Fraction(1, 2**92)  # the product, and the scaling below 2^-968
    combination = 400 * u**2 + Fraction(1, 2**92)
    test = 4 * u**2 + claimed * 4 * u  # low -+ error is rounded, and so is the error
    total = exponential * Fraction(1000001, 1000000) + combination + test

    print(f"rounding of e^r            {log2(rounding)}")
    print(f"terms left out             {log2(omitted)}")
    print(f"polynomial                 {log2(known['polynomial'])}")
    print(f"table                      {log2(known['table'])}")
    print(f"reduction                  {log2(argument)}")
    print(f"e^-x, in all               {log2(exponential)}")
    print(f"the functions, in all      {log2(total)}")
    print(f"kPairError                 {log2(claimed)}")
    cancelling = max(known["cancelling"], known["beyond"])
    print(f"max |x s t|                {float(cancelling):.6f}, silu'' has twice that; kTerms is 0.5")
    if 2 * cancelling > Fraction(1, 2):
        raise SystemExit("kTerms is smaller than what can be proved")
    if total > claimed:
        raise SystemExit("kPairError is smaller than what can be proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
