# SPDX-License-Identifier: Apache-2.0
"""What the report says of the certificate and of `silu check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from silu.report import certificate

DIGEST = "00112233445566778899aabbccddeeff"


def test_packaged_certificates_are_read(tmp_path, monkeypatch):
    (tmp_path / "certificates").mkdir()
    entry = {
        "function": "silu",
        "dtype": "float16",
        "inputs": 65536,
        "order": "bit patterns of the input, ascending as unsigned integers",
        "outputs": "little-endian",
        "hash": "XXH3-128",
        "block": 65536,
        "digest": DIGEST,
        "blocks": [DIGEST],
    }
    (tmp_path / "certificates" / "silu.float16.json").write_text(json.dumps(entry))
    monkeypatch.setattr(certificate, "files", lambda _: tmp_path)
    found = certificate.certificates()
    assert list(found) == [("silu", "float16")]
    assert found["silu", "float16"].digest == DIGEST
    assert found["silu", "float16"].inputs == 65536


def _entry(target: str, *, passed: bool) -> dict[str, object]:
    how = "certificate" if passed else "differs from the certificate"
    return {"function": "silu", "dtype": "float16", "target": target, "passed": passed, "how": how}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A program in place of the tool, which prints what it is told to."""

    def make(output: str, status: int) -> None:
        (tmp_path / "output").write_text(output)
        program = tmp_path / "silu"
        script = f"#!/bin/sh\ncat '{tmp_path}/output'\necho trouble >&2\nexit {status}\n"
        program.write_text(script)
        program.chmod(0o755)
        monkeypatch.setattr(certificate, "tool", lambda: program)

    return make


def test_a_passing_check_is_read(stand_in):
    checks = [_entry("AVX2", passed=True), _entry("scalar", passed=True)]
    stand_in(json.dumps({"checks": checks, "passed": True}), 0)
    run = certificate.check()
    assert run is not None
    assert run.passed
    assert run.command == "silu check --dtype float16 --dtype bfloat16"
    assert run.targets == ["AVX2", "scalar"]
    assert run.failures == {("silu", "float16"): []}


def test_operators_are_among_what_is_checked(stand_in):
    entry = _entry("AVX2", passed=False)
    entry["operator"] = entry.pop("function").replace("silu", "swish")
    stand_in(json.dumps({"checks": [entry], "passed": False}), 1)
    run = certificate.check()
    assert run is not None
    assert run.failures == {("swish", "float16"): ["differs from the certificate on all"]}


def test_a_failing_check_names_the_instruction_set(stand_in):
    checks = [_entry("AVX2", passed=False), _entry("scalar", passed=True)]
    stand_in(json.dumps({"checks": checks, "passed": False}), 1)
    run = certificate.check()
    assert run is not None
    assert not run.passed
    assert run.failures == {("silu", "float16"): ["differs from the certificate on AVX2"]}


def test_a_tool_that_says_something_else_has_not_passed(stand_in):
    stand_in("hello", 0)
    run = certificate.check()
    assert run is not None
    assert not run.passed
    assert run.trouble == "trouble"


def test_a_tool_that_cannot_run_has_not_passed(tmp_path, monkeypatch):
    monkeypatch.setattr(certificate, "tool", lambda: tmp_path / "silu")
    run = certificate.check()
    assert run is not None
    assert not run.passed
    assert "No such file" in run.trouble


def test_without_the_tool_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(certificate, "tool", lambda: None)
    assert certificate.check() is None
