#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes src/math/tables.h: the polynomials and tables behind e^-x, with the bounds they reach.

Needs Sollya (https://www.sollya.org) for the minimax polynomials and their proven errors
(fpminimax; supnorm, Chevillard, Harrison, Joldes, Lauter 2011), and mpmath for the constants.

    python3 tools/coefficients/make_tables.py > src/math/tables.h
    clang-format -i src/math/tables.h
"""

import struct
import subprocess
import sys

import mpmath

mpmath.mp.prec = 6000

ENTRIES = 16  # of the table of 2^(j/16): two AVX-512 registers
SHORT_ENTRIES = 32  # of the table of numbers near 2^(j/32): likewise, of floats
SHORT_BITS = 10
LN2_LIMBS = 64


def sollya(script: str) -> list[str]:
    """The lines that Sollya prints."""
    run = subprocess.run(
        ["sollya", "--warnonstderr"],
        input="display = hexadecimal!; prec = 200!;\n" + script + "quit;\n",
        capture_output=True,
        text=True,
    )
    if run.returncode or run.stderr:
        raise SystemExit(f"sollya: {run.stderr or run.returncode}")
    return [line for line in run.stdout.splitlines() if line.strip()]


def hexfloat(value: mpmath.mpf | float, precision: int = 53) -> str:
    """The nearest double (or float), in hexadecimal."""
    with mpmath.workprec(precision):
        rounded = +mpmath.mpf(value)
    text = float(rounded).hex()
    mantissa, exponent = text.split("p")
    mantissa = mantissa.rstrip("0") if "." in mantissa else mantissa
    return f"{mantissa.rstrip('.')}p{exponent}" + ("f" if precision == 24 else "")


def minimax(basis: str, precision: str, bound: str, fixed: str = "0") -> tuple[list[float], float]:
    """The polynomial nearest to e^x on [-bound, bound], and log2 of its proven relative error.

    Its coefficients in `basis`, beside those that are fixed.
    """
    lines = sollya(
        f"I = [-({bound}), {bound}];\n"
        f"p = fpminimax(exp(x), {basis}, {precision}, I, relative, {fixed});\n"
        f"q = p - ({fixed});\n"
        "for i from 0 to degree(q) do if coeff(q, i) != 0 then print(coeff(q, i));\n"
        'print("error"); display = decimal!;\n'
        "print(round(log2(sup(supnorm(p, exp(x), I, relative, 2^-10))), 53, RU));\n"
    )
    split = lines.index("error")
    coefficients = [float.fromhex(line) if "0x" in line else float(line) for line in lines[:split]]
    return coefficients, float(lines[split + 1])


def polynomial(name: str, type_: str, story: str, coefficients: list[float], error: float) -> None:
    """Prints a polynomial's coefficients."""
    suffix = "f" if type_ == "float" else ""
    print(f"// {story}: relative error below 2^{error:.2f} (Sollya, supnorm).")
    body = ",\n    ".join(f"{c.hex()}{suffix}" for c in coefficients)
    print(f"inline constexpr {type_} {name}[{len(coefficients)}] = {{\n    {body}}};\n")


def main() -> None:
    """Prints the header."""
    ln2 = mpmath.log(2)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Made by tools/coefficients/make_tables.py: do not edit.")
    print("#pragma once\n\n#include <cstdint>\n")
    print("namespace silu::math {\n")

    c, e = minimax("5", "[|D...|]", f"log(2)/{2 * ENTRIES}")
    polynomial("kExp64", "double", f"e^r on |r| <= ln(2)/{2 * ENTRIES}, in one double", c, e)

    third = "(exp(x) - 1 - x - x^2/2) / x^3"
    lines = sollya(
        f"b = log(2)/{2 * ENTRIES}; f = 1/6 + x/24 + x^2/120 + x^3/720 + x^4/5040 + x^5/40320"
        " + x^6/362880 + x^7/3628800 + x^8/39916800 + x^9/479001600;\n"
        "p = fpminimax(f, 5, [|D...|], [-b, b], absolute);\n"
        "for i from 0 to degree(p) do print(coeff(p, i));\n"
        'print("error"); display = decimal!;\n'
        "q = 1 + x + x^2/2 + x^3 * p;\n"
        "print(round(log2(sup(supnorm(q, exp(x), [-b, b], relative, 2^-10))), 53, RU));\n"
    )
    split = lines.index("error")
    c = [float.fromhex(line) for line in lines[:split]]
    polynomial(
        "kExp128",
        "double",
        f"p of e^r = 1 + r + r^2/2 + r^3 p(r) on |r| <= ln(2)/{2 * ENTRIES}, "
        f"for pairs of doubles; {third}",
        c,
        float(lines[split + 1]),
    )

    c, e = minimax("[|2, 3, 4, 5|]", "[|SG...|]", "log(2)/2 + 2^-12", "1 + x")
    story = "e^r = 1 + r + c0 r^2 + c1 r^3 + ... on |r| <= ln(2)/2 + 2^-12, in one float"
    polynomial("kExp32", "float", story, c, e)

    reach = f"log(2)/{2 * SHORT_ENTRIES} + 2^-{SHORT_BITS}"
    c, e = minimax("[|3, 4|]", "[|SG...|]", reach, "1 + x + x^2/2")
    story = f"e^r = 1 + r + r^2/2 + c0 r^3 + c1 r^4 on |r| <= {reach}, for pairs of floats"
    polynomial("kExpShort", "float", story, c, e)

    print(f"inline constexpr int kEntries = {ENTRIES};\n")
    highs = [
        mpmath.mpf(float.fromhex(hexfloat(mpmath.mpf(2) ** (mpmath.mpf(j) / ENTRIES))))
        for j in range(ENTRIES)
    ]
    print("// 2^(j/16) as the pair of doubles kExp2High[j] + kExp2Low[j], to 2^-106.")
    body = ",\n    ".join(hexfloat(h) for h in highs)
    print(f"inline constexpr double kExp2High[kEntries] = {{\n    {body}}};")
    body = ",\n    ".join(
        hexfloat(mpmath.mpf(2) ** (mpmath.mpf(j) / ENTRIES) - h) for j, h in enumerate(highs)
    )
    print(f"inline constexpr double kExp2Low[kEntries] = {{\n    {body}}};\n")

    print(
        "// 2^(j/16) less j 2^48 in its bits: adding n = 16 k + j, shifted by 48,"
        " makes 2^k 2^(j/16)."
    )
    biased = [float.fromhex(hexfloat(h)) for h in highs]
    words = [int.from_bytes(struct.pack(">d", h), "big") - (j << 48) for j, h in enumerate(biased)]
    body = ",\n    ".join(f"0x{w:016x}u" for w in words)
    print(f"inline constexpr std::uint64_t kExp2Biased[kEntries] = {{\n    {body}}};")
    print("// What is left of it, beside it.")
    body = ",\n    ".join(
        hexfloat((mpmath.mpf(2) ** (mpmath.mpf(j) / ENTRIES) - h) / h) for j, h in enumerate(highs)
    )
    print(f"inline constexpr double kExp2Ratio[kEntries] = {{\n    {body}}};\n")

    print(f"inline constexpr int kShortEntries = {SHORT_ENTRIES};\n")
    unit = mpmath.mpf(2) ** (SHORT_BITS - 1)
    exact = [mpmath.mpf(2) ** (mpmath.mpf(j) / SHORT_ENTRIES) for j in range(SHORT_ENTRIES)]
    short = [mpmath.nint(power * unit) / unit for power in exact]
    print(
        f"// 2^(j/{SHORT_ENTRIES}) in {SHORT_BITS} bits,"
        " and the logarithm of what that lacks as a factor."
    )
    body = ",\n    ".join(hexfloat(power, 24) for power in short)
    print(f"inline constexpr float kShortPowers[kShortEntries] = {{\n    {body}}};")
    body = ",\n    ".join(
        hexfloat(mpmath.log(power / s), 24) for power, s in zip(exact, short, strict=True)
    )
    print(f"inline constexpr float kShortLogs[kShortEntries] = {{\n    {body}}};\n")

    print("// log2(e), and times 16, which turns x into table steps.")
    print(f"inline constexpr double kStepsPerUnit = {hexfloat(ENTRIES / ln2)};")
    print(f"inline constexpr float kLog2e32 = {hexfloat(1 / ln2, 24)};\n")

    step = ln2 / ENTRIES
    first = mpmath.mpf(float.fromhex(hexfloat(mpmath.floor(step * 2**42) / 2**42)))
    second = mpmath.floor((step - first) * 2**80) / mpmath.mpf(2) ** 80
    third_part = step - first - second
    print(
        "// ln(2)/16 = first + second + third; the first two have at most 38 bits,"
        " so that their products with"
    )
    print("// an integer of 15 bits are exact; the sum is right to 2^-134.")
    print(f"inline constexpr double kStepFirst = {hexfloat(first)};")
    print(f"inline constexpr double kStepSecond = {hexfloat(second)};")
    print(f"inline constexpr double kStepThird = {hexfloat(third_part)};")
    print("// What is left behind the first part, for evaluation in one double.")
    print(f"inline constexpr double kStepRest = {hexfloat(step - first)};\n")
    high = mpmath.floor(ln2 * 2**15) / mpmath.mpf(2) ** 15
    print(
        "// ln(2) for floats: the first part has 15 bits, so that its product with an integer"
        " of 8 bits is exact."
    )
    print(f"inline constexpr float kLn2First32 = {hexfloat(high, 24)};")
    print(f"inline constexpr float kLn2Second32 = {hexfloat(ln2 - high, 24)};")
    single = mpmath.mpf(float.fromhex(hexfloat(ln2, 24).rstrip("f")))
    print(f"inline constexpr float kLn2Single32 = {hexfloat(single, 24)};")
    print("// What is left behind that.")
    print(f"inline constexpr float kLn2Rest32 = {hexfloat(ln2 - single, 24)};\n")

    digits = int(mpmath.floor(ln2 * mpmath.mpf(2) ** (64 * LN2_LIMBS)))
    print(f"// floor(ln(2) 2^{64 * LN2_LIMBS}), least significant limb first.")
    print(f"inline constexpr int kLn2Limbs = {LN2_LIMBS};")
    limbs = [(digits >> (64 * i)) & (2**64 - 1) for i in range(LN2_LIMBS)]
    body = ",\n    ".join(
        ", ".join(f"0x{limb:016x}u" for limb in limbs[i : i + 4]) for i in range(0, LN2_LIMBS, 4)
    )
    print(f"inline constexpr std::uint64_t kLn2[kLn2Limbs] = {{\n    {body}}};\n")
    print("}  // namespace silu::math")


if __name__ == "__main__":
    sys.exit(main())
