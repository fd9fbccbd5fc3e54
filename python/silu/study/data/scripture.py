# SPDX-License-Identifier: Apache-2.0
"""The King James Bible, letter by letter; the next letter is to be told."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from typing import Final

import torch

from silu._common.errors import CommandError

from .parts import Data, Part

LENGTH: Final = 48  # letters that a sample shows
_PROGRAM, _PACKAGE = "bible", "bible-kjv"
_PASSAGES: Final = {
    "train": "gen1:1-deu34:12",
    "validation": "ruth1:1-4:22",
    "test": "mark1:1-16:20",
}
_TRAIN, _REST = 8192, 256


def _text(passage: str) -> str:
    """The verses without their numbers, in lower case, on one line."""
    program = shutil.which(_PROGRAM, path="/usr/games:/usr/bin:/usr/local/bin")
    if program is None:
        raise CommandError(f"the program {_PROGRAM} is not there: apt-get install {_PACKAGE}")
    done = subprocess.run(
        [program, "-f", passage],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    verses = [line.partition(" ")[2] for line in done.stdout.splitlines()]
    return " ".join(verse.strip() for verse in verses if verse).lower()


@cache
def letters() -> tuple[Data, int]:
    """Samples of 48 letters, each with the letters that come next; and how many letters there are.

    8,192 samples from the five books of Moses to train on, 256 from Ruth and 256 from Mark.
    """
    texts = {name: _text(passage) for name, passage in _PASSAGES.items()}
    alphabet = {
        letter: n for n, letter in enumerate(sorted({c for t in texts.values() for c in t}))
    }

    def part(name: str, samples: int) -> Part:
        codes = torch.tensor([alphabet[c] for c in texts[name]])
        starts = torch.linspace(0, len(codes) - LENGTH - 1, samples).long()
        windows = starts[:, None] + torch.arange(LENGTH)
        return codes[windows], codes[windows + 1]

    return Data(part("train", _TRAIN), part("validation", _REST), part("test", _REST)), len(
        alphabet
    )
