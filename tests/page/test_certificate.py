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


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A program in place of the tool, which prints its arguments and exits as told."""

    def make(status: int) -> None:
        program = tmp_path / "silu"
        program.write_text(f'#!/bin/sh\necho "$@"\necho trouble >&2\nexit {status}\n')
        program.chmod(0o755)
        monkeypatch.setattr(certificate, "tool", lambda: program)

    return make


def test_a_passing_check_is_shown(stand_in):
    stand_in(0)
    run = certificate.check()
    assert run is not None
    assert run.passed
    assert run.output == "check --dtype float16 --dtype bfloat16"


def test_a_failing_check_is_shown_with_what_it_said(stand_in):
    stand_in(1)
    run = certificate.check()
    assert run is not None
    assert not run.passed
    assert "trouble" in run.output


def test_a_tool_that_cannot_run_has_not_passed(tmp_path, monkeypatch):
    monkeypatch.setattr(certificate, "tool", lambda: tmp_path / "silu")
    run = certificate.check()
    assert run is not None
    assert not run.passed


def test_without_the_tool_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(certificate, "tool", lambda: None)
    assert certificate.check() is None
