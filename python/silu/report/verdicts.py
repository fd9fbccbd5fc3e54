# SPDX-License-Identifier: Apache-2.0
"""What the training comparison says, worked out from its numbers."""

from __future__ import annotations

import numpy as np

from silu._common.statistics import paired
from silu._common.text import number, percent
from silu._common.theme import LABELS

from .digits import Outcome
from .fitting import Fit

Outcomes = dict[str, Outcome]


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def accuracy(depth: int, outcomes: Outcomes) -> str:
    """SiLU against ReLU and sigmoid, by accuracy on the test part."""
    ours = outcomes["silu"].final
    parts = []
    for name in ("relu", "sigmoid"):
        difference = paired(ours, outcomes[name].final)
        verdict = {
            "better": f"SiLU is better than {LABELS[name]}",
            "worse": f"SiLU is worse than {LABELS[name]}",
            "no different": f"no difference from {LABELS[name]} can be seen",
        }[difference.word]
        parts.append(
            f"{verdict} (difference {_points(difference.mean)} points, 95% interval "
            f"{_points(difference.low)} to {_points(difference.high)})"
        )
    return f"With {depth} hidden layers, over {ours.size} seeds: " + "; ".join(parts) + "."


def back_to_front(outcome: Outcome) -> float:
    """The gradient norm in the first layer over that in the last, before training."""
    return float(np.median(outcome.gradients_before[0] / outcome.gradients_before[-1]))


def gradient_spread(outcome: Outcome) -> float:
    """The greatest gradient norm over the least among the layers, before training."""
    norms = outcome.gradients_before
    return float(np.median(norms.max(axis=0) / norms.min(axis=0)))


def gradients(depth: int, outcomes: Outcomes) -> str:
    """How much of the gradient reaches the first layer before training."""
    shares = {name: back_to_front(outcome) for name, outcome in outcomes.items()}
    listed = ", ".join(f"{number(s, 2)} with {LABELS[name]}" for name, s in shares.items())
    return (
        f"Before training with {depth} hidden layers the first layer’s gradient norm, divided by "
        f"the last layer’s, is {listed} (median over the seeds)."
    )


def dead(depth: int, outcomes: Outcomes) -> str:
    """Shares of units that are exactly dead after training."""
    listed = ", ".join(
        f"{percent(float(o.units.dead.mean()))} with {LABELS[name]}" for name, o in outcomes.items()
    )
    return f"With {depth} hidden layers, {listed} are exactly dead after training."


def fits(target: str, by_activation: dict[str, Fit]) -> str:
    """Which activation follows a curve best."""
    means = {name: float(fit.error.mean()) for name, fit in by_activation.items()}
    best, second = sorted(means, key=lambda name: means[name])[:2]
    listed = ", ".join(f"{LABELS[name]} {number(mean, 2)}" for name, mean in means.items())
    gain = paired(by_activation[second].error, by_activation[best].error)
    verdict = (
        f"{LABELS[best]} fits the {target} curve best"
        if gain.word == "better"
        else f"Between {LABELS[best]} and {LABELS[second]} no difference can be seen on the "
        f"{target} curve"
    )
    return f"{verdict} (mean error: {listed})."
