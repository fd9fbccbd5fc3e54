#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/coverage.md from the registry and the certificates; --check says if it is stale."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "coverage.md"

HEAD = """\
<!-- Written by docs/make_coverage.py; not to be edited. -->

# What is covered, and how it is known

With s = 1 / (1 + e^-x), and every result correctly rounded ([contract.md](contract.md)):

| function | value |
| --- | --- |
"""

CELLS = """
How each result is known to be right:

"""

OPERATORS = """
Functions of several inputs, with a' = min(a, limit) and b' = max(-limit, min(b, limit)):

| operator | inputs | outputs | value |
| --- | --- | --- | --- |
"""

FOOT = """
- **all 2^32**, **all 65,536**, **all 256**: each input was compared with the oracle in MPFR
  (`./dev certify`). The hexadecimal digits begin the certificate's digest; `silu check` recomputes
  it on your machine for each instruction set.
- **all 2^32 pairs**: likewise, for swiglu_clamped with alpha 1.702 and limit 7; `silu check` takes
  every 127th block of them, or all with `--all-pairs`.
- **proof**: the error bounds in [proof](proof/index.md), with a rounding test and, where that
  leaves a doubt, integer arithmetic of as many bits as it takes; tested on hard cases and random
  inputs against the oracle. For operators in float32 it is the proof of the lanes, where the
  products add at most five roundings of a double, below 1/100 of the window.
- **float32**: the float32 operator's result, where it is not the midpoint of two float8 numbers;
  there, integer arithmetic. All 65,536 pairs of two inputs are tested against the oracle, and as
  many triples of three.
- **windows**: evaluated likewise, with windows of doubt wider than those of one input, for the
  products' roundings; tested likewise, at a part of the inputs. So is swiglu_clamped with other
  parameters.
"""


class Operator(NamedTuple):
    """A row of kOperators."""

    formula: str
    inputs: list[str]
    outputs: list[str]


def operators(text: str) -> dict[str, Operator]:
    """The functions of several inputs."""
    names = r'\{((?:"\w+"(?:, )?)+)\}'
    rows = re.findall(rf'\{{SILU_\w+,\s*"(\w+)",\s*"([^"]+)",\s*{names},\s*{names},', text)
    found = {
        row[0]: Operator(row[1], *(re.findall(r"\w+", part) for part in row[2:])) for row in rows
    }
    if not found or len(found) != int(re.search(r"OperatorInfo, (\d+)>", text)[1]):
        raise SystemExit("docs/make_coverage.py: not all operators found in src/registry.h")
    return found


def registry(text: str) -> tuple[dict[str, str], dict[str, int]]:
    """Functions with their formulas, and dtypes with their sizes in bytes."""
    functions = dict(re.findall(r'\{SILU_\w+, "(\w+)", "([^"]+)"\}', text))
    dtypes = {name: int(size) for name, size in re.findall(r'\{SILU_\w+, "(\w+)", (\d+),', text)}
    if not functions or not dtypes:
        raise SystemExit("docs/make_coverage.py: no functions or dtypes found in src/registry.h")
    return functions, dtypes


def cell(function: str, dtype: str, size: int, *, operator: bool = False) -> str:
    """How one function is known to be right in one dtype."""
    if size == 8:
        return "proof"
    path = ROOT / "certificates" / ("operators" if operator else "") / f"{function}.{dtype}.json"
    if operator and not path.exists():
        return {4: "proof", 2: "windows", 1: "float32"}[size]
    if not path.exists():
        raise SystemExit(
            f"docs/make_coverage.py: {path.relative_to(ROOT)} is missing (./dev certify)"
        )
    certificate = json.loads(path.read_text(encoding="utf-8"))
    inputs = {2**32: "2^32", 2**16: "65,536", 2**8: "256"}[certificate["inputs"]]
    return f"all {inputs}{' pairs' if operator else ''} `{certificate['digest'][:8]}`"


def page() -> str:
    """The page's text."""
    text = (ROOT / "src" / "registry.h").read_text(encoding="utf-8")
    functions, dtypes = registry(text)
    lines = [HEAD]
    lines += [f"| `{name}` | {formula} |\n" for name, formula in functions.items()]
    lines += [CELLS, f"| function | {' | '.join(dtypes)} |\n", "| --- " * (len(dtypes) + 1) + "|\n"]
    for function in functions:
        cells = " | ".join(cell(function, dtype, size) for dtype, size in dtypes.items())
        lines.append(f"| `{function}` | {cells} |\n")
    lines.append(OPERATORS)
    for name, row in operators(text).items():
        inputs, outputs = ", ".join(row.inputs), ", ".join(row.outputs)
        lines.append(f"| `{name}` | {inputs} | {outputs} | {row.formula} |\n")
    lines += ["\n", f"| operator | {' | '.join(dtypes)} |\n", "| --- " * (len(dtypes) + 1) + "|\n"]
    for name in operators(text):
        cells = " | ".join(cell(name, dtype, size, operator=True) for dtype, size in dtypes.items())
        lines.append(f"| `{name}` | {cells} |\n")
    return "".join([*lines, FOOT])


def main(arguments: list[str]) -> int:
    """Writes the page, or with --check compares it."""
    if arguments not in ([], ["--check"]):
        print("usage: docs/make_coverage.py [--check]", file=sys.stderr)
        return 2
    text = page()
    if arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/coverage.md is stale: run docs/make_coverage.py", file=sys.stderr)
        return 1
    temporary = PAGE.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
