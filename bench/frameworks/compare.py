# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks of the frameworks share: calls in turns, least times, a table of ratios."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

Call = Callable[[], object]


class Row(NamedTuple):
    """A call of the framework's, and the one of ours that does the same."""

    name: str
    theirs: Call
    ours: Call
    limit: float | None = None  # the most that ours may take of their time


def least_times(calls: list[Call], rounds: int, repetitions: int) -> list[float]:
    """The least time of each call, in seconds, in turns, so that a busy moment hits all."""
    times = [float("inf")] * len(calls)
    for call in calls:
        call()
    for _ in range(rounds):
        for i, call in enumerate(calls):
            for _ in range(repetitions):
                start = time.perf_counter()
                call()
                times[i] = min(times[i], time.perf_counter() - start)
    return times


def arguments(description: str) -> argparse.Namespace:
    """n and rounds, from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--n", type=int, default=1 << 20, help="elements (default: 2^20)")
    parser.add_argument("--rounds", type=int, default=30, help="rounds (default: 30)")
    return parser.parse_args()


def report(title: str, rows: Iterable[Row], rounds: int, repetitions: int = 3) -> bool:
    """Measures and prints the rows; whether all are within their limits."""
    print(title)
    print(f"{'':40}{'theirs':>12}{'ours':>12}{'ratio':>8}{'limit':>8}")
    missed = False
    for row in rows:
        theirs, ours = least_times([row.theirs, row.ours], rounds, repetitions)
        ratio = ours / theirs
        limit = "" if row.limit is None else f"{row.limit:g}"
        beyond = row.limit is not None and ratio > row.limit
        missed |= beyond
        print(
            f"{row.name:40}{1e6 * theirs:9.1f} us{1e6 * ours:9.1f} us{ratio:8.2f}{limit:>8}"
            f"{'  missed' if beyond else ''}",
            flush=True,
        )
    return not missed
