# SPDX-License-Identifier: Apache-2.0
"""Trainings are repeatable, and fair to every activation."""

from __future__ import annotations

import itertools

import pytest
import torch

from silu.study.plan import FULL, QUICK, Run
from silu.study.tasks import TASKS
from silu.study.training import batches, loss_of, train


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _numbers(run: Run) -> dict:
    result = train(run)
    del result["processor_seconds"]
    return result


@pytest.mark.parametrize("name", TASKS)
def test_the_same_settings_give_the_same_numbers(name):
    task = TASKS[name]
    run = Run(name, task.depths[0], "silu", task.rates[task.depths[0]][0], seed=1, steps=3)
    first = _numbers(run)
    assert _numbers(run) == first
    assert _numbers(Run(**{**run.settings(), "seed": 2})) != first


def test_a_pass_takes_every_sample_once_in_an_order_of_the_seed():
    per_pass = 10 // 3
    taken = torch.cat(list(itertools.islice(batches(10, 3, seed=0), per_pass)))
    assert len(set(taken.tolist())) == 9
    again = torch.cat(list(itertools.islice(batches(10, 3, seed=0), per_pass)))
    assert torch.equal(taken, again)
    other = torch.cat(list(itertools.islice(batches(10, 3, seed=1), per_pass)))
    assert not torch.equal(taken, other)


def test_training_lowers_the_loss():
    task = TASKS["digits"]
    result = train(Run("digits", 8, "relu", 0.03, seed=0, steps=100))
    assert result["loss"][-1] < 0.9 * result["loss"][0]
    assert result["test"]["loss"] < loss_of(task, torch.zeros(1, 10), torch.zeros(1).long())


def test_every_activation_of_a_task_gets_the_same_budget():
    for plan in (FULL, QUICK):
        budgets = {}
        for run in plan.runs():
            budget = (run.depth, run.rate, run.seed, run.steps)
            budgets.setdefault(run.task, {}).setdefault(run.activation, []).append(budget)
        assert set(budgets) == set(TASKS)
        for by_activation in budgets.values():
            first, *others = by_activation.values()
            assert all(other == first for other in others)
        assert len(set(plan.runs())) == len(plan.runs())


def test_the_whole_study_has_five_seeds():
    assert {run.seed for run in FULL.runs()} == {0, 1, 2, 3, 4}
