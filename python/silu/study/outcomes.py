# SPDX-License-Identifier: Apache-2.0
"""Runs gathered by network, depth and activation, each at its best learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from silu._common.statistics import Paired, paired

from .ledger import Ledger
from .plan import Plan, Run
from .tasks import TASKS, Task

Array = np.ndarray


@dataclass(frozen=True)
class Outcome:
    """One activation in one network; arrays end in an axis of seeds."""

    activation: str
    rate: float  # that with the best mean score on the validation part
    by_rate: dict[float, Array]  # accuracy or error on the test part
    score: Array  # accuracy or error on the test part
    loss: Array  # on the test part
    dead_before: Array  # shares of units
    dead: Array
    dead_by_rate: dict[float, Array]  # after training, at every rate
    nearly_dead_before: Array
    nearly_dead: Array
    gradients_before: Array  # (layers, seeds)
    gradients: Array
    betas: Array  # (activations, seeds) of Swish, else none
    diverged: int  # runs at any rate whose loss is no number

    @property
    def reach(self) -> Array:
        """The first layer's gradient norm over the last one's, before training."""
        return np.asarray(self.gradients_before[0] / self.gradients_before[-1])

    @property
    def reach_after(self) -> Array:
        """The same after training."""
        with np.errstate(invalid="ignore", divide="ignore"):  # all of it may have become 0
            return np.asarray(self.gradients[0] / self.gradients[-1])


@dataclass(frozen=True)
class Setting:
    """A network at a depth, with the outcomes of all activations."""

    task: Task
    depth: int
    outcomes: dict[str, Outcome]

    @property
    def short(self) -> str:
        """A name within a sentence."""
        return self.task.at(self.depth)

    def compare(self, ours: str, theirs: str) -> Paired:
        """Paired by seeds, greater is better: accuracy, or minus the logarithm of the error."""
        values = [
            self.outcomes[name].score
            if self.task.measure == "accuracy"
            else -np.log(self.outcomes[name].score)
            for name in (ours, theirs)
        ]
        return paired(values[0], values[1])


def _stack(results: list[dict[str, Any]], *path: str) -> Array:
    values = []
    for result in results:
        value: Any = result
        for name in path:
            value = value[name]
        values.append(value)
    return np.array(values, float).T


def _outcome(ledger: Ledger, task: Task, runs: list[Run]) -> Outcome:
    by_rate: dict[float, list[dict[str, Any]]] = {}
    for run in runs:
        by_rate.setdefault(run.rate, []).append(ledger[run.settings()])
    sign = 1 if task.measure == "accuracy" else -1

    def score(rate: float) -> float:
        mean = sign * _stack(by_rate[rate], "validation", task.measure).mean()
        return float(mean) if np.isfinite(mean) else -np.inf

    rate = max(by_rate, key=score)
    best = by_rate[rate]
    everything = [result for results in by_rate.values() for result in results]
    return Outcome(
        activation=runs[0].activation,
        rate=rate,
        by_rate={r: _stack(results, "test", task.measure) for r, results in by_rate.items()},
        score=_stack(best, "test", task.measure),
        loss=_stack(best, "test", "loss"),
        dead_before=_stack(best, "before", "units", "dead"),
        dead=_stack(best, "after", "units", "dead"),
        dead_by_rate={r: _stack(rs, "after", "units", "dead") for r, rs in by_rate.items()},
        nearly_dead_before=_stack(best, "before", "units", "nearly_dead"),
        nearly_dead=_stack(best, "after", "units", "nearly_dead"),
        gradients_before=_stack(best, "before", "gradients"),
        gradients=_stack(best, "after", "gradients"),
        betas=_stack(best, "betas"),
        diverged=sum(result["test"]["loss"] is None for result in everything),
    )


def gather(ledger: Ledger, plan: Plan) -> list[Setting]:
    """All settings in the order of the tasks; every run of the plan is in the ledger."""
    groups: dict[tuple[str, int], dict[str, list[Run]]] = {}
    for run in plan.runs():
        by_activation = groups.setdefault((run.task, run.depth), {})
        by_activation.setdefault(run.activation, []).append(run)
    return [
        Setting(
            TASKS[task],
            depth,
            {name: _outcome(ledger, TASKS[task], runs) for name, runs in by_activation.items()},
        )
        for (task, depth), by_activation in groups.items()
    ]
