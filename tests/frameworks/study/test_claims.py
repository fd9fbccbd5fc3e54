# SPDX-License-Identifier: Apache-2.0
"""Verdicts follow from the numbers, whichever way these go."""

from __future__ import annotations

import numpy as np
import pytest

from silu.study import claims, facts
from silu.study.outcomes import Outcome, Setting
from silu.study.tasks import TASKS

NOISE = np.array([0.001, -0.001, 0.002, -0.002, 0.0])


def _outcome(
    score: float, reach: float = 1.0, dead: float = 0.0, at_high_rate: float = 0.0
) -> Outcome:
    layers = np.geomspace(reach, 1, 5)[:, None] * (1 + NOISE)
    return Outcome(
        activation="",
        rate=0.1,
        by_rate={0.1: score + NOISE},
        score=score + NOISE,
        loss=1 + NOISE,
        dead_before=0 * NOISE,
        dead=dead + 0 * NOISE,
        dead_by_rate={0.1: dead + 0 * NOISE, 0.3: dead + at_high_rate + 0 * NOISE},
        nearly_dead_before=0 * NOISE,
        nearly_dead=dead + 0 * NOISE,
        gradients_before=layers,
        gradients=layers,
        betas=np.ones((1, 5)),
        diverged=0,
    )


def _settings(silu: dict, others: dict) -> list[Setting]:
    """Gradients that fall with the depth, by 16 layers to what is given as reach."""

    def at(depth: int, given: dict) -> Outcome:
        return _outcome(**{**given, "reach": given.get("reach", 1.0) ** (depth / 16)})

    return [
        Setting(
            task,
            depth,
            {name: at(depth, silu if name == "silu" else others) for name in task.activations},
        )
        for task in TASKS.values()
        for depth in task.depths
    ]


@pytest.fixture(scope="module")
def measured() -> dict:
    return facts.measure()


def _verdicts(settings: list[Setting], measured: dict) -> dict[int, str]:
    return {i: row.verdict for i, row in enumerate(claims.claims(settings, measured), 1)}


def test_there_is_a_row_for_every_claim(measured):
    rows = claims.claims(_settings({"score": 0.8}, {"score": 0.7}), measured)
    assert len(rows) == 18
    assert all(row.verdict.startswith(("holds", "does not hold")) for row in rows)


def test_better_everywhere_holds(measured):
    verdicts = _verdicts(
        _settings({"score": 0.8}, {"score": 0.7, "reach": 0.01, "dead": 0.1}), measured
    )
    assert verdicts[10] == "holds"
    assert verdicts[12] == "holds"
    assert verdicts[3] == "holds"
    assert verdicts[7].startswith("holds")
    assert verdicts[9].startswith("holds")
    assert verdicts[13] == "does not hold"  # there the score is an error


def test_worse_or_alike_does_not_hold(measured):
    for settings in (
        _settings({"score": 0.7, "reach": 0.01, "dead": 0.1}, {"score": 0.8}),
        _settings({"score": 0.7, "reach": 0.01, "dead": 0.1}, {"score": 0.7, "reach": 0.01}),
    ):
        verdicts = _verdicts(settings, measured)
        assert verdicts[10] == "does not hold"
        assert verdicts[12] == "does not hold"
        assert verdicts[4] == "does not hold"
        assert verdicts[7] == "does not hold"
        assert "steadiness does not hold" in verdicts[3]


def test_better_in_some_is_told_by_name(measured):
    settings = _settings({"score": 0.7}, {"score": 0.8})
    residual = next(i for i, s in enumerate(settings) if s.short == "ResNet 14")
    task = settings[residual].task
    better = {n: _outcome(0.9 if n == "silu" else 0.8) for n in task.activations}
    settings[residual] = Setting(task, 14, better)
    assert _verdicts(settings, measured)[10] == "holds where: ResNet 14"


def test_units_that_die_at_high_rates_alone_limit_the_verdict(measured):
    settings = _settings({"score": 0.8, "at_high_rate": 0.1}, {"score": 0.7})
    row = claims.claims(settings, measured)[3]
    assert row.verdict == "holds where: the learning rate is not too high"
    assert "SiLU: none dead, 10.0% at a rate of 0.3" in row.measured


def test_the_range_claim_does_not_hold_as_the_functions_say(measured):
    assert _verdicts(_settings({"score": 0.8}, {"score": 0.7}), measured)[6] == "does not hold"
    assert measured["least value"] == pytest.approx(-0.2784645427610738, abs=1e-9)
    assert measured["least at"] == pytest.approx(-1.2784645427610738, abs=1e-5)


def test_the_two_ways_of_pytorch_differ_in_bits(measured):
    assert measured["module and product differ"] > 0.01
    assert measured["slope is 0 in float32 up to"] < -100
