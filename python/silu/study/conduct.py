# SPDX-License-Identifier: Apache-2.0
"""Runs what has not been run, then writes the page."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import torch

from silu._common import output
from silu._common.progress import Progress

from . import facts, made, reproducibility
from .claims import claims
from .figures import pictures
from .ledger import Ledger, rounded
from .outcomes import gather
from .page import render
from .plan import FULL, QUICK, Plan
from .summary import document
from .tasks import TASKS
from .training import train

_FACTS: Final = {"measured": "facts"}
_REPRODUCIBILITY: Final = {"measured": "reproducibility"}
_FINISHED: Final = {"measured": "finished"}


def _fill(ledger: Ledger, plan: Plan) -> None:
    """Adds what is missing, on one thread: two would change the bits of the trainings."""
    runs = plan.runs()
    measured = ((_FACTS, facts.measure), (_REPRODUCIBILITY, reproducibility.measure))
    torch.set_num_threads(1)
    missing = [run for run in runs if run.settings() not in ledger]
    to_measure = [(settings, measure) for settings, measure in measured if settings not in ledger]
    if not missing and not to_measure and _FINISHED in ledger:
        return
    with Progress(len(runs) + len(measured), "study") as progress:
        progress.advance(len(runs) - len(missing) + len(measured) - len(to_measure))
        progress.stage("data")
        for task in TASKS.values():  # all at first: what is missing is told before the work
            task.data()
        for settings, measure in to_measure:
            progress.stage(settings["measured"])
            ledger.add(settings, measure())
            progress.advance()
        stage = ""
        for run in missing:
            if (now := f"{TASKS[run.task].at(run.depth)}, {run.activation}") != stage:
                stage = now
                progress.stage(stage)
            ledger.add(run.settings(), train(run))
            progress.advance()
    ledger.add(_FINISHED, date.today().isoformat())


def _write(folder: Path, ledger: Ledger, plan: Plan) -> None:
    """The page, its pictures and its numbers, all from the ledger."""
    about = {**ledger.made, "finished": ledger[_FINISHED]}
    settings = gather(ledger, plan)
    rows = claims(settings, ledger[_FACTS])
    drawn = pictures(settings)
    seconds = sum(ledger[run.settings()]["processor_seconds"] for run in plan.runs())
    told: dict[str, Any] = document(about, settings, ledger[_FACTS], ledger[_REPRODUCIBILITY], rows)
    for picture in drawn:
        output.write(folder / f"{picture.name}.svg", picture.svg)
    numbers = json.dumps(rounded(told), indent=1, ensure_ascii=False) + "\n"
    output.write(folder / "study.json", numbers.encode())
    page = render(about, settings, ledger[_REPRODUCIBILITY], rows, drawn, len(plan.runs()), seconds)
    output.write(folder / "index.md", page.encode())


def conduct(folder: Path, *, quick: bool) -> None:
    """The whole study, or the cut."""
    plan = QUICK if quick else FULL
    command = f"python -m silu study --out {folder}" + (" --quick" if quick else "")
    ledger = Ledger(folder / "runs.jsonl", made.describe(plan, command))
    _fill(ledger, plan)
    _write(folder, ledger, plan)
