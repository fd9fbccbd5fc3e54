# SPDX-License-Identifier: Apache-2.0
"""Links from a page to its neighbours, as commands take them."""

from __future__ import annotations

import argparse
from typing import NamedTuple


class Link(NamedTuple):
    """What a link says, and where it leads, relative to the page."""

    text: str
    target: str


def link(argument: str) -> Link:
    """Reads TEXT=TARGET."""
    text, equals, target = argument.partition("=")
    if not (text and equals and target):
        raise argparse.ArgumentTypeError(f"{argument!r} must be TEXT=TARGET")
    return Link(text, target)
