# SPDX-License-Identifier: Apache-2.0
"""What is counted in trainings, and differences between runs that share their seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

# A unit is nearly dead where its slope stays below this for every training input.
NEARLY_DEAD: Final = 0.01


@dataclass(frozen=True)
class Paired:
    """The mean of differences between runs with the same seeds, and its 95% interval."""

    mean: float
    low: float
    high: float

    @property
    def word(self) -> str:
        """Which way the difference goes, if it goes one way."""
        if self.low > 0:
            return "better"
        if self.high < 0:
            return "worse"
        return "no different"


def paired(ours: np.ndarray, theirs: np.ndarray) -> Paired:
    """Student's interval for the mean of ours - theirs; greater counts as better."""
    difference = np.asarray(ours, float) - np.asarray(theirs, float)
    mean = float(difference.mean())
    half = float(
        stats.t.ppf(0.975, difference.size - 1) * difference.std(ddof=1) / np.sqrt(difference.size)
    )
    return Paired(mean, mean - half, mean + half)
