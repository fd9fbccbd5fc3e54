# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: constants of src, and Gappa and Sollya as functions."""

import math
import re
import subprocess
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "src"
HEX = r"-?0x[0-9a-f.]+p[+-]?\d+"
SECONDS = 300  # for one run of Gappa or Sollya, which take less than one


def source(file: str) -> str:
    """The text of a file below src."""
    return (SOURCES / file).read_text()


def constants(name: str, file: str = "math/tables.h") -> list[Fraction]:
    """The numbers of a constant, which are doubles or floats in hexadecimal."""
    found = re.search(rf"\b{name}(?:\[\w+\])? = (\{{.*?\}}|[^;]*);", source(file), re.DOTALL)
    if found is None:
        raise SystemExit(f"{file} has no {name}")
    return [Fraction(float.fromhex(value)) for value in re.findall(HEX, found[1])]


def constant(name: str, file: str = "math/tables.h") -> Fraction:
    """The number of a constant that has one."""
    (value,) = constants(name, file)
    return value


def words(name: str, file: str = "math/tables.h") -> list[int]:
    """The integers of a table of 64-bit words."""
    found = re.search(rf"\b{name}\[\w+\] = \{{(.*?)\}};", source(file), re.DOTALL)
    if found is None:
        raise SystemExit(f"{file} has no {name}")
    return [int(word, 16) for word in re.findall(r"0x([0-9a-f]{16})u", found[1])]


def plan(format_: str, name: str, file: str = "kernels", plan_: str = "Plan") -> Fraction:
    """A member of Plan<math::format_> in src/cpu/kernels-inl.h, or of another file's plan_."""
    struct = re.search(
        rf"struct {plan_}<math::{format_}> \{{(.*?)\}};", source(f"cpu/{file}-inl.h"), re.DOTALL
    )
    found = struct and re.search(rf"\b{name} = (0x[\da-f.]+p-?\d+|\d+)", struct[1])
    if not found:
        raise SystemExit(f"{file}-inl.h: {plan_}<{format_}> has no {name}")
    return Fraction(float.fromhex(found[1]) if "x" in found[1] else int(found[1]))


def product_plan(format_: str, name: str) -> Fraction:
    """A member of ProductPlan<math::format_> in src/cpu/operators-inl.h."""
    return plan(format_, name, "operators", "ProductPlan")


def derivative_constants(name: str) -> tuple[Fraction, Fraction]:
    """The constant of operators-inl.h for silu' and for silu''."""
    found = re.search(
        rf"\b{name} = G::kFunction == SILU_SILU_DERIVATIVE \? ({HEX})f : ({HEX})f",
        source("cpu/operators-inl.h"),
    )
    if not found:
        raise SystemExit(f"operators-inl.h has no {name} by function")
    return Fraction(float.fromhex(found[1])), Fraction(float.fromhex(found[2]))


def terms_constant(function: str) -> Fraction:
    """The member kTerms of a function's definition."""
    found = re.search(r"\bkTerms = ([\d.]+);", source(f"math/{function}-inl.h"))
    if found is None:
        raise SystemExit(f"{function} has no kTerms")
    return Fraction(found[1])


def require(holds: bool, claim: str) -> None:
    """Stops the check where a claim fails: unlike assert, under python -O too."""
    if not holds:
        raise SystemExit(f"not so: {claim}")


def power(exponent: int) -> Fraction:
    """2^exponent."""
    return Fraction(2) ** exponent


def significant_bits(value: Fraction) -> int:
    """How many bits a dyadic number's significand has."""
    numerator = abs(value.numerator)
    return (numerator // (numerator & -numerator)).bit_length()


def log2(value: Fraction) -> str:
    """For people."""
    return f"2^{math.log2(value):.2f}"


def dyadic(value: Fraction) -> str:
    """A dyadic number as Gappa reads it."""
    require(value.denominator & (value.denominator - 1) == 0, f"{value} is dyadic")
    return f"{value.numerator}b-{value.denominator.bit_length() - 1}"


def rounded_up(value: Fraction, bits: int = 64) -> Fraction:
    """The next multiple of 2^-bits."""
    return Fraction(math.floor(value * 2**bits) + 1, 2**bits)


def number(value: Fraction) -> str:
    """A rational number as Sollya reads it."""
    return f"({value.numerator}/{value.denominator})"


def polynomial(coefficients: list[Fraction]) -> str:
    """The polynomial in x with these coefficients, for Sollya."""
    return " + ".join(f"{number(c)} * x^{i}" for i, c in enumerate(coefficients))


def run(program: list[str], script: str) -> str:
    """A program's output; an error stops the check."""
    done = subprocess.run(program, input=script, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        raise SystemExit(f"{program[0]} failed:\n{done.stdout}{done.stderr}\n{script}")
    return done.stdout


def gappa(file: str, values: dict[str, Fraction], fused: bool) -> None:
    """Proves the goals of a script of this folder, in which @NAME stands for values[NAME], and
    @FMA(a, b, c) for a b + c rounded once if fused, else twice, in the format called `lane`."""
    script = (HERE / file).read_text()
    for name in sorted(values, key=len, reverse=True):
        script = script.replace("@" + name, dyadic(values[name]))
    one, two = r"lane(\1 * \2 + \3)", r"lane(lane(\1 * \2) + \3)"
    script = re.sub(r"@FMA\(([^,()]+), ([^,()]+), ([^,()]+)\)", one if fused else two, script)
    require("@FMA" not in script, f"{file}: the arguments of each @FMA are names or constants")
    run(["gappa"], script)


def sollya(expressions: dict[str, str]) -> dict[str, Fraction]:
    """Upper bounds of expressions."""
    lines = ["prec = 400; display = hexadecimal; verbosity = 0;"]
    lines += [f"print(round({expression}, 53, RU));" for expression in expressions.values()]
    output = run(["sollya", "--warnonstderr"], "\n".join([*lines, "quit;\n"]))
    values = re.findall(HEX, output)
    require(
        len(values) == len(expressions),
        f"sollya answers {len(expressions)} questions, not {len(values)}:\n{output}",
    )
    return {
        name: Fraction(float.fromhex(value))
        for name, value in zip(expressions, values, strict=True)
    }
