#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/coverage.md from the registry and the certificates; --check says if it is stale."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

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

FOOT = """
- **all 2^32**, **all 65,536**: each input was compared with the oracle in MPFR (`./dev certify`).
  The hexadecimal digits begin the certificate's digest; `silu check` recomputes it on your machine
  for each instruction set.
- **proof**: the error bounds in [proof](proof), with a rounding test and, where that leaves a
  doubt, integer arithmetic of as many bits as it takes; tested on hard cases and random inputs
  against the oracle.
"""


def registry() -> tuple[dict[str, str], dict[str, int]]:
    """Functions with their formulas, and dtypes with their sizes in bytes."""
    text = (ROOT / "src" / "registry.h").read_text(encoding="utf-8")
    functions = dict(re.findall(r'\{SILU_\w+, "(\w+)", "([^"]+)"\}', text))
    dtypes = {name: int(size) for name, size in re.findall(r'\{SILU_\w+, "(\w+)", (\d+),', text)}
    if not functions or not dtypes:
        raise SystemExit("docs/make_coverage.py: no functions or dtypes found in src/registry.h")
    return functions, dtypes


def cell(function: str, dtype: str, size: int) -> str:
    """How one function is known to be right in one dtype."""
    if size == 8:
        return "proof"
    path = ROOT / "certificates" / f"{function}.{dtype}.json"
    if not path.exists():
        raise SystemExit(
            f"docs/make_coverage.py: {path.relative_to(ROOT)} is missing (./dev certify)"
        )
    certificate = json.loads(path.read_text(encoding="utf-8"))
    inputs = {2**32: "2^32", 2**16: "65,536"}[certificate["inputs"]]
    return f"all {inputs} `{certificate['digest'][:8]}`"


def page() -> str:
    """The page's text."""
    functions, dtypes = registry()
    lines = [HEAD]
    lines += [f"| `{name}` | {formula} |\n" for name, formula in functions.items()]
    lines += [CELLS, f"| function | {' | '.join(dtypes)} |\n", "| --- " * (len(dtypes) + 1) + "|\n"]
    for function in functions:
        cells = " | ".join(cell(function, dtype, size) for dtype, size in dtypes.items())
        lines.append(f"| `{function}` | {cells} |\n")
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
