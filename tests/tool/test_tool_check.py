# SPDX-License-Identifier: Apache-2.0
"""silu check: what it compares, and what it says of certificates that are not the library's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tool_support import FORMATS, FUNCTIONS, fails, silu, succeeds

CERTIFICATES = Path(__file__).parents[2] / "certificates"
PAIRS = ("silu_backward", "swish", "swiglu", "swiglu_clamped")
BLOCK = 1 << 22  # pairs


def test_every_function_and_target_is_checked():
    arguments = ["check", "--dtype", "float16", "--dtype", "bfloat16", "--json"]
    output = json.loads(succeeds(*arguments))
    targets = json.loads(succeeds("info", "--json"))["targets"]
    assert output["passed"] is True
    checks = output["checks"]
    assert [(c.get("function"), c.get("operator"), c["dtype"], c["target"]) for c in checks] == [
        (function, operator, dtype, target)
        for function, operator in [(f, None) for f in FUNCTIONS] + [(None, o) for o in PAIRS]
        for dtype in ("float16", "bfloat16")
        for target in targets
    ]
    assert all(c["passed"] for c in checks)
    assert {c["inputs"] for c in checks if "function" in c} == {65536}
    # Every 127th of 1024 blocks of pairs.
    assert {(c["inputs"], c["how"]) for c in checks if "operator" in c} == {
        (9 * BLOCK, "certificate, 9 of 1024 blocks")
    }


def test_all_pairs_are_checked_where_asked_for():
    arguments = ["--operator", "swiglu_clamped", "--dtype", "float16", "--all-pairs", "--json"]
    target = json.loads(succeeds("info", "--json"))["target_in_use"]
    (check,) = json.loads(succeeds("check", *arguments, "--target", target))["checks"]
    assert (check["passed"], check["inputs"], check["how"]) == (True, 2**32, "certificate")


def test_what_is_named_is_checked_and_nothing_else():
    arguments = ["--dtype", "float16", "--target", "scalar", "--json"]
    checks = json.loads(succeeds("check", "--function", "relu", *arguments))["checks"]
    assert [c["function"] for c in checks] == ["relu"]
    checks = json.loads(succeeds("check", "--operator", "swish", *arguments))["checks"]
    assert [c["operator"] for c in checks] == ["swish"]
    both = ["--operator", "swish", "--function", "relu"]
    checks = json.loads(succeeds("check", *both, *arguments))["checks"]
    assert [c.get("function", c.get("operator")) for c in checks] == ["relu", "swish"]


def test_all_of_float32_is_checked():
    arguments = ["--function", "silu", "--dtype", "float32", "--json"]
    target = json.loads(succeeds("info", "--json"))["target_in_use"]
    (check,) = json.loads(succeeds("check", *arguments, "--target", target))["checks"]
    assert check["passed"]
    assert check["inputs"] == 2**32


def test_float64_is_checked_against_exact_arithmetic():
    lines = succeeds("check", "--dtype", "float64", "--function", "silu_derivative").splitlines()
    assert len(lines) == len(json.loads(succeeds("info", "--json"))["targets"])
    assert all("right" in line and "exact" in line for line in lines)


def test_there_is_a_certificate_for_each_function_and_dtype():
    names = {f"{function}.{dtype}.json" for function in FUNCTIONS for dtype in FORMATS}
    names -= {f"{function}.float64.json" for function in FUNCTIONS}
    assert {path.name for path in CERTIFICATES.glob("*.json")} == names
    pairs = {f"{operator}.{dtype}.json" for operator in PAIRS for dtype in ("float16", "bfloat16")}
    assert {path.name for path in (CERTIFICATES / "operators").iterdir()} == pairs


@pytest.fixture
def folder(tmp_path):
    shutil.copy(CERTIFICATES / "silu.float16.json", tmp_path)
    return tmp_path


def edit(folder, change):
    path = folder / "silu.float16.json"
    certificate = json.loads(path.read_text())
    change(certificate)
    path.write_text(json.dumps(certificate))


def check(folder):
    return ["check", "--certificates", folder, "--function", "silu", "--dtype", "float16"]


def test_another_oracles_certificate_is_noticed(folder):
    other = json.loads((CERTIFICATES / "silu_derivative.float16.json").read_text())
    edit(
        folder,
        lambda certificate: certificate.update(blocks=other["blocks"], digest=other["digest"]),
    )
    done = silu(*check(folder), "--target", "scalar")
    assert done.returncode == 1
    assert "the certificate is not this library's" in done.stdout
    assert done.stderr == "silu: 1 of 1 checks failed\n"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c.update(digest="0" * 32), "its digest is not that of its blocks"),
        (lambda c: c.update(blocks=[]), "it has 0 blocks of 65536 for 65536 inputs"),
        (lambda c: c.update(block=0), "it has 1 blocks of 0"),
        (lambda c: c.update(blocks=["g" * 32]), "is not a digest of 32 hexadecimal digits"),
        (lambda c: c.update(blocks=["12"]), "is not a digest of 32 hexadecimal digits"),
        (lambda c: c.update(hash="CRC-32"), "its hash is not XXH3-128"),
        (lambda c: c.update(inputs=1000), "it is for 1000 inputs, not for all of float16"),
        (lambda c: c.update(inputs="many"), "malformed"),
        (lambda c: c.update(dtype="float8"), "dtype 'float8' is unknown"),
        (lambda c: c.pop("blocks"), "'blocks' not found"),
    ],
)
def test_a_malformed_certificate_is_refused(folder, change, says):
    edit(folder, change)
    fails(1, *check(folder), says=says)


@pytest.fixture
def pairs(tmp_path):
    """A folder with a certificate of pairs, and a change to it."""
    (tmp_path / "operators").mkdir()
    path = tmp_path / "operators" / "swish.float16.json"
    shutil.copy(CERTIFICATES / "operators" / path.name, path)

    def change(change):
        certificate = json.loads(path.read_text())
        change(certificate)
        path.write_text(json.dumps(certificate))
        command = ["check", "--certificates", tmp_path, "--operator", "swish"]
        return [*command, "--dtype", "float16", "--target", "scalar"]

    return change


def test_pairs_that_another_oracle_would_have_are_noticed(pairs):
    other = json.loads((CERTIFICATES / "operators" / "swish.bfloat16.json").read_text())
    command = pairs(lambda c: c.update(blocks=other["blocks"], digest=other["digest"]))
    done = silu(*command)
    assert done.returncode == 1
    assert "in block 0, though not from exact arithmetic there" in done.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c.update(digest="0" * 32), "its digest is not that of its blocks"),
        (lambda c: c.update(blocks=c["blocks"][1:]), "it has 1023 blocks of 4194304"),
        (lambda c: c.update(inputs=65536), "it is for 65536 inputs, not for all pairs of float16"),
        (lambda c: c.update(dtype="float32"), "not for all pairs of float32"),
        (
            lambda c: c.update(operator="swish_backward"),
            """order ["x","beta"] is not that of""",
        ),
        (
            lambda c: c.update(order=["beta", "x"]),
            """order ["beta","x"] is not that of swish""",
        ),
        (lambda c: c.update(operator="gelu"), "operator 'gelu' is unknown"),
        (lambda c: c.update(operator="swiglu_clamped", order=["a", "b"]), "'alpha' not found"),
        (
            lambda c: c.update(operator="swiglu_clamped", order=["a", "b"], alpha=1, limit=-1),
            "its alpha or limit is none",
        ),
        (lambda c: c.pop("order"), "'order' not found"),
    ],
)
def test_a_malformed_certificate_of_pairs_is_refused(pairs, change, says):
    fails(1, *pairs(change), says=says)


def test_what_is_not_json_is_refused(folder):
    (folder / "silu.float16.json").write_text("[")
    fails(1, *check(folder), says="a certificate is malformed: ")


def test_a_missing_folder_is_named(tmp_path):
    fails(1, *check(tmp_path / "nowhere"), says="nowhere")


def test_a_missing_certificate_fails(tmp_path):
    done = silu(*check(tmp_path))
    assert done.returncode == 1
    assert "no certificate" in done.stdout


def test_bad_arguments_are_refused():
    fails(2, "check", "--function", "gelu", says="function 'gelu' is unknown; allowed: sigmoid, ")
    fails(2, "check", "--operator", "geglu", says="operator 'geglu' is unknown; allowed: silu_back")
    three = ["--operator", "swish_backward", "--dtype", "float16"]
    fails(2, "check", *three, says="nothing to check; allowed: operators of two inputs, in dtypes")
    fails(2, "check", "--target", "AVX9", says="target 'AVX9' is unknown; allowed: ")
    fails(2, "check", "--threads", "0", says="--threads")
