# SPDX-License-Identifier: Apache-2.0
"""How much is trained, and the list of runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from .tasks import TASKS


@dataclass(frozen=True)
class Run:
    """One training, told apart by all of its settings; the same settings give the same numbers."""

    task: str
    depth: int
    activation: str
    rate: float
    seed: int
    steps: int

    def settings(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """The whole study, or a cut through it that meets every task and activation."""

    name: str
    seeds: int
    share: float  # of each task's steps
    all_rates: bool  # or the middle one
    all_depths: bool  # or the first

    def _rates(self, tried: tuple[float, ...]) -> tuple[float, ...]:
        middle = len(tried) // 2
        return tried if self.all_rates else tried[middle : middle + 1]

    def runs(self) -> list[Run]:
        """All trainings, in the order in which they are done."""
        listed = []
        for task in TASKS.values():
            depths = task.depths if self.all_depths else task.depths[:1]
            steps = max(2, round(self.share * task.steps))
            listed += [
                Run(task.name, depth, activation, rate, seed, steps)
                for depth in depths
                for activation in task.activations
                for rate in self._rates(task.rates[depth])
                for seed in range(self.seeds)
            ]
        return listed


FULL: Final = Plan("full", seeds=5, share=1, all_rates=True, all_depths=True)
QUICK: Final = Plan("quick", seeds=2, share=0.03, all_rates=False, all_depths=False)
