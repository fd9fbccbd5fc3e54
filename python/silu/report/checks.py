# SPDX-License-Identifier: Apache-2.0
"""A claim, what was computed to check it, and whether it held."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One row of a table of checks."""

    name: str  # a stable handle
    claim: str
    computed: str
    holds: bool

    @property
    def verdict(self) -> str:
        """A word for the page."""
        return "holds" if self.holds else "fails"
