# SPDX-License-Identifier: Apache-2.0
"""Progress on stderr: a bar on a terminal, a line per stage elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm


class Progress:
    """Counts steps of known number; use as a context."""

    def __init__(self, total: int, command: str) -> None:
        self._command = command
        self._lines = not sys.stderr.isatty()
        self._bar = tqdm(
            total=total,
            disable=self._lines,
            leave=False,
            bar_format="{l_bar}{bar}| {elapsed}, {remaining} left",
        )

    def stage(self, name: str) -> None:
        """Names what is being done from here on."""
        if self._lines:
            print(f"silu {self._command}: {name}", file=sys.stderr, flush=True)
        else:
            self._bar.set_description(name.ljust(32))

    def advance(self, steps: int = 1) -> None:
        """Counts steps as done."""
        self._bar.update(steps)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()
