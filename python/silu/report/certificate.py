# SPDX-License-Identifier: Apache-2.0
"""How each function is known to be right in each dtype, and a check of that on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from .functions import DTYPES, NAMES

CHECKED: Final = ("float16", "bfloat16")
_PATIENCE: Final = 120  # seconds for what takes a few


@dataclass(frozen=True)
class Certificate:
    """A digest of all outputs of a function in a dtype, as the oracle made it."""

    function: str
    dtype: str
    inputs: int
    digest: str
    hash: str


@dataclass(frozen=True)
class Run:
    """What `silu check` said."""

    command: str
    passed: bool
    targets: list[str]  # the instruction sets that were checked
    failures: dict[tuple[str, str], list[str]]  # by name and dtype; empty where all passed
    trouble: str  # why there are no results; else empty


def certificates() -> dict[tuple[str, str], Certificate]:
    """The certificates that are packaged with silu, by function and dtype."""
    found = {}
    folder = files("silu") / "certificates"
    for function in NAMES:
        for dtype in DTYPES:
            file = folder / f"{function}.{dtype}.json"
            if file.is_file():
                entry = json.loads(file.read_text(encoding="utf-8"))
                found[function, dtype] = Certificate(
                    function, dtype, entry["inputs"], entry["digest"], entry["hash"]
                )
    return found


def tool() -> Path | None:
    """The command-line tool: the one installed beside this Python, else the one on PATH."""
    beside = shutil.which("silu", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("silu")
    return Path(found) if found else None


def _read(command: str, text: str) -> Run:
    """A run from the tool's JSON."""
    answer = json.loads(text)
    targets: list[str] = []
    reasons: dict[tuple[str, str], dict[str, list[str]]] = {}
    for entry in answer["checks"]:
        if entry["target"] not in targets:
            targets.append(entry["target"])
        name = entry["function"] if "function" in entry else entry["operator"]
        found = reasons.setdefault((name, entry["dtype"]), {})
        if not entry["passed"]:
            found.setdefault(entry["how"], []).append(entry["target"])
    failures = {
        which: [
            f"{how} on {'all' if where == targets else ', '.join(where)}"
            for how, where in found.items()
        ]
        for which, found in reasons.items()
    }
    return Run(command, answer["passed"], targets, failures, "")


def check() -> Run | None:
    """Runs `silu check` for the 16-bit dtypes; None where the tool is not installed."""
    program = tool()
    if program is None:
        return None
    arguments = ["check", *(word for dtype in CHECKED for word in ("--dtype", dtype))]
    command = " ".join(["silu", *arguments])
    try:
        done = subprocess.run(
            [program, *arguments, "--json", "--quiet"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        return _read(command, done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Run(command, False, [], {}, str(error))
    except (ValueError, KeyError):  # no JSON, or another tool's
        said = (done.stderr or done.stdout).strip() or f"nothing, and exit status {done.returncode}"
        return Run(command, False, [], {}, said)
