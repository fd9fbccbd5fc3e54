# SPDX-License-Identifier: Apache-2.0
"""silu eval: what it reads, rounds and prints."""

from __future__ import annotations

import json
import random
import subprocess
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from tool_support import FORMATS, FUNCTIONS, exact, fails, nearest, right_silu, silu, succeeds, tool


def evaluate(values: list[str], dtype: str, *options: str) -> list[dict]:
    output = succeeds("eval", "--dtype", dtype, "--json", *options, input="\n".join(values))
    return json.loads(output)


def decimal_of(value: Fraction) -> Decimal:
    """A dyadic number's exact decimal."""
    with localcontext() as context:
        context.prec = 2000
        return Decimal(value.numerator) / Decimal(value.denominator)


@pytest.mark.parametrize("dtype", FORMATS)
def test_decimals_are_rounded_once(dtype):
    random.seed(1)
    texts = [
        "1e-30",
        "0.1",
        "3.14159265358979323846264338327950288",
        "123456789e-5",
        "6.1e-5",
        ".5",
        "5.",
    ]
    for _ in range(300):
        bits = random.randrange(1, FORMATS[dtype].infinity - 1)
        middle = decimal_of((exact(bits, dtype) + exact(bits + 1, dtype)) / 2)
        with localcontext() as context:
            context.prec = 2000
            tiny = middle * Decimal("1e-60")
            texts += map(str, (middle, middle + tiny, middle - tiny))
    for text, result in zip(texts, evaluate(texts, dtype, "--function", "relu"), strict=True):
        bits = nearest(Fraction(text), dtype)
        assert int(result["x"]["bits"], 16) == bits, text
        assert result["inexact"] == (exact(bits, dtype) != Fraction(text)), text


def test_a_decimal_beside_a_midpoint_is_not_rounded_twice():
    # Just above 1 + 2^-11, which is midway between two of float16 and the nearest float64.
    (result,) = evaluate(["1.000488281250000000000000001"], "float16")
    assert result["x"]["bits"] == "0x3c01"


@pytest.mark.parametrize("dtype", FORMATS)
def test_hexadecimals_are_rounded_once(dtype):
    random.seed(2)
    texts, values = [], []
    for _ in range(500):
        digits, exponent = (
            random.randrange(1, 1 << random.choice((4, 12, 60, 200))),
            random.randrange(-160, 20),
        )
        texts.append(f"0x{digits:x}p{exponent}")
        values.append(digits * Fraction(2) ** exponent)
    for text, value, result in zip(texts, values, evaluate(texts, dtype), strict=True):
        bits = nearest(value, dtype)
        assert int(result["x"]["bits"], 16) == bits, text
        overflows = bits == FORMATS[dtype].infinity
        assert result["inexact"] == (overflows or exact(bits, dtype) != value), text


@pytest.mark.parametrize(
    ("text", "bits", "inexact"),
    [
        ("inf", 0x7F800000, False),
        ("-Infinity", 0xFF800000, False),
        ("nan", 0x7FC00000, False),
        ("-nan", 0x7FC00000, False),
        ("-0", 0x80000000, False),
        ("-0.0e99999999999999999999", 0x80000000, False),
        ("1e-99999999999999999999", 0, True),
        ("1e99999999999999999999", 0x7F800000, True),
        (
            "340282356779733661637539395458142568447",
            0x7F7FFFFF,
            True,
        ),  # below the midpoint to 2^128
        ("340282356779733661637539395458142568448", 0x7F800000, True),  # that midpoint
        ("0." + "0" * 5000 + "1e5001", 0x3F800000, False),
        ("0x0.00000000000000000000000000000000000001p152", 0x3F800000, False),
    ],
)
def test_extremes(text, bits, inexact):
    (result,) = evaluate([text], "float32")
    assert (int(result["x"]["bits"], 16), result["inexact"]) == (bits, inexact)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_decimals_are_the_shortest_that_round_back(dtype):
    every = range(1, FORMATS[dtype].infinity)
    results = evaluate([hex(bits) for bits in every], dtype, "--bits", "--function", "relu")
    for bits, result in zip(every, results, strict=True):
        text = result["x"]["decimal"]
        assert nearest(Fraction(text), dtype) == bits
        value, (_, digits, exponent) = exact(bits, dtype), Decimal(text).normalize().as_tuple()
        unit = Fraction(10) ** (exponent + 1)  # of decimals with a digit less
        below = value // unit
        for shorter in (below * unit, (below + 1) * unit):
            assert len(digits) == 1 or nearest(shorter, dtype) != bits, (text, shorter)
        same = [
            n * unit / 10 for n in (10 * value // unit, 10 * value // unit + 1)
        ]  # as many digits
        fitting = [each for each in same if each and nearest(each, dtype) == bits]
        assert abs(Fraction(text) - value) == min(abs(each - value) for each in fitting), text


@pytest.mark.parametrize(("dtype", "word"), [("float64", "u8"), ("float32", "u4")])
def test_decimals_round_back_and_are_no_longer_than_numpys(dtype, word):
    every = np.random.default_rng(3).integers(1, FORMATS[dtype].infinity, 2000, dtype=word)
    values = every.view(FORMATS[dtype].numpy)
    results = evaluate([hex(bits) for bits in every], dtype, "--bits")
    for bits, value, result in zip(every, values, results, strict=True):
        assert nearest(Fraction(result["x"]["decimal"]), dtype) == bits
        assert len(result["x"]["decimal"]) <= len(str(value))
        assert float.fromhex(result["x"]["hexadecimal"]) == float(value)


@pytest.mark.parametrize("dtype", FORMATS)
def test_silu_is_what_mpmath_says(dtype):
    form = FORMATS[dtype]
    random.seed(4)
    bits = [
        nearest(Fraction(random.uniform(0.01, 80)), dtype)
        | random.getrandbits(1) << (form.width - 1)
        for _ in range(200)
    ]
    bits += [1, 1 << (form.width - 1) | 1, nearest(Fraction(87), dtype) | 1 << (form.width - 1)]
    for x, result in zip(bits, evaluate([hex(b) for b in bits], dtype, "--bits"), strict=True):
        assert int(result["silu"]["bits"], 16) == right_silu(x, dtype), hex(x)


def test_known_values():
    minimum, zero, left, right, nan = evaluate(
        ["-1.2784645427610738", "0", "-inf", "inf", "nan"], "float64"
    )
    assert minimum["silu"]["decimal"] == "-0.2784645427610738"  # -W(1/e)
    assert zero["sigmoid"]["decimal"] == zero["silu_derivative"]["decimal"] == "0.5"
    assert [left[name]["decimal"] for name in FUNCTIONS[:5]] == ["0", "0", "-0", "-0", "-0"]
    assert [right[name]["decimal"] for name in FUNCTIONS[:5]] == ["1", "0", "inf", "1", "-0"]
    assert {nan[name]["bits"] for name in FUNCTIONS} == {"0x7ff8000000000000"}


def test_the_table_has_a_line_for_each_function():
    lines = succeeds("eval", "0.1", "--dtype", "float32").splitlines()
    assert lines[0] == "x = 0.1, rounded to float32"
    assert lines[1].split() == ["x", "0.1", "0x1.99999ap-4", "0x3dcccccd"]
    assert [line.split()[0] for line in lines[2:]] == list(FUNCTIONS)


def test_functions_and_several_values_can_be_chosen():
    output = succeeds(
        "eval", "--function", "silu", "-inf", "--function", "relu", "-.5", "-nan", "0x1p-2"
    )
    blocks = [block.splitlines() for block in output.split("\n\n")]
    assert [block[0] for block in blocks] == [
        f"x = {value}, exact in float64" for value in ("-inf", "-.5", "-nan", "0x1p-2")
    ]
    assert [line.split()[0] for line in blocks[1]] == ["x", "x", "silu", "relu"]


# The inputs of the operators, and their outputs.
OPERATORS = {
    "silu_backward": (["dy", "x"], ["dx"]),
    "silu_double_backward": (["ddx", "dy", "x"], ["ddy", "dx"]),
    "swish": (["x", "beta"], ["y"]),
    "swish_backward": (["dy", "x", "beta"], ["dx", "dbeta"]),
    "swiglu": (["a", "b"], ["y"]),
    "swiglu_backward": (["dy", "a", "b"], ["da", "db"]),
    "swiglu_clamped": (["a", "b"], ["y"]),
    "swiglu_clamped_backward": (["dy", "a", "b"], ["da", "db"]),
}
# At 5/4, -3/4, 5/2 (as many as there are inputs), alpha = 1.702, limit = 7, by mpmath.
OPERATOR_VALUES = {
    "silu_backward": ["0.19675006937905812"],
    "silu_double_backward": ["1.3742513891769086", "0.007933271740658302"],
    "swish": ["0.3517570092864298"],
    "swish_backward": ["-0.10399333497093974", "0.0810595905654679"],
    "swiglu": ["-0.728718619851273"],
    "swiglu_backward": ["0.4918751734476453", "-0.3007699695230691"],
    "swiglu_clamped": ["0.27923357536079235"],
    "swiglu_clamped_backward": ["0.0018745410824986184", "-0.20451242808170272"],
}


def parameters(operator: str) -> list[str]:
    return ["--alpha", "1.702", "--limit", "7"] if "clamped" in operator else []


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_have_their_values(operator):
    inputs, outputs = OPERATORS[operator]
    values = ["1.25", "-0.75", "2.5"][: len(inputs)]
    arguments = ["eval", "--operator", operator, *parameters(operator), "--", *values, *values]
    (result, again) = json.loads(succeeds(*arguments[:1], "--json", *arguments[1:]))
    assert result == again
    assert result["operator"] == operator
    assert result["input"] == values
    assert result["dtype"] == "float64"
    assert not result["inexact"]
    assert [result[name]["decimal"] for name in inputs] == values
    rounded = [result[name]["decimal"] for name in outputs]
    assert rounded == OPERATOR_VALUES[operator]
    for name in outputs:
        assert float.fromhex(result[name]["hexadecimal"]) == float(result[name]["decimal"])

    lines = succeeds(*arguments).split("\n\n")[0].splitlines()
    assert lines[0].startswith(operator)
    assert [line.split()[0] for line in lines[1:]] == inputs + outputs
    assert lines[-1].split()[1:] == list(result[outputs[-1]].values())


def test_operators_are_rounded_once():
    # silu(1) is 0.7305 in bfloat16, and 9 times that 6.5625.
    (result,) = json.loads(
        succeeds("eval", "--operator", "swiglu", "--dtype", "bfloat16", "--json", "1", "9")
    )
    assert result["y"]["decimal"] == "6.6"
    assert exact(int(result["y"]["bits"], 16), "bfloat16") == Fraction("6.59375")
    output = succeeds("eval", "--operator", "swiglu", "--bits", "--", "0x7ff0000000000000", "0")
    assert output.splitlines()[-1].split() == ["y", "nan", "nan", "0x7ff8000000000000"]


def test_a_number_that_is_not_the_dtypes_is_said_to_be_rounded():
    lines = succeeds("eval", "--operator", "swish", "0.5", "0.1").splitlines()
    assert lines[0] == "swish: x = 0.5, beta = 0.1, rounded to float64"
    clamped = succeeds("eval", "--operator", "swiglu_clamped", *parameters("clamped"), "-1", "2")
    title = "swiglu_clamped with alpha = 1.702, limit = 7: a = -1, b = 2, exact in float64"
    assert clamped.splitlines()[0] == title


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--operator", "geglu", "1", "2"],
            "operator 'geglu' is unknown; allowed: silu_backward, ",
        ),
        (["--operator", "", "1", "2"], "operator '' is unknown"),
        (
            ["--operator", "swiglu", "1"],
            "there are 1 values; allowed: a multiple of 2, for a, b",
        ),
        (["--operator", "swiglu", "1", "x"], "'x' is not a number"),
        (
            ["--operator", "swiglu", "--function", "silu", "1", "2"],
            "--function and --operator exclude each other",
        ),
        (["--operator", "swiglu_clamped", "1", "2"], "swiglu_clamped has both --alpha and --limit"),
        (
            ["--operator", "swiglu", "--alpha", "1", "1", "2"],
            "swiglu has neither of --alpha and --limit",
        ),
        (
            ["--operator", "swiglu_clamped", "--alpha", "1", "--limit", "-7", "1", "2"],
            "allowed: finite alpha, limit from 0 to infinity",
        ),
        (
            ["--operator", "swiglu_clamped", "--alpha", "a", "--limit", "7", "1", "2"],
            "'a' is not a number",
        ),
        (["--limit", "7", "1"], "--alpha and --limit are of the clamped operators"),
    ],
)
def test_bad_arguments_of_operators_are_refused(arguments, says):
    fails(2, "eval", *arguments, says=says)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["abc"], "'abc' is not a number"),
        (["1.5x"], "'1.5x'"),
        (["1e"], "'1e'"),
        (["0x"], "'0x'"),
        (["1,5"], "'1,5'"),
        (["--", "-"], "'-'"),
        (["+-1"], "'+-1'"),
        (["1", "2", ""], "''"),
        (
            ["--dtype", "float8", "1"],
            "dtype 'float8' is unknown; allowed: float64, float32, float16, bfloat16",
        ),
        (["--function", "gelu", "1"], "function 'gelu' is unknown; allowed: sigmoid, "),
        (["--bits", "--dtype", "float16", "0x10000"], "'0x10000' is not a bit pattern of float16"),
        (["--bits", "1.0"], "'1.0' is not a bit pattern"),
        (["--bits", "--", "-1"], "'-1' is not a bit pattern"),
        (["--nonsense", "1"], "--nonsense"),
        (["a\nb\x1b[31m"], r"'a\x0ab\x1b[31m'"),
    ],
)
def test_bad_arguments_are_refused(arguments, says):
    fails(2, "eval", *arguments, says=says)


def test_no_values_are_refused():
    fails(2, "eval", says="no values", input=" \n")


def test_nothing_is_printed_when_one_of_many_values_is_bad():
    fails(2, "eval", says="'x'", input="1 2 3 x")


def test_a_full_disk_is_noticed():
    command = 'exec "$0" eval 1 > /dev/full'
    done = subprocess.run(
        ["sh", "-c", command, tool()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "silu: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("command", [[], ["eval"], ["map"], ["check"], ["bench"], ["info"]])
def test_help_has_examples(command):
    output = succeeds(*command, "--help")
    assert "Examples:\n  silu" in output or "\n  silu" in output.split("Examples:")[1]


def test_an_unknown_command_is_refused():
    fails(
        2, "evaluate", says="command 'evaluate' is unknown; allowed: eval, map, check, bench, info"
    )
    fails(2, "--loud", says="option '--loud' is unknown")
    fails(2, says="subcommand is required")


def test_version_and_info_agree():
    info = json.loads(succeeds("info", "--json"))
    assert succeeds("--version") == f"silu {info['version']}\n"
    assert info["target_in_use"] == info["targets"][0]
    assert info["targets"][-1] == "scalar"
    assert info["dtypes"] == list(FORMATS)
    assert [function["name"] for function in info["functions"]] == list(FUNCTIONS)
    assert all(name in silu("info").stdout for name in (*FUNCTIONS, *FORMATS, *info["targets"]))


def test_bench_measures_what_was_asked():
    output = json.loads(
        succeeds("bench", "--n", "1000", "--repeats", "3", "--json", "--function", "silu")
    )
    info = json.loads(succeeds("info", "--json"))
    assert len(output["results"]) == len(info["targets"]) * len(FORMATS)
    for result in output["results"]:
        assert result["ns_per_element"] > 0
        width = FORMATS[result["dtype"]].width / 8
        assert result["gigabytes_per_second"] == pytest.approx(2 * width / result["ns_per_element"])
    table = succeeds(
        "bench", "--n", "1", "--repeats", "1", "--dtype", "float16", "--target", "scalar"
    ).splitlines()
    assert [line.split()[0] for line in table[2:]] == list(FUNCTIONS)
    fails(2, "bench", "--n", "0", says="--n")
    fails(2, "bench", "--target", "AVX9", says="target 'AVX9' is unknown; allowed: ")
