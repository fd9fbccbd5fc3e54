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

from .functions import DTYPES, NAMES

_PATIENCE = 120  # seconds for what takes less than one


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

    passed: bool
    command: str
    output: str


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


def check() -> Run | None:
    """Runs `silu check` for the 16-bit dtypes; None where the tool is not installed."""
    program = tool()
    if program is None:
        return None
    arguments = ["check", "--dtype", "float16", "--dtype", "bfloat16"]
    command = " ".join(["silu", *arguments])
    try:
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Run(False, command, str(error))
    if done.returncode == 0:
        return Run(True, command, done.stdout.strip())
    return Run(False, command, (done.stdout + done.stderr).strip())
