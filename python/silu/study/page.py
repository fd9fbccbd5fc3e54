# SPDX-License-Identifier: Apache-2.0
"""The Markdown page, made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jinja2
import numpy as np

from silu._common.text import number, percent
from silu._common.theme import LABELS

from .claims import Claim
from .figures import Picture
from .outcomes import Outcome, Setting
from .tasks import TASKS


def _cell(text: str) -> str:
    """Text within a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _shown(values: np.ndarray, measure: str) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "diverged"
    mean = float(finite.mean())
    told = f"{100 * mean:.1f}" if measure == "accuracy" else number(mean, 2)
    lost = values.size - finite.size
    return f"{told} ({lost} diverged)" if lost else told


def _result(outcome: Outcome, measure: str) -> str:
    deviation = float(outcome.score.std(ddof=1))
    told = f"{100 * deviation:.1f}" if measure == "accuracy" else number(deviation, 1)
    return f"{_shown(outcome.score, measure)} ± {told}"


def _differ(counts: dict[str, int]) -> str:
    told = f"{counts['tensors that differ']} of {counts['tensors']}"
    if counts["elements that differ"]:
        return f"{told} ({counts['elements that differ']:,} of {counts['elements']:,})"
    return told


def _betas(betas: np.ndarray) -> str:
    return f"{number(np.nanmin(betas), 2)} to {number(np.nanmax(betas), 2)}"  # NaN: diverged


def render(
    made: dict[str, Any],
    settings: Sequence[Setting],
    reproducibility: Sequence[dict[str, Any]],
    rows: Sequence[Claim],
    pictures: Sequence[Picture],
    runs: int,
    seconds: float,
) -> str:
    """The page."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("silu.study"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        cell=_cell,
        number=number,
        percent=percent,
        shown=_shown,
        result=_result,
        differ=_differ,
        betas=_betas,
        middle=lambda values: float(np.median(values[np.isfinite(values)])),
    )
    named = {name for setting in settings for name in setting.outcomes}
    decoders = [setting for setting in settings if setting.task.name == "decoder"]
    return environment.get_template("page.md.j2").render(
        made=made,
        settings=settings,
        reproducibility=reproducibility,
        rows=rows,
        pictures=pictures,
        runs=runs,
        seconds=seconds,
        diverged=sum(o.diverged for s in settings for o in s.outcomes.values()),
        labels={name: label for name, label in LABELS.items() if name in named},
        letters=decoders[0] if decoders else None,
        tasks=TASKS,
    )
