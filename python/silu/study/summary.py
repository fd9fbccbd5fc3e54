# SPDX-License-Identifier: Apache-2.0
"""The numbers that the page shows, as JSON has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from .claims import Claim
from .outcomes import Outcome, Setting


def spread(values: np.ndarray) -> dict[str, Any]:
    """Mean, sample deviation, least and greatest of the seeds' values."""
    return {
        "mean": float(values.mean()),
        "deviation": float(values.std(ddof=1)),
        "least": float(values.min()),
        "greatest": float(values.max()),
    }


def _outcome(outcome: Outcome, measure: str) -> dict[str, Any]:
    return {
        "rate": outcome.rate,
        measure: spread(outcome.score),
        "loss": spread(outcome.loss),
        "by rate": {f"{rate:g}": spread(values) for rate, values in outcome.by_rate.items()},
        "dead": spread(outcome.dead),
        "dead before training": spread(outcome.dead_before),
        "nearly dead": spread(outcome.nearly_dead),
        "nearly dead before training": spread(outcome.nearly_dead_before),
        "gradient norms by layer before training": outcome.gradients_before.mean(axis=1).tolist(),
        "gradient norms by layer after training": outcome.gradients.mean(axis=1).tolist(),
        "betas by activation": outcome.betas.mean(axis=1).tolist() if outcome.betas.size else [],
        "runs that diverged": outcome.diverged,
    }


def document(
    made: dict[str, Any],
    settings: Sequence[Setting],
    facts: dict[str, Any],
    reproducibility: list[dict[str, Any]],
    rows: Sequence[Claim],
) -> dict[str, Any]:
    """Everything, without the single runs, which are in the ledger."""
    return {
        "made": made,
        "networks": [
            {
                "task": s.task.name,
                "title": s.task.title,
                "depth": s.depth,
                "steps": s.task.steps,
                "batch": s.task.batch,
                "optimiser": s.task.optimiser,
                "activations": {n: _outcome(o, s.task.measure) for n, o in s.outcomes.items()},
                "silu less others": {
                    n: asdict(s.compare("silu", n)) for n in s.outcomes if n != "silu"
                },
            }
            for s in settings
        ],
        "facts": facts,
        "reproducibility": reproducibility,
        "claims": [asdict(row) for row in rows],
    }
