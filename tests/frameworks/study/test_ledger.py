# SPDX-License-Identifier: Apache-2.0
"""Finished runs are kept whatever happens."""

from __future__ import annotations

import json
import math

import pytest

from silu._common.errors import CommandError
from silu.study.ledger import Ledger

MADE = {"begun": "today", "same": {"plan": "full", "torch": "2"}}


def test_runs_are_there_again_after_a_cut_at_any_byte(tmp_path):
    path = tmp_path / "runs.jsonl"
    ledger = Ledger(path, MADE)
    for seed in range(3):
        ledger.add({"seed": seed}, {"loss": seed / 7})
    content = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(ends[0], len(content) + 1):
        path.write_bytes(content[:cut])
        again = Ledger(path, MADE)
        kept = sum(end <= cut for end in ends) - 1
        assert [{"seed": seed} in again for seed in range(3)] == [s < kept for s in range(3)]
        for seed in range(kept, 3):
            again.add({"seed": seed}, {"loss": seed / 7})
        assert path.read_bytes() == content


def test_the_order_of_settings_does_not_matter(tmp_path):
    ledger = Ledger(tmp_path / "runs.jsonl", MADE)
    ledger.add({"a": 1, "b": 2}, 5)
    assert ledger[{"b": 2, "a": 1}] == 5


@pytest.mark.parametrize("name", ["plan", "torch"])
def test_another_study_in_the_folder_is_refused_by_name(tmp_path, name):
    path = tmp_path / "runs.jsonl"
    Ledger(path, MADE)
    other = {**MADE, "same": {**MADE["same"], name: "else"}}
    with pytest.raises(CommandError, match=f"was begun with {name} .*, and this is else"):
        Ledger(path, other)


def test_the_first_beginning_is_told(tmp_path):
    path = tmp_path / "runs.jsonl"
    Ledger(path, MADE)
    assert Ledger(path, {**MADE, "begun": "tomorrow"}).made["begun"] == "today"


def test_what_is_no_number_is_null_so_that_every_reader_of_json_reads_it(tmp_path):
    path = tmp_path / "runs.jsonl"
    Ledger(path, MADE).add({"seed": 0}, [math.nan, math.inf, 1.0])
    assert json.loads(path.read_text().splitlines()[1])["result"] == [None, None, 1.0]


def test_another_file_of_that_name_is_refused(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text("shopping list\n")
    with pytest.raises(CommandError, match="is not a file of this command"):
        Ledger(path, MADE)
    assert path.read_text() == "shopping list\n"
